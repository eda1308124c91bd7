"""Marks, notices, list filters and tables on a screen: the pure parts and the files they are kept in."""

from __future__ import annotations

import io
import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from config.csvfile import read_rows, write_rows
from config.errors import UserError
from config.marks import COLUMNS, Mark, add_marks, marks_file, parse_marks, read_marks
from config.notices import Notice, add_notices, make_notice, read_notices
from config.paths import ProfilePaths
from config.settings import CONFIG_VARIABLE
from flows.cli import app
from flows.initialise import default_files, write_defaults
from tests.commands import REPOSITORY
from tests.warehouse_toys import toy_config
from warehouse import export
from warehouse.export.screen import screen_lines, text_width
from warehouse.export.sift import LeadFilters, Places, sift
from warehouse.memory import Handled, follow, handled, redirects, told

DAY = date(2026, 11, 1)
LISTS = ("computer_vision", "nlp_llm")


@pytest.mark.parametrize(
    "command", [["leads"], ["explain"], ["mark"], ["privacy", "due"], ["privacy", "notice"]]
)
def test_the_commands_explain_themselves(command: list[str]) -> None:
    result = CliRunner().invoke(app, [*command, "--help"])
    assert result.exit_code == 0
    assert "Usage" in result.output


# Marks.


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(CONFIG_VARIABLE, str(tmp_path))
    return tmp_path


def test_marks_are_kept_one_a_person_and_search(own: Path) -> None:
    config = toy_config(own)
    add_marks(
        config, [Mark("p2", None, "contacted", None, 'said "maybe", twice'), Mark("p1", None, "not_a_fit")]
    )
    again = Mark("p2", None, "later", date(2027, 1, 1))
    other = Mark("p2", "computer_vision", "in_process")
    assert add_marks(config, [again, other]) == 3
    assert read_marks(config) == [Mark("p1", None, "not_a_fit"), again, other]
    assert [path.name for path in (own / "decisions").iterdir()] == ["leads.csv"], "no temporary file stays"


def test_every_bad_row_has_one_line_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text(
        "person_id,search,status,until,note\n"
        "p1,,contacted,,ok\n"
        ",,contacted,,\n"
        "p2,,hired,,\n"
        "p3,astrology,contacted,,\n"
        "p4,,later,,\n"
        "p5,,later,soon,\n"
        "p6,nlp_llm,later,2027-01-01,\n"
    )
    marks, problems = parse_marks(path, read_rows(path)[1], LISTS)
    assert [mark.person_id for mark in marks] == ["p1", "p6"]
    expected = [
        "3: person_id",
        "4: status 'hired'",
        "5: search 'astrology'",
        "6: status 'later'",
        "7: 'soon'",
    ]
    assert len(problems) == len(expected)
    for problem, words in zip(problems, expected, strict=True):
        assert problem.startswith(f"{path}:{words}")


def test_a_bad_row_in_the_memory_itself_stops_instead_of_putting_a_person_back(tmp_path: Path) -> None:
    config = toy_config(tmp_path)
    path = marks_file(config)
    path.parent.mkdir()
    path.write_text("person_id,search,status,until,note\np1,,gone,,\np2,,gone,,\n")
    with pytest.raises(UserError, match=r"leads\.csv:2: status 'gone' .* \(and 1 more rows\)"):
        read_marks(config)
    path.write_text("person_id,decision\n")
    with pytest.raises(UserError, match=r"leads\.csv:1: the columns must be person_id,search"):
        read_marks(config)


def test_contact_details_in_a_note_are_not_stored(own: Path) -> None:
    path = own / "m.csv"
    path.write_text("person_id,status,note\np1,contacted,via ada@example.org and +49 30 1234567\n")
    (mark,), _ = parse_marks(path, read_rows(path)[1], LISTS)
    assert mark.note is not None
    assert "ada@" not in mark.note
    assert "1234567" not in mark.note


