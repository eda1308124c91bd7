"""Which errors are one line for the user, and what that line says."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

from config.errors import UserError

FULL_BELOW_BYTES = 4 * 1024 * 1024


def os_error_line(error: OSError) -> str:
    """One line for an operating system's error: what, where, and what to do if the disk is full."""
    what = error.strerror or str(error)
    where = f"{error.filename}: " if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{where}the disk is full; free some space and run again"
    return f"{where}{what}"


def one_line(error: BaseException) -> str | None:
    """The line for an error that a user can act on; None for a defect, which keeps its traceback."""
    if isinstance(error, UserError):
        return str(error)
    if isinstance(error, OSError):
        return os_error_line(error)
    lines = getattr(error, "lines", None)  # warehouse.failures: BuildFailed, PublishRefused
    if isinstance(lines, list) and lines:
        return "; ".join(str(line) for line in lines)
    return None


def problem_line(error: BaseException, folder: Path) -> str:
    """One line for any error; a full disk under `folder` is recognised whatever it broke."""
    line = _first_known(error)
    if is_full(folder) and "disk is full" not in line:
        return f"{full_line(folder)} ({line})"
    return line


def _first_known(error: BaseException) -> str:
    seen: BaseException | None = error
    while seen is not None:
        vague = isinstance(seen, OSError) and seen.filename is None and seen.errno != errno.ENOSPC
        line = None if vague else one_line(seen)  # a socket's error says nothing by itself
        if line is not None:
            return line
        seen = seen.__cause__ or seen.__context__
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0] if text else 'no message'}"


def full_line(folder: Path) -> str:
    """What to say about a full disk."""
    return f"{folder}: the disk is full; free some space and run again"


def is_full(folder: Path) -> bool:
    """Whether next to nothing can be written below `folder` any more."""
    try:
        return shutil.disk_usage(folder).free < FULL_BELOW_BYTES
    except OSError:
        return False
