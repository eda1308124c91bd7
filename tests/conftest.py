"""What several test modules share: one small sample world, and one whole night over real HTTP."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.commands import Place, small_config

SMALL_WORLD = 150


@dataclass(frozen=True)
class FirstNight:
    """A finished night. Its data is never written to: a test that goes on from it takes `place.copy`."""

    place: Place
    finished: subprocess.CompletedProcess[str]


@pytest.fixture(scope="session")
def small_place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Configuration of a small world, and a data folder that does not exist yet."""
    folder = tmp_path_factory.mktemp("small")
    return Place(folder / "data", small_config(folder / "settings", people=SMALL_WORLD))


@pytest.fixture(scope="session")
def first_night(small_place: Place) -> FirstNight:
    """The first night of a small world."""
    finished = small_place.run("nightly")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return FirstNight(small_place, finished)


@pytest.fixture
def after_first_night(first_night: FirstNight, tmp_path: Path) -> Place:
    """An own copy of the data after the first night."""
    return first_night.place.copy(tmp_path / "data")
