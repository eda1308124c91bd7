"""Running the SQLMesh project over one build file, quietly, and saying what failed.

Models are materialised under their own names (no versioned tables, no views that name the catalog): every build is a
fresh file, so SQLMesh's virtual layer would only have to be taken off again. The external tables (landing, ref) are
left undeclared on purpose: where SQLMesh knows all types it casts every column to what it inferred, and its inference
is not DuckDB's (DECIMAL / INTEGER is inferred as DECIMAL(18,3), and digits are lost). Models cast what they publish.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from warehouse.database import open_database
from warehouse.failures import BuildFailed, on_one_line, storage_line

if TYPE_CHECKING:
    from sqlmesh import Context

ROOT = Path(__file__).parent / "sqlmesh"
GATEWAY = "duckdb"
EXAMPLE_ROWS = 3
EXAMPLE_CHARACTERS = 240

Progress = Callable[[str], None]


@dataclass(frozen=True)
class AuditOutcome:
    """An audit that was run on a model: `rows` that should not exist."""

    name: str
    model: str
    rows: int


def context(
    build_file: Path, *, root: Path = ROOT, settings: dict[str, str] | None = None, console: Any = None
) -> Context:
    """A SQLMesh context on a DuckDB file. Its caches stay beside that file, never in the package."""
    _prepare_import()
    from sqlmesh import Context
    from sqlmesh.core import constants
    from sqlmesh.core.config import Config, DuckDBConnectionConfig, GatewayConfig, ModelDefaultsConfig
    from sqlmesh.core.config.common import VirtualEnvironmentMode
    from sqlmesh.core.console import NoopConsole, set_console

    constants.MAX_FORK_WORKERS = 1  # again, should somebody have imported SQLMesh before
    constants.SQLMESH_PATH = build_file.parent / "sqlmesh_home"  # else it writes into the home folder
    set_console(console or NoopConsole())
    forget_connections(build_file.parent)
    return Context(
        paths=str(root),
        config=Config(
            gateways={
                GATEWAY: GatewayConfig(
                    # Comments are set in one go afterwards (`write_comments`): one statement a column is slow here.
                    connection=DuckDBConnectionConfig(
                        database=str(build_file), connector_config=settings or {}, register_comments=False
                    ),
                    state_connection=DuckDBConnectionConfig(),  # in memory: every build starts from nothing
                )
            },
            default_gateway=GATEWAY,
            # A fixed start: without it SQLMesh takes yesterday, and fingerprints would change by the day.
            model_defaults=ModelDefaultsConfig(dialect="duckdb", start="2020-01-01"),
            virtual_environment_mode=VirtualEnvironmentMode.DEV_ONLY,
            disable_anonymized_analytics=True,
            infer_python_dependencies=False,
            cache_dir=str(build_file.parent / "sqlmesh_cache"),
        ),
    )


def _prepare_import() -> None:
    """Both are read at import: a worker pool costs more than our models take to load, and nothing reports home."""
    os.environ.setdefault("MAX_FORK_WORKERS", "1")
    os.environ.setdefault("SQLMESH__DISABLE_ANONYMIZED_ANALYTICS", "true")


def forget_connections(folder: Path) -> None:
    """SQLMesh keeps one adapter per database file for the life of the process, also of files that are gone."""
    from sqlmesh.core.config.connection import BaseDuckDBConnectionConfig

    adapters = BaseDuckDBConnectionConfig._data_file_to_adapter
    for key in [key for key in adapters if Path(key).parent == folder]:
        adapters.pop(key).close()


def run(
    build_file: Path, *, root: Path, settings: dict[str, str], progress: Progress | None = None
) -> list[AuditOutcome]:
    """Build every model and run every audit. Raises BuildFailed naming the models and audits that failed."""
    _prepare_import()
    from sqlmesh.utils.errors import SQLMeshError

    console = _console(progress or (lambda _: None))
    project = None
    try:
        project = context(build_file, root=root, settings=settings, console=console)
        project.plan(auto_apply=True, no_prompts=True, skip_tests=True, include_unmodified=True)
        comments = {
            _short(model.name): {"": model.description or ""} | (model.column_descriptions or {})
            for model in project.models.values()
        }
        outcomes = [
            AuditOutcome(audit.name, model.name, 0)
            for model in project.models.values()
            for audit, _ in model.audits_with_args
        ]
    except (SQLMeshError, duckdb.Error, OSError) as error:
        lines = [line for failure in console.failures for line in describe(failure, project)]
        raise BuildFailed(lines or _lines_of(error, "the models")) from error
    finally:
        if project is not None:
            project.close()
        forget_connections(build_file.parent)
    write_comments(build_file, settings, comments)
    return sorted(outcomes, key=lambda outcome: (outcome.model, outcome.name))


def write_comments(build_file: Path, settings: dict[str, str], comments: dict[str, dict[str, str]]) -> None:
    """Put the models' descriptions into the file: by table name, the table's own under "", the columns' by name."""
    with open_database(build_file, settings) as connection:
        columns = connection.execute(
            "SELECT schema_name || '.' || table_name, column_name FROM duckdb_columns() WHERE NOT internal"
        ).fetchall()
        connection.begin()
        for table, texts in comments.items():
            existing = {column for name, column in columns if name == table}
            for column, text in texts.items():
                if existing and text and (not column or column in existing):
                    on = f'COLUMN {table}."{column}"' if column else f"TABLE {table}"
                    quoted = text.replace("'", "''")
                    connection.execute(f"COMMENT ON {on} IS '{quoted}'")
        connection.commit()


