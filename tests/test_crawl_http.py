"""Document sources over real HTTP: conditional requests, refusals, gates, and what a stopped run leaves behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from config.manifest import Manifest, read_manifests
from config.paths import ProfilePaths
from crawlers.network import origin_of
from tests.crawl_kit import ROOT, Answer, Ended, Upstream, arguments, crawl, upstream, write_config

API, RAW = "https://api.github.com", "https://raw.githubusercontent.com"
RECORDED = Path(__file__).parent / "recorded" / "acl_anthology"
TREES = "/repos/acl-org/acl-anthology/git/trees/"
DATA = "/acl-org/acl-anthology/master/data/"
LOW = {"sample": {"artifact": 1}, "live": {"artifact": 1}, "real": {"artifact": 1}}


@pytest.fixture
def paths(tmp_path: Path) -> ProfilePaths:
    return ProfilePaths(tmp_path / "data" / "sample")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    quick = {"retries": 1, "delay_seconds": 0, "concurrency": 2, "time_limit_minutes": 1}
    return write_config(
        tmp_path / "config", {"acl_anthology": {"floors": LOW, "limits": quick}, "ror": {"limits": quick}}
    )


@pytest.fixture
def anthology() -> Iterator[Upstream]:
    """The recorded Anthology; both of its origins on one port."""

    def recorded(name: str) -> Answer:
        return Answer((RECORDED / name).read_bytes())

    answers = {
        "/robots.txt": Answer(b"User-agent: *\nDisallow: /private/\n"),
        TREES + "master": recorded("tree_root.json"),
        TREES + "1" * 40: recorded("tree_data.json"),
        TREES + "2" * 40: recorded("tree_xml.json"),
        DATA + "json/people.json": recorded("people.json"),
        DATA + "yaml/venues.yaml": recorded("venues.yaml"),
        DATA + "xml/2026.eacl.xml": recorded("2026.eacl.xml"),
        DATA + "xml/W18.xml": recorded("W18.xml"),
    }
    with upstream(answers) as served:
        yield served


def run(paths: ProfilePaths, config: Path, served: Upstream, *more: str) -> Manifest:
    served.asked.clear()
    ended = crawl("acl_anthology", paths, config, {API: served.origin, RAW: served.origin}, *more)
    assert ended.code == 0, ended.errors
    assert ended.manifest is not None
    return ended.manifest


def seen(paths: ProfilePaths, manifest: Manifest) -> dict[str, tuple[str, int]]:
    """Outcome and records of each document of a run, by the last part of its address."""
    (part,) = [p for p in manifest.parts if p.record_type == "seen"]
    rows = pq.ParquetFile(paths.landing / part.path).read().to_pylist()
    return {row["document_url"].rsplit("/", 1)[-1]: (row["outcome"], row["records"]) for row in rows}


def test_a_second_night_asks_conditionally_and_loads_nothing_twice(
    paths: ProfilePaths, config: Path, anthology: Upstream
) -> None:
    first = run(paths, config, anthology)
    assert (first.verdict, first.mode, first.as_of.isoformat()) == ("ok", "full", "2026-11-01")
    assert first.records["artifact"] == 4
    assert all(agent.startswith("talent-atlas/") for agent in anthology.agents)
    assert not [document for document in first.validators if origin_of(document) == anthology.origin]
    assert seen(paths, first)["W18.xml"] == ("delivered", 4)

    second = run(paths, config, anthology)
    assert second.verdict == "ok"
    assert second.records == {"seen": 7}
    assert anthology.statuses("W18.xml") == anthology.statuses("2026.eacl.xml") == [304]
    assert seen(paths, second)["W18.xml"] == ("not_modified", 4)
    assert second.statistics["carried artifact"] == 4
    assert second.validators == first.validators
    assert second.marks == first.marks

    # Only the changed document is landed again; what it is read with was fetched whole all along.
    changed = anthology.answers[DATA + "xml/W18.xml"]
    changed.body = changed.body.replace(b"An Older Paper", b"A Corrected Paper")
    third = run(paths, config, anthology)
    assert third.records == {"artifact": 1, "author_mention": 1, "identity_claim": 1, "profile": 1, "seen": 7}
    assert seen(paths, third)["2026.eacl.xml"][0] == "not_modified"


def test_a_changed_context_makes_every_document_be_read_again(
    paths: ProfilePaths, config: Path, anthology: Upstream
) -> None:
    run(paths, config, anthology)
    people = anthology.answers[DATA + "json/people.json"]
    people.body = people.body.replace(b'"disable_name_matching": true', b'"disable_name_matching": false')
    manifest = run(paths, config, anthology)
    assert anthology.statuses(".xml") == [200, 200]
    assert manifest.records["artifact"] == 4
    assert run(paths, config, anthology).records == {"seen": 7}


def test_a_document_that_vanished_is_gone_and_one_no_longer_listed_is_forgotten(
    paths: ProfilePaths, config: Path, anthology: Upstream
) -> None:
    run(paths, config, anthology)
    del anthology.answers[DATA + "xml/W18.xml"]
    gone = run(paths, config, anthology)
    assert (gone.verdict, seen(paths, gone)["W18.xml"]) == ("ok", ("gone", 0))
    assert not [mark for mark in (*gone.marks, *gone.validators) if mark.endswith("W18.xml")]

    listing = anthology.answers[TREES + "2" * 40]
    content = json.loads(listing.body)
    content["tree"] = [entry for entry in content["tree"] if entry["path"] != "W18.xml"]
    listing.body = json.dumps(content).encode()
    unlisted = run(paths, config, anthology)
    assert unlisted.verdict == "ok"
    assert "W18.xml" not in seen(paths, unlisted)


def test_an_unreadable_document_makes_the_run_partial_and_keeps_what_is_known_of_it(
    paths: ProfilePaths, config: Path, anthology: Upstream
) -> None:
    first = run(paths, config, anthology)
    anthology.answers[DATA + "xml/W18.xml"].body = b"<collection id='W18'><volume"
    manifest = run(paths, config, anthology)
    assert manifest.verdict == "partial"
    assert "W18.xml: not well-formed XML" in manifest.reasons[0]
    assert manifest.rejects == 1
    assert "W18.xml" not in seen(paths, manifest)
    assert manifest.marks == first.marks


@pytest.mark.parametrize(
    ("path", "answer", "verdict", "reason"),
    [
        (DATA + "xml/W18.xml", Answer(b"<html>challenge</html>", 405), "gated", "answered 405"),
        (DATA + "json/people.json", Answer(b"oops", 500), "failed", "HTTP 500"),
        (DATA + "json/people.json", Answer(b"[]"), "failed", "not the Anthology's people.json"),
        (TREES + "master", Answer(b'{"tree": [], "truncated": false}'), "empty", "had no record"),
        ("/robots.txt", Answer(b"User-agent: talent-atlas\nDisallow: /acl-org/\n"), "gated", "asks us to stay out"),
        (DATA + "yaml/venues.yaml", Answer(b"", 302, {"Location": "https://elsewhere.example/x"}), "failed",
         "https://elsewhere.example is not among the origins"),
    ],
)  # fmt: skip
def test_a_refusal_or_a_wrong_answer_lands_nothing_and_says_why(
    paths: ProfilePaths,
    config: Path,
    anthology: Upstream,
    path: str,
    answer: Answer,
    verdict: str,
    reason: str,
) -> None:
    anthology.answers[path] = answer
    manifest = run(paths, config, anthology)
    assert manifest.verdict == verdict
    assert any(reason in line for line in manifest.reasons), manifest.reasons
    assert not manifest.records
    assert {part.record_type for part in manifest.parts} <= {"rejects"}
    assert not manifest.validators
    assert not manifest.marks
    assert not list(paths.landing.glob("[!rm]*/**/*.parquet"))


def test_an_origin_without_a_loopback_address_is_never_asked_for_real(
    paths: ProfilePaths, config: Path, anthology: Upstream
) -> None:
    ended = crawl("acl_anthology", paths, config, {API: anthology.origin})
    assert ended.manifest is not None
    assert ended.manifest.verdict == "failed"
    assert "raw.githubusercontent.com has no address in the origins map" in ended.manifest.reasons[0]


def test_a_failed_night_leaves_the_marks_of_the_last_good_one_in_force(
    paths: ProfilePaths, config: Path, anthology: Upstream
) -> None:
    run(paths, config, anthology)
    people = anthology.answers[DATA + "json/people.json"]
    good = people.body
    people.body = b"[]"
    assert run(paths, config, anthology).verdict == "failed"
    people.body = good
    assert run(paths, config, anthology).records == {"seen": 7}


def test_a_server_that_asks_for_patience_is_given_it(
    paths: ProfilePaths, config: Path, anthology: Upstream
) -> None:
    path = DATA + "xml/W18.xml"
    good = anthology.answers[path]
    refusal = Answer(b"slow down", 429, {"Retry-After": "1"})

    class Once(dict[str, Answer]):
        def get(self, key: str, default: Any = None) -> Any:
            found = super().get(key, default)
            if key == path:
                self[path] = good
            return found

    anthology.answers = Once(anthology.answers | {path: refusal})
    start = time.monotonic()
    assert run(paths, config, anthology).verdict == "ok"
    assert anthology.statuses("W18.xml") == [429, 200]
    assert time.monotonic() - start > 1


def test_connections_refused_are_a_failed_run_and_not_a_finished_one(
    paths: ProfilePaths, config: Path
) -> None:
    ended = crawl("ror", paths, config, {"https://zenodo.org": "http://127.0.0.1:9"})
    assert ended.code == 0
    assert ended.manifest is not None
    assert ended.manifest.verdict == "failed"
    assert ended.events[-1]["verdict"] == "failed"


class Held(dict[str, Answer]):
    """An upstream that keeps one path waiting."""

    def get(self, key: str, default: Any = None) -> Any:
        if key.endswith("W18.xml"):
            time.sleep(20)
        return super().get(key, default)


@pytest.mark.parametrize("how", ["term", "kill", "lifeline"])
def test_a_stopped_run_counts_for_nothing_and_the_next_one_is_whole(
    paths: ProfilePaths, config: Path, anthology: Upstream, how: str
) -> None:
    answers = anthology.answers
    anthology.answers = Held(answers)
    command = arguments(
        "acl_anthology", paths, config, {API: anthology.origin, RAW: anthology.origin}, "--lifeline"
    )
    child = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True
    )
    deadline = time.monotonic() + 30
    while not any(path.endswith("2026.eacl.xml") for path, _ in anthology.asked):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    if how == "kill":
        assert crawl("acl_anthology", paths, config, {API: anthology.origin, RAW: anthology.origin}).code == 3
    assert child.stdin is not None
    if how == "lifeline":
        child.stdin.close()
    else:
        os.kill(child.pid, signal.SIGTERM if how == "term" else signal.SIGKILL)
    assert child.wait(timeout=5) == (143 if how == "term" else -9)
    assert read_manifests(paths, "acl_anthology") == []

    anthology.answers = answers
    manifest = run(paths, config, anthology)
    assert (manifest.verdict, manifest.records["artifact"]) == ("ok", 4)
    on_disk = {path.relative_to(paths.landing).as_posix() for path in paths.landing.rglob("*.parquet")}
    assert on_disk == {part.path for part in manifest.parts}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"source": "nowhere"}, "no source 'nowhere'"),
        ({"origins": {}}, "needs the sample world's origins"),
        ({"origins": {API: "https://example.org"}}, "must map to a loopback address"),
        ({"more": ("--profile", "live")}, "the live profile takes no origins map"),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(
    paths: ProfilePaths, config: Path, change: dict[str, Any], says: str
) -> None:
    origins = {API: "http://127.0.0.1:9", RAW: "http://127.0.0.1:9"}
    given: dict[str, Any] = {"source": "acl_anthology", "origins": origins, "more": (), **change}
    ended: Ended = crawl(given["source"], paths, config, given["origins"], *given["more"])
    assert ended.code == 2
    assert ended.errors.startswith("error: ")
    assert says in ended.errors
    assert len(ended.errors.splitlines()) == 1
    assert ended.manifest is None