def test_a_spreadsheet_with_semicolons_and_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_bytes("\ufeffperson_id;status;note\r\np1;contacted;a, b\r\n;;\r\n".encode())
    _, rows = read_rows(path)
    assert [(row.line, row.values) for row in rows] == [
        (2, {"person_id": "p1", "status": "contacted", "note": "a, b"})
    ]
    path.write_bytes("person_id,note\np1,Z\xfcrich\n".encode("latin-1"))
    with pytest.raises(UserError, match="is not UTF-8"):
        read_rows(path)


@given(st.lists(st.tuples(*[st.text(st.characters(codec="utf-8"), max_size=8)] * 2), max_size=5))
def test_written_rows_are_read_again(cells: list[tuple[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        write_rows(path, ("a", "b"), cells)
        _, rows = read_rows(path)
    wanted = [{k: v.strip() for k, v in zip("ab", row, strict=True) if v.strip()} for row in cells]
    assert [row.values for row in rows] == [values for values in wanted if values]


def test_marks_are_refused_without_an_own_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(CONFIG_VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match="talentatlas init"):
        add_marks(toy_config(tmp_path), [Mark("p1", None, "contacted")])
    assert not (tmp_path / "decisions").exists()


def test_what_ships_decides_nothing_and_init_keeps_what_was_decided(tmp_path: Path) -> None:
    shipped = [path for path in default_files() if path.parts[0] == "decisions"]
    assert {path.name for path in shipped} >= {"leads.csv", "people.csv"}
    for path in shipped:
        assert len((REPOSITORY / "config" / path).read_text().splitlines()) == 1, path
    write_defaults(tmp_path, force=False)
    memory = tmp_path / "decisions" / "leads.csv"
    assert memory.read_text() == ",".join(COLUMNS) + "\n"
    memory.write_text("person_id,search,status,until,note\np1,,contacted,,\n")
    write_defaults(tmp_path, force=True)
    assert "p1,,contacted" in memory.read_text()


# What marks and notices mean after people were merged.


def test_redirects_follow_chains_forks_and_end_in_a_cycle_without_hanging() -> None:
    merged = redirects(
        [
            ("a", "b", "merged"),
            ("b", "c", "merged"),
            ("d", "e", "merged"),
            ("d", "f", "merged"),
            ("c", "x", "split"),
        ]
    )
    assert follow("a", merged) == {"c"}
    assert follow("d", merged) == {"e", "f"}
    assert follow("c", merged) == {"c"}, "after a split the mark stays with the id"
    assert follow("unknown", merged) == {"unknown"}
    assert follow("p", redirects([("p", "q", "merged"), ("q", "p", "merged")])) == {"p", "q"}


def test_marks_keep_people_off_their_lists_until_their_day() -> None:
    marks = [
        Mark("old", None, "contacted"),
        Mark("p1", "nlp_llm", "not_a_fit"),
        Mark("p2", None, "later", date(2026, 11, 2)),
        Mark("p3", None, "later", date(2026, 11, 1)),
        Mark("p4", None, "later", date(2027, 1, 1)),
        Mark("p4", None, "in_process"),
    ]
    found = handled(marks, redirects([("old", "new", "merged")]), LISTS, DAY)
    assert found == {
        ("new", "computer_vision"): Handled("contacted", None),
        ("new", "nlp_llm"): Handled("contacted", None),
        ("p1", "nlp_llm"): Handled("not_a_fit", None),
        ("p2", "computer_vision"): Handled("later", date(2026, 11, 2)),
        ("p2", "nlp_llm"): Handled("later", date(2026, 11, 2)),
        ("p4", "computer_vision"): Handled("in_process", None),
        ("p4", "nlp_llm"): Handled("in_process", None),
    }


def test_the_first_notice_counts_and_follows_a_merge() -> None:
    notices = [Notice("new", date(2026, 11, 9)), Notice("old", date(2026, 11, 5), "letter")]
    assert told(notices, redirects([("old", "new", "merged")])) == {
        "new": Notice("old", date(2026, 11, 5), "letter")
    }


# Notices.


def test_notices_are_added_once_and_survive(tmp_path: Path) -> None:
    paths = ProfilePaths(tmp_path)
    assert read_notices(paths) == []
    assert add_notices(paths, [Notice("p2", DAY, "letter"), Notice("p1", DAY)]) == 2
    assert add_notices(paths, [Notice("p1", DAY), Notice("p3", DAY)]) == 1
    assert read_notices(paths) == [Notice("p1", DAY), Notice("p2", DAY, "letter"), Notice("p3", DAY)]
    paths.notices.write_text("person_id,on,channel\np1,long ago,\n")
    with pytest.raises(UserError, match=r"notices\.csv:2: 'long ago' is not a day"):
        read_notices(paths)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"on": "2026-11-01"}, "person_id is missing"),
        ({"person_id": "p"}, "day of the notice is missing"),
        ({"person_id": "p", "on": "2026-11-02"}, "still to come"),
        ({"person_id": "p", "on": "2026-11-01", "channel": "ada@example.org"}, "holds an e-mail address"),
        ({"person_id": "p", "on": "2026-11-01", "channel": "x" * 61}, "longer than 60"),
    ],
)
def test_bad_notices(values: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make_notice(values, latest=DAY)


# Filters of a list.

PLACES = Places(
    {"US": "United States", "CA": "Canada"}, {"boston": ("Boston", "US"), "toronto": ("Toronto", "CA")}
)


def lead(number: int, **values: Any) -> dict[str, Any]:
    blank = dict.fromkeys(("employer", "country", "metro", "role_kind", "track", "last_active"))
    return {"person_id": f"p{number}"} | blank | values


ROWS = [
    lead(0, employer="Acme Robotics Inc", country="United States", metro="Boston", role_kind="industry",
         track="applied", last_active=date(2026, 5, 1)),
    lead(1, employer="past: ACME robotics", country="Canada", metro="Toronto", track="research"),
    lead(2, employer="Acmeology", country="United States", role_kind="student", last_active=date(2025, 5, 1)),
    lead(3, employer="Other", track="applied", last_active=date(2026, 1, 1)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("filters", "kept", "dropped"),
    [
        ({}, [0, 1, 2], {"handled: contacted": 1}),
        ({"include_handled": True}, [0, 1, 2, 3], {}),
        ({"employers": ("acme robotics",)}, [2], {"employer excluded": 2}),
        ({"countries": ("us",)}, [0, 2], {"another place": 1, "place unknown": 0}),
        ({"countries": ("Canada",), "metros": ("boston",)}, [0, 1], {"place unknown": 1}),
        ({"metros": ("Boston",)}, [0], {"another place": 1, "place unknown": 1}),
        ({"metros": ("Boston",), "place_unknown": "include"}, [0, 2], {"another place": 1}),
        ({"place_unknown": "only", "include_handled": True}, [3], {"place known": 3}),
        ({"place_unknown": "exclude", "include_handled": True}, [0, 1, 2], {"place unknown": 1}),
        ({"role_kinds": ("industry", "unknown")}, [0, 1], {"another kind of role": 1}),
        ({"track": "applied"}, [0], {"another track": 2}),
        (
            {"active_since": date(2026, 1, 1), "include_handled": True},
            [0, 3],
            {"not active since 2026-01-01": 2},
        ),
    ],
)
def test_each_filter_says_how_many_it_left_out(
    filters: dict[str, Any], kept: list[int], dropped: dict[str, int]
) -> None:
    sifted = sift(ROWS, LeadFilters(**filters), PLACES, {"p3": "contacted"})
    assert list(sifted.kept) == kept
    assert dropped.items() <= dict(sifted.dropped).items()
    assert sum(count for _, count in sifted.dropped) == len(ROWS) - len(kept)


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({"countries": ("Atlantis",)}, "no country 'Atlantis'"),
        ({"metros": ("nowhere",)}, "no metro 'nowhere'; there are: boston, toronto"),
        ({"place_unknown": "only", "metros": ("boston",)}, "cannot be asked for at the same time"),
        ({"role_kinds": ("wizard",)}, "--role-kind wizard: is none of industry"),
        ({"employers": ("--",)}, "give a word"),
    ],
)
def test_filters_that_cannot_be_meant(filters: dict[str, Any], words: str) -> None:
    with pytest.raises(UserError, match=words):
        sift(ROWS, LeadFilters(**filters), PLACES, {})


