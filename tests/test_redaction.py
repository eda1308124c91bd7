"""Contact details never get past a record; identifiers and ordinary figures do."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.keyed_hash import Suppression
from config.paths import ProfilePaths
from config.records import RECORD_TYPES, Artifact, Profile, Record
from config.redaction import clean_line, clean_text, remove_contacts, remove_emails
from crawlers.landing import Landing
from crawlers.source import Reject, checked

EMAILS = [
    "ada@example.org",
    "mailto:ada@example.org",
    "ada.l+ml@cs.uni-x.example.org",
    "{ada,bob}@example.org",
    "ada (at) example.org",
    "ada [at] example [dot] org",
    "ada at example dot org",
    "ADA AT EXAMPLE DOT ORG",
    "ada@example dot org",
    "ada [@] example.org",
    "ada＠example.org",
    "ada&#64;example.org",
    "ada%40example.org",
    "ada @ example.org",
    "jörg@münchen.example",
]
PHONES = [
    "+44 20 7946 0000",
    "+442079460000",
    "(415) 555-0100",
    "415-555-0100",
    "415.555.0100",
    "+1 (415) 555-0100",
    "030 1234567",
    "030/1234567",
    "(030) 1234567",
    "+49 30 1234567",
    "98765 43210",
    "13800138000",
    "4155550100",
    "Tel: 5550100",
    "phone 555 0100",
]
KEPT = [
    "ORCID 0000-0002-1825-0097",
    "https://orcid.org/0000-0002-9079-593X",
    "arXiv:2601.01234v2",
    "2601.01234",
    "doi 10.18653/v1/2021.naacl-main.1",
    "https://example.org/people/4155550100",
    "since 2015-2019, 2019/20 and 2021-03-04",
    "1,234,567 downloads",
    "7B, 13B and 70B models",
    "top 100 of 12000",
    "3.14159265358979",
    "v1.2.3 and 10.0.0.1",
    "met at the cafe, dot matrix printers",
    "I am at NeurIPS",
    "see @fernhollow",
]


@pytest.mark.parametrize("email", EMAILS)
def test_an_address_is_removed_in_every_disguise(email: str) -> None:
    for text in (email, f"write to {email}.", f"({email})", f"NLP. {email} or call"):
        cleaned = remove_emails(text)
        assert "example" not in cleaned.lower().replace("[e-mail removed]", "")
        assert "[e-mail removed]" in cleaned


@pytest.mark.parametrize("phone", PHONES)
def test_a_phone_number_is_removed_from_a_bio(phone: str) -> None:
    cleaned = remove_contacts(f"ML engineer, {phone}, Berlin")
    assert "[phone removed]" in cleaned
    assert sum(character.isdigit() for character in cleaned) < 4, cleaned


@pytest.mark.parametrize("text", KEPT)
def test_identifiers_and_figures_stay(text: str) -> None:
    assert remove_contacts(text) == text


def test_phone_numbers_are_not_looked_for_in_texts_about_works() -> None:
    artifact = Artifact.model_validate(
        {"artifact_id": "a", "kind": "paper", "title": "On 415-555-0100", "url": "https://x.example"}
    )
    assert artifact.title == "On 415-555-0100"


@given(st.text(max_size=300))
def test_cleaning_is_idempotent_and_leaves_one_line(text: str) -> None:
    once = clean_line(text)
    assert clean_line(once) == once
    assert "\n" not in once
    assert once == once.strip()
    assert clean_text(clean_text(text)) == clean_text(text)


@pytest.mark.parametrize(
    "text", ["1 " * 25_000, "a." * 25_000, "a at " * 10_000, "(" * 50_000, "a@" * 25_000, "{a" * 20_000]
)
def test_hostile_text_costs_no_time(text: str) -> None:
    start = time.perf_counter()
    remove_contacts(text)
    assert time.perf_counter() - start < 2


MARK = "zqxv"
BASE: dict[str, dict[str, Any]] = {
    "profile": {"profile_id": "p", "kind": "person", "url": "https://x.example"},
    "organisation": {"organisation_id": "o", "name": "O", "status": "active", "url": "https://x.example"},
    "artifact": {"artifact_id": "a", "kind": "paper", "title": "T", "url": "https://x.example"},
    "author_mention": {
        "artifact_id": "a", "position": 1, "n_authors": 1, "name": "N", "url": "https://x.example",
    },
    "affiliation": {"profile_id": "p", "organisation": "O", "url": "https://x.example"},
    "identity_claim": {
        "profile_id": "p", "scheme": "homepage", "value": "v", "strength": "declared", "url": "https://x.example",
    },
}  # fmt: skip
FREE_TEXT = {
    "profile": ("name", "bio", "location_text", "homepage"),
    "organisation": ("name", "city", "website"),
    "artifact": ("title", "abstract", "venue"),
    "author_mention": ("name", "given_name", "family_name", "native_name", "affiliation"),
    "affiliation": ("organisation", "position"),
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.text(max_size=20),
    after=st.text(max_size=20),
    place=st.sampled_from([(kind, field) for kind, fields in FREE_TEXT.items() for field in fields]),
)
def test_an_address_in_any_free_text_never_reaches_a_file(
    tmp_path: Path, before: str, after: str, place: tuple[str, str]
) -> None:
    kind, field = place
    text = f"{before} {MARK}@{MARK}.example.org {after}"
    if field in ("homepage", "website"):
        text = f"https://x.example/?contact={MARK}@{MARK}.example.org"
    record: type[Record] = RECORD_TYPES[kind]
    item = checked(record, f"{MARK}@{MARK}.example.org", {**BASE[kind], field: text})
    paths = ProfilePaths(tmp_path / "p")
    landing = Landing(
        paths, source="s", run_id="r", licence="CC0-1.0", parser_version=1, suppression=Suppression(b"key")
    )
    landing.take("https://x.example", [item], datetime(2026, 1, 1, tzinfo=UTC))
    for part in landing.finish():
        rows = pq.ParquetFile(paths.landing / part.path).read().to_pylist()
        assert f"{MARK}@" not in repr(rows)


def test_a_reject_repeats_no_value() -> None:
    item = checked(Profile, "ada", {**BASE["profile"], "name": "x" * 400, "as_of": date(2026, 1, 1)})
    assert isinstance(item, Reject)
    assert "xxx" not in item.reason
    assert item.reason.startswith("name")
