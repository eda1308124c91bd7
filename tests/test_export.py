"""Exports: marked, guarded against formulas, ordered, replaced atomically."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import UserError
from config.keyed_hash import load_suppression, save_suppression
from config.paths import ProfilePaths
from tests.warehouse_toys import finished_build, toy_config
from warehouse import export
from warehouse.export.csv import TRIGGERS, cell, csv_text
from warehouse.export.nightly import write_all
from warehouse.publish import publish

NOTICE = "SAMPLE, INVENTED PEOPLE"


@pytest.fixture
def paths(tmp_path: Path) -> ProfilePaths:
    paths = ProfilePaths(tmp_path / "data" / "sample")
    publish(toy_config(tmp_path), paths, finished_build(paths, "20261101-aaaaaaaaaaaa"))
    return paths


def parsed(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


@settings(deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=1, max_size=4))
def test_no_text_cell_starts_like_a_formula_and_nothing_else_is_changed(texts: list[str]) -> None:
    table = pa.table({f"c{n}": pa.array([text], type=pa.string()) for n, text in enumerate(texts)})
    lines = "".join(csv_text(table))
    (row,) = parsed(lines)[1:]
    for text, read in zip(texts, row, strict=True):
        assert not read.startswith(TRIGGERS)
        assert read == (f"'{text}" if text.startswith(TRIGGERS) else text)
    assert lines.count('"') % 2 == 0


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=HYPERLINK(1)", '"\'=HYPERLINK(1)"'),
        ("+49", '"\'+49"'),
        ("-1", '"\'-1"'),
        ("@SUM", '"\'@SUM"'),
        ("\tx", '"\'\tx"'),
        ("\rx", '"\'\rx"'),
        ("\nx", '"\'\nx"'),
        ("＝1", '"\'＝1"'),
        ('say "x", please', '"say ""x"", please"'),
        ("a=b", '"a=b"'),
        ("", '""'),
        (None, ""),
        (-3, "-3"),
        (-0.5, "-0.5"),
        (Decimal("-1.2500"), "-1.2500"),
        (Decimal("1E-4"), "0.0001"),
        (True, "true"),
        (date(2026, 11, 1), '"2026-11-01"'),
        (datetime(2026, 11, 1, 2, tzinfo=UTC), '"2026-11-01T02:00:00Z"'),
        (["=a", Decimal("1.5")], '"[""=a"", 1.5]"'),
        ({"k": date(2026, 11, 1)}, '"{""k"": ""2026-11-01""}"'),
    ],
)
def test_cells(value: object, written: str) -> None:
    assert cell(value) == written


def test_the_file_has_one_header_row_crlf_and_utf8(tmp_path: Path) -> None:
    target = tmp_path / "x.csv"
    export.write(pa.table({"=bad": ["Zürich", None], "n": [1, None]}), "csv", target)
    assert target.read_bytes() == '"\'=bad","n"\r\n"Zürich",1\r\n,\r\n'.encode()
    assert list(tmp_path.iterdir()) == [target], "no temporary file stays"


def test_leads_are_ranked_limited_and_marked_in_the_first_column(paths: ProfilePaths) -> None:
    table = export.leads(paths, "computer_vision", 3)
    assert table.column_names[:2] == ["data", "rank"]
    assert table.column_names.count("data") == 1
    assert table["rank"].to_pylist() == [1, 2, 3]
    assert set(table["data"].to_pylist()) == {NOTICE}
    assert export.leads(paths, "computer_vision").num_rows == 10


def test_real_data_is_not_called_a_sample(tmp_path: Path) -> None:
    paths = ProfilePaths(tmp_path / "real")
    build = finished_build(paths, "20261101-aaaaaaaaaaaa", ref__build="SELECT false AS is_sample")
    publish(toy_config(tmp_path), paths, build)
    assert set(export.leads(paths, "computer_vision")["data"].to_pylist()) == {"real"}


@pytest.mark.parametrize("specialty", ["robotics", "astrology"])
def test_an_unknown_list_is_an_error_that_names_the_others(paths: ProfilePaths, specialty: str) -> None:
    with pytest.raises(UserError, match=f"no lead list for '{specialty}'; there are: computer_vision"):
        export.leads(paths, specialty)


def test_density_is_filtered_and_refuses_unknown_values(paths: ProfilePaths) -> None:
    assert export.density(paths, "computer_vision", area_kind="metro").num_rows == 1
    assert export.density(paths, "robotics").num_rows == 0
    assert export.density(paths, source="toy_hub").num_rows == 0
    with pytest.raises(UserError, match="no area kind 'planet'; there are: metro, country"):
        export.density(paths, area_kind="planet")
    with pytest.raises(UserError, match="no source 'x'; there are: all, toy_hub"):
        export.density(paths, source="x")


def test_whoever_asked_to_be_left_out_after_the_build_is_not_exported(paths: ProfilePaths) -> None:
    suppression = load_suppression(paths.suppression_list, paths.suppression_key)
    save_suppression(
        suppression.with_hashes([suppression.digest("toy_hub:profile:p4")]), paths.suppression_list
    )
    people = export.leads(paths, "computer_vision")["person_id"].to_pylist()
    assert "P4" not in people
    assert len(people) == 9


def test_nothing_published_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nothing is published yet; run 'talentatlas nightly' first"):
        export.leads(ProfilePaths(tmp_path), "computer_vision")


def test_the_nightly_files_are_replaced_and_lists_without_a_specialty_go(
    paths: ProfilePaths, tmp_path: Path
) -> None:
    paths.exports.mkdir()
    (paths.exports / "leads-astrology.csv").write_text("old")
    (paths.exports / "leads-computer_vision.csv").write_text("old")
    written = write_all(toy_config(tmp_path), paths)
    assert [path.name for path in written] == ["leads-computer_vision.csv", "density.csv"]
    assert sorted(path.name for path in paths.exports.iterdir()) == [
        "density.csv",
        "leads-computer_vision.csv",
    ]
    head, *rows = parsed(written[0].read_bytes().decode())
    assert head == ["data", "rank", "person_id", "name", "specialty", "score"]
    assert rows[0] == [NOTICE, "1", "P0", "Person P0", "computer_vision", "1.5000"]
    before = written[0].read_bytes()
    write_all(toy_config(tmp_path), paths)
    assert written[0].read_bytes() == before


def test_json_and_parquet_say_the_same_as_csv(paths: ProfilePaths, tmp_path: Path) -> None:
    table = export.leads(paths, "computer_vision", 2)
    export.write(table, "json", tmp_path / "x.json")
    rows = json.loads((tmp_path / "x.json").read_text())
    assert rows[0] == {
        "data": NOTICE,
        "rank": 1,
        "person_id": "P0",
        "name": "Person P0",
        "specialty": "computer_vision",
        "score": 1.5,
    }
    export.write(table.slice(0, 0), "json", tmp_path / "none.json")
    assert json.loads((tmp_path / "none.json").read_text()) == []
    export.write(table, "parquet", tmp_path / "x.parquet")
    assert pq.read_table(tmp_path / "x.parquet").to_pylist() == table.to_pylist()


def test_the_screen_table_shows_the_notice_and_prints_names_as_they_are(paths: ProfilePaths) -> None:
    stream = io.StringIO()
    export.write(export.leads(paths, "computer_vision", 1), "table", stream)
    assert NOTICE in stream.getvalue()
    assert "Person P0" in stream.getvalue()
    stream = io.StringIO()
    export.write(pa.table({"name": ["[bold]x[/bold]"]}), "table", stream)
    assert "[bold]x[/bold]" in stream.getvalue()


def test_wrong_targets_are_errors(tmp_path: Path) -> None:
    table = pa.table({"x": [1]})
    with pytest.raises(UserError, match="no format 'xlsx'; there are: table, csv, json, parquet"):
        export.write(table, "xlsx")
    with pytest.raises(UserError, match="give --output FILE"):
        export.write(table, "parquet", io.StringIO())
    with pytest.raises(UserError, match=r"none/x.csv: cannot be written \(No such file or directory\)"):
        export.write(table, "csv", tmp_path / "none" / "x.csv")
