"""The sample world as a child: a loopback server that speaks the upstreams' wire formats about invented people."""

from __future__ import annotations

import json
import queue
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.errors import UserError
from config.settings import SampleWorldSettings
from flows.children import Child, python_module

START_SECONDS = 60.0


def start(settings: SampleWorldSettings) -> tuple[Child, queue.Queue[str]]:
    """Start the server child; the first line of the queue tells its origins."""
    lines: queue.Queue[str] = queue.Queue()
    child = Child(
        python_module(
            "crawlers.sample_world",
            "serve",
            *("--seed", str(settings.seed)),
            *("--people", str(settings.people)),
            *("--today", settings.today.isoformat()),
            *("--limits-json", json.dumps({"hub_window": settings.hub_window_seconds})),
            "--lifeline",
        ),
        lines.put,
    )
    return child, lines


def origins_of(child: Child, lines: queue.Queue[str], timeout: float = START_SECONDS) -> dict[str, str]:
    """Real origin -> loopback origin, once the server is ready. Raises UserError with its last line if it is not."""
    waited = 0.0
    while waited < timeout:
        try:
            return _parse(lines.get(timeout=0.1), "the sample world")
        except queue.Empty:
            waited += 0.1
            if child.poll() is not None and lines.empty():
                break
    ended = child.stop(1)
    raise UserError(f"the sample world did not start: {ended.last_error.removeprefix('error: ')}")


@contextmanager
def sample_world(settings: SampleWorldSettings) -> Iterator[dict[str, str]]:
    """Run the sample world for the duration of the block; yields its origins."""
    child, lines = start(settings)
    try:
        yield origins_of(child, lines)
    finally:
        child.stop(2)


def read_origins(path: Path) -> dict[str, str]:
    """Origins of a world that is already running, as `talentatlas world serve` prints them, from a file."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror})") from None
    return _parse(text.strip().splitlines()[0] if text.strip() else "", str(path))


def _parse(line: str, where: str) -> dict[str, str]:
    try:
        origins = json.loads(line)["origins"]
        return {str(real): str(loopback) for real, loopback in origins.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UserError(f"{where}: expected one JSON line with the key 'origins'") from None
