"""The file that is published: core, marts and small reference tables as real tables, in order, with comments.

No views (a SQLMesh view names its catalog and breaks when the file is renamed), no SQLMesh schemas, no staging.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from warehouse.database import open_database
from warehouse.reference_comments import REFERENCE_COMMENTS

SCHEMAS = ("core", "mart")
WORKING_TABLES = frozenset({"core.account", "core.evidence_text", "core.paper_artifact"})
"""Of use to the models only: accounts, also those that are gone or nobody's; normalised copies of texts, among them
what people wrote about themselves; and rows that core.work_artifact holds as well."""

OVERDUE = "notice not overdue"
"""The filter of core.lead_candidate that drops who should have been told by now."""

SIZES = "mart.publication_size"
SIZES_COMMENTS = {
    "": "Rows that the publishing gate compares with the next build: one row per subject.",
    "subject": "A source and record type, a mart table or the lead list of a specialty.",
    "rows": "Rows of the subject in this build; leads are counted before those with an overdue notice are left out.",
}
ORDER_FIRST = {
    "mart.leads": ("specialty", "rank"),
    "mart.density": ("specialty", "area_kind", "source", "rank"),
}
"""Leading sort columns where a reader expects another order than that of the columns."""

NOT_GATED = frozenset(
    {
        "advice",
        "build_info",
        "community",
        "geography_claims",
        "interview_guide",
        "lead_evidence",
        "lead_filters",
        "location_coverage",
        "pay",
        "rejects",
        "rule_status",
        "source_freshness",
        "specialty",
    }
)
"""Marts whose size follows the configuration or the leads, or of which fewer is better."""

COUNTED_BY_SOURCE = ("profile", "organisation", "artifact", "author_mention", "affiliation", "identity_claim")


def write_compact(
    build_file: Path, target: Path, settings: dict[str, str], *, accepted_drop: str | None = None
) -> dict[str, int]:
    """Write the publishable copy of a build to `target` (which must not exist) and return its sizes by subject."""
    with open_database(target, settings | {"preserve_insertion_order": "true"}) as connection:
        connection.execute(f"ATTACH '{_quoted(build_file)}' AS build (READ_ONLY)")
        tables = _tables(connection)
        connection.begin()  # one commit; hundreds of comments each on their own would be flushed one by one
        for schema in dict.fromkeys(schema for schema, _ in tables):
            connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
        connection.execute("CREATE SCHEMA IF NOT EXISTS mart")
        for schema, table in tables:
            _copy(connection, schema, table)
        for name in ("ref.build", "mart.build_info"):
            if accepted_drop and tuple(name.split(".")) in tables:
                connection.execute(f"UPDATE {name} SET accepted_drop = ?", [accepted_drop.strip()])
        sizes = _sizes(connection, tables)
        connection.execute(f"CREATE TABLE {SIZES} (subject TEXT, rows BIGINT)")
        connection.executemany(
            f"INSERT INTO {SIZES} VALUES (?, ?)", sorted(sizes.items()) or [("nothing", 0)]
        )
        _comment(connection, SIZES, SIZES_COMMENTS)
        connection.commit()
        connection.execute("DETACH build")
        connection.execute("CHECKPOINT")
    return sizes


def _tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    rows = connection.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'build' ORDER BY ALL"
    ).fetchall()
    return [
        (schema, table)
        for schema, table in rows
        if (schema in SCHEMAS and f"{schema}.{table}" not in WORKING_TABLES)
        or (schema == "ref" and table in REFERENCE_COMMENTS)
    ]


def _copy(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> None:
    name = f'"{schema}"."{table}"'
    described = connection.execute(
        "SELECT column_name, comment FROM duckdb_columns() "
        "WHERE database_name = 'build' AND schema_name = ? AND table_name = ? ORDER BY column_index",
        [schema, table],
    ).fetchall()
    columns = [column for column, _ in described]
    first = [column for column in ORDER_FIRST.get(f"{schema}.{table}", ()) if column in columns]
    order = ", ".join(f'"{column}"' for column in (*first, *(c for c in columns if c not in first)))
    # Every column takes part: a total order, so equal builds hold equal rows in equal places.
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM build.{name} ORDER BY {order}")
    comments: dict[str, str | None]
    if schema == "ref":
        comments = {name: text for name, text in REFERENCE_COMMENTS[table].items() if name in ("", *columns)}
    else:
        row = connection.execute(
            "SELECT comment FROM duckdb_tables() WHERE database_name = 'build' AND schema_name = ? AND table_name = ?",
            [schema, table],
        ).fetchone()
        comments = {"": row[0] if row else None, **dict(described)}
    _comment(connection, name, comments)


def _comment(connection: duckdb.DuckDBPyConnection, table: str, comments: Mapping[str, str | None]) -> None:
    """Set the comment of a table (under "") and of its columns."""
    for column, text in comments.items():
        if text:
            on = f'COLUMN {table}."{column}"' if column else f"TABLE {table}"
            connection.execute(f"COMMENT ON {on} IS '{_quoted(text)}'")


def _sizes(connection: duckdb.DuckDBPyConnection, tables: list[tuple[str, str]]) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for schema, table in tables:
        if schema == "mart" and table not in NOT_GATED:
            sizes[f"mart.{table}"] = _count(connection, f"mart.{table}")
    staged = {
        table
        for (table,) in connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'build' AND schema_name = 'staging'"
        ).fetchall()
    }
    for record in COUNTED_BY_SOURCE:
        if record in staged:
            query = f"SELECT source, count(*) FROM build.staging.{record} GROUP BY ALL ORDER BY ALL"
            for source, rows in connection.execute(query).fetchall():
                sizes[f"source {source}, {record}"] = int(rows)
    if ("mart", "leads") in tables:
        # Whoever left a list because the notice is overdue had to: refusing to publish would keep showing them.
        source = "SELECT specialty FROM mart.leads"
        if ("core", "lead_candidate") in tables:
            source += f" UNION ALL SELECT specialty FROM core.lead_candidate WHERE dropped_by = '{OVERDUE}'"
        query = f"SELECT specialty, count(*) FROM ({source}) GROUP BY ALL ORDER BY ALL"
        for specialty, rows in connection.execute(query).fetchall():
            sizes[f"leads of {specialty}"] = int(rows)
        sizes["mart.leads"] = sum(rows for subject, rows in sizes.items() if subject.startswith("leads of "))
    return sizes


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(row[0]) if row else 0


def _quoted(text: str | Path) -> str:
    return str(text).replace("'", "''")
