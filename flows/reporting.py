"""What a night shows while it runs: live lines on a terminal, plain ones elsewhere; both go to the night's log too."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from rich.console import Console
from rich.progress import Progress as RichProgress
from rich.progress import SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from flows.night import Progress, SourceOutcome

PLAIN_EVERY_SECONDS = 5.0
STYLES = {"ok": "green", "partial": "yellow", "empty": "red", "gated": "red", "failed": "red"}


class Reporter(Protocol):
    """Where a night's events go; every method may be called from any thread."""

    def source_started(self, source: str) -> None: ...

    def source_progress(self, source: str, progress: Progress) -> None: ...

    def source_ended(self, outcome: SourceOutcome) -> None: ...

    def step(self, name: str, detail: str = "") -> None:
        """A step after the crawls: build, publish, export."""

    def line(self, text: str) -> None:
        """Anything else worth one line."""


def progress_text(progress: Progress) -> str:
    """Counts as a person reads them."""
    text = f"{progress.records:,} records, {progress.requests:,} requests"
    return f"{text}, {progress.rejects:,} rejects" if progress.rejects else text


def outcome_text(outcome: SourceOutcome) -> str:
    """One source's end in one line."""
    text = f"{outcome.verdict}, {outcome.total:,} records, {outcome.rejects:,} rejects in {outcome.seconds:.1f} s"
    return f"{text}: {'; '.join(outcome.reasons)}" if outcome.reasons else text


class PlainReporter:
    """One line per event, flushed at once; counts at most every few seconds a source."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._shown: dict[str, float] = {}

    def source_started(self, source: str) -> None:
        self.line(f"crawl {source}: started")

    def source_progress(self, source: str, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._shown.get(source, 0.0) >= PLAIN_EVERY_SECONDS:
            self._shown[source] = now
            self.line(f"crawl {source}: {progress_text(progress)}")

    def source_ended(self, outcome: SourceOutcome) -> None:
        self.line(f"crawl {outcome.source}: {outcome_text(outcome)}")

    def step(self, name: str, detail: str = "") -> None:
        self.line(f"{name}: {detail}" if detail else name)

    def line(self, text: str) -> None:
        self._write(text)


class RichReporter:
    """A live line per source and one for the step under way."""

    def __init__(self, progress: RichProgress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}
        self._step: TaskID | None = None

    def source_started(self, source: str) -> None:
        self._tasks[source] = self._progress.add_task(f"crawl {source}", total=None, detail="")

    def source_progress(self, source: str, progress: Progress) -> None:
        if source in self._tasks:
            self._progress.update(self._tasks[source], detail=progress_text(progress))

    def source_ended(self, outcome: SourceOutcome) -> None:
        task = self._tasks.get(outcome.source)
        if task is not None:
            style = STYLES[outcome.verdict]
            detail = f"[{style}]{outcome.verdict}[/] {outcome.total:,} records"
            self._progress.update(task, detail=detail, total=1, completed=1)

    def step(self, name: str, detail: str = "") -> None:
        if self._step is None:
            self._step = self._progress.add_task(name, total=None, detail=detail)
        else:
            self._progress.update(self._step, description=name, detail=detail)

    def line(self, text: str) -> None:
        self._progress.console.print(text, markup=False, highlight=False)

    def close(self) -> None:
        if self._step is not None:
            self._progress.update(self._step, total=1, completed=1)


class LoggingReporter:
    """Passes everything on and keeps a log file beside the children's logs."""

    def __init__(self, inner: Reporter, log_file: Path) -> None:
        self._inner = inner
        log_file.parent.mkdir(parents=True, exist_ok=True)
        self._file = log_file
        self._lock = threading.Lock()
        self._plain = PlainReporter(self._log)

    def _log(self, text: str) -> None:
        stamp = datetime.now(UTC).isoformat(timespec="milliseconds")
        with self._lock, self._file.open("a", encoding="utf-8") as stream:
            stream.write(f"{stamp} {text}\n")

    def source_started(self, source: str) -> None:
        self._inner.source_started(source)
        self._plain.source_started(source)

    def source_progress(self, source: str, progress: Progress) -> None:
        self._inner.source_progress(source, progress)
        self._plain.source_progress(source, progress)

    def source_ended(self, outcome: SourceOutcome) -> None:
        self._inner.source_ended(outcome)
        self._plain.source_ended(outcome)

    def step(self, name: str, detail: str = "") -> None:
        self._inner.step(name, detail)
        self._plain.step(name, detail)

    def line(self, text: str) -> None:
        self._inner.line(text)
        self._plain.line(text)


@contextmanager
def terminal_reporter(console: Console) -> Iterator[Reporter]:
    """Live progress if the console is a terminal, else plain lines."""
    if not console.is_terminal:
        yield PlainReporter(lambda text: console.print(text, markup=False, highlight=False, soft_wrap=True))
        return
    columns = (
        SpinnerColumn(finished_text="[green]•[/]"),
        TextColumn("{task.description}"),
        TextColumn("{task.fields[detail]}"),
        TimeElapsedColumn(),
    )
    with RichProgress(*columns, console=console) as progress:
        reporter = RichReporter(progress)
        try:
            yield reporter
        finally:
            reporter.close()
