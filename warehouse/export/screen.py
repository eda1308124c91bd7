"""A table as text: one line a row, never wrapped, cut with an ellipsis, columns chosen by the width there is."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa

from warehouse.export.csv import as_text

GAP = "  "
ELLIPSIS = "…"
TEXT_WIDTH = 48
"""No column of text is wider than this; an address is shown whole or not at all."""
USEFUL_WIDTH = 20
"""Below this a cut text says nothing; its column is left out instead."""
GOOD_WIDTH = 24
"""Enough for most names: every column gets so much, in order, before one gets more."""
SCORES = ("score", "points")


@dataclass(frozen=True)
class _Column:
    name: str
    cells: list[str]
    is_number: bool
    is_whole: bool  # an address or an id: of no use if it is cut

    @property
    def full(self) -> int:
        width = max(text_width(text) for text in (self.name, *self.cells))
        return (
            width if self.is_number or self.is_whole else min(width, max(TEXT_WIDTH, text_width(self.name)))
        )

    @property
    def least(self) -> int:
        whole = self.is_number or self.is_whole
        return self.full if whole else min(self.full, max(USEFUL_WIDTH, text_width(self.name)))


def screen_lines(table: pa.Table, width: int) -> Iterator[str]:
    """The lines of a table, at most `width` wide: header, rule, rows, and what is not shown.

    The table's metadata may name the columns to show, the most useful first (`on_screen`), and a notice to repeat.
    """
    metadata = table.schema.metadata or {}
    wanted = [n for n in metadata.get(b"on_screen", b"").decode().split(",") if n in table.column_names]
    names = wanted or [name for name in table.column_names if name != "data" or b"notice" not in metadata]
    columns = [_column(table, name) for name in names]
    empty = [c.name for c in columns if wanted and table.num_rows and not any(c.cells)]
    columns = [column for column in columns if column.name not in empty]
    chosen = _chosen(columns, width)
    widths = _widths(chosen, width)
    yield _line([column.name for column in chosen], chosen, widths)
    yield GAP.join("-" * size for size in widths)
    for index in range(table.num_rows):
        yield _line([column.cells[index] for column in chosen], chosen, widths)
    hidden = [column.name for column in columns if column not in chosen]
    if empty or hidden:
        yield ""
    if empty:
        yield from _wrapped(f"empty in every row: {', '.join(empty)}", width)
    if hidden:
        yield from _wrapped(f"not shown for want of width: {', '.join(hidden)} (--format csv has all)", width)
    notice = metadata.get(b"notice", b"").decode()
    if notice.isupper():
        yield ""
        yield notice


def text_width(text: str) -> int:
    """Columns that a text takes in a terminal: two for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    return sum(_char_width(c) for c in text)


def _char_width(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _column(table: pa.Table, name: str) -> _Column:
    kind = table.schema.field(name).type
    number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    cells = [_cell(value, name) for value in table[name].to_pylist()]
    has_address = any(cell.startswith("https://") for cell in cells) and not any(
        " " in cell for cell in cells
    )
    whole = has_address or name.endswith("_id")
    return _Column(_safe(name), cells, number, whole)


def _cell(value: object, name: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal | float):
        figure = float(value)
        if name.startswith(SCORES):
            return f"{figure:.1f}"
        # Two decimals, but never a small figure as nothing.
        return f"{figure:.2f}" if figure == 0 or abs(figure) >= 0.01 else f"{figure:.2g}"
    return _safe(as_text(value))


def _safe(text: str) -> str:
    """One line, without what moves a terminal's cursor or turns its direction of writing."""
    return "".join(c if c.isprintable() else " " for c in text)


def _chosen(columns: Sequence[_Column], width: int) -> list[_Column]:
    """The columns that fit, the first always; one that does not fit is passed over for a smaller one after it."""
    chosen: list[_Column] = []
    used = 0
    for column in columns:
        needs = column.least + (len(GAP) if chosen else 0)
        if not chosen or used + needs <= width:
            chosen.append(column)
            used += needs
    return chosen


def _widths(columns: Sequence[_Column], width: int) -> list[int]:
    widths = [column.least for column in columns]
    spare = width - sum(widths) - len(GAP) * (len(widths) - 1)
    for limit in (GOOD_WIDTH, width):
        for index, column in enumerate(columns):
            more = max(0, min(spare, min(column.full, limit) - widths[index]))
            widths[index] += more
            spare -= more
    return [min(size, max(width, 1)) for size in widths]


def _line(cells: Sequence[str], columns: Sequence[_Column], widths: Sequence[int]) -> str:
    fitted = [
        _fit(text, size, column.is_number) for text, size, column in zip(cells, widths, columns, strict=True)
    ]
    return GAP.join(fitted).rstrip()


def _fit(text: str, width: int, right: bool) -> str:
    size = text_width(text)
    if size > width:
        kept, used = [], 0
        for char in text:
            used += _char_width(char)
            if used > width - 1:
                break
            kept.append(char)
        text = "".join(kept) + ELLIPSIS
        size = text_width(text)
    pad = " " * (width - size)
    return pad + text if right else text + pad


def _wrapped(text: str, width: int) -> Iterator[str]:
    line = ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line
