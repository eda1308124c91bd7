"""Countries, states and cities stated in an affiliation string."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from config.text import match_key
from warehouse.geography.names import can_match, name_key
from warehouse.geography.words import CANADIAN_PROVINCES, CITY_ALIASES, COUNTRY_ALIASES, US_STATES

DOMINANT = 10
"""Without a stated country a city name counts only if the place is this many times larger than any namesake."""
MINIMUM_POPULATION = 100_000
"""… and at least this large: villages are named after everything."""
_POSTCODE = re.compile(r"\b[A-Z]{0,2}-?\d[\w-]*\b")
_ALIASED = frozenset(CITY_ALIASES.values())
_NOT_COUNTRIES = frozenset(
    {"georgia", "jordan", "chad", "mali", "niger", "guinea", "congo", "wales", "jersey", "macedonia"}
)
"""Inside a longer name these are states, regions, people or parts of other names."""


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
        names = sorted(self._countries, key=len, reverse=True)
        self._country_word = re.compile(
            r"\b(?:" + "|".join(n for n in names if len(n) > 3 and n not in _NOT_COUNTRIES) + r")\b"
        )
        self._places: dict[str, list[Place]] = {}
        for place in places:
            key = name_key(place.name)
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

    def country_within(self, text: str) -> str | None:
        """ISO code of the one country that stands anywhere in a string; None if there are several or none."""
        found = {self._countries[name] for name in self._country_word.findall(match_key(text))}
        return found.pop() if len(found) == 1 else None

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
            return next(
                (("CA", admin1) for code, admin1 in CANADIAN_PROVINCES.values() if code == bare), None
            )
        return None

    def city(self, segment: str, country: str | None = None, admin1: str | None = None) -> Place | None:
        """The place that a whole segment names: the largest in the country (and region) stated; without one, only a
        large place that dwarfs its namesakes."""
        key = name_key(segment)
        found = self._places.get(CITY_ALIASES.get(key, key)) or self._places.get(key, [])
        if country is not None:
            found = [
                p for p in found if p.country_code == country and (admin1 is None or p.admin1_code == admin1)
            ]
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
            last = _POSTCODE.sub(" ", rest[-1]).strip(" .-")
            if last and country in (None, "CN") and (part := self.country(last)) in ("HK", "MO", "TW"):
                country = part  # "Hong Kong, China" is ISO's HK
                if part != "TW":
                    place = self.city(last, part)
            elif country is None and (found := self.country(last)) is not None:
                country = found
            elif country is None and len(rest) > 1 and match_key(last) == "georgia":
                # The state if a city of it stands before it, else the country.
                in_state = self.city(rest[-2], "US", "GA")
                country, admin1 = ("US", "GA") if in_state else ("GE", None)
            elif place is None and admin1 is None and self._is_state(rest, last, country):
                state = self.state(last)
                assert state is not None  # _is_state looked it up
                country, admin1 = state
            elif place is None and (city := self.city(last, country, admin1)) is not None:
                place, country = city, city.country_code
            elif not any(c.isalpha() for c in last):
                pass  # a postcode or street number between city and country
            else:
                break
            rest.pop()
        return Stated(country, place, tuple(rest))

    def _is_state(self, segments: Sequence[str], last: str, country: str | None) -> bool:
        """A two-letter code is a state only after a city of that state (CA, IN and DE are countries as well); a full
        name also with its country beside it."""
        state = self.state(last)
        if state is None or country not in (None, state[0]):
            return False
        if len(segments) > 1 and self.city(_POSTCODE.sub(" ", segments[-2]), *state) is not None:
            return True
        is_name = len(last) > 2
        return is_name and (country is not None or name_key(last) not in self._places)


def can_be_named(name: str, vocabulary: frozenset[str]) -> bool:
    """Whether a place could be named with words of `vocabulary`; see `names.can_match`."""
    return can_match(name.removesuffix(" City"), vocabulary) or name_key(name) in _ALIASED
