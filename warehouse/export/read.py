"""Reading the published file. Every table says whether its people are invented."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from config.errors import UserError
from config.keyed_hash import load_suppression
from config.paths import ProfilePaths
from warehouse.failures import first_line
from warehouse.publish import PublishedBuild, current

SAMPLE_NOTICE = "SAMPLE, INVENTED PEOPLE"
REAL_NOTICE = "real"
MARK = "data"
"""The first column of every export; it holds one of the two notices."""

LEADS_ON_SCREEN = (
    "rank",
    "name",
    "score",
    "employer",
    "metro",
    "track",
    "status",
    "why",
    "person_id",
    "evidence_1_url",
    "caution",
)
"""In the order in which they are dropped from a narrow screen, last first."""

DENSITY_ON_SCREEN = (
    "specialty",
    "rank",
    "area_name",
    "people",
    "lq_shrunk",
    "lq_low",
    "lq_high",
    "band",
    "leads_ready",
    "located_percent",
)


def published(paths: ProfilePaths) -> PublishedBuild:
    """The published build. Raises UserError before the first publication."""
    build = current(paths)
    if build is None:
        raise UserError(f"{paths.warehouse}: nothing is published yet; run 'talentatlas nightly' first")
    return build


@contextmanager
def reading(build: PublishedBuild) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the versioned file, so that a publication in between changes nothing."""
    try:
        connection = duckdb.connect(str(build.path), read_only=True)
    except duckdb.Error as error:
        raise UserError(f"{build.path}: cannot be opened ({first_line(str(error))})") from None
    try:
        yield connection
    finally:
        connection.close()


def is_sample(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the file was built from the sample world."""
    row = connection.execute("SELECT is_sample FROM ref.build").fetchone()
    return bool(row and row[0])


def density(
    paths: ProfilePaths,
    specialty: str | None = None,
    *,
    area_kind: str | None = None,
    source: str | None = "all",
) -> pa.Table:
    """Density cells, ranked within specialty, kind of area and source; `source` None takes each as well as pooled.

    Raises UserError if nothing is published or a value is not there to choose.
    """
    conditions, values = [], []
    with reading(published(paths)) as connection:
        for column, value in (("specialty", specialty), ("area_kind", area_kind), ("source", source)):
            if value is None:
                continue
            # A value that the configuration knows may yet have no row; only one that nobody knows is a mistake.
            known = {
                "specialty": "SELECT specialty FROM ref.specialty ORDER BY specialty",
                "area_kind": "SELECT unnest(['metro', 'country'])",
                "source": "SELECT 'all' UNION ALL (SELECT source FROM ref.source ORDER BY source)",
            }[column]
            choices = [row[0] for row in connection.execute(known).fetchall()]
            if value not in choices:
                raise UserError(f"no {column.replace('_', ' ')} '{value}'; there are: {', '.join(choices)}")
            conditions.append(f"{column} = ?")
            values.append(value)
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        table = connection.execute(
            f"SELECT * FROM mart.density {where} "
            "ORDER BY specialty, area_kind DESC, source, rank NULLS LAST, area_name, area_id",
            values,
        ).to_arrow_table()
        return marked(table, is_sample(connection), DENSITY_ON_SCREEN)


def sourced(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Specialties with a lead list, in the order in which to show them."""
    rows = connection.execute(
        "SELECT specialty FROM ref.specialty WHERE sourced ORDER BY position"
    ).fetchall()
    return [str(specialty) for (specialty,) in rows]


def suppressed_people(connection: duckdb.DuckDBPyConnection, paths: ProfilePaths) -> list[str]:
    """Leads whom the present suppression list names; a build knows only the list of its own time."""
    return _suppressed(connection, paths, "mart.leads")


def suppressed_candidates(connection: duckdb.DuckDBPyConnection, paths: ProfilePaths) -> list[str]:
    """The same for core.lead_candidate."""
    return _suppressed(connection, paths, "core.lead_candidate")


def _suppressed(connection: duckdb.DuckDBPyConnection, paths: ProfilePaths, table: str) -> list[str]:
    suppression = load_suppression(paths.suppression_list, paths.suppression_key)
    if not suppression.hashes:
        return []
    rows = connection.execute(
        "SELECT DISTINCT m.person_id, m.member_key FROM core.person_member AS m "
        f"WHERE m.person_id IN (SELECT person_id FROM {table})"
    ).fetchall()
    return sorted({person_id for person_id, member in rows if suppression.matches([member])})


def marked(table: pa.Table, sample: bool, on_screen: Sequence[str] = ()) -> pa.Table:
    """The table with the mark as its first column; its metadata holds the notice and the columns that fit a screen."""
    notice = SAMPLE_NOTICE if sample else REAL_NOTICE
    if MARK in table.column_names:
        table = table.drop_columns([MARK])
    table = table.add_column(
        0, pa.field(MARK, pa.string()), pa.array([notice] * table.num_rows, type=pa.string())
    )
    metadata = {b"notice": notice.encode(), b"on_screen": ",".join(on_screen).encode()}
    return table.replace_schema_metadata(metadata)
