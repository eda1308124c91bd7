"""Affiliation strings to organisations and places.

One string may name several organisations. Country and city are read from the right; the rest is looked up by exact
normalised name, longest first. Homonyms are told apart by the country and city in the string and by nothing else: what
stays ambiguous is null, with its reason. Known failures that this avoids are listed in docs/quality.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from warehouse.geography.gazetteer import Gazetteer, Place, Stated
from warehouse.geography.names import expanded, name_key
from warehouse.geography.organisations import Named, Organisation, OrganisationIndex, is_generic

_SEVERAL = re.compile(r"\s*(?:[;|•]|\s[/+]\s|\s->\s|\n)\s*")
_AND = re.compile(r"\s+(?:and|&|und|et)\s+", re.IGNORECASE)
_PARENTHESIS = re.compile(r"\(([^()]*)\)")
_COMMA = re.compile(r"\s*[,，]\s*|\s+[-–—]\s+")
_FOOTNOTE = re.compile(r"^[\d\s*†‡§¶#^,.]+(?=[^\W\d])|[†‡§¶*^]+|(?<=[a-z])\d{1,2}\b")
_MAIL = re.compile(r"\S*@\S*|\[e-mail removed\]")
_STUCK_DIACRITIC = re.compile(r"\s?[´`¨˜ˆˇ]\s?")

MATCHED, PLACE_ONLY, AMBIGUOUS, CONFLICT, UNKNOWN = (
    "matched",
    "place_only",
    "ambiguous",
    "country_conflict",
    "unknown",
)
HEADQUARTERS = "headquarters"
_DIVISIONS = frozenset(
    (
        "campus", "center", "centre", "college", "department", "dept", "division", "faculty",
        "hospital", "institute", "laboratory", "library", "medical", "school", "schools",
        "hospitals", "graduate",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Match:
    """One organisation (or just a place) that an affiliation names.

    `reason`: matched; headquarters (one company of several countries, none stated: only the parent is known, and no
    place); place_only; ambiguous; country_conflict; unknown. `basis`: where the place is from, text or organisation.
    """

    ordinal: int
    organisation_id: str | None
    organisation_name: str | None
    country_code: str | None
    geonames_id: int | None
    basis: str | None
    confidence: str | None
    reason: str


class AffiliationMatcher:
    """Matches strings against a registry and a gazetteer; holds no other state."""

    def __init__(self, organisations: OrganisationIndex, gazetteer: Gazetteer) -> None:
        self._organisations = organisations
        self._gazetteer = gazetteer

    def match(self, text: str) -> list[Match]:
        """The organisations of a string in the order in which they stand; at least one row, which may say `unknown`."""
        found: list[Match] = []
        for part in _SEVERAL.split(clean(text)):
            if part:
                found += self._part(part)
        useful = [m for m in found if m.reason in (MATCHED, HEADQUARTERS)] or [
            m for m in found if m.reason != UNKNOWN
        ]
        chosen = _distinct(useful or found[:1]) or [Match(1, None, None, None, None, None, None, UNKNOWN)]
        return [
            Match(
                place,
                m.organisation_id,
                m.organisation_name,
                m.country_code,
                m.geonames_id,
                m.basis,
                m.confidence,
                m.reason,
            )
            for place, m in enumerate(chosen, 1)
        ]

    def _part(self, part: str) -> list[Match]:
        """One part between semicolons; if it is no name as a whole, what " and " joins."""
        whole = self._one(part)
        if whole.reason in (MATCHED, HEADQUARTERS):
            return [whole]
        pieces = [piece for piece in _AND.split(part) if piece.strip(" ,")]
        if len(pieces) > 1:
            split = [self._one(piece) for piece in pieces]
            if any(m.reason in (MATCHED, HEADQUARTERS) for m in split):
                return split
        return [whole]

    def _one(self, part: str) -> Match:
        inside = [piece.strip() for piece in _PARENTHESIS.findall(part) if piece.strip()]
        segments = [s.strip(" .") for s in _COMMA.split(_PARENTHESIS.sub(" ", part)) if s.strip(" .")]
        stated = self._gazetteer.stated(segments)
        if stated.country_code is None:  # "Bosch (Germany)"
            country = next((c for c in map(self._gazetteer.country, inside) if c), None)
            stated = Stated(country, stated.place, stated.rest)
        hint = stated.country_code or self._gazetteer.country_within(part)  # "IBM India Research Laboratory"
        ambiguous = conflict = False
        for names in self._candidates([*stated.rest] or segments, inside, segments, stated.country_code):
            organisation, verdict = _choose(names, stated, segments)
            if organisation is None and verdict == AMBIGUOUS and hint != stated.country_code:
                organisation, verdict = _choose(names, Stated(hint, stated.place, stated.rest), segments)
            if organisation is not None:
                return self._matched(organisation, stated, verdict)
            ambiguous |= verdict == AMBIGUOUS
            conflict |= verdict == CONFLICT
        reason = AMBIGUOUS if ambiguous else CONFLICT if conflict else PLACE_ONLY if hint else UNKNOWN
        return Match(
            1, None, None, hint, stated.place.geonames_id if stated.place else None,
            "text" if hint else None, "high" if stated.country_code else "medium" if hint else None, reason,
        )  # fmt: skip

    def _candidates(
        self, rest: Sequence[str], inside: Sequence[str], segments: Sequence[str], stated_country: str | None
    ) -> list[Sequence[Named]]:
        """Groups of namesakes, best first: runs of whole segments (longest first; "University of California, San
        Diego"), what stands in parentheses, then runs of words within one segment."""
        groups: list[Sequence[Named]] = []
        tried: set[str] = set()

        def add(names: Sequence[Named], key: str) -> None:
            if names and key not in tried:
                tried.add(key)
                groups.append(names)

        for size in range(min(3, len(segments)), 0, -1):
            runs = [
                ", ".join(segments[start : start + size])
                for start in range(len(segments) - size + 1)
                if size > 1 or start < len(rest) or not rest  # a city or country by itself is none
            ]
            # Of a laboratory and its university the university: it is the employer, and the better known place.
            for text in sorted(runs, key=lambda run: "universi" not in run.lower()):
                add(self._organisations.find(text), name_key(text))
        for text in inside:
            add(self._organisations.find(text), name_key(text))
        for segment in rest:
            key = name_key(segment)
            for form in dict.fromkeys((key, expanded(key))):
                for part in _universities(form.split(), self._organisations.longest):
                    add(self._organisations.find_key(part), part)
        # Acronyms last: as a whole segment at the end of the string, or as a word where the country stands beside it.
        for segment in dict.fromkeys((*rest[-1:], *(rest if stated_country else ()), *inside)):
            add(self._organisations.find_acronym(segment), "=" + segment)
        for word in (
            word.strip(".,")
            for segment in rest
            for word in segment.split()
            if stated_country or len(rest) == 1
        ):
            if word.isupper() and 3 <= len(word) <= 8:
                add(self._organisations.find_acronym(word), "=" + word)
        return groups

    def _matched(self, organisation: Organisation, stated: Stated, verdict: str) -> Match:
        country, place = organisation.country_code, stated.place
        if place is not None and country is not None and place.country_code != country:
            place = None
        if verdict == HEADQUARTERS:
            return Match(
                1,
                organisation.organisation_id,
                organisation.name,
                country,
                None,
                "organisation",
                "low",
                HEADQUARTERS,
            )
        if place is not None:
            return Match(
                1,
                organisation.organisation_id,
                organisation.name,
                country,
                place.geonames_id,
                "text",
                "high",
                MATCHED,
            )
        return Match(
            1, organisation.organisation_id, organisation.name, country, organisation.geonames_id,
            "organisation", "high" if stated.country_code else "medium", MATCHED,
        )  # fmt: skip


def _universities(words: Sequence[str], longest: int) -> list[str]:
    """Parts of a segment that may be a university's name, longest first: what ends the segment ("dept computer science
    stanford university") or stands before one of its divisions ("stanford university school medicine"). Other kinds of
    names are only believed as whole segments: there is an Imaging Center in every hospital."""
    parts = []
    for size in range(min(len(words) - 1, longest), 1, -1):
        for start in range(len(words) - size + 1):
            end = start + size
            part = words[start:end]
            if end < len(words) and words[end] not in _DIVISIONS:
                continue
            if (
                any(w.startswith(("universi", "polytech")) for w in part)
                or part[:2] == ["institute", "technology"]
                or part[-2:] == ["institute", "technology"]
            ):
                key = " ".join(part)
                if not is_generic(key):
                    parts.append(key)
    return parts


def _choose(
    names: Sequence[Named], stated: Stated, segments: Sequence[str]
) -> tuple[Organisation | None, str]:
    """One of several namesakes, and why; None if they stay ambiguous or contradict the country in the string."""
    rest = [named for named in names if stated.country_code in (None, named.organisation.country_code)]
    if not rest:
        return None, CONFLICT
    if stated.country_code is None or len(rest) > 1:
        keys = {name_key(segment) for segment in segments}
        in_city = [
            n for n in rest
            if n.organisation.city and (
                name_key(n.organisation.city) in keys
                or (stated.place and n.organisation.geonames_id == stated.place.geonames_id)
            )
        ]  # fmt: skip
        rest = in_city or rest
    active = [n for n in rest if n.organisation.status == "active"]
    rest = active or rest
    for kinds in (("display", "label"), ("alias", "base"), ("acronym",)):
        best = {n.organisation.organisation_id: n.organisation for n in rest if n.kind in kinds}
        if len(best) == 1:
            chosen = next(iter(best.values()))
            only = len({n.organisation.country_code for n in rest if n.kind in kinds}) == 1
            branches = stated.country_code is None and any(n.kind == "base" for n in rest)
            return chosen, HEADQUARTERS if branches or not only else MATCHED
        if len(best) > 1:
            children = [o for o in best.values() if any(parent in best for parent in o.parents)]
            heads = [o for o in best.values() if o not in children]
            if len(heads) == 1 and children:
                return heads[0], MATCHED if stated.country_code else HEADQUARTERS
            return None, AMBIGUOUS
    return None, AMBIGUOUS


def clean(text: str) -> str:
    """Undo what PDF extraction does: ligatures, stray accents, footnote marks, e-mail addresses."""
    text = unicodedata.normalize("NFKC", _STUCK_DIACRITIC.sub("", text) if not text.isascii() else text)
    return _FOOTNOTE.sub("", _MAIL.sub("", text)).strip(" ,.;")


def _distinct(matches: Sequence[Match]) -> list[Match]:
    seen: set[tuple[str | None, str | None, int | None]] = set()
    kept = []
    for match in matches:
        key = (match.organisation_id, match.country_code, match.geonames_id)
        if key not in seen:
            seen.add(key)
            kept.append(match)
    return kept


__all__ = ["AffiliationMatcher", "Match", "Place", "clean"]
