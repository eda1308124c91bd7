"""Schemas `landing` and `ref` of a build file: what the models read."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from config.errors import UserError
from config.records import RECORD_TYPES, REJECT_SCHEMA, arrow_schema
from warehouse.failures import first_line
from warehouse.inputs import REJECTS, Inputs

LANDING_SCHEMAS: dict[str, pa.Schema] = {
    **{name: arrow_schema(record) for name, record in RECORD_TYPES.items()},
    REJECTS: REJECT_SCHEMA,
}

MANIFEST_SCHEMA = pa.schema(
    [
        ("source", pa.string()),
        ("run_id", pa.string()),
        ("profile", pa.string()),
        ("ordinal", pa.int64()),  # runs of a source, counted from 1 in order of their start
        ("mode", pa.string()),
        ("verdict", pa.string()),
        ("landed", pa.bool_()),
        ("as_of", pa.date32()),
        ("started_at", pa.timestamp("us", tz="UTC")),
        ("finished_at", pa.timestamp("us", tz="UTC")),
        ("parser_version", pa.int64()),
        ("licence", pa.string()),
        ("record_count", pa.int64()),
        ("rejects", pa.int64()),
        ("suppressed", pa.int64()),
        ("reasons", pa.string()),
    ]
)


def create_landing(connection: duckdb.DuckDBPyConnection, inputs: Inputs, folder: Path) -> None:
    """One view per record type over the parts that manifests name, never over a glob: a part without a manifest
    does not exist. `folder` takes an empty, fully typed part, so that a view has every column of the record class
    whatever release wrote the parts (or if there are none).

    Raises UserError naming a part that is not readable Parquet.
    """
    connection.execute("CREATE SCHEMA IF NOT EXISTS landing")
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in LANDING_SCHEMAS.items():
        empty = folder / f"{name}.parquet"
        pq.write_table(schema.empty_table(), empty)
        columns = ", ".join(f'"{column}"' for column in schema.names)
        files = ", ".join(_literal(path) for path in (empty, *inputs.parts[name]))
        try:
            connection.execute(
                f"CREATE VIEW landing.{name} AS SELECT {columns} FROM read_parquet([{files}], union_by_name = true)"
            )
        except duckdb.Error as error:
            raise UserError(f"landing of '{name}' cannot be read: {first_line(str(error))}") from None
    manifests = manifest_table(inputs)
    connection.execute("CREATE TABLE landing.manifest AS SELECT * FROM manifests ORDER BY source, run_id")
    del manifests


def manifest_table(inputs: Inputs) -> pa.Table:
    """One row per source run, also for runs that landed nothing."""
    rows = []
    runs: dict[str, int] = {}
    for manifest in sorted(inputs.manifests, key=lambda m: (m.source, m.run_id)):
        runs[manifest.source] = runs.get(manifest.source, 0) + 1
        values = manifest.model_dump(include=set(MANIFEST_SCHEMA.names))
        rows.append(
            values
            | {
                "ordinal": runs[manifest.source],
                "landed": manifest.landed,
                "record_count": sum(manifest.records.values()),
                "reasons": "; ".join(manifest.reasons) or None,
            }
        )
    return pa.Table.from_pylist(rows, schema=MANIFEST_SCHEMA)


def create_reference(connection: duckdb.DuckDBPyConnection, tables: dict[str, pa.Table]) -> None:
    """Schema `ref`, one table each, in the order of the Arrow rows."""
    connection.execute("CREATE SCHEMA IF NOT EXISTS ref")
    for name, table in sorted(tables.items()):
        connection.register("incoming", table)
        connection.execute(f"CREATE TABLE ref.{name} AS SELECT * FROM incoming")
        connection.unregister("incoming")


# (source, kind, value, identifier) of everything landed that suppression could name. `source` is empty for schemes that
# are valid everywhere, such as orcid. The identifiers are those of the records' own `identifiers`.
#
# Candidates are not staged: that a list names an account says where a crawl may go on, and nothing about anybody. They
# are personal data all the same, so suppression reads their identifiers like all others.
_IDENTIFIERS = """
    SELECT source, 'profile', profile_id, source || ':profile:' || profile_id FROM landing.profile
    UNION SELECT source, 'profile', profile_id, source || ':profile:' || profile_id
          FROM landing.author_mention WHERE profile_id IS NOT NULL
    UNION SELECT source, 'profile', profile_id, source || ':profile:' || profile_id FROM landing.affiliation
    UNION SELECT source, 'profile', profile_id, source || ':profile:' || profile_id FROM landing.identity_claim
    UNION SELECT source, 'handle', lower(handle), source || ':handle:' || lower(handle)
          FROM landing.profile WHERE handle IS NOT NULL
    UNION SELECT source, 'profile', profile_id, source || ':profile:' || profile_id FROM landing.profile_fact
    UNION SELECT source, 'profile', profile_id, source || ':profile:' || profile_id
          FROM landing.candidate WHERE profile_id IS NOT NULL
    UNION SELECT source, 'handle', lower(handle), source || ':handle:' || lower(handle) FROM landing.candidate
    UNION SELECT source, 'handle', lower(owner_handle), source || ':handle:' || lower(owner_handle)
          FROM landing.artifact WHERE owner_handle IS NOT NULL
    UNION SELECT source, 'artifact', artifact_id, source || ':artifact:' || artifact_id FROM landing.artifact
    UNION SELECT source, 'work', artifact_id || '#' || "position",
                 source || ':work:' || artifact_id || '#' || "position"
          FROM landing.author_mention
    UNION SELECT '', 'orcid', orcid, 'orcid:' || orcid FROM landing.author_mention WHERE orcid IS NOT NULL
    UNION SELECT '', scheme, "value", scheme || ':' || "value" FROM landing.identity_claim
