"""Retention: the current rows are the same before and after, whatever the history; and what is kept can be restored."""

from __future__ import annotations

import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from config.errors import UserError
from config.keyed_hash import load_suppression, save_suppression
from config.manifest import LandedPart, Manifest, read_manifests, write_manifest
from config.paths import ProfilePaths
from config.records import SCHEMA_VERSION, Profile, Record, Seen, to_arrow
from config.settings import Config
from crawlers.run import source_lock
from flows import retention
from flows.backup import backup, copy_at_publication
from tests.warehouse_toys import SOURCE, finished_build, toy_artifact, toy_config
from warehouse import state
from warehouse.inputs import gather
from warehouse.landing import create_landing, suppressed_members
from warehouse.publish import publish
from warehouse.sqlmesh.macros.current_rows import current_rows

START = datetime(2026, 1, 1, 2, tzinfo=UTC)
DOCUMENTS = ("https://toy.example/1", "https://toy.example/2")
STAGING = Path(__file__).parent.parent / "warehouse" / "sqlmesh" / "models" / "staging"


def run_id(day: int) -> str:
    return (START + timedelta(days=day)).strftime("%Y%m%dT%H%M%S%fZ")


def land_run(
    paths: ProfilePaths,
    day: int,
    documents: dict[str, tuple[str, Iterable[Record]]],
    *,
    verdict: str = "ok",
    mode: str = "full",
    as_of: date | None = None,
    **fields: Any,
) -> Manifest:
    """A run `day` days after the start: per document its outcome and, if delivered, its records."""
    rows: dict[str, list[tuple[str, Record]]] = {}
    if verdict in ("ok", "partial"):
        for document, (outcome, records) in documents.items():
            delivered = list(records) if outcome == "delivered" else []
            seen = Seen.model_validate(
                {"document_url": document, "outcome": outcome, "records": len(delivered)}
            )
            for record in (*delivered, seen):
                rows.setdefault(record.record_type, []).append((document, record))
    parts = []
    for record_type, group in rows.items():
        constant = {
            "source": SOURCE,
            "run_id": run_id(day),
            "retrieved_at": START + timedelta(days=day),
            "licence": "CC0-1.0",
            "parser_version": 1,
            "schema_version": SCHEMA_VERSION,
        }
        envelope = {name: [value] * len(group) for name, value in constant.items()}
        envelope["document"] = [document for document, _ in group]
        relative = f"{record_type}/source={SOURCE}/run={run_id(day)}/part-0.parquet"
        (paths.landing / relative).parent.mkdir(parents=True)
        pq.write_table(
            to_arrow([record for _, record in group], envelope, type(group[0][1])), paths.landing / relative
        )
        parts.append(LandedPart(record_type=record_type, path=relative, rows=len(group)))
    manifest = Manifest(
        source=SOURCE,
        run_id=run_id(day),
        profile="sample",
        mode=mode,
        verdict=verdict,
        as_of=as_of or (START + timedelta(days=day)).date(),
        started_at=START + timedelta(days=day),
        finished_at=START + timedelta(days=day),
        parser_version=1,
        schema_version=SCHEMA_VERSION,
        licence="CC0-1.0",
        parts=tuple(parts),
        **fields,
    )
    write_manifest(paths, manifest)
    return manifest


class Evaluator:
    def var(self, name: str, default: str) -> str:
        return default


def model_sql(name: str) -> str:
    """The SELECT of a staging model; SQLMesh names a cast column after the column, DuckDB would not."""
    text = (STAGING / f"{name}.sql").read_text(encoding="utf-8")
    text = re.sub(r"\AMODEL \(.*?\n\);", "", text, flags=re.DOTALL)
    text = re.sub(r"@landing\('(\w+)'\)", r"landing.\1", text)
    return re.sub(r"^  (\w+)::(\w+)(,?) --", r"  \1::\2 AS \1\3 --", text, flags=re.MULTILINE)


