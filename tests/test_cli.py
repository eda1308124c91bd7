"""The command line: help, exit codes, and one clear line for everything a user can get wrong."""

from __future__ import annotations

import json
import socket
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from config.errors import UserError
from config.settings import load_config
from flows import night
from flows.cli import app
from flows.failures import problem_line
from flows.initialise import default_files
from flows.locks import run_lock
from flows.night import NightRequest, NightResult, Progress, SourceOutcome
from tests.commands import REPOSITORY, Place, error_line, small_config

COMMANDS = (
    ["init"], ["nightly"], ["crawl"], ["build"], ["publish"], ["leads"], ["density"], ["query"], ["sources"],
    ["doctor"], ["world"], ["world", "serve"], ["world", "truth"],
)  # fmt: skip


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "data")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(command: list[str]) -> None:
    result = CliRunner().invoke(app, [*command, "--help"])
    assert result.exit_code == 0
    assert "Usage" in result.output


def test_every_command_is_listed_here() -> None:
    names = {command.callback.__name__ for command in app.registered_commands if command.callback}
    assert names | {"world"} == {command[0] for command in COMMANDS}


def test_wrong_use_is_exit_code_2(place: Place) -> None:
    assert place.run("nightly", "--profile", "nonsense").returncode == 2
    assert place.run("unheard-of").returncode == 2


def test_init_writes_every_file_that_a_night_reads(place: Place, tmp_path: Path) -> None:
    target = tmp_path / "mine"
    finished = place.run("init", str(target))
    assert finished.returncode == 0, finished.stderr
    assert load_config(target).digest == load_config(REPOSITORY / "config").digest
    assert (target / "decisions" / "people.csv").is_file()
    assert (place.data / "secrets" / "suppression.key").stat().st_mode & 0o777 == 0o600
    assert {path.as_posix() for path in default_files()} >= {
        "settings.yml",
        "ranking.yml",
        "geography/metros.yml",
    }


def test_init_never_overwrites_what_was_edited(place: Place, tmp_path: Path) -> None:
    target = tmp_path / "mine"
    place.run("init", str(target))
    (target / "pay.yml").write_text("edited")
    finished = place.run("init", str(target))
    assert finished.returncode == 2
    assert "--force" in error_line(finished)
    assert (target / "pay.yml").read_text() == "edited"
    assert place.run("init", str(target), "--force").returncode == 0
    assert (target / "pay.yml").read_text() != "edited"


def test_a_configuration_folder_named_config_shadows_no_package(place: Place) -> None:
    """`init` writes ./config, and children start in that working folder."""
    assert place.run("init").returncode == 0
    assert (place.data.parent / "config" / "settings.yml").is_file()
    assert place.run("sources").returncode == 0


def test_malformed_configuration_names_file_line_and_key(place: Place, tmp_path: Path) -> None:
    config = small_config(tmp_path / "settings", people=150)
    text = (config / "settings.yml").read_text()
    (config / "settings.yml").write_text(text + "nightlyy: 3\n")
    finished = Place(place.data, config).run("nightly")
    assert finished.returncode == 2
    line = error_line(finished)
    assert f"settings.yml:{len(text.splitlines()) + 1}: nightlyy: unknown key" in line


@pytest.mark.parametrize(
    ("value", "words"), [(None, "TALENTATLAS_REAL_DATA is not set"), ("/nowhere", "no such folder")]
)
def test_real_profile_without_its_folder(place: Place, value: str | None, words: str) -> None:
    extra = {} if value is None else {"TALENTATLAS_REAL_DATA": value}
    finished = Place(place.data, extra=extra).run("nightly", "--profile", "real")
    assert finished.returncode == 2
    assert words in error_line(finished)


