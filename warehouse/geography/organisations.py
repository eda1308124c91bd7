"""Organisations by name: exact normalised names, homonyms kept apart."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from config.text import match_key
from warehouse.geography.names import expanded, name_key
from warehouse.geography.words import COUNTRY_ALIASES, GENERIC_WORDS

KIND_RANK = {"display": 0, "label": 1, "alias": 2, "base": 2, "acronym": 3}
ACRONYM_LENGTH = 6
"""Up to this long a name in capitals is an acronym, whatever the registry calls it, and its case must match."""
_SUFFIX = re.compile(r"\s*\(([^()]+)\)\s*$")


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
    """All names of all organisations, by `name_key`. Registries write "Bosch (Germany)" for a company's national
    branch: such a name is also found without its country."""

    def __init__(
        self,
        organisations: Iterable[Organisation],
        names: Iterable[tuple[str, str, str]],
        countries: Collection[str] = (),
    ) -> None:
        """`names`: (organisation_id, name, kind); `countries`: English names of countries."""
        country_keys = {*COUNTRY_ALIASES, *map(match_key, countries)}
        self.organisations = {o.organisation_id: o for o in organisations}
        self._named: dict[str, list[Named]] = {}
        self.longest = 1
        seen: set[tuple[str, str]] = set()
        for organisation_id, name, kind in sorted(names, key=lambda row: (KIND_RANK.get(row[2], 2), row)):
            organisation = self.organisations.get(organisation_id)
            if organisation is None or organisation.status == "withdrawn":
                continue
            spellings = [(name, kind)]
            suffix = _SUFFIX.search(name) if name.endswith(")") else None
            if suffix and match_key(suffix.group(1)) in country_keys:
                spellings.append((name[: suffix.start()], "base"))
            for spelling, spelt_as in spellings:
                key = name_key(spelling)
                if not key or (organisation_id, key) in seen or is_generic(key):
                    continue
                seen.add((organisation_id, key))
                if len(spelling) <= ACRONYM_LENGTH and spelling.isupper():
                    spelt_as = "acronym"
                self._named.setdefault(key, []).append(Named(organisation, spelt_as, spelling))
                self.longest = max(self.longest, key.count(" ") + 1)
        self.longest = min(self.longest, 14)

    def find(self, text: str) -> Sequence[Named]:
        """Everything that bears this name, as printed or with its abbreviations written out; acronyms left out."""
        key = name_key(text)
        return self.find_key(key) or self.find_key(expanded(key))

    def find_key(self, key: str) -> Sequence[Named]:
        """Everything that bears the name with this key; acronyms left out."""
        return [n for n in self._named.get(key, ()) if n.kind != "acronym"]

    def find_acronym(self, text: str) -> Sequence[Named]:
        """Everything that bears this acronym; a short one only in its own case."""
        bare = text.strip(" .,")
        found = [n for n in self._named.get(name_key(bare), ()) if n.kind == "acronym"]
        return [n for n in found if len(n.spelling) > ACRONYM_LENGTH or n.spelling == bare]


def is_generic(key: str) -> bool:
    """Whether a normalised name holds nothing but generic words."""
    return all(word in GENERIC_WORDS or word.isdigit() or len(word) == 1 for word in key.split())
