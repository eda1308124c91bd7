"""The filters of a lead list: pure functions over rows, which say how many each filter left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from config.errors import UserError
from config.text import match_key

PlaceUnknown = Literal["only", "include", "exclude"]
PLACE_UNKNOWN: tuple[PlaceUnknown, ...] = ("only", "include", "exclude")
ROLE_KINDS = ("industry", "faculty", "postdoc", "student", "unknown")
TRACKS = ("research", "applied")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class LeadFilters:
    """What a sourcer asks of a list; the default asks nothing but that nobody has been handled.

    `employers` are words of employers to leave out, also where the employer is shown as past. `countries` and `metros`
    are names or ids. `place_unknown` None: such people are left out once a place is asked for, and in otherwise.
    """

    include_handled: bool = False
    employers: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    metros: tuple[str, ...] = ()
    place_unknown: PlaceUnknown | None = None
    role_kinds: tuple[str, ...] = ()
    track: str | None = None
    active_since: date | None = None


@dataclass(frozen=True)
class Places:
    """Names as mart.leads shows them. `countries`: name by code; `metros`: (name, country code) by id."""

    countries: Mapping[str, str]
    metros: Mapping[str, tuple[str, str]]

    def country_names(self, wanted: Iterable[str]) -> frozenset[str]:
        """Raises UserError for a country that nobody knows."""
        known = {match_key(name): name for name in self.countries.values()}
        known |= {code.lower(): name for code, name in self.countries.items()}
        return frozenset(
            _pick(text, known, "country", "give its English name or two-letter code") for text in wanted
        )

    def metro_names(self, wanted: Iterable[str]) -> frozenset[str]:
        """Raises UserError for a metro that is not configured."""
        known = {match_key(name): name for name, _ in self.metros.values()}
        known |= {match_key(metro): name for metro, (name, _) in self.metros.items()}
        return frozenset(
            _pick(text, known, "metro", f"there are: {', '.join(sorted(self.metros))}") for text in wanted
        )

    def countries_of(self, metros: Iterable[str]) -> frozenset[str]:
        """Names of the countries that these metros (by name) lie in."""
        codes = {code for name, code in self.metros.values() if name in set(metros)}
        return frozenset(self.countries.get(code, code) for code in codes)


def _pick(text: str, known: Mapping[str, str], what: str, hint: str) -> str:
    name = known.get(match_key(text))
    if name is None:
        raise UserError(f"no {what} '{text}'; {hint}")
    return name


@dataclass(frozen=True)
class Sifted:
    """`kept`: indices of the rows that stay, in order. `dropped`: how many each filter left out, in their order."""

    kept: tuple[int, ...]
    dropped: tuple[tuple[str, int], ...]


def sift(rows: Sequence[Row], filters: LeadFilters, places: Places, handled: Mapping[str, str]) -> Sifted:
    """Apply the filters one after the other; `handled` is the status of each handled person by person_id.

    Rows have person_id, employer, country, metro, role_kind, track and last_active. Raises UserError for a place that
    is not known or filters that contradict each other.
    """
    kept = list(range(len(rows)))
    dropped = []
    for name, keeps in _tests(filters, places, handled):
        staying = [index for index in kept if keeps(rows[index])]
        dropped.append((name, len(kept) - len(staying)))
        kept = staying
    return Sifted(tuple(kept), tuple(dropped))


def _tests(
    filters: LeadFilters, places: Places, handled: Mapping[str, str]
) -> list[tuple[str, Callable[[Row], bool]]]:
    tests: list[tuple[str, Callable[[Row], bool]]] = []
    if handled and not filters.include_handled:
        tests += [_not_handled(status, handled) for status in sorted(set(handled.values()))]
    if filters.employers:
        keys = [match_key(text) for text in filters.employers]
        if not all(keys):
            raise UserError("--exclude-employer: give a word of the employer's name")
        tests.append(("employer excluded", lambda row: not _names(row["employer"], keys)))
    tests += _place_tests(filters, places)
    if filters.role_kinds:
        wanted = _known(filters.role_kinds, ROLE_KINDS, "--role-kind")
        tests.append(("another kind of role", lambda row: (row["role_kind"] or "unknown") in wanted))
    if filters.track:
        (track,) = _known([filters.track], TRACKS, "--track")
        tests.append(("another track", lambda row: row["track"] == track))
    if filters.active_since:
        since = filters.active_since
        tests.append(
            (
                f"not active since {since}",
                lambda row: bool(row["last_active"]) and row["last_active"] >= since,
            )
        )
    return tests


def _not_handled(status: str, handled: Mapping[str, str]) -> tuple[str, Callable[[Row], bool]]:
    return f"handled: {status}", lambda row: handled.get(row["person_id"]) != status


def _place_tests(filters: LeadFilters, places: Places) -> list[tuple[str, Callable[[Row], bool]]]:
    countries, metros = places.country_names(filters.countries), places.metro_names(filters.metros)
    asked = bool(countries or metros)
    mode = filters.place_unknown or ("exclude" if asked else "include")
    if mode == "only" and asked:
        raise UserError("--place-unknown only: a country or metro cannot be asked for at the same time")

    could_lie_in = countries | places.countries_of(metros)

    def unknown(row: Row) -> bool:
        """No place; where a metro is asked for, also no metro while the country does not speak against it."""
        if row["country"] is None:
            return row["metro"] is None
        return bool(metros) and row["metro"] is None and row["country"] in could_lie_in - countries

    def fits(row: Row) -> bool:
        return row["country"] in countries or row["metro"] in metros

    tests: list[tuple[str, Callable[[Row], bool]]] = []
    if asked:
        tests.append(("another place", lambda row: fits(row) or unknown(row)))
    if mode == "exclude":
        tests.append(("place unknown", lambda row: not unknown(row)))
    elif mode == "only":
        tests.append(("place known", unknown))
    return tests


def _names(employer: str | None, keys: Sequence[str]) -> bool:
    """Whether a key stands in the employer's name as whole words."""
    text = f" {match_key(employer or '')} "
    return any(f" {key} " in text for key in keys)


def _known(wanted: Iterable[str], choices: Sequence[str], option: str) -> frozenset[str]:
    for value in wanted:
        if value not in choices:
            raise UserError(f"{option} {value}: is none of {', '.join(choices)}")
    return frozenset(wanted)
