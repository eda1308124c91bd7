"""One night at a time: an advisory lock (flock) that the kernel gives back however its holder ends."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from config.errors import UserError


class AnotherRun(UserError):
    """The lock is held by a run that is under way."""


@contextmanager
def run_lock(path: Path) -> Iterator[None]:
    """Hold the profile's run lock; the file says who holds it.

    Raises AnotherRun naming the holder if another run has it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AnotherRun(
                f"{path}: another run is under way ({_holder(path)}); wait for it or stop it"
            ) from None
        started = datetime.now(UTC).isoformat(timespec="seconds")
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps({"pid": os.getpid(), "started": started}).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _holder(path: Path) -> str:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return f"process {content['pid']}, since {content['started']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "it has just started"
