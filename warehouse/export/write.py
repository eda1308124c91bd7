"""An Arrow table to a terminal, a stream or a file, in one of four formats."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Literal, TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from config.errors import UserError
from warehouse.export.csv import csv_text, json_value
from warehouse.export.screen import screen_lines

Format = Literal["table", "csv", "json", "parquet"]
FORMATS: tuple[Format, ...] = ("table", "csv", "json", "parquet")
WIDE = 240  # columns at most of a table that goes into a file or a pipe


def write(table: pa.Table, format: str, target: Path | TextIO | None = None) -> None:
    """Write `table`: to standard output if `target` is None; a path is replaced atomically.

    Raises UserError for an unknown format, for Parquet without a file, and if the file cannot be written.
    """
    if format not in FORMATS:
        raise UserError(f"no format '{format}'; there are: {', '.join(FORMATS)}")
    if not isinstance(target, Path):
        if format == "parquet":
            raise UserError("Parquet is not text; give --output FILE")
        _write_text(table, format, target or sys.stdout)
        return
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        if format == "parquet":
            pq.write_table(table, temporary, compression="zstd")
        else:
            with temporary.open("w", encoding="utf-8", newline="") as stream:
                _write_text(table, format, stream)
        temporary.replace(target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise UserError(f"{target}: cannot be written ({error.strerror or error})") from None


def _write_text(table: pa.Table, format: str, stream: TextIO) -> None:
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
        width = shutil.get_terminal_size().columns if stream.isatty() else WIDE
        stream.writelines(f"{line}\n" for line in screen_lines(table, width))
