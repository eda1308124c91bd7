"""Organisations by name: exact normalised names, homonyms kept apart."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from config.text import match_key
from warehouse.geography.words import GENERIC_WORDS

KIND_RANK = {"display": 0, "label": 1, "alias": 2, "base": 2, "acronym": 3}
ACRONYM_LENGTH = 6
"""Up to this long a name in capitals is an acronym, whatever the registry calls it, and its case must match."""
_FIRST_WORD = re.compile(r"[a-z0-9]+")
_COUNTRY_SUFFIX = re.compile(r"\s*\(([^()]+)\)\s*$")


@dataclass(frozen=True)
class Organisation:
    """An organisation of a registry."""

    organisation_id: str
    name: str
    status: str
    country_code: str | None
    city: str | None
    geonames_id: int | None
    parents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Named:
    """An organisation under one of its names."""

    organisation: Organisation
    kind: str
    spelling: str


class OrganisationIndex:
    """All names of all organisations, by `match_key`. Registries write "Bosch (Germany)" for a company's national branch:
    such a name is also found without its country."""

    def __init__(
        self,
        organisations: Iterable[Organisation],
        names: Iterable[tuple[str, str, str]],
        vocabulary: Collection[str] | None = None,
    ) -> None:
        """`names`: (organisation_id, name, kind). `vocabulary`: the words (of `match_key`) of all strings that will be
        asked for; names with other words are left out, which saves most of the work on a large registry."""
        self.organisations = {o.organisation_id: o for o in organisations}
        self._named: dict[str, list[Named]] = {}
        self.longest = 1
        seen: set[tuple[str, str]] = set()
        for organisation_id, name, kind in sorted(names, key=lambda row: (KIND_RANK.get(row[2], 2), row)):
            organisation = self.organisations.get(organisation_id)
            if organisation is None or organisation.status == "withdrawn":
                continue
            if vocabulary is not None and _cannot_match(name, vocabulary):
                continue
            spellings = [(name, kind)]
            if _COUNTRY_SUFFIX.search(name):
                spellings.append((_COUNTRY_SUFFIX.sub("", name), "base"))
            for spelling, spelt_as in spellings:
                key = match_key(spelling)
                if not key or (organisation_id, key) in seen or is_generic(key):
                    continue
                seen.add((organisation_id, key))
                if len(spelling) <= ACRONYM_LENGTH and spelling.isupper():
                    spelt_as = "acronym"
                self._named.setdefault(key, []).append(Named(organisation, spelt_as, spelling))
                self.longest = max(self.longest, key.count(" ") + 1)
        self.longest = min(self.longest, 14)

    def find(self, text: str) -> Sequence[Named]:
        """Everything that bears this name; a short acronym only in its own case."""
        found = self._named.get(match_key(text), ())
        bare = text.strip()
        return [n for n in found if n.kind != "acronym" or len(n.spelling) > ACRONYM_LENGTH or n.spelling == bare]

    def find_key(self, key: str) -> Sequence[Named]:
        """Everything that bears the name with this normalised key, acronyms left out."""
        return [n for n in self._named.get(key, ()) if n.kind != "acronym"]


def _cannot_match(name: str, vocabulary: Collection[str]) -> bool:
    """A cheap test before the costly normalisation, for the common case of plain ASCII."""
    if not name.isascii():
        return False
    first = _FIRST_WORD.search(name.lower())
    return first is None or first.group() not in vocabulary


def is_generic(key: str) -> bool:
    """Whether a normalised name holds nothing but generic words."""
    return all(word in GENERIC_WORDS or word.isdigit() or len(word) == 1 for word in key.split())
