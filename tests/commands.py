"""The command line as a user runs it: another process, another working folder, its own data and configuration."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import yaml

REPOSITORY = Path(__file__).resolve().parents[1]
COMMAND = [sys.executable, "-P", "-c", "from flows.cli import main; main()"]
OURS = ("TALENTATLAS_", "PREFECT_", "HF_")


@dataclass(frozen=True)
class Place:
    """Where a command works: its data, its configuration, and a working folder that is neither."""

    data: Path
    config: Path | None = None
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def sample(self) -> Path:
        return self.data / "sample"

    def environment(self) -> dict[str, str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        environment |= {"PYTHONPATH": str(REPOSITORY), "TALENTATLAS_DATA": str(self.data), "COLUMNS": "160"}
        if self.config is not None:
            environment["TALENTATLAS_CONFIG"] = str(self.config)
        return environment | dict(self.extra)

    def run(self, *arguments: str, timeout: float = 240) -> subprocess.CompletedProcess[str]:
        """Run `talentatlas` to its end."""
        self.data.parent.mkdir(parents=True, exist_ok=True)
        return subprocess.run(
            [*COMMAND, *arguments],
            env=self.environment(),
            cwd=self.data.parent,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start `talentatlas` and leave it running."""
        self.data.parent.mkdir(parents=True, exist_ok=True)
        return subprocess.Popen(
            [*COMMAND, *arguments],
            env=self.environment(),
            cwd=self.data.parent,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def copy(self, data: Path) -> Place:
        """The same place with its own copy of the data."""
        shutil.copytree(self.data, data, symlinks=True)
        return Place(data, self.config, self.extra)


def error_line(finished: subprocess.CompletedProcess[str]) -> str:
    """The one line of an error that a user can act on; fails on a traceback or on more than one line."""
    lines = [line for line in finished.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, finished.stderr
    assert lines[0].startswith("error: "), finished.stderr
    return lines[0]


KEPT = ("acl_anthology", "huggingface", "ror")
"""One source of each sort: many documents, an interface with pages, one large file."""


def small_config(folder: Path, *, people: int) -> Path:
    """A copy of the default configuration: a small sample world, few sources, and floors that they can reach."""
    shutil.copytree(REPOSITORY / "config", folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    settings = folder / "settings.yml"
    content = yaml.safe_load(settings.read_text())
    content["sample_world"]["people"] = people
    settings.write_text(yaml.safe_dump(content))
    for path in (folder / "sources").glob("*.yml"):
        if path.stem not in KEPT:
            path.unlink()
            continue
        source = yaml.safe_load(path.read_text())
        if "sample" in source["floors"]:
            source["floors"]["sample"] = dict.fromkeys(source["floors"]["sample"], 1)
        if path.stem == "huggingface":
            # Enough to know every account after the first night, and no more.
            shallow = (
                "likers_repositories",
                "discussions_repositories",
                "followed_people",
                "papers_followed",
            )
            source["parameters"] |= dict.fromkeys(shallow, 10) | {"space_files": 5, "pages_windows": 0}
        path.write_text(yaml.safe_dump(source))
    return folder


def processes_of(data: Path) -> list[tuple[int, str]]:
    """Processes (not zombies) whose command line or environment names the data folder: all that a night started."""
    mark = str(data).encode()
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        try:
            state = (folder / "stat").read_text().rsplit(")", 1)[1].split()[0]
            command = (folder / "cmdline").read_bytes()
            if state != "Z" and (mark in command or mark in (folder / "environ").read_bytes()):
                found.append((int(folder.name), command.replace(b"\0", b" ").decode(errors="replace")))
        except (OSError, IndexError):
            continue
    return found


def wait_until_gone(data: Path, seconds: float) -> list[tuple[int, str]]:
    """Wait for the processes of a data folder to end; returns those that still live after `seconds`."""
    deadline = time.monotonic() + seconds
    while (living := processes_of(data)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return living


@contextmanager
def running_world(place: Place, folder: Path, *arguments: str) -> Iterator[Path]:
    """A sample world with the place's settings; yields the file for `--world`."""
    process = subprocess.Popen(
        [*COMMAND, "world", "serve", *arguments],
        env=place.environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        file = folder / "world.json"
        file.write_text(process.stdout.readline())
        yield file
    finally:
        process.terminate()
        process.wait(10)
