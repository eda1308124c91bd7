"""Whole nights over real HTTP: the sample world's server, the crawlers as processes, Prefect, SQLMesh, DuckDB."""

from __future__ import annotations

import csv
import json
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from config.manifest import Manifest, read_manifests
from config.paths import ProfilePaths
from config.settings import load_config
from tests.commands import REPOSITORY, Place, error_line, processes_of, running_world, wait_until_gone
from tests.conftest import FirstNight

SOURCED = sorted(name for name, s in load_config(REPOSITORY / "config").specialties.items() if s.sourced)
DOCUMENT_SOURCES = ("acl_anthology", "ror")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def exports(place: Place) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((place.sample / "exports").glob("*.csv"))}


def last_manifests(place: Place) -> dict[str, Manifest]:
    return {manifest.source: manifest for manifest in read_manifests(ProfilePaths(place.sample))}


def count(place: Place, sql: str) -> int:
    with duckdb.connect(str(place.sample / "warehouse.duckdb"), read_only=True) as connection:
        row = connection.execute(sql).fetchone()
    assert row is not None
    return int(row[0])


def test_first_night_publishes_a_warehouse(first_night: FirstNight) -> None:
    sample = first_night.place.sample
    link = sample / "warehouse.duckdb"
    assert link.is_symlink()
    assert link.resolve().parent == (sample / "published").resolve()
    assert count(first_night.place, "SELECT count(*) FROM core.person") > 100
    assert not list((sample / "builds").glob("*")), "working folders stay behind"


def test_first_night_says_what_came_of_it(first_night: FirstNight) -> None:
    shown = first_night.finished.stdout
    assert "SAMPLE, INVENTED PEOPLE" in shown
    for source in load_config(first_night.place.config).sources_of("sample"):
        assert re.search(rf"{source}\s+│ ok", shown), shown
    for specialty in SOURCED:
        assert re.search(rf"│ {specialty}\s+│\s+\d+", shown), shown
    assert "warehouse.duckdb" in shown
    assert "talentatlas query" in shown
    assert re.search(r"│ acl_anthology\s+│ +\d+\.\d / \d+\.\d", shown), (
        "located and ambiguous shares by source"
    )
    assert "first publication" in shown
    assert not first_night.finished.stderr


def test_suggested_query_runs(first_night: FirstNight) -> None:
    suggested = re.search(r'talentatlas query "(.+)"', first_night.finished.stdout)
    assert suggested
    finished = first_night.place.run("query", suggested.group(1), "--format", "json")
    assert finished.returncode == 0, finished.stderr
    assert "evidence_1_url" in finished.stdout


@pytest.mark.parametrize("specialty", SOURCED)
def test_every_sourced_specialty_has_a_lead_list(first_night: FirstNight, specialty: str) -> None:
    leads = rows(first_night.place.sample / "exports" / f"leads-{specialty}.csv")
    assert leads, "an empty list"
    assert {lead["data"] for lead in leads} == {"SAMPLE, INVENTED PEOPLE"}
    assert {lead["specialty"] for lead in leads} == {specialty}
    assert [int(lead["rank"]) for lead in leads] == list(range(1, len(leads) + 1))
    assert all(lead["evidence_1_url"].startswith("https://") for lead in leads)


def test_density_table_is_exported(first_night: FirstNight) -> None:
    cells = rows(first_night.place.sample / "exports" / "density.csv")
    assert {cell["specialty"] for cell in cells} >= set(SOURCED)
    assert {cell["area_kind"] for cell in cells} == {"metro", "country"}


def test_prefect_keeps_the_run_under_the_data_folder(first_night: FirstNight) -> None:
    with sqlite3.connect(first_night.place.sample / "prefect" / "prefect.db") as connection:
        assert connection.execute("SELECT name, state_name FROM flow_run").fetchall()[0][1] == "Completed"
        tasks = dict(connection.execute("SELECT name, state_name FROM task_run").fetchall())
        (artifact,) = connection.execute("SELECT data FROM artifact WHERE key = 'nightly-sample'").fetchone()
    crawls = {f"crawl-{source}" for source in load_config(first_night.place.config).sources_of("sample")}
    assert crawls <= set(tasks)
    assert set(tasks.values()) == {"Completed"}
    assert "SAMPLE, INVENTED PEOPLE" in json.loads(artifact)


def test_no_process_outlives_a_night(first_night: FirstNight) -> None:
    assert not processes_of(first_night.place.data)


def test_default_world_as_make_nightly_runs_it(tmp_path: Path) -> None:
    """Every source, the world at its real size: enough leads for every sourced specialty."""
    place = Place(tmp_path / "data", REPOSITORY / "config")
    finished = place.run("nightly", timeout=400)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert set(last_manifests(place)) == set(load_config(place.config).sources_of("sample"))
    for specialty in SOURCED:
        assert len(rows(place.sample / "exports" / f"leads-{specialty}.csv")) >= 25


def test_second_night_loads_nothing_twice(after_first_night: Place) -> None:
    place = after_first_night
    before = {
        name: count(place, f"SELECT count(*) FROM core.{name}") for name in ("work", "person", "contribution")
    }
    finished = place.run("nightly")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    for source in DOCUMENT_SOURCES:
        manifest = last_manifests(place)[source]
        assert set(manifest.records) == {"seen"}, f"{source} was loaded again"
        assert manifest.statistics["not_modified"] > 0
        assert manifest.validators
    after = {name: count(place, f"SELECT count(*) FROM core.{name}") for name in before}
    assert after == before


def test_rebuild_from_the_same_inputs_gives_the_same_bytes(after_first_night: Place) -> None:
    place = after_first_night
    before = exports(place)
    link = (place.sample / "warehouse.duckdb").resolve().name
    shutil.rmtree(place.sample / "exports")
    finished = place.run("publish")
    assert finished.returncode == 0, finished.stderr
    assert (place.sample / "warehouse.duckdb").resolve().name == link
    assert before
    assert exports(place) == before