def test_real_profile_with_an_empty_folder_names_the_missing_files(place: Place, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    finished = Place(place.data, extra={"TALENTATLAS_REAL_DATA": str(empty)}).run(
        "crawl", "ror", "--profile", "real"
    )
    assert finished.returncode == 2
    assert str(empty) in error_line(finished)
    assert "no such file" in error_line(finished)


def test_live_profile_refuses_to_start_without_a_contact(place: Place) -> None:
    finished = place.run("nightly", "--profile", "live")
    assert finished.returncode == 2
    assert "profiles.live.contact" in error_line(finished)


def test_unknown_source(place: Place) -> None:
    finished = place.run("crawl", "nowhere")
    assert finished.returncode == 2
    assert "no source 'nowhere'; there are: acl_anthology" in error_line(finished)
    assert "no source 'nowhere'" in error_line(place.run("nightly", "--only", "nowhere"))


def test_date_that_is_none(place: Place) -> None:
    assert "YYYY-MM-DD" in error_line(place.run("nightly", "--as-of", "yesterday"))


@pytest.mark.parametrize(
    "command",
    [["leads", "computer_vision"], ["density"], ["query", "SELECT 1"]],
    ids=lambda command: command[0],
)
def test_reading_before_anything_is_published(place: Place, command: list[str]) -> None:
    finished = place.run(*command)
    assert finished.returncode == 2
    assert "nothing is published yet" in error_line(finished)


def test_build_before_anything_has_landed(place: Place) -> None:
    finished = place.run("build")
    assert finished.returncode == 2
    assert error_line(finished)


def test_leads_of_a_specialty_that_is_not_sourced(place: Place) -> None:
    assert "computer_vision" in error_line(place.run("leads", "robotics"))


def test_data_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    finished = Place(tmp_path / "data").run("nightly")
    assert finished.returncode == 2
    assert str(tmp_path / "data") in error_line(finished)


def test_world_on_a_port_in_use(place: Place) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ports = json.dumps({"https://huggingface.co": taken.getsockname()[1]})
        finished = place.run("world", "serve", "--people", "60", "--ports", ports)
    assert finished.returncode == 2
    assert str(json.loads(ports)["https://huggingface.co"]) in error_line(finished)


def test_world_file_that_is_not_one(place: Place, tmp_path: Path) -> None:
    (tmp_path / "world.json").write_text("[]")
    finished = place.run("nightly", "--world", str(tmp_path / "world.json"))
    assert finished.returncode == 2
    assert "origins" in error_line(finished)


def test_second_night_at_the_same_time_says_who_holds_the_lock(place: Place) -> None:
    with run_lock(place.sample / "locks" / "nightly.lock"):
        finished = place.run("nightly")
    assert finished.returncode == 2
    assert "another run is under way (process " in error_line(finished)
    with run_lock(place.sample / "locks" / "nightly.lock"):
        pass  # the lock came back


def test_lost_suppression_key_stops_the_night(place: Place) -> None:
    assert place.run("doctor").returncode == 0
    (place.data / "secrets" / "suppression.key").unlink()
    finished = place.run("nightly")
    assert finished.returncode == 2
    assert "suppression key is missing" in error_line(finished)
    doctor = place.run("doctor")
    assert doctor.returncode == 2
    assert "bad   suppression key" in doctor.stdout


def test_sources_before_the_first_run(place: Place) -> None:
    finished = place.run("sources", "--format", "json")
    assert finished.returncode == 0
    rows = json.loads(finished.stdout)
    rows = rows["rows"] if isinstance(rows, dict) else rows
    configured = {path.stem for path in (REPOSITORY / "config" / "sources").glob("*.yml")}
    assert {row["source"] for row in rows} <= configured
    assert {row["verdict"] for row in rows} == {"never"}


def test_parquet_is_not_for_a_terminal(place: Place) -> None:
    assert "--output" in error_line(place.run("sources", "--format", "parquet"))


# The pure parts.


def outcome(verdict: str, **more: object) -> SourceOutcome:
    done = {
        "event": "done",
        "verdict": verdict,
        "records": {"artifact": 3, "seen": 2},
        "rejects": 1,
        "reasons": ["r"],
    }
    arguments: dict[str, object] = {
        "code": 0, "done": done, "last": Progress(3, 7, 1), "last_error": "x", "timed_out": False, "seconds": 1.0,
    }  # fmt: skip
    return night.outcome_of("s", **{**arguments, **more})  # type: ignore[arg-type]


def test_outcome_is_the_childs_own_verdict() -> None:
    judged = outcome("partial")
    assert (judged.verdict, judged.total, judged.rejects, judged.requests) == ("partial", 3, 1, 7)
    assert judged.reasons == ("r",)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"done": None}, "broke off"),
        ({"code": 1}, "broke off"),
        ({"code": 2, "last_error": "error: no file"}, "no file"),
        ({"code": 3}, "another run"),
        ({"timed_out": True, "last_error": "ran into its time limit after 9 s"}, "time limit"),
    ],
)
def test_a_child_without_a_committed_run_has_failed(more: dict[str, object], reason: str) -> None:
    judged = outcome("ok", **more)
    assert judged.verdict == "failed"
    assert reason in judged.reasons[0]
    assert not judged.reasons[0].startswith("error: ")


@pytest.mark.parametrize(
    ("verdicts", "published", "problems", "code"),
    [
        (["ok", "ok"], True, (), 0),
        (["ok", "failed"], True, (), 1),
        (["ok", "partial"], True, (), 1),
        (["ok"], True, ("exports failed",), 1),
        (["ok"], False, ("an audit failed",), 2),
        (["failed"], False, (), 2),
    ],
)
def test_exit_codes(verdicts: list[str], published: bool, problems: tuple[str, ...], code: int) -> None:
    result = NightResult(
        NightRequest("sample"), "r", date(2026, 1, 1),
        tuple(SourceOutcome(str(i), v) for i, v in enumerate(verdicts)),  # type: ignore[arg-type]
        1.0, published=Path("f") if published else None, problems=problems,
    )  # fmt: skip
    assert result.exit_code == code


def test_run_ids_sort_by_time() -> None:
    early, late = datetime(2026, 1, 2, 3, 4, 5, 6, UTC), datetime(2026, 1, 2, 3, 4, 5, 7, UTC)
    assert night.new_run_id(early) == "20260102T030405000006Z"
    assert night.new_run_id(early) < night.new_run_id(late)


def test_full_disk_is_recognised_below_any_error(tmp_path: Path) -> None:
    stopped = RuntimeError("engine stopped")
    stopped.__cause__ = OSError(28, "No space left on device", "x.parquet")
    assert problem_line(stopped, tmp_path) == "x.parquet: the disk is full; free some space and run again"
    assert problem_line(ValueError("a\nb"), tmp_path) == "ValueError: a"
    assert problem_line(UserError("do this"), tmp_path) == "do this"


def test_the_plan_of_a_first_night_asks_nothing_and_leaves_nothing_behind(place: Place) -> None:
    finished = place.run("crawl", "huggingface", "--plan")
    assert finished.returncode == 0, finished.stderr
    assert "lists of what changed, at most" in finished.stdout
    assert "minutes without a token" in finished.stdout
    assert not (place.sample / "landing").exists()
    assert not (place.sample / "logs").exists()


@pytest.mark.parametrize(("source", "words"), [("ror", "has no plan"), ("nowhere", "no source 'nowhere'")])
def test_a_source_without_a_plan(place: Place, source: str, words: str) -> None:
    finished = place.run("crawl", source, "--plan")
    assert finished.returncode == 2
    assert words in error_line(finished)
