"""One build: landing and reference tables into a fresh DuckDB file, the models over it, and the state it leaves."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from config.paths import ProfilePaths
from config.settings import Config, ProfileName
from warehouse import inputs as build_inputs
from warehouse import state
from warehouse.database import build_settings, open_database
from warehouse.failures import BuildFailed, storage_line
from warehouse.landing import create_landing, create_reference, suppressed_members
from warehouse.reference import reference_tables
from warehouse.sqlmesh_run import ROOT, AuditOutcome, run

__all__ = ["AuditOutcome", "BuildFailed", "BuildResult", "build"]

LAYERS = ("staging", "core", "mart")


@dataclass(frozen=True)
class BuildResult:
    """A finished build whose audits passed. `rows`: rows by table, such as ``core.work``."""

    build_id: str
    file: Path
    state_dir: Path
    as_of: date
    seconds: float
    rows: dict[str, int]
    audits: list[AuditOutcome]


def build(
    config: Config,
    paths: ProfilePaths,
    profile: ProfileName,
    *,
    as_of: date | None = None,
    progress: Callable[[str], None] | None = None,
    root: Path = ROOT,
) -> BuildResult:
    """Build what has landed. `progress` is called with the name of each step and model as it starts.

    The published file is not touched. Raises BuildFailed (landing empty, a model or an audit failed, disk full) and
    UserError (configuration, decisions, state or landing that a person must put right).
    """
    started = time.monotonic()
    say = progress or (lambda _: None)
    say("inputs")
    inputs = build_inputs.gather(config, paths, profile, as_of)
    folder = paths.builds / inputs.build_id
    try:
        shutil.rmtree(paths.builds, ignore_errors=True)  # also what a refused or killed build left
        folder.mkdir(parents=True)
        file = folder / "build.duckdb"
        settings = build_settings(config, folder)
        say("landing and reference tables")
        with open_database(file, settings) as connection:
            create_landing(connection, inputs, folder / "typed")
            tables = reference_tables(config, inputs, suppressed_members(connection, inputs))
            create_reference(connection, tables | state.read_tables(paths, inputs.state_in))
        audits = run(file, root=root, settings=settings, progress=progress)
        say("state")
        with open_database(file, settings) as connection:
            rows = count_rows(connection)
            record = state.StateRecord(inputs.build_id, inputs.digest, inputs.state_in, inputs.as_of)
            state_dir = state.write(connection, paths, record)
    except (OSError, duckdb.Error) as error:
        line = storage_line(error, f"build {inputs.build_id}")
        if line is None:
            raise
        raise BuildFailed([line]) from error
    return BuildResult(
        build_id=inputs.build_id,
        file=file,
        state_dir=state_dir,
        as_of=inputs.as_of,
        seconds=time.monotonic() - started,
        rows=rows,
        audits=audits,
    )


def count_rows(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rows of every table of the model layers, by schema and name."""
    names = connection.execute(
        "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE list_contains(?, schema_name) ORDER BY ALL",
        [list(LAYERS)],
    ).fetchall()
    counts = {}
    for (name,) in names:
        row = connection.execute(f"SELECT count(*) FROM {name}").fetchone()
        counts[name] = int(row[0]) if row else 0
    return counts
