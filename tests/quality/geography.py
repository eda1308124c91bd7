"""Affiliation string to organisation, country and city, by the product's own matcher."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from config.records import Organisation as OrganisationRecord
from config.settings import Config
from tests.quality.data import data_folder, read_truth, records
from warehouse.geography.affiliation import AffiliationMatcher, Match
from warehouse.geography.gazetteer import Gazetteer, Place
from warehouse.geography.names import name_key
from warehouse.geography.organisations import Organisation, OrganisationIndex
from warehouse.geography.words import CITY_ALIASES
from warehouse.places import country_names, great_circle_km, place_table

NEAR_KM = 50


def build_matcher(config: Config, folder: Path) -> AffiliationMatcher:
    """The matcher over the registry in the data folder (newest record of each organisation) and GeoNames."""
    newest: dict[str, OrganisationRecord] = {}
    for record in records(config, "ror", folder):
        if isinstance(record, OrganisationRecord):
            known = newest.get(record.organisation_id)
            if known is None or (
                record.as_of is not None and (known.as_of is None or record.as_of >= known.as_of)
            ):
                newest[record.organisation_id] = record
    organisations = [
        Organisation(
            o.organisation_id,
            o.name,
            o.status,
            o.country_code,
            o.city,
            o.geonames_id,
            tuple(r.organisation_id for r in o.relations if r.kind == "parent"),
        )
        for o in newest.values()
    ]
    names = {(o.organisation_id, o.name, "display") for o in newest.values()}
    names |= {(o.organisation_id, name.value, name.kind) for o in newest.values() for name in o.names}
    columns = ("geonames_id", "name", "country_code", "admin1_code", "population")
    places = zip(*(place_table()[column].to_pylist() for column in columns), strict=True)
    countries = country_names()
    return AffiliationMatcher(
        OrganisationIndex(organisations, names, list(countries.values())),
        Gazetteer((Place(*row) for row in places), countries.items()),
    )


def measure(config: Config, truth: Path) -> dict[str, Any]:
    """The figures that `--truth` of either file allows; what it has no labels for is None."""
    rows = read_truth(truth, ("affiliation",))
    matcher = build_matcher(config, data_folder(truth))
    labels = [_Label(row) for row in rows]
    started = time.perf_counter()
    answers = {text: matcher.match(text) for text in {label.text for label in labels}}
    seconds = time.perf_counter() - started
    positions = {r["geonames_id"]: (r["latitude"], r["longitude"]) for r in place_table().to_pylist()}
    named: dict[tuple[str, str], list[int]] = {}
    for r in place_table().to_pylist():
        for name in {name_key(r["name"]), name_key(r["name"]).removesuffix(" city")}:
            named.setdefault((name, r["country_code"]), []).append(r["geonames_id"])
    with_country = [label for label in labels if label.countries]
    answered = [label for label in with_country if _first_country(answers[label.text])]
    right = [label for label in answered if _first_country(answers[label.text]) in label.countries]
    weight = sum(label.weight for label in with_country)
    with_city = [label for label in labels if label.city and (label.countries or label.geonames_id)]
    city_right = sum(_city_right(label, answers[label.text], positions, named) for label in with_city)
    with_ror = [label for label in labels if label.ror]
    said = [label for label in with_ror if _ids(answers[label.text])]
    hits = sum(len(_ids(answers[label.text]) & label.ror) for label in with_ror)
    claims = sum(len(_ids(answers[label.text])) for label in said)
    return {
        "strings": len(labels),
        "coverage": _ratio(len(answered), len(with_country)),
        "precision": _ratio(len(right), len(answered)),
        "accuracy": _ratio(len(right), len(with_country)),
        "weighted_accuracy": _ratio(sum(label.weight for label in right), weight) if "n" in rows[0] else None,
        "city_accuracy": _ratio(city_right, len(with_city)),
        "ror_precision": _ratio(hits, claims),
        "ror_recall": _ratio(hits, sum(len(label.ror) for label in with_ror)),
        "ms_per_string": round(1000 * seconds / max(1, len(answers)), 4),
    }


class _Label:
    """What a truth row says of its string."""

    def __init__(self, row: dict[str, str]) -> None:
        self.text = row["affiliation"]
        country = row.get("country_consensus", row.get("countries") or row.get("country", ""))
        self.countries = {code for code in country.replace(";", "|").replace(",", "|").split("|") if code}
        self.weight = int(row.get("n") or 1)
        self.city = row.get("city_papercopilot") or row.get("city", "")
        self.geonames_id = (
            int(float(row["geonames_id"])) if row.get("geonames_id", "").replace(".", "").isdigit() else None
        )
        self.ror = {
            _bare(value)
            for value in row.get("ror_ids", "").replace(";", "|").replace(",", "|").split("|")
            if value
        }


def _bare(identifier: str) -> str:
    return identifier.strip().removeprefix("https://ror.org/")


def _first_country(matches: list[Match]) -> str | None:
    return next((m.country_code for m in matches if m.country_code), None)


def _ids(matches: list[Match]) -> set[str]:
    return {_bare(m.organisation_id) for m in matches if m.organisation_id}


def _city_right(
    label: _Label,
    matches: list[Match],
    positions: dict[int, tuple[float, float]],
    named: dict[tuple[str, str], list[int]],
) -> bool:
    """Some place of ours is the labelled city, or lies within 50 km of it."""
    for match in matches:
        if match.geonames_id is None or match.country_code is None:
            continue
        wanted = (
            [label.geonames_id]
            if label.geonames_id
            else named.get((_city_key(label.city), match.country_code), [])
        )
        for place in wanted:
            if place == match.geonames_id:
                return True
            known = place in positions and match.geonames_id in positions
            if known and great_circle_km(*positions[place], *positions[match.geonames_id]) <= NEAR_KM:
                return True
    return False


def _city_key(name: str) -> str:
    key = name_key(name.removesuffix(" SAR"))
    return CITY_ALIASES.get(key, key)


def _ratio(part: float, whole: float) -> float | None:
    return round(part / whole, 4) if whole else None
