"""Marks and notices from the command line or a file: checked against the published file, then written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

from config.csvfile import CsvRow, read_rows
from config.errors import UserError
from config.marks import Mark, add_marks, make_mark, require_own_configuration, searches_of
from config.notices import Notice, add_notices, make_notice
from config.paths import profile_paths
from config.settings import ProfileName, load_config

RowT = TypeVar("RowT", Mark, Notice)


def mark_one(profile: ProfileName, person: str, status: str, options: Mapping[str, str]) -> Mark:
    """Mark the one person whom `person` means. Raises UserError."""
    from warehouse.export.people import find_one
    from warehouse.export.read import published, reading

    require_own_configuration()
    config, paths = load_config(), profile_paths(profile)
    with reading(published(paths)) as connection:
        person_id = find_one(connection, paths, person).person_id
    try:
        mark = make_mark({"person_id": person_id, "status": status, **options}, searches_of(config))
    except ValueError as error:
        raise UserError(f"mark: {error}") from None
    add_marks(config, [mark])
    return mark


def mark_many(profile: ProfileName, file: Path) -> tuple[int, list[str]]:
    """Marks written, or one line per bad row and nothing written. Raises UserError for a file that is no such list."""
    require_own_configuration()
    config = load_config()
    searches = searches_of(config)
    header, rows = read_rows(file)
    _require(file, header, ("person_id", "status"))
    column = "search" if "search" in header else "specialty"  # an exported lead list names it so
    filled = [row for row in rows if "status" in row.values]

    def make(values: dict[str, str]) -> Mark:
        named = {name: values[name] for name in ("person_id", "status", "until", "note") if name in values}
        return make_mark(named | ({"search": values[column]} if column in values else {}), searches)

    marks, problems = _checked(profile, file, filled, make)
    if not problems and marks:
        add_marks(config, marks)
    return len(marks), problems


def notice_people(profile: ProfileName, people: Iterable[str], on: date | None, channel: str) -> int:
    """Record a notice for each; all or none. Raises UserError if one is nobody or several."""
    from warehouse.export.people import find_one
    from warehouse.export.read import published, reading

    paths = profile_paths(profile)
    latest = _latest(profile)
    with reading(published(paths)) as connection:
        ids = [find_one(connection, paths, person).person_id for person in people]
    try:
        notices = [make_notice(_values(person_id, on or latest, channel), latest=latest) for person_id in ids]
    except ValueError as error:
        raise UserError(f"privacy notice: {error}") from None
    return add_notices(paths, notices)


def notice_many(profile: ProfileName, file: Path, on: date | None, channel: str) -> tuple[int, list[str]]:
    """New notices recorded, or one line per bad row and nothing recorded. A row's own day and channel go first."""
    paths = profile_paths(profile)
    latest = _latest(profile)
    header, rows = read_rows(file)
    _require(file, header, ("person_id",))

    def make(values: dict[str, str]) -> Notice:
        default = _values(values.get("person_id", ""), on or latest, channel)
        own = {name: values[name] for name in ("on", "channel") if name in values}
        return make_notice(default | own, latest=latest)

    notices, problems = _checked(profile, file, rows, make)
    return (0 if problems else add_notices(paths, notices)), problems


def _values(person_id: str, on: date, channel: str) -> dict[str, str]:
    return {"person_id": person_id, "on": on.isoformat(), "channel": channel.strip()}


def _checked(
    profile: ProfileName, file: Path, rows: Iterable[CsvRow], make: Callable[[dict[str, str]], RowT]
) -> tuple[list[RowT], list[str]]:
    """Rows made, and a line for each that cannot be or whose person the published file does not know."""
    known = _known_ids(profile)
    made: list[RowT] = []
    problems = []
    for row in rows:
        try:
            value = make(row.values)
            if value.person_id not in known:
                raise ValueError(f"no person '{_printable(value.person_id)}' in the published file")  # noqa: TRY301
        except ValueError as error:
            problems.append(f"{file}:{row.line}: {error}")
        else:
            made.append(value)
    return made, problems


def _known_ids(profile: ProfileName) -> Collection[str]:
    """Person ids of today and, as marks and notices follow merges, former ones."""
    from warehouse.export.read import published, reading

    with reading(published(profile_paths(profile))) as connection:
        rows = connection.execute(
            "SELECT person_id FROM core.person UNION SELECT old_person_id FROM core.person_history"
        ).fetchall()
    return {str(person) for (person,) in rows}


def _require(file: Path, header: tuple[str, ...], columns: tuple[str, ...]) -> None:
    missing = [name for name in columns if name not in header]
    if missing:
        raise UserError(f"{file}:1: the header lacks {', '.join(missing)}")


def _latest(profile: ProfileName) -> date:
    """Today; in the sample world, whose day is an invented one, the day of its published build."""
    from warehouse.export.lead_list import as_of
    from warehouse.export.read import published, reading

    if profile != "sample":
        return datetime.now(UTC).date()
    with reading(published(profile_paths(profile))) as connection:
        return as_of(connection)


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)[:80]
