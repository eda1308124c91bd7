"""A run in this process: files of the real profile, and the verdict."""

from __future__ import annotations

import gzip
import json
import tarfile
import zipfile
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import UserError
from config.manifest import Manifest
from config.paths import ProfilePaths
from config.records import RECORD_TYPES, Record
from config.settings import SourceConfig, load_config
from config.yamlfile import read_yaml
from crawlers import segment
from crawlers.files import documents, unread_files
from crawlers.job import Job
from crawlers.network import Network, RefusedOrigin, retry_after_seconds, user_agent
from crawlers.outcome import Tally, judge
from crawlers.run import LockHeld, run, source_lock
from crawlers.source import BadDocument, Document, DocumentSource, Fetch, Item, Reject, Unread, load_source
from crawlers.sources.acl_anthology import anthology_id, slug, valid_orcid
from tests.crawl_kit import ROOT, write_config

HUB = "https://huggingface.co"
DAY = date(2026, 11, 1)
RECORDED = Path(__file__).parent / "recorded"


def job(tmp_path: Path, source: str, profile: Any, config: Path, run_id: str = "r1", **fields: Any) -> Job:
    paths = ProfilePaths(tmp_path / "data" / profile)
    return Job(source, profile, paths, config, fields.get("as_of", DAY), run_id, fields.get("origins", {}))


def rows(job: Job, manifest: Manifest, kind: str) -> list[dict[str, Any]]:
    parts = [part.path for part in manifest.parts if part.record_type == kind]
    return [row for part in parts for row in pq.ParquetFile(job.paths.landing / part).read().to_pylist()]


# --- files -------------------------------------------------------------------------------------------------------


@pytest.fixture
def real_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "files"
    (folder / "acl").mkdir(parents=True)
    with tarfile.open(folder / "acl" / "xml.tar.gz", "w:gz") as archive:
        for name in ("2026.eacl.xml", "W18.xml", "people.json"):
            archive.add(RECORDED / "acl_anthology" / name, f"data/{name}")
    with zipfile.ZipFile(folder / "acl" / "more.zip", "w") as zipped:
        zipped.write(RECORDED / "acl_anthology" / "venues.yaml", "yaml/venues.yaml")
    (folder / "records.jsonl.gz").write_bytes(
        gzip.compress((RECORDED / "ror" / "records.jsonl").read_bytes())
    )
    (folder / "plain.jsonl").write_bytes((RECORDED / "ror" / "records.jsonl").read_bytes())
    (folder / "README.md").touch()
    monkeypatch.setenv("TALENTATLAS_REAL_DATA", str(folder))
    return folder


def file_entry(path: str, kind: str, member: str | None = None, as_of: str = "2022-05-06") -> dict[str, Any]:
    return {"path": path, "kind": kind, "as_of": as_of} | ({"member": member} if member else {})


@pytest.fixture
def file_config(tmp_path: Path) -> Path:
    acl = [
        file_entry("acl/more.zip", "venues", "*.yaml"),
        file_entry("acl/xml.tar.gz", "collection", "*.xml"),
    ]
    ror = [
        file_entry("records.jsonl.gz", "records"),
        file_entry("plain.jsonl", "records", as_of="2020-01-01"),
    ]
    low = {"artifact": 1}
    return write_config(
        tmp_path / "config",
        {
            "acl_anthology": {"files": acl, "floors": {"sample": low, "live": low, "real": low}},
            "ror": {
                "files": ror,
                "floors": {name: {"organisation": 1} for name in ("sample", "live", "real")},
            },
        },
    )


def test_archives_are_read_member_by_member(tmp_path: Path, real_data: Path, file_config: Path) -> None:
    this = job(tmp_path, "acl_anthology", "real", file_config)
    manifest = run(this)
    assert manifest.verdict == "ok"
    assert manifest.as_of == date(2022, 5, 6)
    assert manifest.records == {"artifact": 4, "author_mention": 10, "identity_claim": 3, "seen": 3}
    assert {row["document"] for row in rows(this, manifest, "artifact")} == {
        "file:acl/xml.tar.gz!data/2026.eacl.xml",
        "file:acl/xml.tar.gz!data/W18.xml",
    }
    # Without people.json an author is known only by the id that the paper itself gives.
    assert {row["profile_basis"] for row in rows(this, manifest, "author_mention")} == {"explicit", None}
    assert not manifest.validators