def current(config: Config, paths: ProfilePaths) -> list[tuple[Any, ...]]:
    """The rows of staging.artifact, by the SQL of the models themselves."""
    columns = exp.Array(expressions=[exp.column(name) for name in ("artifact_id", "title", "year", "url")])
    key = exp.Array(expressions=[exp.column("artifact_id")])
    rows = current_rows(Evaluator(), exp.column("artifact"), key, columns).sql(dialect="duckdb")
    with duckdb.connect() as connection, tempfile.TemporaryDirectory() as folder:
        create_landing(connection, gather(config, paths, "sample", date(2026, 12, 1)), Path(folder))
        connection.execute("CREATE SCHEMA ref; CREATE SCHEMA staging")
        connection.execute("CREATE TABLE ref.source AS SELECT 'toy_hub' AS source, 200 AS max_age_days")
        connection.execute("CREATE TABLE ref.build AS SELECT DATE '2026-12-01' AS as_of")
        connection.execute("CREATE TABLE ref.suppressed_member (source TEXT, kind TEXT, value TEXT)")
        connection.execute(f"CREATE TABLE staging.run AS {model_sql('run')}")
        connection.execute(f"CREATE TABLE staging.document AS {model_sql('document')}")
        return connection.execute(f"SELECT * FROM {rows} ORDER BY ALL").fetchall()


outcome = st.sampled_from(["not_modified", "not_modified", "delivered", "gone", "not asked"])
run = st.fixed_dictionaries(
    {
        "verdict": st.sampled_from(["ok", "ok", "partial", "partial", "failed"]),
        "earlier": st.sampled_from([0, 0, 0, 250]),  # days; 250 make a document stale
        "outcomes": st.tuples(outcome, outcome),
        "works": st.sets(st.integers(1, 3), min_size=1, max_size=2),
    }
)


def drawn_run(verdict: str, *outcomes: str) -> dict[str, Any]:
    return {"verdict": verdict, "earlier": 0, "outcomes": outcomes, "works": {1}}


QUIET = [drawn_run("partial", "not asked", "not_modified")] * 3


