"""Countries, states and cities stated in an affiliation string."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from config.text import match_key
from warehouse.geography.words import CANADIAN_PROVINCES, COUNTRY_ALIASES, US_STATES

DOMINANT = 10
"""Without a stated country a city name counts only if the place is this many times larger than any namesake."""
MINIMUM_POPULATION = 100_000
"""… and at least this large: villages are named after everything."""
_POSTCODE = re.compile(r"\b[A-Z]{0,2}-?\d[\w-]*\b")


@dataclass(frozen=True)
class Place:
    """A GeoNames place."""

    geonames_id: int
    name: str
    country_code: str
    admin1_code: str | None
    population: int


@dataclass(frozen=True)
class Stated:
    """What a string says about where: `rest` are the segments that are neither country, state nor city."""

    country_code: str | None
    place: Place | None
    rest: tuple[str, ...]


class Gazetteer:
    """Looks up countries, US states, Canadian provinces and cities by name."""

    def __init__(self, places: Iterable[Place], countries: Iterable[tuple[str, str]]) -> None:
        self._countries = {match_key(name): code for code, name in countries} | COUNTRY_ALIASES
        self._places: dict[str, list[Place]] = {}
        for place in places:
            key = match_key(place.name)
            self._places.setdefault(key, []).append(place)
            if key.endswith(" city"):  # GeoNames' New York City, Mexico City
                self._places.setdefault(key.removesuffix(" city"), []).append(place)
        for found in self._places.values():
            found.sort(key=lambda place: (-place.population, place.geonames_id))
        self.by_id = {place.geonames_id: place for found in self._places.values() for place in found}

    def country(self, segment: str) -> str | None:
        """ISO code of the country that a whole segment names; `Georgia` alone names none (it is also a state)."""
        key = match_key(segment)
        return None if key == "georgia" else self._countries.get(key)

    def state(self, segment: str) -> tuple[str, str] | None:
        """(country, GeoNames admin1 code) of a US state or Canadian province, by name or by capital code."""
        key = match_key(segment)
        if key in US_STATES:
            return "US", US_STATES[key]
        if key in CANADIAN_PROVINCES:
            return "CA", CANADIAN_PROVINCES[key][1]
        bare = segment.strip(" .")
        if len(bare) == 2 and bare.isupper():
            if bare in US_STATES.values():
                return "US", bare
            return next((("CA", admin1) for code, admin1 in CANADIAN_PROVINCES.values() if code == bare), None)
        return None

    def city(self, segment: str, country: str | None = None, admin1: str | None = None) -> Place | None:
        """The place that a whole segment names: the largest in the country (and region) stated; without one, only a
        large place that dwarfs its namesakes."""
        key = match_key(_POSTCODE.sub(" ", segment))
        found = self._places.get(key, [])
        if country is not None:
            found = [p for p in found if p.country_code == country and (admin1 is None or p.admin1_code == admin1)]
            return found[0] if found else None
        if not found or found[0].population < MINIMUM_POPULATION:
            return None
        rivals = [p for p in found[1:] if p.country_code != found[0].country_code]
        return found[0] if not rivals or found[0].population >= DOMINANT * rivals[0].population else None

    def stated(self, segments: Sequence[str]) -> Stated:
        """Read a string's segments from right to left: country, then state, then city. The first segment is the
        organisation's, unless it is a country's or city's own."""
        rest = list(segments)
        country: str | None = None
        admin1: str | None = None
        place: Place | None = None
        while rest:
            last = rest[-1]
            if country is None and (found := self.country(last)) is not None:
                country = found
            elif country is None and len(rest) > 1 and match_key(last) == "georgia":
                # The state if a city of it stands before it, else the country.
                in_state = self.city(rest[-2], "US", "GA")
                country, admin1 = ("US", "GA") if in_state else ("GE", None)
            elif place is None and admin1 is None and self._is_state(rest, country):
                state = self.state(last)
                assert state is not None  # _is_state looked it up
                country, admin1 = state
            elif place is None and (city := self.city(last, country, admin1)) is not None:
                place, country = city, city.country_code
            elif _is_clutter(last):
                pass
            else:
                break
            rest.pop()
        return Stated(country, place, tuple(rest))

    def _is_state(self, segments: Sequence[str], country: str | None) -> bool:
        """A two-letter code is a state only after a city of that state (CA, IN and DE are countries as well); a full name
        also with its country beside it."""
        state = self.state(segments[-1])
        if state is None or country not in (None, state[0]):
            return False
        if len(segments) > 1 and self.city(segments[-2], *state) is not None:
            return True
        is_name = len(segments[-1].strip(" .")) > 2
        return is_name and (country is not None or (match_key(segments[-1]) not in self._places))


def _is_clutter(segment: str) -> bool:
    """A postcode or street number between city and country."""
    return not any(c.isalpha() for c in _POSTCODE.sub("", segment))