def test_the_same_organisation_may_come_from_several_files(
    tmp_path: Path, real_data: Path, file_config: Path
) -> None:
    this = job(tmp_path, "ror", "real", file_config)
    manifest = run(this)
    days = {(row["document"], row["as_of"]) for row in rows(this, manifest, "organisation")}
    assert days == {
        ("file:records.jsonl.gz", date(2022, 5, 6)),
        ("file:records.jsonl.gz", date(2026, 2, 24)),
        ("file:plain.jsonl", date(2020, 1, 1)),
        ("file:plain.jsonl", date(2026, 2, 24)),
    }


def test_a_missing_file_is_named(tmp_path: Path, real_data: Path, file_config: Path) -> None:
    (real_data / "plain.jsonl").unlink()
    with pytest.raises(UserError, match=r"plain\.jsonl: no such file"):
        run(job(tmp_path, "ror", "real", file_config))


def test_an_archive_without_the_member_or_cut_off_is_named(
    tmp_path: Path, real_data: Path, file_config: Path
) -> None:
    archive = real_data / "acl" / "xml.tar.gz"
    whole = archive.read_bytes()
    archive.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UserError, match=r"xml\.tar\.gz: cannot be read"):
        run(job(tmp_path, "acl_anthology", "real", file_config))
    with tarfile.open(archive, "w:gz") as empty:
        empty.add(RECORDED / "acl_anthology" / "people.json", "people.json")
    with pytest.raises(UserError, match=r"holds no member that fits '\*\.xml'"):
        run(job(tmp_path, "acl_anthology", "real", file_config))


