"""SQL over the published file, and over nothing else."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from config.errors import UserError
from config.paths import ProfilePaths
from warehouse.export.read import is_sample, marked, published
from warehouse.failures import first_line

MEMORY_LIMIT = "1GB"
_READING = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)


def run(paths: ProfilePaths, sql: str) -> pa.Table:
    """The rows of one reading statement; sample data bears the mark as its first column.

    The connection is read-only, reaches no other file and no network, and its settings are locked: a query that came
    with somebody's e-mail can neither change nor carry away anything. Raises UserError with DuckDB's own first line.
    """
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise UserError(f"SQL: {first_line(str(error))}") from None
    if len(statements) != 1:
        raise UserError(f"SQL: give one statement, not {len(statements)}")
    if statements[0].type not in _READING:
        raise UserError("SQL: the published file is only read; give a SELECT, DESCRIBE, SUMMARIZE or EXPLAIN")
    build = published(paths)
    try:
        with duckdb.connect(str(build.path), read_only=True) as connection:
            for setting in (
                "python_enable_replacements = false",  # no variable of ours under a table's name
                f"memory_limit = '{MEMORY_LIMIT}'",
                "temp_directory = ''",  # else it would spill beside the published file
                "TimeZone = 'UTC'",
                "enable_external_access = false",
                "lock_configuration = true",
            ):
                connection.execute(f"SET {setting}")
            sample = is_sample(connection)
            table = connection.execute(statements[0]).to_arrow_table()
    except duckdb.Error as error:
        raise UserError(f"SQL: {first_line(str(error))}") from None
    return marked(table, sample) if sample else table
