"""What several test modules share: one small sample world, and one whole night over real HTTP."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from crawlers.sample_world import Limits, World, serve
from crawlers.sample_world.server import Server
from tests import sample_world_kit
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


@pytest.fixture(scope="module")
def world() -> World:
    """The sample world's tests share two worlds; each is built once a process."""
    return sample_world_kit.world()


@pytest.fixture(scope="module")
def small() -> World:
    return sample_world_kit.small()


@pytest.fixture(scope="module")
def server(world: World) -> Iterator[Server]:
    """`world` over HTTP, with generous quotas."""
    with serve(world, limits=Limits.calm()) as running:
        yield running
