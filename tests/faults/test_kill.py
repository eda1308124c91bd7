"""SIGKILL of the night at chosen moments: nothing lives on, nothing published is lost, the next run has every record.

Two moments run by default, all of them with ``pytest -m slow tests/faults``.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest

from config.manifest import read_manifests
from config.paths import ProfilePaths
from tests.commands import Place, processes_of, wait_until_gone
from tests.conftest import FirstNight

GRACE_SECONDS = 10
TABLES = ("core.work", "core.person", "core.contribution", "core.organisation", "mart.leads", "mart.density")


@dataclass
class Running:
    """A night under way, and what it has said so far."""

    place: Place
    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)

    def said(self, start: str) -> bool:
        return any(line.startswith(start) for line in list(self.lines))

    def runs(self, source: str) -> bool:
        """Something of the source has landed on disk that no manifest commits."""
        return any((self.place.sample / "landing").glob(f"*/source={source}/run=*/*.parquet*"))

    def committed(self) -> int:
        return len(list((self.place.sample / "landing" / "manifests").glob("*/*.json")))

    def asked(self, source: str) -> bool:
        """The source has answers, but has not ended."""
        return any(
            "records, " in line and "0 records, 0 " not in line
            for line in self.lines
            if f"crawl {source}: " in line
        )


def after(seconds: float) -> Callable[[Running], bool]:
    return lambda night: time.monotonic() - night.started >= seconds


MOMENTS: dict[str, Callable[[Running], bool]] = {
    "at once": after(0.3),
    "prefect starting": lambda night: (night.place.sample / "prefect" / "prefect.db").exists(),
    "first crawl started": lambda night: night.said("crawl "),
    "between response and manifest, papers": lambda night: (
        night.runs("acl_anthology") or night.asked("acl_anthology")
    ),
    "between response and manifest, models": lambda night: (
        night.runs("huggingface") or night.asked("huggingface")
    ),
    "one source committed": lambda night: night.committed() >= 1,
    "two sources committed": lambda night: night.committed() >= 2,
    "build started": lambda night: night.said("build: landing"),
    "models running": lambda night: night.said("build: core."),
    "publishing": lambda night: night.said("publish: "),
    "exporting": lambda night: night.said("export: "),
}
BY_DEFAULT = ("between response and manifest, papers", "publishing")


def tables(place: Place) -> dict[str, int]:
    with duckdb.connect(str(place.sample / "warehouse.duckdb"), read_only=True) as connection:
        return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0] for name in TABLES}


@pytest.mark.parametrize(
    "moment",
    [pytest.param(name, marks=() if name in BY_DEFAULT else pytest.mark.slow, id=name) for name in MOMENTS],
)
def test_killed_night(first_night: FirstNight, tmp_path: Path, moment: str) -> None:
    every_record = tables(first_night.place)
    place = first_night.place.copy(tmp_path / "data")
    shutil.rmtree(
        place.sample / "landing"
    )  # everything is to be crawled anew, beside a build that is published
    shutil.rmtree(place.sample / "prefect")

    night = Running(place, place.start("nightly"))
    reached = MOMENTS[moment]
    while not reached(night):
        assert night.process.poll() is None, f"the night ended before the moment:\n{''.join(night.lines)}"
        time.sleep(0.01)
    os.kill(night.process.pid, signal.SIGKILL)
    night.process.wait()

    assert not wait_until_gone(place.data, GRACE_SECONDS), "a child outlived the night"
    assert tables(place) == every_record, "what was published before is damaged"

    finished = place.run("nightly")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert tables(place) == every_record, "the next run lacks records, or has some twice"
    assert not processes_of(place.data)
    folders = {folder.name for folder in (place.sample / "landing").glob("*/source=*/run=*")}
    runs = {f"run={manifest.run_id}" for manifest in read_manifests(ProfilePaths(place.sample))}
    assert folders <= runs, "parts of a killed run stayed behind"
