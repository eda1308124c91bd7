"""CSV that a spreadsheet opens without running anything in it.

RFC 4180: comma, CRLF, UTF-8, one header row; text is always quoted, numbers never. OWASP "CSV injection": a text that
starts with ``= + - @``, tab, carriage return or line feed would be taken for a formula and gets a ``'`` in front. The
full-width forms of the signs count as well, because spreadsheets in an East Asian locale take them for the plain ones.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa

TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
END = "\r\n"


def csv_text(table: pa.Table) -> Iterator[str]:
    """The lines of the file, header first, each with its line end."""
    yield ",".join(text_cell(name) for name in table.column_names) + END
    for batch in table.to_batches(max_chunksize=10_000):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield ",".join(cell(value) for value in row) + END


def cell(value: object) -> str:
    """One cell: numbers bare (they can start with a sign), null empty, all else as quoted and guarded text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return text_cell(as_text(value))


def text_cell(text: str) -> str:
    """A quoted cell whose text no spreadsheet takes for a formula."""
    guarded = f"'{text}" if text.startswith(TRIGGERS) else text
    return '"' + guarded.replace('"', '""') + '"'


def as_text(value: object) -> str:
    """Dates and times in ISO 8601 (times in UTC), lists and structs as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | dict | tuple):
        return json.dumps(value, ensure_ascii=False, default=json_value)
    return str(value)


def json_value(value: object) -> object:
    """What json cannot write by itself."""
    return float(value) if isinstance(value, Decimal) else as_text(value)
