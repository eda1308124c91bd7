"""An Arrow table to a terminal, a stream or a file, in one of four formats."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from config.errors import UserError
from warehouse.export.csv import as_text, csv_text, json_value

if TYPE_CHECKING:
    from rich.table import Table

Format = Literal["table", "csv", "json", "parquet"]
FORMATS: tuple[Format, ...] = ("table", "csv", "json", "parquet")
WIDE = 240  # columns of a table that is written into a file


def write(table: pa.Table, format: str, target: Path | TextIO | None = None) -> None:
    """Write `table`: to standard output if `target` is None; a path is replaced atomically.

    Raises UserError for an unknown format, for Parquet without a file, and if the file cannot be written.
    """
    if format not in FORMATS:
        raise UserError(f"no format '{format}'; there are: {', '.join(FORMATS)}")
    if not isinstance(target, Path):
        if format == "parquet":
            raise UserError("Parquet is not text; give --output FILE")
        _write_text(table, format, target or sys.stdout, width=None)
        return
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        if format == "parquet":
            pq.write_table(table, temporary, compression="zstd")
        else:
            with temporary.open("w", encoding="utf-8", newline="") as stream:
                _write_text(table, format, stream, width=WIDE)
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise UserError(f"{target}: cannot be written ({error.strerror or error})") from None


def _write_text(table: pa.Table, format: str, stream: TextIO, *, width: int | None) -> None:
    if format == "csv":
        stream.writelines(csv_text(table))
    elif format == "json":
        rows = table.to_pylist()
        stream.write("[\n" if rows else "[")
        for number, row in enumerate(rows):
            end = ",\n" if number + 1 < len(rows) else "\n"
            stream.write(json.dumps(row, ensure_ascii=False, default=json_value) + end)
        stream.write("]\n")
    else:
        from rich.console import Console

        Console(file=stream, width=width, highlight=False).print(_screen_table(table))


def _screen_table(table: pa.Table) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text  # data never passes through rich's markup

    metadata = table.schema.metadata or {}
    wanted = [
        name for name in metadata.get(b"on_screen", b"").decode().split(",") if name in table.column_names
    ]
    names = wanted or [name for name in table.column_names if name != "data" or b"notice" not in metadata]
    notice = metadata.get(b"notice", b"").decode()
    shown = Table(box=box.SIMPLE, caption=notice if notice.isupper() else None, caption_justify="left")
    for name in names:
        kind = table.schema.field(name).type
        number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
        shown.add_column(Text(name), justify="right" if number else "left", overflow="fold")
    for row in table.select(names).to_pylist():
        shown.add_row(*(Text("" if value is None else as_text(value)) for value in row.values()))
    return shown
