"""Sourcers' SQL: the published file and nothing else, read and never written."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from config.errors import UserError
from config.paths import ProfilePaths
from tests.warehouse_toys import finished_build, toy_config
from warehouse.export import query
from warehouse.publish import publish


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> ProfilePaths:
    folder = tmp_path_factory.mktemp("query")
    paths = ProfilePaths(folder / "sample")
    publish(toy_config(folder), paths, finished_build(paths, "20261101-aaaaaaaaaaaa"))
    return paths


def test_rows_come_back_marked(paths: ProfilePaths) -> None:
    table = query.run(paths, "SELECT person_id FROM mart.leads ORDER BY rank LIMIT 2;")
    assert table.to_pylist() == [
        {"data": "SAMPLE, INVENTED PEOPLE", "person_id": "P0"},
        {"data": "SAMPLE, INVENTED PEOPLE", "person_id": "P1"},
    ]


@pytest.mark.parametrize(
    "sql",
    [
        "DESCRIBE mart.leads",
        "SUMMARIZE mart.leads",
        "EXPLAIN SELECT 1",
        "SHOW ALL TABLES",
        "PRAGMA database_size",
    ],
)
def test_looking_around_is_allowed(paths: ProfilePaths, sql: str) -> None:
    assert query.run(paths, sql).num_rows > 0


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM mart.leads",
        "CREATE TABLE x AS SELECT 1",
        "CREATE TEMP TABLE x AS SELECT 1",
        "COPY mart.leads TO '{folder}/stolen.csv'",
        "ATTACH '{folder}/new.duckdb' AS n",
        "SET enable_external_access = true",
        "RESET lock_configuration",
        "INSTALL httpfs",
        "LOAD httpfs",
        "CALL pragma_version()",
        "EXPORT DATABASE '{folder}/all'",
    ],
)
def test_anything_but_reading_is_refused_on_one_line(paths: ProfilePaths, tmp_path: Path, sql: str) -> None:
    with pytest.raises(UserError, match=r"^SQL: ") as refusal:
        query.run(paths, sql.format(folder=tmp_path))
    assert "\n" not in str(refusal.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('{file}')",
        "SELECT * FROM '{file}'",
        "SELECT * FROM read_csv('{file}')",
        "SELECT * FROM glob('{folder}/*')",
        "SELECT * FROM python_variable",
        "SELECT getenv('HOME')",
    ],
)
def test_nothing_outside_the_file_can_be_read(paths: ProfilePaths, tmp_path: Path, sql: str) -> None:
    python_variable = pa.table({"secret": [1]})  # DuckDB would look through the callers' frames
    file = tmp_path / "secret.csv"
    file.write_text("a,b\n1,2\n")
    with pytest.raises(UserError, match=r"^SQL: "):
        query.run(paths, sql.format(file=file, folder=tmp_path))
    assert python_variable.num_rows == 1


@pytest.mark.parametrize("sql", ["", "  -- nothing\n", "SELECT 1; SELECT 2"])
def test_exactly_one_statement_is_asked_for(paths: ProfilePaths, sql: str) -> None:
    with pytest.raises(UserError, match="give one statement"):
        query.run(paths, sql)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT * FROM mart.nothing", "SQL: Catalog Error: Table with name nothing does not exist!"),
        ("SELEC 1", 'SQL: Parser Error: syntax error at or near "SELEC"'),
        ("SELECT 'a'::INT", "SQL: Conversion Error: Could not convert string 'a' to INT32"),
    ],
)
def test_duckdbs_own_first_line_is_shown(paths: ProfilePaths, sql: str, message: str) -> None:
    with pytest.raises(UserError) as error:
        query.run(paths, sql)
    assert str(error.value) == message


def test_a_query_too_big_for_memory_ends_without_spilling_beside_the_file(
    paths: ProfilePaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query, "MEMORY_LIMIT", "20MB")
    with pytest.raises(UserError, match="SQL: Out of Memory Error"):
        query.run(
            paths, "SELECT a.i, list(b.i) FROM range(3000) a(i), range(3000) b(i) GROUP BY a.i ORDER BY 1"
        )
    assert [path.suffix for path in paths.published.iterdir()] == [".duckdb"]


def test_a_query_takes_no_lock(paths: ProfilePaths) -> None:
    with duckdb.connect(str(paths.warehouse), read_only=True):
        assert query.run(paths, "SELECT 1 AS one")["one"].to_pylist() == [1]
