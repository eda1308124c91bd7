"""The Prefect flow `nightly`: one crawl task per source, then build, publish and export.

Prefect keeps the states of runs and the summary artifact; what is true about the data is in manifests and in the
published file. Importing this module imports Prefect, which reads its settings then: see `flows.environment`.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas import State
from prefect.states import Completed, Failed
from prefect.task_runners import ThreadPoolTaskRunner

from config.settings import ProfileName
from flows import session
from flows.night import NightRequest, NightResult
from flows.reporting import PlainReporter
from flows.session import Night, open_night
from flows.summary import markdown, read_counts

_given: list[Night] = []
"""The night that the command line has opened; a deployment's flow run opens its own."""


@task(name="crawl", task_run_name="crawl-{source}", cache_policy=NO_CACHE, persist_result=False)
def crawl(source: str) -> State[str]:
    """Crawl one source. The task fails with the source, the flow goes on."""
    outcome = session.crawl_source(_given[-1], source)
    message = f"{outcome.verdict}: {'; '.join(outcome.reasons)}" if outcome.reasons else outcome.verdict
    return Completed(message=message) if outcome.verdict in ("ok", "partial") else Failed(message=message)


@task(name="build", cache_policy=NO_CACHE, persist_result=False)
def build() -> State[str]:
    """Build the warehouse from everything that has landed."""
    return _state(session.build(_given[-1]))


@task(name="publish", cache_policy=NO_CACHE, persist_result=False)
def publish() -> State[str]:
    """Swap the link to the new build if it passes the gate."""
    return _state(session.publish(_given[-1]))


@task(name="export", cache_policy=NO_CACHE, persist_result=False)
def export() -> State[str]:
    """Write lead lists and density tables as CSV."""
    return _state(session.export(_given[-1]))


@task(name="tidy", cache_policy=NO_CACHE, persist_result=False)
def tidy() -> State[str]:
    """Delete what retention no longer keeps; only after a publication."""
    return _state(session.tidy(_given[-1]))


def _state(done: bool) -> State[str]:
    return Completed() if done else Failed(message="; ".join(_given[-1].problems))


@flow(name="nightly", validate_parameters=False, persist_result=False)
def nightly(
    profile: ProfileName = "sample",
    as_of: str | None = None,
    only: list[str] | None = None,
    accept_drop: str | None = None,
) -> State[str]:
    """One whole night of `profile`; the parameters are those of the command `talentatlas nightly`."""
    if _given:
        return _run(_given[-1])
    request = NightRequest(
        profile, date.fromisoformat(as_of) if as_of else None, tuple(only or ()), accept_drop
    )
    with open_night(request, PlainReporter(_to_prefect_log)) as night:
        _given.append(night)
        try:
            return _run(night)
        finally:
            _given.pop()


def _run(night: Night) -> State[str]:
    futures = [crawl.submit(source) for source in session.longest_first(night)]
    session.warm_up()
    for future in futures:
        future.wait()
    try:
        session.merge_opt_outs(night)
    except Exception as error:
        night.fail(error)
        return Failed(message=night.problems[-1])
    for step in (build, publish, export, tidy):
        if not step(return_state=True).is_completed():
            break
    session.look_ahead(night)
    result = night.result()
    _leave_artifact(night, result)
    if result.exit_code == 2:
        return Failed(message="; ".join(result.problems) or "nothing was published")
    return Completed(message="published" if result.exit_code == 0 else "published although a source failed")


def _leave_artifact(night: Night, result: NightResult) -> None:
    counts = read_counts(night.paths) if result.published else None
    try:
        create_markdown_artifact(markdown(result, counts), key=f"nightly-{night.request.profile}")
    except Exception as error:  # Prefect's database is the lesser thing: what is published is published
        night.reporter.line(f"no summary in Prefect: {type(error).__name__}")


def run_flow(night: Night) -> None:
    """Run the flow over an opened night in this thread; the outcome is in the night."""
    _given.append(night)
    try:
        parallel: Any = ThreadPoolTaskRunner(max_workers=night.config.settings.nightly.parallel_sources)
        state: State[Any] = nightly.with_options(task_runner=parallel)(
            profile=night.request.profile,
            as_of=night.as_of.isoformat(),
            only=list(night.sources),
            accept_drop=night.request.accept_drop,
            return_state=True,
        )
    finally:
        _given.pop()
    if state.is_crashed() or (state.is_failed() and not night.problems):
        night.problems.append(f"the flow run ended early: {state.message or state.name}")


def _to_prefect_log(text: str) -> None:
    from prefect.logging import get_run_logger

    get_run_logger().info(text)
