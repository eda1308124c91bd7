"""Run a night from the command line: its own Prefect server, the flow in a thread, signals answered at once."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from config.errors import UserError
from config.paths import ProfilePaths
from flows import children, prefect_server
from flows.failures import problem_line
from flows.night import EXIT_NOTHING, NightRequest, NightResult
from flows.reporting import LoggingReporter, Reporter
from flows.session import Night, open_night


def run_night(request: NightRequest, reporter: Reporter) -> tuple[NightResult, ProfilePaths]:
    """One whole night. Raises UserError if it cannot start; everything later is in the result."""
    with open_night(request, reporter) as night:
        log_file = night.paths.logs / f"{night.run_id}-nightly.log"
        night.reporter = LoggingReporter(reporter, log_file)
        server = _start_server(night)
        try:
            with _stop_on_signal(night):
                worker = threading.Thread(target=_run, args=(night, server), name="flow")
                worker.start()
                while worker.is_alive():  # short waits, so that a signal is answered at once
                    worker.join(0.2)
        finally:
            if server is not None:
                server.stop()
                os.environ.pop(prefect_server.URL_VARIABLE, None)
        return night.result(), night.paths


def _start_server(night: Night) -> prefect_server.Server | None:
    try:
        return prefect_server.start(night.paths)
    except (OSError, sqlite3.Error) as error:
        raise UserError(problem_line(error, night.paths.root)) from None


def _run(night: Night, server: prefect_server.Server | None) -> None:
    """The body of the flow's thread: whatever happens in it becomes one line of the result."""
    try:
        from flows.nightly import run_flow  # imports Prefect while the server starts

        if server is not None:
            server.wait_until_ready()
        run_flow(night)
    except Exception as error:
        if not night.problems:  # what went wrong first says it; the engine only follows
            night.fail(error)


@contextmanager
def _stop_on_signal(night: Night) -> Iterator[None]:
    """SIGINT, SIGTERM and SIGHUP: end every child, say so in one line, end with exit code 2.

    Nothing needs tidying: landing counts from its manifest, a publication from its swap.
    """

    def stop(number: int, _: FrameType | None) -> None:
        for watched in watched_signals:
            signal.signal(watched, signal.SIG_IGN)
        children.stop_all(float(night.config.settings.nightly.stop_grace_seconds))
        state = "published" if night.published else "nothing was published; what was published before stays"
        sys.stderr.write(f"\nerror: stopped by {signal.Signals(number).name}; {state}\n")
        sys.stderr.flush()
        sys.stdout.flush()
        os._exit(EXIT_NOTHING)

    # Under nohup SIGHUP is ignored; it stays so.
    wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    watched_signals = [number for number in wanted if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, stop) for number in watched_signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
