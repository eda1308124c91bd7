"""Opening DuckDB files for building."""

from __future__ import annotations

from pathlib import Path

import duckdb

from config.settings import Config


def build_settings(config: Config, folder: Path) -> dict[str, str]:
    """DuckDB's settings for a build: its own ceiling, spilling into `folder`, and UTC wherever the machine is."""
    return {
        "memory_limit": config.settings.warehouse.memory_limit,
        "threads": str(config.settings.warehouse.threads),
        "temp_directory": str(folder / "spill"),
        "preserve_insertion_order": "false",
        "TimeZone": "UTC",
    }


def open_database(file: Path, settings: dict[str, str]) -> duckdb.DuckDBPyConnection:
    """A read-write connection with `settings`."""
    connection = duckdb.connect(str(file))
    for (
        name,
        value,
    ) in settings.items():  # not at connect: TimeZone belongs to an extension that loads with it
        connection.execute(f"SET {name} = '{value}'")
    return connection
