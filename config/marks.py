"""The sourcer's memory: config/decisions/leads.csv, one row a person and search.

A mark keeps its person off the lists of its search (all lists if it names none) until the day `until`, for ever if it
gives none. It is a note for colleagues, never part of a score. Whoever must not be contacted at all is suppressed,
not marked: a mark can expire.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from config.csvfile import CsvRow, exclusive, parse_day, read_rows, write_rows
from config.errors import UserError
from config.redaction import clean_line, remove_contacts
from config.settings import CONFIG_VARIABLE, Config

STATUSES = ("in_process", "contacted", "not_a_fit", "later")
"""In the order in which one of several marks speaks for a person."""
COLUMNS = ("person_id", "search", "status", "until", "note")
FILE = "leads.csv"
NOTE_LIMIT = 1000


@dataclass(frozen=True)
class Mark:
    """What a sourcer decided about a person; `search` is a sourced specialty, None: all of them."""

    person_id: str
    search: str | None
    status: str
    until: date | None = None
    note: str | None = None

    def holds(self, day: date) -> bool:
        """Whether it still keeps the person off lists on `day`; on `until` the person is back."""
        return self.until is None or day < self.until


def marks_file(config: Config) -> Path:
    return config.directory / "decisions" / FILE


def make_mark(values: dict[str, str], searches: Collection[str]) -> Mark:
    """A mark from the text of its columns. Raises ValueError with words for the user."""
    person_id, status = values.get("person_id", ""), values.get("status", "")
    if not person_id:
        raise ValueError("person_id is missing")
    if status not in STATUSES:
        raise ValueError(f"status '{status}' is none of {', '.join(STATUSES)}")
    search = values.get("search")
    if search is not None and search not in searches:
        raise ValueError(
            f"search '{search}' is none of {', '.join(sorted(searches))}; empty means all of them"
        )
    until = values.get("until")
    day = parse_day(until) if until else None
    if status == "later" and day is None:
        raise ValueError("status 'later' needs the day on which the person comes back, in the column until")
    note = remove_contacts(clean_line(values.get("note", ""))) or None
    if note is not None and len(note) > NOTE_LIMIT:
        raise ValueError(f"the note is longer than {NOTE_LIMIT} characters")
    return Mark(person_id, search, status, day, note)


def parse_marks(
    path: Path, rows: Iterable[CsvRow], searches: Collection[str]
) -> tuple[list[Mark], list[str]]:
    """Marks, and one line ``file:line: what is wrong`` per bad row."""
    marks, problems = [], []
    for row in rows:
        try:
            marks.append(make_mark(row.values, searches))
        except ValueError as error:
            problems.append(f"{path}:{row.line}: {error}")
    return marks, problems


def searches_of(config: Config) -> list[str]:
    """What a mark may name as its search: the specialties with a list."""
    return sorted(name for name, specialty in config.specialties.items() if specialty.sourced)


def read_marks(config: Config) -> list[Mark]:
    """All marks of the configuration; none if there is no file. Of two for one person and search the later row counts.

    Raises UserError naming file and line of the first bad row: a mark that is passed over would put a person back.
    """
    path = marks_file(config)
    if not path.exists():
        return []
    header, rows = read_rows(path)
    _check_header(path, header)
    marks, problems = parse_marks(path, rows, searches_of(config))
    if problems:
        more = f" (and {len(problems) - 1} more rows)" if len(problems) > 1 else ""
        raise UserError(problems[0] + more)
    return _last_per_key(marks)


def add_marks(config: Config, new: Iterable[Mark]) -> int:
    """Write marks, each in the place of an older one for the same person and search; returns how many there are now.

    Raises UserError if the configuration is the one that came with the package: the next release would overwrite it.
    """
    require_own_configuration()
    path = marks_file(config)
    with exclusive(path.parent):
        marks = _last_per_key([*read_marks(config), *new])
        write_rows(path, COLUMNS, [_cells(mark) for mark in marks])
    return len(marks)


def require_own_configuration() -> None:
    """Raises UserError unless TALENTATLAS_CONFIG or ./config holds the configuration."""
    if not os.environ.get(CONFIG_VARIABLE) and not Path("config", "settings.yml").is_file():
        raise UserError(
            "marks are kept in your own configuration, and there is none here; "
            f"'talentatlas init' writes ./config, or set {CONFIG_VARIABLE}"
        )


def _last_per_key(marks: Iterable[Mark]) -> list[Mark]:
    by_key = {(mark.person_id, mark.search): mark for mark in marks}
    return sorted(by_key.values(), key=lambda mark: (mark.person_id, mark.search or ""))


def _cells(mark: Mark) -> tuple[str, ...]:
    until = mark.until.isoformat() if mark.until else ""
    return (mark.person_id, mark.search or "", mark.status, until, mark.note or "")


def _check_header(path: Path, header: tuple[str, ...]) -> None:
    unknown, missing = sorted(set(header) - set(COLUMNS)), sorted(set(COLUMNS) - set(header))
    if unknown or missing:
        raise UserError(
            f"{path}:1: the columns must be {','.join(COLUMNS)} "
            f"(unknown: {', '.join(unknown) or 'none'}; missing: {', '.join(missing) or 'none'})"
        )