def test_a_data_folder_that_is_not_there_is_named(
    tmp_path: Path, file_config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALENTATLAS_REAL_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(UserError, match="no such folder"):
        run(job(tmp_path, "ror", "real", file_config))


def test_files_that_no_source_reads_are_listed(real_data: Path, tmp_path: Path) -> None:
    config = load_config(ROOT / "config")
    sources = {"ror": read_yaml(ROOT / "config" / "sources" / "ror.yml", SourceConfig)}
    only = replace(config, sources=sources)
    assert unread_files(only, real_data) == [
        "acl/more.zip",
        "acl/xml.tar.gz",
        "plain.jsonl",
        "records.jsonl.gz",
    ]
    source = sources["ror"]
    one = source.files[0].model_copy(update={"path": "plain.jsonl"})
    reads = replace(config, sources={"ror": source.model_copy(update={"files": (one,)})})
    assert "plain.jsonl" not in unread_files(reads, real_data)
    (document,) = documents(reads.sources["ror"], real_data)
    assert document.name == "file:plain.jsonl"
    assert sum(1 for _ in document.lines()) == 6


# --- one run, whatever the source ---------------------------------------------------------------------------------


def test_a_run_that_ends_before_its_manifest_leaves_nothing_that_counts(
    tmp_path: Path, real_data: Path, file_config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*arguments: object) -> None:
        raise KeyboardInterrupt

    first = job(tmp_path, "ror", "real", file_config)
    with monkeypatch.context() as patch:
        patch.setattr(segment, "write_manifest", killed)
        with pytest.raises(KeyboardInterrupt):
            run(first)
    assert list(first.paths.landing.rglob("run=r1"))
    second = replace(first, run_id="r2")
    manifest = run(second)
    assert not list(first.paths.landing.rglob("run=r1"))
    assert len(rows(second, manifest, "organisation")) == manifest.records["organisation"]


def test_a_landed_run_is_not_repeated_under_its_id_and_a_failed_one_is(
    tmp_path: Path, real_data: Path, file_config: Path
) -> None:
    this = job(tmp_path, "ror", "real", file_config)
    (real_data / "plain.jsonl").write_bytes(b"")
    compressed = (real_data / "records.jsonl.gz").read_bytes()
    (real_data / "records.jsonl.gz").write_bytes(gzip.compress(b""))
    assert run(this).verdict == "empty"
    (real_data / "records.jsonl.gz").write_bytes(compressed)
    assert run(this).verdict == "ok"
    with pytest.raises(UserError, match="has landed already"):
        run(this)


def test_two_runs_of_a_source_exclude_each_other(tmp_path: Path, real_data: Path, file_config: Path) -> None:
    this = job(tmp_path, "ror", "real", file_config)
    with source_lock(this.paths, "ror"), pytest.raises(LockHeld, match="is under way"):
        run(this)
    assert run(this).verdict == "ok"


def test_a_profile_that_a_source_does_not_run_in_is_refused(tmp_path: Path) -> None:
    config = write_config(tmp_path / "config", {"ror": {"profiles": ["live"]}})
    with pytest.raises(UserError, match="does not run in the profile 'sample'"):
        run(job(tmp_path, "ror", "sample", config, origins={"https://zenodo.org": "http://127.0.0.1:9"}))


# --- the verdict --------------------------------------------------------------------------------------------------

GOOD = Tally(delivered=3)


@pytest.mark.parametrize(
    ("tally", "landed", "rejects", "verdict"),
    [
        (GOOD, {"artifact": 10, "seen": 3}, 0, "ok"),
        (GOOD, {"artifact": 9, "seen": 3}, 0, "failed"),
        (GOOD, {"artifact": 10, "seen": 3}, 14, "failed"),
        (GOOD, {"seen": 3}, 0, "empty"),
        (Tally(not_modified=2, carried=Counter(artifact=10)), {"seen": 2}, 0, "ok"),
        (Tally(delivered=1, not_modified=2, carried=Counter(artifact=9)), {"artifact": 1}, 0, "ok"),
        (Tally(not_modified=2, carried=Counter(artifact=9)), {"seen": 2}, 0, "failed"),
        (Tally(), {}, 0, "failed"),
        (Tally(failed=["x: refused"]), {}, 0, "failed"),
        (Tally(delivered=3, failed=["x: HTTP 500"]), {"artifact": 10}, 0, "partial"),
        (Tally(delivered=3, cut_short=["time"]), {"artifact": 10}, 0, "partial"),
        (Tally(delivered=3, failed=["x: HTTP 500"]), {"artifact": 9}, 0, "failed"),
        (Tally(delivered=3, gated=["x"]), {"artifact": 10}, 0, "gated"),
        (Tally(delivered=3, broken=["x"]), {"artifact": 10}, 0, "failed"),
        (Tally(failed=["x"], gone=1, delivered=1), {"seen": 1}, 0, "failed"),
    ],
)
def test_the_verdict_follows_from_counts_and_floors(
    tally: Tally, landed: dict[str, int], rejects: int, verdict: str
) -> None:
    found, reasons = judge(tally, landed, rejects, {"artifact": 10}, mode="full")
    assert found == verdict
    assert (found == "ok") == (not reasons)


def test_a_quiet_day_of_a_delta_source_is_ok_and_a_silent_one_is_not() -> None:
    floors, before = {"artifact": 1000}, {"artifact": 5000}
    assert judge(GOOD, {"artifact": 1}, 0, floors, mode="delta", before=before)[0] == "ok"
    assert judge(GOOD, {"artifact": 1}, 0, floors, mode="full", before=before)[0] == "failed"
    assert judge(GOOD, {"seen": 3}, 0, floors, mode="delta", before=before)[0] == "empty"


def test_many_reasons_are_shortened() -> None:
    _, reasons = judge(
        Tally(delivered=1, failed=[str(n) for n in range(9)]), {"artifact": 1}, 0, {}, mode="full"
    )
    assert reasons == ("0", "1", "2", "3", "4", "and 4 more")


# --- the network --------------------------------------------------------------------------------------------------


def test_only_listed_origins_are_asked_and_mapped_ones_where_they_are() -> None:
    limits = read_yaml(ROOT / "config" / "sources" / "ror.yml", SourceConfig).limits
    live = Network(("https://zenodo.org",), limits, "agent")
    assert live.address("https://zenodo.org/api?q=1") == "https://zenodo.org/api?q=1"
    assert live.delay == limits.delay_seconds > 0
    mapped = Network(
        ("https://zenodo.org", "https://b.example"),
        limits,
        "a",
        {"https://zenodo.org": "http://127.0.0.1:81"},
    )
    assert mapped.address("https://zenodo.org/api?q=1") == "http://127.0.0.1:81/api?q=1"
    assert mapped.delay == 0
    for url in (
        "https://b.example/x",
        "http://zenodo.org/x",
        "https://zenodo.org.evil.example/",
        "https://zenodo.org:8/",
    ):
        with pytest.raises(RefusedOrigin):
            mapped.address(url)


def test_the_live_profile_says_how_to_reach_its_operator() -> None:
    assert user_agent("live", "https://example.org/crawler").endswith("(+https://example.org/crawler)")
    with pytest.raises(UserError, match="contact is missing"):
        user_agent("live", None)


def test_retry_after_is_read_in_both_forms() -> None:
    now = datetime(2026, 11, 1, 12, tzinfo=UTC)
    assert retry_after_seconds("120") == 120
    assert retry_after_seconds("Sun, 01 Nov 2026 12:00:30 GMT", now) == 30
    assert retry_after_seconds("Sun, 01 Nov 2026 11:00:00 GMT", now) == 0
    assert retry_after_seconds("soon") is retry_after_seconds("") is retry_after_seconds(None) is None


# --- parsers ------------------------------------------------------------------------------------------------------

OWN = {"acl_anthology": ("collection", "people", "venues", "tree_xml"), "ror": ("listing", "dump", "records"),
       "huggingface_models": ("models",)}  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "_id",
                    "id",
                    "names",
                    "name",
                    "orgs",
                    "user",
                    "tags",
                    "hits",
                    "files",
                    "tree",
                    "value",
                    "types",
                ]
            )
            | st.text(max_size=4),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)
