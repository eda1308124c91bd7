"""What survives a rebuild: who is whom, since when, and where each stood on the last list.

State belongs to a build: `state/builds/<build id>/`, written before publication. "The current state" is that of the
build which the link points to, so the one swap of the link commits the file and its state together.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from config.errors import UserError
from config.paths import ProfilePaths

INPUTS = "inputs.json"

STATE_SCHEMAS: dict[str, pa.Schema] = {
    "person_registry": pa.schema(
        [
            pa.field("member_key", pa.string(), nullable=False),
            pa.field("person_id", pa.string(), nullable=False),
            pa.field("first_seen", pa.date32(), nullable=False),
        ]
    ),
    "person_history": pa.schema(
        [
            pa.field("old_person_id", pa.string(), nullable=False),
            pa.field("new_person_id", pa.string(), nullable=False),
            pa.field("reason", pa.string(), nullable=False),
            pa.field("build_id", pa.string(), nullable=False),
            pa.field("as_of", pa.date32(), nullable=False),
        ]
    ),
    "lead_rank": pa.schema(
        [
            pa.field("specialty", pa.string(), nullable=False),
            pa.field("person_id", pa.string(), nullable=False),
            pa.field("rank", pa.int64(), nullable=False),
        ]
    ),
}
"""Tables of a build's state. The next build reads them as ref.person_registry, ref.person_history, ref.lead_rank."""

_ORDER = {
    "person_registry": "member_key",
    "person_history": "as_of, build_id, old_person_id, new_person_id, reason",
    "lead_rank": "specialty, rank, person_id",
}
# A member that the present landing no longer shows keeps its person id: the source may only have failed tonight.
_QUERIES = {
    "person_registry": (
        "core.person_member",
        """SELECT member_key, person_id, first_seen FROM core.person_member
           UNION ALL
           SELECT r.member_key, r.person_id, r.first_seen FROM ref.person_registry AS r
           WHERE NOT EXISTS (SELECT 1 FROM core.person_member AS m WHERE m.member_key = r.member_key)""",
    ),
    "person_history": (
        "core.person_history",
        """SELECT old_person_id, new_person_id, reason, build_id, as_of FROM core.person_history
           UNION
           SELECT old_person_id, new_person_id, reason, build_id, as_of FROM ref.person_history""",
    ),
    "lead_rank": ("mart.leads", "SELECT specialty, person_id, rank FROM mart.leads"),
}


@dataclass(frozen=True)
class StateRecord:
    """inputs.json of a build's state."""

    build_id: str
    inputs_digest: str
    state_in: str | None
    as_of: date


def folder(paths: ProfilePaths, build_id: str) -> Path:
    """Where the state of a build lies."""
    return paths.state / "builds" / build_id


def published_build_id(paths: ProfilePaths) -> str | None:
    """The build that the link points to; None before the first publication."""
    try:
        return paths.warehouse.readlink().stem
    except OSError:
        return None


def read_record(paths: ProfilePaths, build_id: str) -> StateRecord | None:
    """The record of a build's state, None if that build left none. Raises UserError if it is damaged."""
    path = folder(paths, build_id) / INPUTS
    try:
        content = json.loads(path.read_text())
        return StateRecord(
            build_id=content["build_id"],
            inputs_digest=content["inputs_digest"],
            state_in=content["state_in"],
            as_of=date.fromisoformat(content["as_of"]),
        )
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        raise UserError(f"{path}: the state record is damaged; restore state/ from a backup") from None


def choose(paths: ProfilePaths, inputs_digest: str) -> str | None:
    """The build whose state the next one starts from.

    That of the published build; but if the published build was made from these very inputs, the one *it* started from.
    Raises UserError if the published build's state is missing: going on would give everybody a new id.
    """
    published = published_build_id(paths)
    if published is None:
        return None
    record = read_record(paths, published)
    if record is None:
        raise UserError(
            f"{folder(paths, published)}: the state of the published build is missing; restore state/ from a backup"
        )
    if record.inputs_digest != inputs_digest:
        return published
    if record.state_in is not None and read_record(paths, record.state_in) is None:
        return published  # its starting state was tidied away; its own state keeps all ids
    return record.state_in


def digest(paths: ProfilePaths, build_id: str | None) -> str:
    """SHA-256 over the state tables of a build; of nothing for the first build."""
    total = hashlib.sha256()
    for name in STATE_SCHEMAS if build_id else ():
        path = folder(paths, str(build_id)) / f"{name}.parquet"
        if path.exists():
            total.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def read_tables(paths: ProfilePaths, build_id: str | None) -> dict[str, pa.Table]:
    """The state tables to start from, empty where there are none."""
    tables = {}
    for name, schema in STATE_SCHEMAS.items():
        path = folder(paths, build_id) / f"{name}.parquet" if build_id else None
        if path is None or not path.exists():
            tables[name] = schema.empty_table()
            continue
        try:
            tables[name] = pq.read_table(path).select(schema.names).cast(schema)
        except (pa.ArrowInvalid, KeyError, OSError) as error:
            raise UserError(
                f"{path}: the state cannot be read ({error}); restore state/ from a backup"
            ) from None
    return tables


def write(connection: duckdb.DuckDBPyConnection, paths: ProfilePaths, record: StateRecord) -> Path:
    """Write the state that a finished build leaves, the folder by rename.

    A build id names its inputs, so a state that is already there is the same one and stays.
    """
    target = folder(paths, record.build_id)
    if read_record(paths, record.build_id) == record:
        return target
    temporary = target.with_name(target.name + ".tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    tables = {
        f"{schema}.{table}"
        for schema, table in connection.execute(
            "SELECT schema_name, table_name FROM duckdb_tables()"
        ).fetchall()
    }
    for name, schema in STATE_SCHEMAS.items():
        needs, query = _QUERIES[name]
        source = query if needs in tables else f"SELECT * FROM ref.{name}"
        rows = connection.execute(f"SELECT * FROM ({source}) ORDER BY {_ORDER[name]}").to_arrow_table()
        pq.write_table(rows.cast(schema), temporary / f"{name}.parquet", compression="zstd")
    (temporary / INPUTS).write_text(
        json.dumps(
            {
                "build_id": record.build_id,
                "inputs_digest": record.inputs_digest,
                "state_in": record.state_in,
                "as_of": record.as_of.isoformat(),
            },
            indent=1,
        )
    )
    shutil.rmtree(target, ignore_errors=True)
    temporary.rename(target)
    return target


def tidy(paths: ProfilePaths, keep: set[str]) -> None:
    """Delete the states of builds that are neither in `keep` nor what one of those started from."""
    wanted = set(keep)
    for build_id in keep:
        record = read_record(paths, build_id)
        if record is not None and record.state_in is not None:
            wanted.add(record.state_in)
    for path in (paths.state / "builds").glob("*"):
        if path.name not in wanted:
            shutil.rmtree(path, ignore_errors=True)
