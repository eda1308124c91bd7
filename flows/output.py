"""Tables for people and for programs: ``--format table|csv|json|parquet`` and ``--output``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from config.errors import UserError

if TYPE_CHECKING:
    import pyarrow as pa

Format = Literal["table", "csv", "json", "parquet"]


def show(table: pa.Table, form: Format, output: Path | None) -> None:
    """Write a table to `output`, else to standard output. Raises UserError for Parquet without a file."""
    from warehouse import export

    if output is None and form == "parquet":
        raise UserError("--format parquet needs --output FILE: Parquet is not for a terminal")
    export.write(table, form, output if output is not None else sys.stdout)
