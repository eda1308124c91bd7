"""Landing: only a manifest makes rows count; suppressed people and half-read documents never do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.keyed_hash import Suppression
from config.manifest import Manifest, manifest_path, write_manifest
from config.paths import ProfilePaths
from config.records import (
    REJECT_SCHEMA,
    Affiliation,
    Artifact,
    AuthorMention,
    IdentityClaim,
    Metric,
    Profile,
    Record,
    arrow_schema,
)
from crawlers import landing as landing_module
from crawlers.landing import Landing, TornDocument, discard_unfinished
from crawlers.opt_out import asks_recruiters_to_stay_away
from crawlers.source import BadDocument, Fetch, Item, Reject, Unread

NOW = datetime(2026, 11, 1, 2, 30, tzinfo=UTC)
DAY = date(2026, 11, 1)
URL = "https://x.example/1"


@pytest.fixture
def paths(tmp_path: Path) -> ProfilePaths:
    return ProfilePaths(tmp_path / "sample")


def new_landing(paths: ProfilePaths, suppression: Suppression | None = None, run_id: str = "r1") -> Landing:
    return Landing(
        paths,
        source="hub",
        run_id=run_id,
        licence="CC0-1.0",
        parser_version=3,
        suppression=suppression or Suppression(b"key"),
    )


def rows(paths: ProfilePaths, kind: str) -> list[dict[str, Any]]:
    parts = sorted((paths.landing / kind).rglob("*.parquet"))
    return [row for part in parts for row in pq.ParquetFile(part).read().to_pylist()]


def profile(identifier: str, **fields: Any) -> Profile:
    values = {"profile_id": identifier, "handle": f"H-{identifier}", "kind": "person", "url": URL, **fields}
    return Profile.model_validate(values)


def artifact(identifier: str, **fields: Any) -> Artifact:
    values = {"artifact_id": identifier, "kind": "model", "title": "T", "url": URL, **fields}
    return Artifact.model_validate(values)


def metric(identifier: str) -> Metric:
    return Metric(artifact_id=identifier, name="likes", value=1, url=URL, as_of=DAY)


def mention(identifier: str, position: int = 1, **fields: Any) -> AuthorMention:
    values = {
        "artifact_id": identifier,
        "position": position,
        "n_authors": 9,
        "name": "N",
        "url": URL,
        **fields,
    }
    return AuthorMention.model_validate(values)


def test_records_land_by_type_with_their_envelope(paths: ProfilePaths) -> None:
    landing = new_landing(paths)
    taken = landing.take(
        URL, [artifact("a"), mention("a"), Fetch("https://x.example/2", "page"), Unread("new", 2)], NOW
    )
    parts = landing.finish()
    assert taken.records == {"artifact": 1, "author_mention": 1}
    assert taken.fetches == (Fetch("https://x.example/2", "page"),)
    assert taken.unread == {"new": 2}
    assert {part.record_type for part in parts} == {"artifact", "author_mention", "seen"}
    for part in parts:
        table = pq.ParquetFile(paths.landing / part.path).read()
        assert table.num_rows == part.rows
        assert part.path == f"{part.record_type}/source=hub/run=r1/part-0.parquet"
    assert pq.read_schema(paths.landing / "artifact/source=hub/run=r1/part-0.parquet").equals(
        arrow_schema(Artifact)
    )
    (row,) = rows(paths, "artifact")
    assert (row["source"], row["run_id"], row["document"], row["licence"]) == ("hub", "r1", URL, "CC0-1.0")
    assert (row["retrieved_at"], row["parser_version"]) == (NOW, 3)
    (seen,) = rows(paths, "seen")
    assert (seen["document_url"], seen["outcome"], seen["records"]) == (URL, "delivered", 2)


def test_a_key_given_twice_in_one_document_is_rejected_in_two_it_is_not(paths: ProfilePaths) -> None:
    landing = new_landing(paths)
    landing.take(URL, [artifact("a"), artifact("a", title="again")], NOW)
    landing.take(URL + "2", [artifact("a", title="other document")], NOW)
    landing.finish()
    assert [row["title"] for row in rows(paths, "artifact")] == ["T", "other document"]
    assert [(row["record_key"], row["reason"]) for row in rows(paths, "rejects")] == [
        ("a", "duplicate key in one document")
    ]


def broken(*items: Item, error: Exception) -> Iterator[Item]:
    yield from items
    raise error


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (BadDocument("the page is a login form"), "the page is a login form"),
        (KeyError("x"), "the parser failed with KeyError"),
    ],
)
def test_half_a_document_never_lands(paths: ProfilePaths, error: Exception, reason: str) -> None:
    landing = new_landing(paths)
    landing.take(URL, [artifact("before")], NOW)
    with pytest.raises(BadDocument, match=reason):
        landing.take(URL + "2", broken(artifact("a"), artifact("b"), error=error), NOW)
    landing.finish()
    assert [row["artifact_id"] for row in rows(paths, "artifact")] == ["before"]
    assert [row["document_url"] for row in rows(paths, "seen")] == [URL]
    assert [(r["record_type"], r["reason"]) for r in rows(paths, "rejects")] == [("document", reason)]


def test_a_document_too_large_to_hold_back_voids_the_run_if_it_breaks(
    paths: ProfilePaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(landing_module, "_BLOCK_ROWS", 10)
    landing = new_landing(paths)
    with pytest.raises(TornDocument, match="after 20 of its records"):
        landing.take(URL, broken(*(artifact(str(n)) for n in range(25)), error=BadDocument("cut off")), NOW)
    assert [part.record_type for part in landing.void()] == ["rejects"]
    assert rows(paths, "artifact") == []
    assert landing.records == {}


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 40), st.integers(1, 12), st.integers(1, 30))
def test_no_row_is_lost_or_doubled_however_parts_fall(
    tmp_path_factory: pytest.TempPathFactory, count: int, block: int, part: int
) -> None:
    paths = ProfilePaths(tmp_path_factory.mktemp("landing"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(landing_module, "_BLOCK_ROWS", block)
        patch.setattr(landing_module, "PART_ROWS", part)
        landing = new_landing(paths)
        for start in range(0, count, 7):
            landing.take(
                f"{URL}/{start}", [artifact(str(n)) for n in range(start, min(start + 7, count))], NOW
            )
        parts = landing.finish()
    assert sorted(int(row["artifact_id"]) for row in rows(paths, "artifact")) == list(range(count))
    assert sum(p.rows for p in parts if p.record_type == "artifact") == count == landing.records["artifact"]


def test_suppressed_people_and_what_hangs_on_their_works_do_not_land(paths: ProfilePaths) -> None:
    plain = Suppression(b"key")
    hashes = [
        plain.digest(i)
        for i in ("hub:profile:p1", "hub:handle:h-owner", "orcid:0000-0002-1825-0097", "hub:work:w#2")
    ]
    landing = new_landing(paths, plain.with_hashes(hashes))
    items: list[Record] = [
        profile("p1"),
        artifact("by-its-handle", owner_handle="H-p1"),
        Affiliation(profile_id="p1", organisation="O", url=URL),
        IdentityClaim(
            profile_id="p9", scheme="orcid", value="0000-0002-1825-0097", strength="declared", url=URL
        ),
        artifact("by-owner", owner_handle="H-Owner"),
        metric("by-owner"),
        mention("by-owner"),
        mention("w", 1),
        mention("w", 2),
        mention("w", 3, orcid="0000-0002-1825-0097"),
        mention("w", 4, profile_id="p1", profile_basis="explicit"),
        artifact("w"),
        metric("w"),
        profile("p2"),
    ]
    landing.take(URL, items, NOW)
    landing.finish()
    assert [row["profile_id"] for row in rows(paths, "profile")] == ["p2"]
    assert [row["artifact_id"] for row in rows(paths, "artifact")] == ["w"]
    assert [(row["artifact_id"], row["position"]) for row in rows(paths, "author_mention")] == [("w", 1)]
    assert [row["artifact_id"] for row in rows(paths, "metric")] == ["w"]
    assert rows(paths, "affiliation") == rows(paths, "identity_claim") == []
    assert landing.suppressed == 10
    assert landing.opt_outs == set()


def test_a_bio_that_says_no_takes_out_rows_that_landed_before_it(
    paths: ProfilePaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(landing_module, "_BLOCK_ROWS", 2)
    monkeypatch.setattr(landing_module, "PART_ROWS", 2)
    landing = new_landing(paths)
    models = [artifact(f"m{n}", owner_handle="h-no" if n % 2 else "h-yes", abstract="text") for n in range(7)]
    landing.take(URL, [*models, *(metric(f"m{n}") for n in range(7))], NOW)
    landing.take(
        URL + "2", [profile("no", bio="I train models. No recruiters, please."), profile("yes")], NOW
    )
    landing.take(URL + "3", [Affiliation(profile_id="no", organisation="O", url=URL)], NOW)
    parts = landing.finish()
    assert [row["artifact_id"] for row in rows(paths, "artifact")] == ["m0", "m2", "m4", "m6"]
    assert [row["artifact_id"] for row in rows(paths, "metric")] == ["m0", "m2", "m4", "m6"]
    assert [row["profile_id"] for row in rows(paths, "profile")] == ["yes"]
    assert rows(paths, "affiliation") == []
    assert landing.opt_outs == {Suppression(b"key").digest(i) for i in ("hub:profile:no", "hub:handle:h-no")}
    assert landing.records["artifact"] == sum(p.rows for p in parts if p.record_type == "artifact") == 4
    assert landing.suppressed == 3 + 3 + 1 + 1
    on_disk = {path.relative_to(paths.landing).as_posix() for path in paths.landing.rglob("*.parquet")}
    assert on_disk == {part.path for part in parts}
    assert rows(paths, "artifact")[0]["abstract"] == "text"


def test_an_organisations_text_suppresses_nobody(paths: ProfilePaths) -> None:
    landing = new_landing(paths)
    landing.take(URL, [profile("o", kind="organisation", bio="No recruiters.")], NOW)
    landing.finish()
    assert len(rows(paths, "profile")) == 1


def test_rejects_are_kept_redacted(paths: ProfilePaths) -> None:
    landing = new_landing(paths)
    landing.take(
        URL,
        [Reject("profile", "ada@example.org", "call +44 20 7946 0000 or ada@example.org\n" + "x" * 999)],
        NOW,
    )
    landing.finish()
    (row,) = rows(paths, "rejects")
    assert "example.org" not in repr(row)
    assert "7946" not in row["reason"]
    assert len(row["reason"]) <= 300
    assert pq.read_schema(next((paths.landing / "rejects").rglob("*.parquet"))).equals(REJECT_SCHEMA)


def manifest(run_id: str) -> Manifest:
    return Manifest(
        source="hub", run_id=run_id, profile="sample", mode="full", verdict="ok", as_of=DAY, started_at=NOW,
        finished_at=NOW, parser_version=1, schema_version=1, licence="CC0-1.0",
    )  # fmt: skip


def test_a_run_without_a_manifest_is_discarded_whole_and_no_other(paths: ProfilePaths) -> None:
    for run_id in ("r1", "r2"):
        landing = new_landing(paths, run_id=run_id)
        landing.take(URL, [artifact(run_id), Reject("artifact", "k", "why")], NOW)
        landing.finish()
    write_manifest(paths, manifest("r1"))
    stranger = paths.landing / "artifact/source=other/run=r9/part-0.parquet"
    stranger.parent.mkdir(parents=True)
    stranger.touch()
    half_written = manifest_path(paths, "hub", "r2").with_suffix(".tmp")
    half_written.touch()
    assert discard_unfinished(paths, "hub") == ["r2"]
    assert stranger.exists()
    assert not half_written.exists()
    stranger.unlink()
    assert {row["artifact_id"] for row in rows(paths, "artifact")} == {"r1"}
    assert {row["run_id"] for row in rows(paths, "rejects")} == {"r1"}
    assert discard_unfinished(paths, "hub") == []


AWAY = [
    "No recruiters please", "NLP researcher. No headhunters, please!", "not looking / no headhunters please",
    "Recruiters: do not contact me", "recruiters please don't message me.", "recruiters not welcome",
    "recruiters will be blocked", "Not open to recruiters", "do not contact: recruiters",
    "Don't DM me if you're a recruiter", "no unsolicited recruiter mails", "Please do not contact me about jobs",
    "I don't talk to recruiters", "keine Recruiter", "Keine Anfragen von Headhuntern", "pas de recruteurs svp",
    "sin reclutadores", "Sem recrutadores", "рекрутерам не писать", "谢绝猎头", "リクルーターお断り", "NO RECRUITERS",
]  # fmt: skip
WELCOME = [
    None, "", "recruiters welcome", "I am a recruiter", "I'm not a recruiter", "not only recruiters",
    "Recruiters: feel free to reach out", "No problem with recruiters", "open to recruiters",
    "I am a technical recruiter for ML", "Don't hesitate to contact me, recruiters too", "not looking for a job",
    "AI for recruiting. No code.", "no longer a recruiter", "Bias in job ads: no easy answers",
    "open source recommender; recruiter tools", "I do not bite, recruiters welcome",
]  # fmt: skip


@pytest.mark.parametrize("bio", AWAY)
def test_a_plain_request_is_understood(bio: str) -> None:
    assert asks_recruiters_to_stay_away(bio)
    assert asks_recruiters_to_stay_away(f"I build retrieval systems. {bio}. Berlin")


@pytest.mark.parametrize("bio", WELCOME)
def test_other_mentions_of_recruiters_are_not_taken_for_one(bio: str | None) -> None:
    assert not asks_recruiters_to_stay_away(bio)
