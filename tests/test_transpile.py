"""The SQL models can be carried to Spark: SQLGlot translates each, and none uses what it translates wrongly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlglot
from sqlglot import ErrorLevel, exp
from sqlglot.errors import UnsupportedError

from warehouse.sqlmesh_run import ROOT, context

DENIED = {
    "read_parquet": r"\bread_parquet\s*\(",
    "strip_accents": r"\bstrip_accents\s*\(",
    "fsum": r"\b(fsum|kahan_sum|sumkahan)\s*\(",
    "now": r"\b(now|today|get_current_timestamp)\s*\(|\bcurrent_(date|time|timestamp)\b",
    "random": r"\b(random|uuid|gen_random_uuid)\s*\(",
}
"""What SQLGlot lets through although another engine has no such function, or what makes two builds differ."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    loaded = context(tmp_path_factory.mktemp("transpile") / "build.duckdb")
    yield loaded
    loaded.close()


def problems(query: exp.Expression) -> list[str]:
    """What stands against running a DuckDB query elsewhere, or running it twice with the same result."""
    found = []
    sql = query.sql("duckdb", comments=False)
    try:
        sqlglot.transpile(sql, read="duckdb", write="spark", unsupported_level=ErrorLevel.RAISE)
    except UnsupportedError as error:
        found.append(str(error))
    without_strings = re.sub(r"'(?:[^']|'')*'", "''", sql)
    found += [name for name, pattern in DENIED.items() if re.search(pattern, without_strings, re.IGNORECASE)]
    for aggregate in query.find_all(exp.ArrayAgg, exp.GroupConcat):
        if aggregate.find(exp.Order) is not None:
            found.append("ordered list aggregate")
    for extract in query.find_all(exp.RegexpExtract):
        # Without a group DuckDB takes the whole match and Spark the first group; SQLGlot fills in a 0.
        group = extract.args.get("group")
        if group is None or group.name == "0":
            found.append("regexp_extract without a group")
    return found


def test_every_sql_model_is_a_table_and_can_be_carried_to_spark(project: Any) -> None:
    models = [model for model in project.models.values() if model.is_sql]
    assert len(models) >= 20, "the project was found"
    assert [model.name for model in models if not model.kind.is_full] == []
    assert {
        model.name: problems(model.render_query()) for model in models if problems(model.render_query())
    } == {}


def test_landing_is_read_through_one_macro() -> None:
    """Another engine keeps landing elsewhere; a name written out would still point here."""
    offenders = [
        path.name
        for path in Path(ROOT).glob("models/**/*.sql")
        if re.search(r"\b(FROM|JOIN)\s+landing\.", path.read_text(), re.IGNORECASE)
    ]
    assert offenders == []


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("SELECT * FROM read_parquet('x')", "read_parquet"),
        ("SELECT strip_accents(a) FROM t", "strip_accents"),
        ("SELECT fsum(a) FROM t", "fsum"),
        ("SELECT now() AS n", "now"),
        ("SELECT current_date AS d", "now"),
        ("SELECT random() AS r", "random"),
        ("SELECT list(a ORDER BY b) FROM t", "ordered list aggregate"),
        ("SELECT string_agg(a, ',' ORDER BY b) FROM t", "ordered list aggregate"),
        ("SELECT regexp_extract(a, 'x(y)') FROM t", "regexp_extract without a group"),
    ],
)
def test_the_check_finds_what_it_looks_for(sql: str, problem: str) -> None:
    assert problem in problems(sqlglot.parse_one(sql, read="duckdb"))


def test_the_check_passes_what_is_fine() -> None:
    fine = "SELECT a, 'now() is text' AS b, sum(c) AS d FROM landing.x WHERE year(e) > 2000 GROUP BY a"
    assert problems(sqlglot.parse_one(fine, read="duckdb")) == []