XML = st.builds(
    lambda inner: f"<collection id='X'><volume id='1'><meta/>{inner}</volume></collection>".encode(),
    st.lists(
        st.sampled_from(
            [
                "<paper id='1'>", "</paper>", "<paper>", "<title>T</title>", "<title/>", "<author>", "</author>",
                "<last>L</last>", "<first/>", "<author id='' orcid='0'>", "<abstract>&amp;</abstract>", "&undefined;",
                "<doi/>", "<!-- c -->", "<variant script='hani'/>", "<affiliation>A</affiliation>", "<retracted/>",
            ]
        ),
        max_size=14,
    ).map("".join),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([(name, kind) for name, kinds in OWN.items() for kind in kinds]),
    JSON.map(lambda value: json.dumps(value).encode()) | XML | st.binary(max_size=60),
)
def test_junk_gives_records_and_rejects_or_one_reason(where: tuple[str, str], body: bytes) -> None:
    name, kind = where
    source, _ = load_source(name, read_yaml(ROOT / "config" / "sources" / f"{name}.yml", SourceConfig))
    document = Document.of("https://x.example", kind, body, DAY)
    items: list[Item] = []
    with suppress(BadDocument):
        if isinstance(source, DocumentSource) and kind in source.context_kinds:
            source.learn(document)
        items = list(source.parse(document))
    for item in items:
        assert isinstance(item, Record | Reject | Fetch | Unread)
        if isinstance(item, Record):
            assert item.record_type in RECORD_TYPES


@given(st.text(alphabet="abcABC éøß-'.", max_size=20))
def test_a_slug_is_plain_and_stable(name: str) -> None:
    once = slug(name)
    assert slug(once) == once
    assert once == once.strip("-").lower()
    assert once.isascii()


def test_names_that_would_need_transliteration_match_nobody() -> None:
    assert slug("Jörg Ødegård-O’Neil") == "jorg-odegard-o-neil"
    assert slug("孔芳") == slug("Иван") == ""


def test_anthology_ids_of_both_forms() -> None:
    assert anthology_id("2021.naacl", "main", "1") == "2021.naacl-main.1"
    assert anthology_id("P18", "1", "1") == "P18-1001"
    assert anthology_id("W18", "1", "3") == "W18-0103"
    assert anthology_id("D19", "1", "12") == "D19-1012"
    assert anthology_id("D19", "55", "12") == "D19-5512"


def test_orcid_check_characters() -> None:
    assert valid_orcid("0000-0002-1825-0097")
    assert valid_orcid("0000-0002-9079-593X")
    assert not valid_orcid("0000-0002-1825-0098")
    assert not valid_orcid("0000-0002-1825-009")
