"""Publication: the gate, the compact copy, the swap, and strangers' sessions."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from config.paths import ProfilePaths
from tests.warehouse_toys import finished_build, toy_config
from warehouse import state
from warehouse.compact import NOT_GATED
from warehouse.publish import Change, PublishRefused, compare, current, publish

# Opens a file read-write, commits a table, leaves a transaction open, says so and waits to be killed.
FOREIGN_SESSION = """
import sys, time, duckdb
connection = duckdb.connect(sys.argv[1])
connection.execute("SET checkpoint_threshold = '1TB'")
connection.execute("CREATE TABLE foreign_table AS SELECT 42 AS x")
connection.execute("BEGIN")
connection.execute("INSERT INTO foreign_table VALUES (1)")
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture
def paths(tmp_path: Path) -> ProfilePaths:
    return ProfilePaths(tmp_path / "sample")


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(query).fetchall()


def session_killed_in(path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", FOREIGN_SESSION, str(path)], stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        child.kill()


def test_the_link_leads_to_a_read_only_file_of_ordered_commented_tables(
    paths: ProfilePaths, tmp_path: Path
) -> None:
    published = publish(
        toy_config(tmp_path),
        paths,
        finished_build(paths, "20261101-aaaaaaaaaaaa", core__evidence_text="SELECT 1 AS x"),
    )
    assert published.path == paths.published / "20261101-aaaaaaaaaaaa.duckdb"
    assert paths.warehouse.resolve() == published.path.resolve()
    assert not paths.warehouse.readlink().is_absolute(), "the data folder can be moved"
    assert published.path.stat().st_mode & 0o777 == 0o444
    assert sorted(path.name for path in paths.root.iterdir()) == ["published", "state", "warehouse.duckdb"]
    assert [path.name for path in paths.published.iterdir()] == [published.path.name]
    tables = rows(
        paths.warehouse, "SELECT schema_name || '.' || table_name FROM duckdb_tables() ORDER BY ALL"
    )
    assert [name for (name,) in tables] == [
        "core.person_member",
        "mart.density",
        "mart.leads",
        "mart.publication_size",
        "ref.build",
        "ref.source",
        "ref.specialty",
    ], "neither staging nor suppression nor working texts are published"
    assert rows(paths.warehouse, "SELECT count(*) FROM duckdb_views() WHERE NOT internal") == [(0,)]
    comment = "SELECT comment FROM duckdb_tables() WHERE table_name = 'leads'"
    assert rows(paths.warehouse, comment) == [("It's leads",)]
    column = "SELECT comment FROM duckdb_columns() WHERE table_name = 'leads' AND column_name = 'rank'"
    assert rows(paths.warehouse, column) == [("Best first",)]
    uncommented = (
        "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'ref' AND comment IS NULL"
    )
    assert rows(paths.warehouse, uncommented) == []
    ranks = rows(paths.warehouse, "SELECT rank FROM mart.leads")
    assert ranks == sorted(ranks)


def test_publishing_the_same_build_again_does_nothing_and_says_so(
    paths: ProfilePaths, tmp_path: Path
) -> None:
    config = toy_config(tmp_path)
    first = publish(config, paths, finished_build(paths, "20261101-aaaaaaaaaaaa"))
    before = first.path.stat()
    again = publish(config, paths, finished_build(paths, "20261101-aaaaaaaaaaaa"))
    assert (first.already, again.already) == (False, True)
    assert (again.path.stat().st_ino, again.path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert not paths.builds.exists()


def test_a_damaged_published_file_is_written_again(paths: ProfilePaths, tmp_path: Path) -> None:
    config = toy_config(tmp_path)
    first = publish(config, paths, finished_build(paths, "20261101-aaaaaaaaaaaa"))
    first.path.chmod(0o644)
    first.path.write_bytes(b"not a database")
    again = publish(config, paths, finished_build(paths, "20261101-aaaaaaaaaaaa"))
    assert not again.already
    assert rows(paths.warehouse, "SELECT count(*) FROM mart.leads") == [(10,)]


def test_a_drop_is_refused_with_both_numbers_and_the_last_file_stays(
    paths: ProfilePaths, tmp_path: Path
) -> None:
    config = toy_config(tmp_path)
    publish(config, paths, finished_build(paths, "20261101-aaaaaaaaaaaa", leads=100))
    smaller = finished_build(paths, "20261102-bbbbbbbbbbbb", leads=70)
    with pytest.raises(PublishRefused) as refusal:
        publish(config, paths, smaller)
    tail = "rows (-30 %): a drop of more than 20%; if it is right, give --accept-drop REASON"
    assert refusal.value.lines == [
        f"leads of computer_vision: 100 -> 70 {tail}",
        f"mart.leads: 100 -> 70 {tail}",
        f"source toy_hub, artifact: 100 -> 70 {tail}",
    ]
    published = current(paths)
    assert published is not None
    assert published.build_id == "20261101-aaaaaaaaaaaa"
    assert len(list(paths.published.iterdir())) == 1

    accepted = publish(config, paths, smaller, accept_drop="the hub was cleaned up")
    assert Change("mart.leads", 100, 70) in accepted.changes
    assert rows(paths.warehouse, "SELECT accepted_drop FROM ref.build") == [("the hub was cleaned up",)]
    assert str(Change("x", 100, 70)) == "x: 100 -> 70 rows (-30 %)"


def test_an_empty_reason_accepts_nothing(paths: ProfilePaths, tmp_path: Path) -> None:
    publish(toy_config(tmp_path), paths, finished_build(paths, "20261101-aaaaaaaaaaaa", leads=100))
    with pytest.raises(PublishRefused):
        publish(
            toy_config(tmp_path),
            paths,
            finished_build(paths, "20261102-bbbbbbbbbbbb", leads=1),
            accept_drop=" ",
        )


def test_small_losses_and_growth_pass_but_the_last_row_does_not(paths: ProfilePaths, tmp_path: Path) -> None:
    config = toy_config(tmp_path)
    publish(config, paths, finished_build(paths, "20261101-aaaaaaaaaaaa", leads=6))
    grown = publish(config, paths, finished_build(paths, "20261102-bbbbbbbbbbbb", leads=8))
    assert Change("mart.leads", 6, 8) in grown.changes
    publish(config, paths, finished_build(paths, "20261103-cccccccccccc", leads=4))
    with pytest.raises(PublishRefused, match="4 -> 0 rows"):
        publish(config, paths, finished_build(paths, "20261104-dddddddddddd", leads=0))


def test_a_source_that_vanished_is_a_drop(paths: ProfilePaths, tmp_path: Path) -> None:
    publish(toy_config(tmp_path), paths, finished_build(paths, "20261101-aaaaaaaaaaaa"))
    other = "SELECT 'other_hub' AS source, i AS artifact_id FROM range(10) AS t(i)"
    with pytest.raises(PublishRefused, match=r"source toy_hub, artifact: gone, was 10 rows"):
        publish(
            toy_config(tmp_path),
            paths,
            finished_build(paths, "20261102-bbbbbbbbbbbb", staging__artifact=other),
        )


def test_marts_of_findings_may_shrink(paths: ProfilePaths, tmp_path: Path) -> None:
    assert "rejects" in NOT_GATED
    many, none = "SELECT i AS record FROM range(50) AS t(i)", "SELECT 1 AS record WHERE false"
    publish(toy_config(tmp_path), paths, finished_build(paths, "20261101-aaaaaaaaaaaa", mart__rejects=many))
    publish(toy_config(tmp_path), paths, finished_build(paths, "20261102-bbbbbbbbbbbb", mart__rejects=none))


def test_only_what_differs_is_a_change() -> None:
    assert compare({"a": 1, "b": 2, "d": 0}, {"a": 1, "c": 3, "d": 5}) == [
        Change("b", 2, None),
        Change("c", None, 3),
        Change("d", 0, 5),
    ]


def test_a_reader_keeps_its_version_through_publications(paths: ProfilePaths, tmp_path: Path) -> None:
    config = toy_config(tmp_path, keep_builds=1)
    publish(config, paths, finished_build(paths, "20261101-aaaaaaaaaaaa", leads=10))
    with duckdb.connect(str(paths.warehouse), read_only=True) as reader:
        publish(config, paths, finished_build(paths, "20261102-bbbbbbbbbbbb", leads=11))
        assert reader.execute("SELECT count(*) FROM mart.leads").fetchall() == [(10,)]
        assert reader.execute("SELECT count(*) FROM core.person_member").fetchall() == [(10,)]
    assert rows(paths.warehouse, "SELECT count(*) FROM mart.leads") == [(11,)]


def test_a_killed_sessions_log_never_reaches_the_next_build(paths: ProfilePaths, tmp_path: Path) -> None:
    config = toy_config(tmp_path)
    old = publish(config, paths, finished_build(paths, "20261101-aaaaaaaaaaaa")).path
    session_killed_in(paths.warehouse)
    assert old.with_name(old.name + ".wal").exists(), "the stranger did leave a log"
    publish(config, paths, finished_build(paths, "20261102-bbbbbbbbbbbb"))
    for read_only in (True, False):
        with duckdb.connect(str(paths.warehouse), read_only=read_only) as connection:
            tables = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        assert ("foreign_table",) not in tables


@pytest.mark.parametrize("beside", ["the new name", "the temporary name", "the link"])
def test_a_log_beside_a_name_that_comes_into_use_is_moved_aside(
    paths: ProfilePaths, tmp_path: Path, beside: str
) -> None:
    new = paths.published / "20261102-bbbbbbbbbbbb.duckdb"
    victim = {
        "the new name": new,
        "the temporary name": new.with_name(new.name + ".tmp"),
        "the link": paths.warehouse,
    }[beside]
    publish(toy_config(tmp_path), paths, finished_build(paths, "20261101-aaaaaaaaaaaa"))
    log = victim.with_name(victim.name + ".wal")
    stranger = tmp_path / "elsewhere.duckdb"
    session_killed_in(stranger)
    stranger.with_name("elsewhere.duckdb.wal").replace(log)
    publish(toy_config(tmp_path), paths, finished_build(paths, "20261102-bbbbbbbbbbbb"))
    assert not log.exists()
    assert rows(
        paths.warehouse, "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'foreign_table'"
    ) == [(0,)]
    assert rows(paths.warehouse, "SELECT build_id FROM ref.build") == [("20261102-bbbbbbbbbbbb",)]


def test_a_log_beside_the_published_file_means_that_it_is_written_again(
    paths: ProfilePaths, tmp_path: Path
) -> None:
    config = toy_config(tmp_path)
    publish(config, paths, finished_build(paths, "20261101-aaaaaaaaaaaa"))
    session_killed_in(paths.warehouse)
    again = publish(config, paths, finished_build(paths, "20261101-aaaaaaaaaaaa"))
    assert not again.already
    assert rows(
        paths.warehouse, "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'foreign_table'"
    ) == [(0,)]
    assert [path.name for path in (paths.published / "set-aside").iterdir()] == [
        "20261101-aaaaaaaaaaaa.duckdb.wal.1"
    ]


def test_as_many_builds_as_configured_are_kept_with_the_states_they_need(
    paths: ProfilePaths, tmp_path: Path
) -> None:
    config = toy_config(tmp_path, keep_builds=2)
    previous = None
    for day in range(1, 6):
        build_id = f"2026110{day}-aaaaaaaaaaaa"
        publish(config, paths, finished_build(paths, build_id, state_in=previous))
        previous = build_id
    assert sorted(path.stem for path in paths.published.glob("*.duckdb")) == [
        "20261104-aaaaaaaaaaaa",
        "20261105-aaaaaaaaaaaa",
    ]
    assert sorted(path.name for path in (paths.state / "builds").iterdir()) == [
        "20261103-aaaaaaaaaaaa",
        "20261104-aaaaaaaaaaaa",
        "20261105-aaaaaaaaaaaa",
    ], "the oldest kept build can still be built again from the state it started from"
    assert state.published_build_id(paths) == "20261105-aaaaaaaaaaaa"


def test_before_the_first_publication_there_is_no_current_build(paths: ProfilePaths) -> None:
    assert current(paths) is None
