"""Phrases of rules in texts."""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from config.specialties import Specialty
from config.text import match_key
from warehouse.specialty.classify import Classifier
from warehouse.specialty.frames import BATCH_ROWS, profile_match, text_match, work_batches
from warehouse.specialty.rules import Found, Phrase, PhraseIndex, excluding, words_of

INDEX = PhraseIndex(
    [
        Phrase("cv", "detection", "text", "object detection"),
        Phrase("cv", "title_only", "title", "segmentation"),
        Phrase("nlp", "parsing", "text", "parsing"),
        Phrase("nlp", "hindi", "text", match_key("हिन्दी पाठ")),
        Phrase("ops", "bio", "profile_text", "site reliability"),
        *excluding("nlp", "parsing", "log parsing"),
    ]
)


def fired(fields: dict[str, str]) -> set[tuple[str, str]]:
    return {(f.rule_id, f.effect) for f in INDEX.find("e", fields)}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"title": "Object-Detection, again"}, {("detection", "fires")}),
        ({"title": "x", "text": "We study OBJECT\ndetection."}, {("detection", "fires")}),
        ({"title": "Object", "text": "detection"}, {("detection", "fires")}),  # title and text are one text
        ({"title": "Objects detections"}, set()),
        ({"title": "x", "text": "segmentation"}, set()),
        ({"title": "Segmentation"}, {("title_only", "fires")}),
        ({"title": "Log parsing"}, {("parsing", "fires"), ("parsing", "excludes")}),
        ({"title": "हिन्दी पाठ"}, {("hindi", "fires")}),
        ({"profile_text": "Site-reliability engineer"}, {("bio", "fires")}),
        ({"title": "site reliability"}, set()),
        ({"title": ""}, set()),
    ],
)
def test_phrases_stand_on_whole_words_of_their_own_field(
    fields: dict[str, str], expected: set[tuple[str, str]]
) -> None:
    assert fired(fields) == expected


def test_a_rule_fires_once_per_piece_of_evidence() -> None:
    index = PhraseIndex([Phrase("cv", "r", "text", "a b"), Phrase("cv", "r", "text", "c")])
    assert index.find("e", {"title": "a b c a b"}) == [Found("e", "cv", "r", "fires")]


@given(st.text(max_size=300))
def test_the_fast_normalisation_is_the_normalisation(text: str) -> None:
    assert words_of(text) == match_key(text).split()


@given(
    st.lists(st.sampled_from(["object", "detection", "log", "parsing", "the", "segmentation"]), max_size=12)
)
def test_the_index_finds_exactly_what_looking_for_each_phrase_finds(words: list[str]) -> None:
    text = " ".join(words)
    padded = f" {text} "
    expected = set()
    if " object detection " in padded:
        expected.add(("detection", "fires"))
    if " parsing " in padded:
        expected.add(("parsing", "fires"))
    if " log parsing " in padded:
        expected.add(("parsing", "excludes"))
    if " segmentation " in padded:
        expected.add(("title_only", "fires"))
    assert fired({"title": text}) == expected


@settings(max_examples=30, deadline=None)
@given(
    st.integers(1, 60 * BATCH_ROWS),
    st.lists(st.integers(0, 16**16 - 1).map(lambda n: f"w_{n:016x}"), min_size=1, unique=True),
)
def test_every_work_is_in_one_batch_and_there_are_no_more_than_needed(n_works: int, ids: list[str]) -> None:
    conditions = list(work_batches("evidence_id", n_works))
    assert (len(conditions) - 1) * BATCH_ROWS < n_works <= len(conditions) * BATCH_ROWS
    met = " + ".join(f"CAST({condition} AS INT)" for condition in conditions)
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT DISTINCT {met} FROM (SELECT unnest(?) AS evidence_id)", [ids])
        assert found.fetchall() == [(1,)]


def test_no_works_no_batches_and_frames_give_what_the_index_finds() -> None:
    assert list(work_batches("evidence_id", 0)) == []
    works = pd.DataFrame(
        [("w_1", "Object detection", None), ("w_2", "x", "log parsing")],
        columns=["evidence_id", "title", "abstract"],
    )
    found = set(text_match(works, INDEX).itertuples(index=False, name=None))
    assert found == {
        ("w_1", "cv", "detection", "fires"),
        ("w_2", "nlp", "parsing", "fires"),
        ("w_2", "nlp", "parsing", "excludes"),
    }
    bios = pd.DataFrame([("hub:profile:1", "Site reliability")], columns=["evidence_id", "bio"])
    assert profile_match(bios, INDEX).values.tolist() == [["hub:profile:1", "ops", "bio", "fires"]]


@pytest.mark.parametrize("handles", [["sb3", "SB3"], ["https://huggingface.co/sb3"], ["two words"]])
def test_hub_organisations_are_handles_and_each_is_given_once(handles: list[str]) -> None:
    good = specialty("cv", "object detection", 10)
    with pytest.raises(ValidationError):
        Specialty.model_validate(good.model_dump() | {"hub_organisations": handles})
    assert Specialty.model_validate(good.model_dump() | {"hub_organisations": ["sb3", "a.b-c_d"]})


def specialty(name: str, phrase: str, points: int, **more: object) -> Specialty:
    rule = {
        "id": "r",
        "family": "research",
        "field": "text",
        "any_of": [phrase],
        "points": points,
        "why": "says that it does",
    }
    return Specialty.model_validate(
        {
            "name": name,
            "sourced": True,
            "summary": name,
            "search_title": name,
            "tracks": ["research"],
            "signals": [rule | more],
        }
    )


def test_the_specialty_with_most_points_wins_and_nothing_is_no_specialty() -> None:
    classifier = Classifier(
        {
            "cv": specialty("cv", "object detection", 10),
            "nlp": specialty("nlp", "parsing", 12, exclude_if=["log parsing"]),
        }
    )
    assert classifier.specialty("Object detection") == "cv"
    assert classifier.specialty("Object detection", "and parsing") == "nlp"
    assert classifier.specialty("Object detection and log parsing") == "cv"
    assert classifier.specialty("Cooking") is None
