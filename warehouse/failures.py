"""What stops a build or a publication; each line is fit to be shown as it stands."""

from __future__ import annotations

import errno
from collections.abc import Sequence


class BuildFailed(Exception):
    """The build was not finished; the published file is as it was. `lines`: one finding a line."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("; ".join(lines))
        self.lines = list(lines)


class PublishRefused(Exception):
    """The build is good but was not published. `lines`: one reason a line."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("; ".join(lines))
        self.lines = list(lines)


_FULL = ("no space left", "disk full", "could not write", "failed to write", "disk quota")


def storage_line(error: BaseException, doing: str) -> str | None:
    """One line for a full or failing disk anywhere in the chain of `error`, else None."""
    seen: BaseException | None = error
    while seen is not None:
        text = str(seen)
        if isinstance(seen, OSError) and seen.errno in (errno.ENOSPC, errno.EDQUOT):
            return f"{doing}: the disk is full ({seen.filename or 'no space left'}); free some space and run again"
        if any(mark in text.lower() for mark in _FULL):
            return f"{doing}: the disk is full or cannot be written ({first_line(text)}); free some space and run again"
        if isinstance(seen, OSError):
            return f"{doing}: {seen.strerror or first_line(text)}: {seen.filename or 'unnamed file'}"
        if type(seen).__module__.startswith(("duckdb", "_duckdb")) and type(seen).__name__ == "IOException":
            return f"{doing}: {first_line(text)}"
        if (
            type(seen).__module__.startswith(("duckdb", "_duckdb"))
            and type(seen).__name__ == "OutOfMemoryException"
        ):
            return (
                f"{doing}: out of memory; raise warehouse.memory_limit in settings.yml ({first_line(text)})"
            )
        seen = seen.__cause__ or seen.__context__
    return None


def first_line(text: str) -> str:
    """The first line of a message that is not empty."""
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def on_one_line(text: str, characters: int = 400) -> str:
    """A message of several lines as one, cut where it grows too long to help."""
    line = " ".join(text.split())
    return line if len(line) <= characters else line[: characters - 1] + "…"
