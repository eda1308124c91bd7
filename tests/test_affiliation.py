"""Affiliation strings to organisations and places: what must be found, and what must stay null."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.geography.affiliation import AffiliationMatcher, Match, clean
from warehouse.geography.gazetteer import Gazetteer, Place
from warehouse.geography.names import can_match, expanded, name_key, vocabulary_of
from warehouse.geography.organisations import Organisation, OrganisationIndex, is_generic

PLACES = [
    Place(1, "Cambridge", "GB", "ENG", 150_000),
    Place(2, "Cambridge", "US", "MA", 118_000),
    Place(3, "Paris", "FR", "11", 2_100_000),
    Place(4, "Paris", "US", "TX", 25_000),
    Place(5, "New York City", "US", "NY", 8_000_000),
    Place(6, "Zürich", "CH", "ZH", 400_000),
    Place(7, "Bengaluru", "IN", "19", 8_400_000),
    Place(8, "Hong Kong", "HK", None, 7_400_000),
    Place(9, "Atlanta", "US", "GA", 500_000),
    Place(10, "Tbilisi", "GE", "51", 1_000_000),
    Place(11, "Shenzhen", "CN", "30", 17_000_000),
    Place(12, "Pittsburgh", "US", "PA", 300_000),
]
COUNTRIES = [("US", "United States"), ("GB", "United Kingdom"), ("FR", "France"), ("CH", "Switzerland"),
             ("IN", "India"), ("CN", "China"), ("GE", "Georgia"), ("HK", "Hong Kong"), ("DE", "Germany")]  # fmt: skip
ORGANISATIONS = [
    Organisation("fern", "Fernhill University", "active", "CH", "Zurich", 6),
    Organisation("gull-gb", "Gull College", "active", "GB", "Cambridge", 1),
    Organisation("gull-us", "Gull College", "active", "US", "Cambridge", 2),
    Organisation("acme", "Acme (United States)", "active", "US", "New York", 5),
    Organisation("acme-in", "Acme (India)", "active", "IN", "Bengaluru", 7, ("acme",)),
    Organisation("twin-fr", "Twin Labs", "active", "FR", "Paris", 3),
    Organisation("twin-de", "Twin Labs", "active", "DE", None, None),
    Organisation("oak", "University of Oak at Pine", "active", "US", "Atlanta", 9),
    Organisation("old", "Fernhill University", "withdrawn", "GB", "Cambridge", 1),
    Organisation("sea", "Sea University", "active", "HK", "Hong Kong", 8),
    Organisation("war", "Wrocław Reed Institute", "active", "FR", "Paris", 3),
    Organisation("tech", "Institute of Technology", "active", "FR", "Paris", 3),
    Organisation("safe", "Institute of Science and Snow", "active", "CH", "Zurich", 6),
]
NAMES = [
    *((o.organisation_id, o.name, "display") for o in ORGANISATIONS),
    ("fern", "FHU", "acronym"),
    ("fern", "Universität Fernhügel", "label"),
]


@pytest.fixture(scope="module")
def matcher() -> AffiliationMatcher:
    return AffiliationMatcher(
        OrganisationIndex(ORGANISATIONS, NAMES, [name for _, name in COUNTRIES]), Gazetteer(PLACES, COUNTRIES)
    )


def first(matcher: AffiliationMatcher, text: str) -> Match:
    return matcher.match(text)[0]


@pytest.mark.parametrize(
    ("text", "organisation"),
    [
        ("Fernhill University", "fern"),
        ("Dept. of Computer Science, Fernhill University, Zurich, Switzerland", "fern"),
        ("Department of Snow Fernhill University", "fern"),
        ("Fernhill University School of Medicine", "fern"),
        ("FERNHILL  UNIVERSITY†", "fern"),
        ("Fernhill Univ.", "fern"),
        ("Universitat Fernhugel", "fern"),
        ("Some Lab, FHU", "fern"),
        ("University of Oak, Pine", "oak"),
        ("Univ. of Oak at Pine, Atlanta, GA 30332", "oak"),
        ("Wroclaw Reed Institute", "war"),
        ("Institute of Science & Snow", "safe"),
        ("Gull College, Cambridge, MA", "gull-us"),
        ("Gull College, Cambridge, UK", "gull-gb"),
        ("Twin Labs, Paris, France", "twin-fr"),
        ("Acme, Bangalore, India", "acme-in"),
        ("Acme India Research", None),
        ("Acme (India)", "acme-in"),
        ("Sea University, Hong Kong, China", "sea"),
    ],
)
def test_organisations_are_found_by_their_names(
    matcher: AffiliationMatcher, text: str, organisation: str | None
) -> None:
    assert first(matcher, text).organisation_id == organisation


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Gull College", "ambiguous"),
        ("Twin Labs", "ambiguous"),
        ("Institute of Technology", "unknown"),
        ("fhu", "unknown"),
        ("Fernhill University, France", "country_conflict"),
        ("Nowhere Academy, Paris, France", "place_only"),
        ("Nowhere Academy", "unknown"),
    ],
)
def test_what_is_not_certain_stays_null_and_says_why(
    matcher: AffiliationMatcher, text: str, reason: str
) -> None:
    match = first(matcher, text)
    assert match.organisation_id is None
    assert match.reason == reason


@pytest.mark.parametrize(
    ("text", "country", "place"),
    [
        ("Nowhere, Cambridge, UK", "GB", 1),
        ("Nowhere, Cambridge, MA, USA", "US", 2),
        ("Nowhere, Cambridge, MA 02139", "US", 2),
        ("Nowhere, Cambridge", None, None),
        ("Nowhere, Paris", "FR", 3),
        ("Nowhere, Paris, Texas, USA", "US", 4),
        ("Nowhere, Atlanta, Georgia", "US", 9),
        ("Nowhere, Tbilisi, Georgia", "GE", 10),
        ("Nowhere, New York, NY", "US", 5),
        ("Nowhere, Bangalore, India", "IN", 7),
        ("Nowhere, Zurich", "CH", 6),
        ("Nowhere, Hong Kong, China", "HK", 8),
        ("Nowhere, CA", None, None),
        ("Nowhere, PA 15213", None, None),
        ("Nowhere, Pittsburgh, PA 15213", "US", 12),
    ],
)
def test_country_and_city_are_read_from_the_right(
    matcher: AffiliationMatcher, text: str, country: str | None, place: int | None
) -> None:
    match = first(matcher, text)
    assert (match.country_code, match.geonames_id) == (country, place)


def test_the_city_in_the_string_beats_the_registered_one(matcher: AffiliationMatcher) -> None:
    match = first(matcher, "Fernhill University, Zurich, Switzerland")
    assert (match.geonames_id, match.basis, match.confidence) == (6, "text", "high")
    match = first(matcher, "Fernhill University")
    assert (match.geonames_id, match.basis, match.confidence) == (6, "organisation", "medium")


def test_headquarters_say_nothing_about_the_place(matcher: AffiliationMatcher) -> None:
    match = first(matcher, "Acme")
    assert (match.organisation_id, match.geonames_id, match.confidence, match.reason) == (
        "acme",
        None,
        "low",
        "headquarters",
    )


@pytest.mark.parametrize(
    "text",
    ["Fernhill University and Twin Labs, Paris, France", "Fernhill University; Twin Labs, Paris, France"],
)
def test_several_organisations_stand_in_their_order(matcher: AffiliationMatcher, text: str) -> None:
    found = matcher.match(text)
    assert [(m.ordinal, m.organisation_id) for m in found] == [(1, "fern"), (2, "twin-fr")]


def test_and_inside_a_name_does_not_part_it(matcher: AffiliationMatcher) -> None:
    assert [m.organisation_id for m in matcher.match("Institute of Science and Snow, Zurich")] == ["safe"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 Fernhill University", "Fernhill University"),
        ("T ¨ubingen", "Tubingen"),
        ("Artiﬁcial Lab", "Artificial Lab"),
        ("Fernhill3, a.b@host.org", "Fernhill"),
    ],
)
def test_damage_from_pdf_extraction_is_undone(text: str, expected: str) -> None:
    assert clean(text) == expected


@given(st.text(max_size=200))
def test_any_string_gives_at_least_one_row_numbered_from_one(text: str) -> None:
    matcher = AffiliationMatcher(OrganisationIndex(ORGANISATIONS, NAMES), Gazetteer(PLACES, COUNTRIES))
    found = matcher.match(text)
    assert [m.ordinal for m in found] == list(range(1, len(found) + 1))
    assert found
    assert all((m.organisation_id is not None) == (m.reason in ("matched", "headquarters")) for m in found)


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_cheap_test_never_leaves_out_a_name_that_could_match(before: str, after: str) -> None:
    for _, name, _ in NAMES:
        assert can_match(name, vocabulary_of([f"{before} {name} {after}"]))


def test_generic_names_and_keys() -> None:
    assert is_generic(name_key("National Institute of Technology"))
    assert not is_generic(name_key("Fernhill Institute of Technology"))
    assert name_key("King’s College of the Centre") == "kings college center"
    assert expanded(name_key("Univ. of Foo, Inst. Technol.")) == "university foo institute technology"
