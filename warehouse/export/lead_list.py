"""A lead list as a sourcer gets it: the published rows less who asked to be left out, who is handled, and the filters.

Marks are read from the configuration of now and follow merged ids, so a mark acts at once, without a build.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa

from config.errors import UserError
from config.marks import Mark
from config.paths import ProfilePaths
from warehouse.export.read import (
    LEADS_ON_SCREEN,
    is_sample,
    marked,
    published,
    reading,
    sourced,
    suppressed_people,
)
from warehouse.export.sift import LeadFilters, Places, Sifted, sift
from warehouse.memory import Redirects, handled, redirects

FILTERED = ("person_id", "employer", "country", "metro", "role_kind", "track", "last_active")
STATUS = "status"
RULES = {
    "has a name": "without a name",
    "score reaches the minimum": "below the minimum score",
    "active lately": "not active lately",
    "first or second specialty of the person": "better at two other specialties",
    "role fits an applied list": "faculty or students on an applied list",
    "notice not overdue": "with an overdue notice",
}
"""What a filter of mart.lead_filters leaves out, in words."""


@dataclass(frozen=True)
class LeadList:
    """`table`: the rows, best first. `published`: leads of the build. `dropped`: (filter, people) in the order applied;
    `rules`: the same for the build's own filters. `cut`: leads past the limit."""

    specialty: str
    table: pa.Table
    published: int
    dropped: tuple[tuple[str, int], ...]
    rules: tuple[tuple[str, int], ...]
    cut: int

    def lines(self) -> list[str]:
        """What came of the list, in words: at most three lines."""
        shown = f"{self.table.num_rows:,} of {self.published:,} leads of {self.specialty}"
        if self.cut:
            shown += f" ({self.cut:,} more past --limit)"
        lines = [shown]
        for title, counts in (("left out now", self.dropped), ("left out by the build", self.rules)):
            parts = [f"{count:,} {name}" for name, count in counts]
            if parts:
                lines.append(f"{title}: {', '.join(parts)}")
        return lines


def lead_list(
    paths: ProfilePaths,
    specialty: str,
    *,
    marks: Iterable[Mark] = (),
    filters: LeadFilters | None = None,
    limit: int | None = None,
) -> LeadList:
    """The list of a specialty; ranks stay those of the build.

    Raises UserError if nothing is published, no list is made for the specialty, or a filter is wrong.
    """
    filters, marks = filters or LeadFilters(), list(marks)
    with reading(published(paths)) as connection:
        names = sourced(connection)
        if specialty not in names:
            raise UserError(f"no lead list for '{specialty}'; there are: {', '.join(names)}")
        suppressed = suppressed_people(connection, paths)
        table = connection.execute(
            "SELECT * FROM mart.leads WHERE specialty = ? ORDER BY rank, person_id", [specialty]
        ).to_arrow_table()
        states = _states(connection, marks, names, specialty)
        present = [name for name in FILTERED if name in table.column_names]
        blank = dict.fromkeys(FILTERED)
        rows = [blank | row for row in table.select(present).to_pylist()]
        asked_out = set(suppressed)
        open_rows = [index for index, row in enumerate(rows) if row["person_id"] not in asked_out]
        sifted = sift([rows[index] for index in open_rows], filters, _places(connection), states)
        kept = [open_rows[index] for index in sifted.kept]
        shown = kept if limit is None else kept[:limit]
        result = _with_status(table.take(pa.array(shown, type=pa.int64())), states)
        return LeadList(
            specialty,
            marked(result, is_sample(connection), LEADS_ON_SCREEN),
            len(open_rows),
            _worded(sifted),
            _rules(connection, specialty),
            len(kept) - len(shown),
        )


def merged_ids(connection: duckdb.DuckDBPyConnection) -> Redirects:
    """What merged person ids stand for, as the published file tells."""
    return redirects(
        connection.execute("SELECT old_person_id, new_person_id, reason FROM core.person_history").fetchall()
    )


def as_of(connection: duckdb.DuckDBPyConnection) -> date:
    """The day of the build."""
    row = connection.execute("SELECT as_of FROM ref.build").fetchone()
    if row is None or not isinstance(row[0], date):
        raise UserError("the published file does not say its day; publish again")
    return row[0]


def _states(
    connection: duckdb.DuckDBPyConnection, marks: list[Mark], lists: list[str], specialty: str
) -> dict[str, str]:
    if not marks:
        return {}
    found = handled(marks, merged_ids(connection), lists, as_of(connection))
    return {person: state.status for (person, name), state in found.items() if name == specialty}


def _places(connection: duckdb.DuckDBPyConnection) -> Places:
    tables = {
        str(name)
        for (name,) in connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'ref'"
        ).fetchall()
    }
    countries, metros = {}, {}
    if {"country", "metro"} <= tables:
        countries = dict(connection.execute("SELECT country_code, name FROM ref.country").fetchall())
        metros = {
            metro: (name, code)
            for metro, name, code in connection.execute(
                "SELECT metro_id, name, country_code FROM ref.metro"
            ).fetchall()
        }
    return Places(countries, metros)


def _with_status(table: pa.Table, states: dict[str, str]) -> pa.Table:
    """The status of now in place of that of the build."""
    if STATUS not in table.column_names:
        return table
    values = [states.get(person) for person in table["person_id"].to_pylist()]
    position = table.column_names.index(STATUS)
    return table.set_column(position, pa.field(STATUS, pa.string()), pa.array(values, type=pa.string()))


def _worded(sifted: Sifted) -> tuple[tuple[str, int], ...]:
    # A status that nobody of this list has is no news; a filter that was asked for is, also when it dropped nobody.
    return tuple((name, count) for name, count in sifted.dropped if count or not name.startswith("handled: "))


def _rules(connection: duckdb.DuckDBPyConnection, specialty: str) -> tuple[tuple[str, int], ...]:
    try:
        rows = connection.execute(
            "SELECT filter, dropped FROM mart.lead_filters WHERE specialty = ? AND dropped > 0 "
            "AND filter <> 'not handled yet' ORDER BY position",
            [specialty],
        ).fetchall()
    except duckdb.CatalogException:
        return ()
    return tuple((RULES.get(str(name), f"failing '{name}'"), int(count)) for name, count in rows)
