"""Prefect's empty SQLite database, ready made.

Prefect builds a new database by replaying every migration it ever had: about ten seconds of a first night. The
result is always the same, so it ships as SQL (`prefect_schema.sql`: the schema of Prefect, Apache-2.0, made by the
command below). The SQL names its migration; Prefect itself still migrates from there to its newest one, and where the
installed Prefect does not know that migration, nothing is prepared and it starts from nothing, as without this module.

``python -m flows.prefect_schema`` makes the file anew with the installed Prefect.
"""

from __future__ import annotations

import asyncio
import os
import re
import sqlite3
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

SCHEMA_FILE = Path(__file__).with_name("prefect_schema.sql")
_REVISION = re.compile(r"""INSERT INTO "?alembic_version"? VALUES\('([0-9a-f]+)'\)""")


def revision_of(sql: str) -> str | None:
    """The migration (Alembic revision) that a dump stands at."""
    match = _REVISION.search(sql)
    return match.group(1) if match else None


def known_to_prefect(revision: str) -> bool:
    """Whether the installed Prefect has this migration; without importing Prefect, which takes seconds."""
    spec = find_spec("prefect")
    if spec is None or spec.origin is None:
        return False
    versions = Path(spec.origin).parent / "server" / "database" / "_migrations" / "versions" / "sqlite"
    return any(versions.glob(f"*{revision}*.py"))


def prepare_database(database: Path) -> bool:
    """Write the ready-made database if there is none yet; false if Prefect has to make its own."""
    if database.exists():
        return False
    sql = SCHEMA_FILE.read_text(encoding="utf-8")
    revision = revision_of(sql)
    if revision is None or not known_to_prefect(revision):
        return False
    database.parent.mkdir(parents=True, exist_ok=True)
    temporary = database.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    connection = sqlite3.connect(temporary)
    try:
        connection.executescript(sql)
    finally:
        connection.close()
    temporary.replace(database)  # a killed start leaves no half database behind
    return True


def migrated_schema(folder: Path) -> str:
    """Let the installed Prefect make a database in `folder` by its migrations, and dump it as SQL."""
    database = folder / "prefect.db"
    os.environ["PREFECT_HOME"] = str(folder)
    os.environ["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = f"sqlite+aiosqlite:///{database}"
    from prefect.server.database import provide_database_interface

    asyncio.run(provide_database_interface().create_db())
    connection = sqlite3.connect(database)
    try:
        return "\n".join(connection.iterdump()) + "\n"
    finally:
        connection.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary_folder:
        target = Path(sys.argv[1]) if len(sys.argv) > 1 else SCHEMA_FILE
        target.write_text(migrated_schema(Path(temporary_folder)), encoding="utf-8")