# Tables on a screen.


def on_screen(table: pa.Table, width: int) -> list[str]:
    return list(screen_lines(table, width))


def test_eighty_columns_hold_whole_words_of_what_matters_and_name_the_rest() -> None:
    columns = {
        "data": ["SAMPLE, INVENTED PEOPLE"],
        "rank": [1],
        "name": ["Ada Lovelace"],
        "score": [Decimal("101.2500")],
        "employer": ["Analytical Engine Company of London and Turin"],
        "metro": ["London"],
        "why": ["Wrote the first program; " * 5],
        "evidence_1_url": ["https://example.org/" + "x" * 60],
    }
    table = pa.table(columns).replace_schema_metadata(
        {
            b"notice": b"SAMPLE, INVENTED PEOPLE",
            b"on_screen": b"rank,name,score,employer,metro,why,evidence_1_url",
        }
    )
    lines = on_screen(table, 80)
    assert max(map(text_width, lines)) <= 80
    assert "Ada Lovelace" in lines[2]
    assert " 101.2 " in lines[2]
    assert "…" in lines[2]
    assert "evidence_1_url" in "\n".join(lines[3:]), "an address that does not fit is named, not cut"
    assert lines[-1] == "SAMPLE, INVENTED PEOPLE"
    wide = on_screen(table, 240)
    assert "https://example.org/" + "x" * 60 in wide[2]
    assert max(map(text_width, wide)) < 240, "no wider than the content needs"