@pytest.mark.parametrize("fault", ["down", pytest.param("empty", marks=pytest.mark.slow)])
def test_a_source_that_yields_nothing_stops_no_other(small_place: Place, tmp_path: Path, fault: str) -> None:
    place = Place(tmp_path / "data", small_place.config)
    limits = json.dumps(
        {"faults": {"https://zenodo.org": fault}, "inject_429_at": None, "inject_503_at": None}
    )
    with running_world(place, tmp_path, "--limits", limits) as world:
        finished = place.run("nightly", "--world", str(world))
    assert finished.returncode == 1, finished.stdout + finished.stderr
    manifests = last_manifests(place)
    assert manifests["ror"].verdict in ("failed", "empty")
    assert not manifests["ror"].parts
    assert not manifests["ror"].validators
    assert {manifests[s].verdict for s in manifests if s != "ror"} == {"ok"}
    assert re.search(r"^ror: (failed|empty): \S", finished.stdout, re.MULTILINE), finished.stdout
    assert count(place, "SELECT count(*) FROM core.person") > 100


def test_second_night_at_the_same_time_is_refused(after_first_night: Place) -> None:
    place = after_first_night
    first = place.start("nightly")
    try:
        assert first.stdout is not None
        assert "started" in first.stdout.readline()
        second = place.run("nightly")
        assert second.returncode == 2
        assert f"process {first.pid}" in error_line(second)
    finally:
        first.send_signal(signal.SIGTERM)
        output, _ = first.communicate(timeout=30)
    assert first.returncode == 2
    assert "error: stopped by SIGTERM; nothing was published" in output
    assert not wait_until_gone(place.data, 10)


def test_read_only_session_lives_through_a_night_of_one_source(after_first_night: Place) -> None:
    place = after_first_night
    link = place.sample / "warehouse.duckdb"
    question = "SELECT build_id, (SELECT count(*) FROM mart.leads) FROM mart.build_info"
    with duckdb.connect(str(link), read_only=True) as session:
        before = session.execute(question).fetchall()
        finished = place.run("nightly", "--only", "ror")
        assert finished.returncode == 0, finished.stdout + finished.stderr
        assert session.execute(question).fetchall() == before
    with duckdb.connect(str(link), read_only=True) as session:
        assert session.execute(question).fetchall() != before, "the night published nothing new"
    newest = max(manifest.run_id for manifest in last_manifests(place).values())
    assert {s for s, manifest in last_manifests(place).items() if manifest.run_id == newest} == {"ror"}


WRITER = """
import sys, time, duckdb
connection = duckdb.connect(sys.argv[1])
connection.execute("BEGIN")
connection.execute("CREATE TABLE mart.scribble AS SELECT 1 AS x")
connection.execute("COMMIT")
connection.execute("BEGIN")
connection.execute("UPDATE mart.scribble SET x = 2")
print("ready", flush=True)
time.sleep(60)
"""


def test_killed_writer_does_not_reach_the_next_build(after_first_night: Place) -> None:
    place = after_first_night
    link = place.sample / "warehouse.duckdb"
    link.resolve().chmod(0o644)
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(link)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "ready\n"
    writer.kill()
    writer.wait()
    finished = place.run("nightly", "--only", "ror")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    with duckdb.connect(str(link), read_only=True) as session:
        tables = {name for (name,) in session.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert "leads" in tables
    assert "scribble" not in tables


def test_commands_over_what_is_published(first_night: FirstNight, tmp_path: Path) -> None:
    place = first_night.place
    for number, command in enumerate(
        (
            ["leads", SOURCED[0], "--limit", "3"],
            ["density"],
            ["density", SOURCED[0], "--area-kind", "country"],
            ["sources"],
        )
    ):
        for form in ("csv", "json", "parquet"):
            target = tmp_path / f"{number}.{form}"
            finished = place.run(*command, "--format", form, "--output", str(target))
            assert finished.returncode == 0, finished.stderr
            assert target.stat().st_size > 0
    assert len(rows(tmp_path / "0.csv")) == 3
    assert place.run("leads", SOURCED[0], "--limit", "3").stdout.count("\n") > 3


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE mart.leads",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT 1; SELECT 2",
        "SELECT nothing FROM nowhere",
    ],
)
def test_query_only_reads(first_night: FirstNight, sql: str) -> None:
    finished = first_night.place.run("query", sql)
    assert finished.returncode == 2
    assert error_line(finished)


def test_doctor_after_a_good_night(first_night: FirstNight) -> None:
    finished = first_night.place.run("doctor")
    assert finished.returncode == 0, finished.stdout
    assert "bad" not in finished.stdout
    assert "ok    published build" in finished.stdout


def test_help_is_quick() -> None:
    """Prefect takes seconds to import: no command that does not need it may pay for it."""
    started = time.monotonic()
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, flows.cli; print([m for m in ('prefect', 'duckdb', 'scrapy') if m in sys.modules])",
        ],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    assert loaded.stdout.strip() == "[]"
    assert time.monotonic() - started < 5


def test_the_plan_after_a_night_shows_what_is_left(after_first_night: Place) -> None:
    finished = after_first_night.run("crawl", "huggingface", "--plan", "--as-of", "2027-03-01")
    assert finished.returncode == 0, finished.stderr
    lines = {line.split("  ")[0].strip(): line for line in finished.stdout.splitlines()}
    overviews = [int(word) for word in lines["overviews of accounts"].split() if word.isdigit()]
    assert overviews[0] > 100  # months later all of them are due
    assert "minutes without a token" in finished.stdout
