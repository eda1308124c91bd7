"""Small CSV files that people keep by hand or in a spreadsheet, read with the line of every row."""

from __future__ import annotations

import csv
import fcntl
import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from config.errors import UserError

DELIMITERS = (",", ";", "\t")
"""A spreadsheet set to a language with a decimal comma writes semicolons."""


@dataclass(frozen=True)
class CsvRow:
    """A row and its (last) line, from 1. `values`: stripped text by column; empty cells are absent."""

    line: int
    values: dict[str, str]


def read_rows(path: Path) -> tuple[tuple[str, ...], list[CsvRow]]:
    """Header and rows; rows without any text are skipped.

    Raises UserError naming the file (and line) if it is missing, is not UTF-8, has no header or is not CSV.
    """
    try:
        with path.open(
            encoding="utf-8-sig", newline=""
        ) as stream:  # line breaks inside cells stay as they are
            text = stream.read()
    except FileNotFoundError:
        raise UserError(f"{path}: no such file") from None
    except UnicodeDecodeError:
        raise UserError(f"{path}: is not UTF-8; save it as 'CSV UTF-8'") from None
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror or error})") from None
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)  # the comma if there is none at all
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[CsvRow] = []
    header: tuple[str, ...] = ()
    try:
        for cells in reader:
            if not header:
                header = tuple(cell.strip() for cell in cells)
                continue
            if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
                raise UserError(
                    f"{path}:{reader.line_num}: more cells than the header has columns; quote commas"
                )
            values = {
                name: cell.strip() for name, cell in zip(header, cells, strict=False) if name and cell.strip()
            }
            if values:
                rows.append(CsvRow(reader.line_num, values))
    except csv.Error as error:
        raise UserError(f"{path}:{reader.line_num}: not valid CSV ({error})") from None
    if not any(header):
        raise UserError(f"{path}:1: has no header")
    return header, rows


def write_rows(path: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write header and rows (LF, quoted where needed), replacing the file atomically. Raises UserError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("w", encoding="utf-8", newline="") as stream:
            # With this line end the writer would leave a bare carriage return unquoted, which reads as another row.
            every = any("\r" in cell for row in rows for cell in row)
            writer = csv.writer(
                stream, lineterminator="\n", quoting=csv.QUOTE_ALL if every else csv.QUOTE_MINIMAL
            )
            writer.writerow(columns)
            writer.writerows(rows)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise UserError(f"{path}: cannot be written ({error.strerror or error})") from None


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Wait for and hold the only right to change the files of a folder, so that two commands lose no row.

    The lock is on the folder itself: it leaves no file behind. Raises UserError if the folder cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise UserError(f"{folder}: cannot be used ({error.strerror or error})") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def parse_day(text: str) -> date:
    """A day written YYYY-MM-DD. Raises ValueError with words for the user."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text}' is not a day; write it as YYYY-MM-DD") from None