def test_an_empty_column_takes_no_room_and_an_id_is_never_cut() -> None:
    table = pa.table(
        {"name": ["n" * 30], "metro": pa.array([None], pa.string()), "person_id": ["p_" + "0" * 16]}
    )
    table = table.replace_schema_metadata({b"on_screen": b"name,metro,person_id"})
    lines = on_screen(table, 46)
    assert lines[2] == "n" * 25 + "…  p_" + "0" * 16
    assert lines[-1] == "empty in every row: metro"
    narrow = on_screen(table, 31)
    assert "p_" not in narrow[2]
    assert "not shown for want of width: person_id" in " ".join(narrow)


def test_a_pipe_gets_one_line_a_row() -> None:
    stream = io.StringIO()
    export.write(pa.table({"name": ["a\nb", "c\x1b[31m\u202ed"], "n": [0.004, 2.0]}), "table", stream)
    header, rule, first, second = stream.getvalue().splitlines()
    assert header.split() == ["name", "n"]
    assert set(rule) == {"-", " "}
    assert first.split() == ["a", "b", "0.004"]
    assert "\x1b" not in second
    assert "\u202e" not in second


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8"), max_size=90), min_size=3, max_size=3), max_size=4
    ),
    st.integers(20, 200),
)
def test_no_line_is_ever_too_wide(rows: list[list[str]], width: int) -> None:
    table = pa.table({name: pa.array([row[i] for row in rows], pa.string()) for i, name in enumerate("abc")})
    addresses = any(cell.startswith("https://") for row in rows for cell in row)
    for line in on_screen(table, width):
        assert "\n" not in line
        assert addresses or text_width(line) <= max(width, 20)
