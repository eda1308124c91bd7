"""The flow that a schedule starts: one night in this process, in the run log of `talentatlas serve`.

Importing this module imports Prefect; see `flows.environment`.
"""

from __future__ import annotations

import sys

from prefect import flow
from prefect.client.schemas import State
from prefect.states import Completed, Failed

from config.errors import UserError
from config.settings import ProfileName
from flows.locks import AnotherRun
from flows.night import EXIT_NOTHING, NightRequest, NightResult
from flows.reporting import LoggingReporter, PlainReporter
from flows.session import open_night


@flow(name="scheduled", validate_parameters=False, persist_result=False)
def scheduled(profile: ProfileName = "sample") -> State[str]:
    """Run the night of `profile`, unless one is under way: then say so and leave it alone."""
    from flows.nightly import run_flow

    try:
        with open_night(NightRequest(profile), PlainReporter(_say)) as night:
            log_file = night.paths.logs / f"{night.run_id}-nightly.log"
            night.reporter = LoggingReporter(night.reporter, log_file)
            _say(f"night {night.run_id} of profile {profile}; log: {log_file}")
            run_flow(night)
            return _judged(night.result())
    except AnotherRun as error:
        _say(f"skipped: {error}")
        return Completed(name="Skipped", message=str(error))
    except UserError as error:
        _say(f"error: {error}")
        return Failed(message=str(error))


def _judged(result: NightResult) -> State[str]:
    for problem in result.problems:
        _say(f"error: {problem}")
    published = result.exit_code != EXIT_NOTHING
    what = f"published {result.build_id}" if published else "nothing was published"
    _say(f"night {result.run_id} ended with exit code {result.exit_code}: {what}")
    return Completed(message=what) if published else Failed(message="; ".join(result.problems) or what)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