@example(runs=[drawn_run("partial", "gone", "not_modified"), *QUIET], delta=False, kept_days=1)
@example(runs=[drawn_run("ok", "not asked", "not_modified"), *QUIET], delta=False, kept_days=1)
@settings(max_examples=25, deadline=None)
@given(
    runs=st.lists(run, min_size=3, max_size=6),
    delta=st.sampled_from([False, False, False, True]),
    kept_days=st.integers(1, 2),
)
def test_current_rows_are_the_same_before_and_after(
    runs: list[dict[str, Any]], delta: bool, kept_days: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = ProfilePaths(Path(folder) / "sample")
        config = with_retention(toy_config(Path(folder)), landing_days=kept_days)
        first = {
            name: ("delivered", [toy_artifact(10 * n + w) for w in (1, 2)])
            for n, name in enumerate(DOCUMENTS)
        }
        land_run(paths, 0, first, mode="delta" if delta else "full")
        for day, drawn in enumerate(runs, start=1):
            documents = {
                name: (said, [toy_artifact(10 * n + w, title=f"Day {day}") for w in sorted(drawn["works"])])
                for n, (name, said) in enumerate(zip(DOCUMENTS, drawn["outcomes"], strict=True))
                if said != "not asked"
            }
            as_of = (START + timedelta(days=day - drawn["earlier"])).date()
            mode = "delta" if delta else "full"
            land_run(paths, day, documents, verdict=drawn["verdict"], as_of=as_of, mode=mode)
        before = current(config, paths)
        newest = read_manifests(paths)[-1]
        retention.tidy(config, paths, "sample", START + timedelta(days=len(runs) + 1))
        assert current(config, paths) == before
        assert read_manifests(paths)[-1] == newest
        again = retention.tidy(config, paths, "sample", START + timedelta(days=len(runs) + 1))
        assert not again, "what could go went at once"


def with_retention(config: Config, **changes: int) -> Config:
    from dataclasses import replace

    kept = config.settings.retention.model_copy(update=changes)
    return replace(config, settings=config.settings.model_copy(update={"retention": kept}))


@pytest.fixture
def paths(tmp_path: Path) -> ProfilePaths:
    return ProfilePaths(tmp_path / "sample")


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return with_retention(toy_config(tmp_path / "config"), landing_days=10, logs_days=10)


def runs_left(paths: ProfilePaths) -> list[str]:
    return [manifest.run_id for manifest in read_manifests(paths)]


def delivered(title: str, number: int = 1) -> tuple[str, list[Record]]:
    return "delivered", [toy_artifact(number, title=title)]


def test_a_year_of_nights_shrinks_to_what_is_needed(paths: ProfilePaths, config: Config) -> None:
    for day in range(30):
        document = delivered(f"Day {day}") if day % 10 == 0 else ("not_modified", [])
        land_run(paths, day, {DOCUMENTS[0]: document})
    tidied = retention.tidy(config, paths, "sample", START + timedelta(days=30))
    assert runs_left(paths) == [run_id(day) for day in range(20, 30)]
    assert tidied.runs == 20
    assert tidied.bytes > 0
    folders = {path.name for path in paths.landing.glob("*/source=*/run=*")}
    assert folders == {f"run={run_id(day)}" for day in range(20, 30)}


def test_the_run_that_delivered_a_document_stays_however_old(paths: ProfilePaths, config: Config) -> None:
    land_run(paths, 0, {DOCUMENTS[0]: delivered("First"), DOCUMENTS[1]: delivered("Second", 2)})
    for day in (1, 2, 300):
        land_run(paths, day, {DOCUMENTS[0]: ("not_modified", []), DOCUMENTS[1]: delivered(f"Day {day}", 2)})
    retention.tidy(config, paths, "sample", START + timedelta(days=301))
    assert runs_left(paths) == [run_id(0), run_id(300)]


def test_a_source_read_by_changes_keeps_all_that_landed(paths: ProfilePaths, config: Config) -> None:
    for day, verdict in enumerate(("ok", "failed", "ok", "partial")):
        land_run(paths, day, {DOCUMENTS[0]: delivered(f"Day {day}")}, mode="delta", verdict=verdict)
    retention.tidy(config, paths, "sample", START + timedelta(days=100))
    assert runs_left(paths) == [run_id(0), run_id(2), run_id(3)]


def test_a_source_that_is_being_crawled_waits(paths: ProfilePaths, config: Config) -> None:
    for day in (0, 1, 2):
        land_run(paths, day, {DOCUMENTS[0]: delivered(f"Day {day}")})
    with source_lock(paths, SOURCE):
        assert not retention.tidy(config, paths, "sample", START + timedelta(days=100))
    assert retention.tidy(config, paths, "sample", START + timedelta(days=100)).runs == 2


def test_a_wish_that_is_not_on_the_list_yet_is_not_thrown_away(paths: ProfilePaths, config: Config) -> None:
    land_run(paths, 0, {DOCUMENTS[0]: delivered("Old")}, opt_outs=("ab" * 32,))
    land_run(paths, 1, {DOCUMENTS[0]: delivered("New")})
    assert not retention.tidy(config, paths, "sample", START + timedelta(days=100))
    suppression = load_suppression(paths.suppression_list, paths.suppression_key)
    save_suppression(suppression.with_hashes(["ab" * 32]), paths.suppression_list)
    assert retention.tidy(config, paths, "sample", START + timedelta(days=100)).runs == 1


def test_a_suppressed_person_stays_suppressed_under_a_new_handle(paths: ProfilePaths, config: Config) -> None:
    def account(handle: str) -> Profile:
        return Profile.model_validate(
            {"profile_id": "p1", "handle": handle, "kind": "person", "url": "https://toy.example/p1"}
        )

    suppression = load_suppression(paths.suppression_list, paths.suppression_key)
    save_suppression(
        suppression.with_hashes([suppression.digest(f"{SOURCE}:handle:oldname")]), paths.suppression_list
    )
    land_run(paths, 0, {DOCUMENTS[0]: ("delivered", [account("oldname")])})
    land_run(paths, 1, {DOCUMENTS[0]: ("delivered", [account("newname")])})
    assert retention.tidy(config, paths, "sample", START + timedelta(days=100)).runs == 1
    with duckdb.connect() as connection, tempfile.TemporaryDirectory() as folder:
        inputs = gather(config, paths, "sample")
        create_landing(connection, inputs, Path(folder))
        assert (SOURCE, "profile", "p1") in suppressed_members(connection, inputs)


def test_logs_go_by_the_time_in_their_name(paths: ProfilePaths, config: Config) -> None:
    paths.logs.mkdir(parents=True)
    names = [f"{run_id(0)}-nightly.log", f"{run_id(50)}-ror.log", "serve.log", "99999999T999999Z-x.log"]
    for name in names:
        (paths.logs / name).touch()
    assert retention.tidy(config, paths, "sample", START + timedelta(days=55)).logs == 1
    assert sorted(path.name for path in paths.logs.iterdir()) == sorted(names[1:])


# --- backup


@pytest.fixture
def published(paths: ProfilePaths, config: Config) -> Config:
    (config.directory / "decisions").mkdir(parents=True)
    (config.directory / "decisions" / "people.csv").write_text("left_member,right_member\n")
    load_suppression(paths.suppression_list, paths.suppression_key)
    publish(config, paths, finished_build(paths, "20261101-first"))
    publish(config, paths, finished_build(paths, "20261102-second", state_in="20261101-first"))
    return config


def names_of(archive: Path) -> set[str]:
    with tarfile.open(archive) as opened:
        return set(opened.getnames())


def test_a_backup_holds_the_current_state_and_no_key(
    paths: ProfilePaths, published: Config, tmp_path: Path
) -> None:
    archive = backup(published, paths, tmp_path / "safe")
    assert archive.parent == tmp_path / "safe"
    assert archive.stat().st_mode & 0o777 == 0o600
    names = names_of(archive)
    assert {"sample/warehouse.duckdb", "sample/state/suppression.json", "decisions/people.csv"} <= names
    assert "sample/state/builds/20261102-second/person_registry.parquet" in names
    assert not [name for name in names if "20261101-first" in name or name.startswith("secrets/")]
    assert "secrets/suppression.key" in names_of(backup(published, paths, with_key=True))
    assert not list(paths.root.rglob("*.tmp"))


def test_a_restored_backup_is_the_state_to_go_on_from(
    paths: ProfilePaths, published: Config, tmp_path: Path
) -> None:
    archive = backup(published, paths, with_key=True)
    expected = state.read_tables(paths, state.choose(paths, "other inputs"))
    assert expected["person_registry"].num_rows
    fresh = ProfilePaths(tmp_path / "restored" / "sample")
    kept = tmp_path / archive.name
    shutil.move(archive, kept)
    shutil.rmtree(paths.root)
    with tarfile.open(kept) as opened:
        opened.extractall(fresh.root.parent, filter="data")
    restored = state.read_tables(fresh, state.choose(fresh, "other inputs"))
    assert {name: table.to_pylist() for name, table in restored.items()} == {
        name: table.to_pylist() for name, table in expected.items()
    }
    load_suppression(fresh.suppression_list, fresh.suppression_key)


def test_copies_at_publication_are_counted(paths: ProfilePaths, published: Config) -> None:
    config = with_retention(published, state_copies=2)
    copies = [copy_at_publication(config, paths, START + timedelta(hours=hour)) for hour in range(4)]
    by_hand = backup(config, paths, now=START)
    assert sorted(paths.backups.iterdir()) == sorted([by_hand, *(path for path in copies[2:] if path)])
    assert copy_at_publication(with_retention(config, state_copies=0), paths) is None
    assert sorted(paths.backups.iterdir()) == [by_hand]


def test_what_cannot_be_backed_up_is_said(paths: ProfilePaths, published: Config, tmp_path: Path) -> None:
    paths.suppression_key.unlink()
    with pytest.raises(UserError, match="no such file; a key that TALENTATLAS_SUPPRESSION_KEY holds"):
        backup(published, paths, with_key=True)
    with pytest.raises(UserError, match="nothing to back up"):
        backup(published, ProfilePaths(tmp_path / "none"))
    with pytest.raises(UserError, match="is a file"):
        backup(published, paths, paths.suppression_list)