"""


# Suppression names a person by any one identifier; what the sources themselves say is the same person goes with it.
_LINKED = """
    SELECT p.source, 'profile', p.profile_id FROM landing.profile AS p
        JOIN found AS f ON f.kind = 'handle' AND f.source = p.source AND f."value" = lower(p.handle)
    UNION SELECT c.source, 'profile', c.profile_id FROM landing.candidate AS c
        JOIN found AS f ON f.kind = 'handle' AND f.source = c.source AND f."value" = lower(c.handle)
        WHERE c.profile_id IS NOT NULL
    UNION SELECT c.source, 'profile', c.profile_id FROM landing.identity_claim AS c
        JOIN found AS f ON f.source = '' AND f.kind = c.scheme AND f."value" = c."value"
        WHERE c.scheme IN (SELECT scheme FROM personal)
    UNION SELECT m.source, 'profile', m.profile_id FROM landing.author_mention AS m
        JOIN found AS f ON f.kind = 'orcid' AND f."value" = m.orcid WHERE m.profile_id IS NOT NULL
    UNION SELECT '', 'orcid', m.orcid FROM landing.author_mention AS m
        JOIN found AS f ON f.kind = 'profile' AND f.source = m.source AND f."value" = m.profile_id
        WHERE m.orcid IS NOT NULL
    UNION SELECT '', 'orcid', c."value" FROM landing.identity_claim AS c
        JOIN found AS f ON f.kind = 'profile' AND f.source = c.source AND f."value" = c.profile_id
        WHERE c.scheme = 'orcid'
"""
PERSONAL_SCHEMES = (
    "orcid",
    "github",
    "twitter",
    "linkedin",
    "homepage",
    "huggingface",
    "openreview",
    "paper_author",
)
"""Claim schemes whose value is one person's."""


def suppressed_members(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> set[tuple[str, str, str]]:
    """(source, kind, value) of every landed identifier on the suppression list, and of the same person's other ones.

    Landing leaves suppressed people out as well; this catches those who asked after their records had landed. Reads
    nothing while the list is empty.
    """
    if not inputs.suppression.hashes:
        return set()
    found: set[tuple[str, str, str]] = set()
    cursor = connection.execute(_IDENTIFIERS)
    while rows := cursor.fetchmany(10_000):
        found |= {(s, k, v) for s, k, v, identifier in rows if inputs.suppression.matches([identifier])}
    connection.execute("CREATE TEMP TABLE personal AS SELECT unnest(?) AS scheme", [list(PERSONAL_SCHEMES)])
    connection.execute('CREATE TEMP TABLE found (source TEXT, kind TEXT, "value" TEXT)')
    new = found
    while new:
        connection.executemany("INSERT INTO found VALUES (?, ?, ?)", sorted(new))
        new = set(connection.execute(_LINKED).fetchall()) - found
        found = found | new
    connection.execute("DROP TABLE found")
    connection.execute("DROP TABLE personal")
    return found


def _literal(path: Path) -> str:
    return "'" + str(path.absolute()).replace("'", "''") + "'"
