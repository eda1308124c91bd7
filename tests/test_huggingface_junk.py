"""Parsers of the hub's answers: no document can crash them, and none gets an address past them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.records import (
    Candidate,
    Record,
)
from crawlers.huggingface import kinds, profile_page, values
from crawlers.source import BadDocument, Document, Reject, Unread
from tests.hub_documents import (
    AS_OF,
    DOCUMENTS,
    EMAIL,
    HUB,
    USER,
    author,
    content,
    paper_of,
    read,
)

# -- no document can crash them

leaf = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(
        (
            "a-smpl/b", "user", "org", "\ud83d", "\u0000", "x@larkspur.example", "2026-01-01T00:00:00Z", "{",
            "0001-01-01T00:00:00+14:00",
        )
    ),
)  # fmt: skip


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value but the whole."""
    pairs: Any = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, inner in pairs:
        yield (*path, key)
        yield from paths(inner, (*path, key))


def keys_of(value: Any) -> set[str]:
    return {step for path in paths(value) for step in path if isinstance(step, str)}


KEYS = sorted({key for file in DOCUMENTS for key in keys_of(content(file))})
anything = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=12,
)


def check(kind: str, value: Any) -> None:
    try:
        items = read(kind, value, f"{HUB}api/x?expand=cardData")
    except BadDocument:
        return
    assert all(isinstance(item, Record | Reject | Unread) for item in items)
    records = [item for item in items if isinstance(item, Record)]
    for record in records:
        fields = record.model_dump(mode="json")
        assert fields["url"].startswith("https://")
        assert not EMAIL.search(json.dumps(fields, ensure_ascii=False))
    candidates = [(c.handle.lower(), c.reason) for c in records if isinstance(c, Candidate)]
    assert len(candidates) == len(set(candidates))


@pytest.mark.parametrize("kind", kinds.KINDS)
@given(value=anything)
@settings(max_examples=60)
def test_any_json_is_read_or_refused(kind: str, value: Any) -> None:
    check(kind, value)


@pytest.mark.parametrize("file", sorted(set(DOCUMENTS) - {"models_pipeline_tags.json"}))
@given(data=st.data())
@settings(max_examples=40)
def test_a_recorded_document_with_a_wrong_value_anywhere_is_read_or_refused(
    file: str, data: st.DataObject
) -> None:
    value = content(file)
    path = data.draw(st.sampled_from(sorted(paths(value), key=repr)))
    place = value
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = data.draw(anything)
    check(DOCUMENTS[file][0], value)


@pytest.mark.parametrize("kind", kinds.KINDS)
@given(garbage=st.one_of(st.binary(max_size=100), st.text(max_size=100).map(str.encode)))
@settings(max_examples=30)
def test_any_bytes_are_read_or_refused(kind: str, garbage: bytes) -> None:
    try:
        items = list(kinds.parse(Document.of(f"{HUB}x#{USER}", kind, garbage, AS_OF)))
    except BadDocument:
        items = []
    assert not [item for item in items if isinstance(item, Record)]


@given(value=anything)
def test_removing_session_keys_leaves_the_rest(value: Any) -> None:
    secret = re.compile("csrf|jwt|token|session|cookie", re.IGNORECASE)
    cleaned = profile_page.without_session_keys(value)
    assert not [key for key in keys_of(cleaned) if secret.search(key)]
    if not [key for key in keys_of(value) if secret.search(key)]:
        assert repr(cleaned) == repr(value)  # NaN is not equal to itself


@given(moment=st.datetimes(timezones=st.just(UTC)))
def test_moments_are_in_utc(moment: datetime) -> None:
    assert values.moment(moment.isoformat()) == moment
    assert values.moment(moment.replace(tzinfo=None).isoformat()) is None


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("user", {"user": None}),
        ("user", {"user": "of two words"}),
        ("organisation", {"name": "somebody@larkspur.example"}),
        ("paper_search", {"paper": {}}),
        ("commits", {"artifact_id": "x"}),
        ("commits", []),
        ("discussions", {"discussions": None}),
        ("space_files", {"space": None}),
    ],
)
def test_what_is_no_answer_is_refused(kind: str, value: Any) -> None:
    with pytest.raises(BadDocument):
        read(kind, value)


def test_an_address_in_place_of_an_id_is_never_stored() -> None:
    written = "somebody@larkspur.example"
    found = [
        *read("tombstone", {"_id": written, "user": "gone-smpl", "kind": "person", "status": "deleted"}),
        *read("models", [{"_id": written, "id": "a-smpl/b"}, {"_id": "1", "id": f"a-smpl/{written}"}]),
        *read("members", [{"_id": written, "user": "a-smpl"}, {"_id": "1", "user": written}]),
        *read("datasets", [{"_id": "1", "id": "a-smpl/b", "paperswithcode_id": written}]),
        *read("paper", paper_of(authors=[author("A", "a-smpl") | {"user": {"_id": written}}])),
    ]
    assert len([item for item in found if isinstance(item, Record)]) == 5
    assert not [item for item in found if "larkspur" in repr(item)]
