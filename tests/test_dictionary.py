"""The data dictionary is the models' own text, complete and current."""

from __future__ import annotations

import pytest

from warehouse.dictionary import PAGE, TableEntry, missing_comments, model_entries, reference_entries, render


@pytest.fixture(scope="module")
def entries() -> list[TableEntry]:
    return [*model_entries(), *reference_entries()]


def test_every_published_table_and_column_is_described(entries: list[TableEntry]) -> None:
    assert missing_comments(entries) == []
    assert all(entry.columns for entry in entries)


def test_the_page_is_current(entries: list[TableEntry]) -> None:
    assert PAGE.read_text(encoding="utf-8") == render(entries), "run: python -m warehouse.dictionary"


def test_missing_text_is_found_and_cells_cannot_break_the_table() -> None:
    entry = TableEntry("mart.x", "", (("a", "one | two\nthree"), ("b", " ")))
    assert missing_comments([entry]) == ["mart.x", "mart.x.b"]
    assert "| `a` | one \\| two three |" in render([entry])
