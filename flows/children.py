"""Child processes that cannot outlive the night.

A child leads its own session, so that whatever it starts can be ended as one group: SIGTERM, a grace period, SIGKILL.
Its standard input is a pipe that only this process holds; when this process is gone, however it ended, the child reads
end-of-file and ends its group itself (`config.lifeline`).
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO

from flows.environment import child_environment

TAIL_LINES = 40
_running: set[Child] = set()
_running_lock = threading.Lock()


def python_module(module: str, *arguments: str) -> list[str]:
    """The argument list that runs one of our modules in this interpreter."""
    return [sys.executable, "-P", "-m", module, *arguments]


@dataclass(frozen=True)
class Ended:
    """How a child ended: `code` is negative for a signal; `errors` are the last lines of its standard error."""

    code: int
    timed_out: bool
    seconds: float
    errors: tuple[str, ...]

    @property
    def last_error(self) -> str:
        """The last line that is not empty, else how the process ended."""
        if self.timed_out:
            return f"ran into its time limit after {self.seconds:.0f} s"
        lines = [line for line in self.errors if line.strip()]
        if lines:
            return lines[-1].strip()
        if self.code < 0:
            return f"killed by {signal.Signals(-self.code).name}"
        return f"ended with exit code {self.code}"


class Child:
    """A running child; each line of its standard output goes to `on_line`, in a thread of its own."""

    def __init__(
        self,
        argv: Sequence[str],
        on_line: Callable[[str], None] | None = None,
        *,
        pass_fds: Sequence[int] = (),
    ) -> None:
        self.started = time.monotonic()
        self._process = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
            pass_fds=pass_fds,
            env=child_environment(),
        )
        self.errors: deque[str] = deque(maxlen=TAIL_LINES)
        self._readers = [
            threading.Thread(target=_read, args=(self._process.stdout, on_line), daemon=True),
            threading.Thread(target=_read, args=(self._process.stderr, self.errors.append), daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        with _running_lock:
            _running.add(self)

    @property
    def pid(self) -> int:
        return self._process.pid

    def poll(self) -> int | None:
        return self._process.poll()

    def wait(self, timeout: float | None, grace: float) -> Ended:
        """Wait for the end; past `timeout` seconds end the group. Whatever is left of the group is killed."""
        timed_out = False
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            timed_out = True
        return self._finish(grace, timed_out)

    def stop(self, grace: float) -> Ended:
        """End the whole group now."""
        return self._finish(grace, timed_out=False)

    def _finish(self, grace: float, timed_out: bool) -> Ended:
        try:
            if self._process.poll() is None:
                self.signal_group(signal.SIGTERM)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(grace)
            self.signal_group(signal.SIGKILL)  # also what the child itself left behind
            code = self._process.wait()
        finally:
            with _running_lock:
                _running.discard(self)
        for reader in self._readers:
            reader.join(timeout=2)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        return Ended(code, timed_out, time.monotonic() - self.started, tuple(self.errors))

    def signal_group(self, number: signal.Signals) -> None:
        """Send a signal to every process of the child's group; a group that is gone is fine."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


def run_child(
    argv: Sequence[str], *, timeout: float, grace: float, on_line: Callable[[str], None] | None = None
) -> Ended:
    """Run a child to its end or its time limit (seconds), and leave nothing of its process group behind."""
    child = Child(argv, on_line)
    try:
        return child.wait(timeout, grace)
    except BaseException:
        child.stop(grace)
        raise


def stop_all(grace: float) -> None:
    """End every running child: first SIGTERM to all, then one grace period for all, then SIGKILL."""
    with _running_lock:
        children = list(_running)
    for child in children:
        child.signal_group(signal.SIGTERM)
    deadline = time.monotonic() + grace
    while any(child.poll() is None for child in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    for child in children:
        child.signal_group(signal.SIGKILL)


def _read(stream: IO[str] | None, on_line: Callable[[str], None] | None) -> None:
    if stream is None:
        return
    with contextlib.suppress(ValueError):  # closed while reading: the child is gone
        for line in stream:
            if on_line is not None:
                on_line(line.rstrip("\n"))
