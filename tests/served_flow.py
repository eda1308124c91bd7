"""A flow that is done at once, for the test of `talentatlas serve`: it leaves a line in a file."""

from __future__ import annotations

import os
from pathlib import Path

from prefect import flow
from prefect.runtime import flow_run

FILE_VARIABLE = "TALENTATLAS_TEST_SERVED"


@flow(persist_result=False)
def served(profile: str) -> None:
    scheduled = flow_run.get_scheduled_start_time()
    with Path(os.environ[FILE_VARIABLE]).open("a", encoding="utf-8") as stream:
        stream.write(f"{profile} {scheduled.isoformat()} {os.getppid()}\n")
    print(f"served {profile}", flush=True)