def describe(failure: BaseException, project: Context | None) -> list[str]:
    """Lines about one failed model: its failed audits with count and example rows, or its error."""
    from sqlmesh.utils.errors import NodeAuditsErrors

    node = getattr(failure, "node", None)
    name = _short(getattr(node, "snapshot_name", None) or str(node))
    cause = failure.__cause__ or failure
    if not isinstance(cause, NodeAuditsErrors):
        return _lines_of(cause, f"model {name}")
    lines = []
    for audit in cause.errors:
        noun = "row" if audit.count == 1 else "rows"
        examples = _examples(project, audit.sql(dialect="duckdb")) if project is not None else ""
        lines.append(
            f"audit {audit.audit_name} on {_short(audit.model_name or name)}: {audit.count} {noun}{examples}"
        )
    return lines


def _examples(project: Context, query: str) -> str:
    try:
        frame = project.fetchdf(f"SELECT * FROM ({query}) AS audit ORDER BY ALL LIMIT {EXAMPLE_ROWS}")
    except Exception:  # whatever it is, the audit's own finding matters more
        return ""
    rows = [_row(frame.columns, values) for values in frame.itertuples(index=False, name=None)]
    return f", e.g. {' | '.join(rows)}" if rows else ""


def _row(columns: Iterable[object], values: Iterable[object]) -> str:
    pairs = zip(columns, values, strict=True)
    return on_one_line(", ".join(f"{column}={value}" for column, value in pairs), EXAMPLE_CHARACTERS)


def _lines_of(error: BaseException, what: str) -> list[str]:
    storage = storage_line(error, what)
    if storage:
        return [storage]
    seen: BaseException = error
    while seen.__cause__ is not None:
        seen = seen.__cause__
    return [f"{what}: {on_one_line(str(seen)) or type(seen).__name__}"]


def _short(name: str) -> str:
    """``"build"."core"."work"`` is shown as ``core.work``."""
    return ".".join(part.strip('"') for part in name.split(".")[-2:])


def _console(progress: Progress) -> Any:
    from sqlmesh.core.console import NoopConsole

    class Console(NoopConsole):
        """SQLMesh's events: progress by model, and what it would only print about failures."""

        def __init__(self) -> None:
            self.failures: list[BaseException] = []

        def start_snapshot_evaluation_progress(self, snapshot: Any, audit_only: bool = False) -> None:
            progress(_short(snapshot.name))

        def log_failed_models(self, errors: list[Any]) -> None:
            self.failures += errors

    return Console()
