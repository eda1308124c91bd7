"""ACL Anthology: papers, their authors as printed, and who the Anthology says they are.

Format: `data/schema.rnc` of https://github.com/acl-org/acl-anthology (the data folder of that repository). A
collection's records are a function of three documents: the collection's XML, `people.json` (which author is which
verified person) and `venues.yaml` (venue names). The latter two are context: see `DocumentSource.context_kinds`.

A person id comes from the author's own `id`, else, as the Anthology does it, from a name whose slug belongs to exactly
one verified person who is not exempt from name matching; that basis is kept apart. Anybody else stays without an id:
the Anthology's `<slug>/unverified` may be several people.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml
from lxml import etree

from config.records import Artifact, AuthorMention, IdentityClaim, Profile, Record
from crawlers.parse import Unexpected, at_most_one, child_text, flat_text, load_json, xml_root
from crawlers.source import BadDocument, Document, DocumentSource, Fetch, Item, Reject, Unread, checked

PARSER_VERSION = 1

_TREES = "https://api.github.com/repos/acl-org/acl-anthology/git/trees/"
_RAW = "https://raw.githubusercontent.com/acl-org/acl-anthology/master/data/"
_SITE = "https://aclanthology.org/"
_READ = frozenset(("title", "author", "abstract", "url", "doi", "language", "award", "retracted", "removed"))
_LEFT_OUT = frozenset(
    (
        "editor", "pages", "bibkey", "attachment", "video", "revision", "erratum", "pwccode", "pwcdataset", "pdf",
        "note", "month", "year", "address", "publisher", "journal", "volume", "issue", "mrf", "isbn", "issn",
        "booktitle", "shortbooktitle", "translator", "speaker", "type",
    )
)  # fmt: skip
# Letters that have no decomposition; the Anthology's slugs transliterate them so.
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_NOT_LATIN = re.compile(r"[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class _Person:
    name: str
    orcid: str | None
    by_name: bool  # may be found by name


def slug(name: str) -> str:
    """The Anthology's slug of a name: lower case, letters without diacritics, joined by hyphens.

    Empty for a name that would have to be transliterated: matching on a guess would join strangers.
    """
    folded = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    folded = "".join(c for c in folded if not unicodedata.combining(c)).replace("’", "'")
    return "" if _NOT_LATIN.search(folded) else _NOT_SLUG.sub("-", folded).strip("-")


def valid_orcid(text: str) -> bool:
    """Form and check character of an ORCID iD (ISO/IEC 7064, MOD 11-2)."""
    if not re.fullmatch(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]", text, re.ASCII):
        return False
    total = 0
    for character in text.replace("-", "")[:-1]:
        total = (total + int(character)) * 2
    check = (12 - total % 11) % 11
    return text[-1] == ("X" if check == 10 else str(check))


def anthology_id(collection: str, volume: str, paper: str) -> str:
    """The id in the Anthology's addresses: 2021.naacl-main.1, or of the older form P18-1001, W18-0101."""
    if collection[:1].isdigit():
        return f"{collection}-{volume}.{paper}"
    if collection.startswith("W") or collection == "C69" or (collection == "D19" and int(volume) >= 5):
        return f"{collection}-{int(volume):02d}{int(paper):02d}"
    return f"{collection}-{int(volume)}{int(paper):03d}"


class AclAnthology(DocumentSource):
    """Kinds: `collection`, `people`, `venues`; `tree_root`, `tree_data`, `tree_xml` are GitHub's folder listings."""

    context_kinds = frozenset(("people", "venues"))
    listing_kinds = frozenset(("tree_root", "tree_data", "tree_xml"))

    def __init__(self, config: Any) -> None:
        super().__init__(config)
        self._people: dict[str, _Person] = {}
        self._by_slug: dict[str, set[str]] = defaultdict(set)
        self._venues: dict[str, str] = {}
        self._letters: dict[str, str] = {}

    def seeds(self) -> Iterable[Fetch]:
        return (
            Fetch(_RAW + "json/people.json", "people"),
            Fetch(_RAW + "yaml/venues.yaml", "venues"),
            Fetch(_TREES + "master", "tree_root"),
        )

    def learn(self, document: Document) -> None:
        if document.kind == "people":
            self._learn_people(document.body)
        elif document.kind == "venues":
            self._learn_venues(document.body)

    def parse(self, document: Document) -> Iterator[Item]:
        if document.kind in self.listing_kinds:
            yield from _listed(document)
        elif document.kind == "collection":
            yield from self._collection(document)
        elif document.kind not in self.context_kinds:
            yield from super().parse(document)

    def _learn_people(self, body: bytes) -> None:
        try:
            entries = load_json(body)
            for identifier, entry in entries.items():
                # The first name is the canonical one; later ones are spellings found on papers.
                names = [n for n in (_plain_name(name) for name in entry.get("names") or ()) if n]
                if not names:
                    continue
                orcid = entry.get("orcid")
                self._people[identifier] = _Person(
                    names[0],
                    orcid if isinstance(orcid, str) and valid_orcid(orcid) else None,
                    not entry.get("disable_name_matching", False),
                )
                for name in names:
                    if key := slug(name):
                        self._by_slug[key].add(identifier)
        except (ValueError, AttributeError, TypeError):
            raise BadDocument("not the Anthology's people.json") from None

    def _learn_venues(self, body: bytes) -> None:
        try:
            entries = yaml.load(body, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
            for key, entry in entries.items():
                self._venues[str(key)] = str(entry["name"])
                if letter := entry.get("oldstyle_letter"):
                    self._letters[str(letter)] = str(key)
        except (yaml.YAMLError, KeyError, AttributeError, TypeError):
            raise BadDocument("not the Anthology's venues.yaml") from None

    def _collection(self, document: Document) -> Iterator[Item]:
        root = xml_root(document.body, "collection")
        collection = root.get("id")
        if not collection:
            raise BadDocument("<collection> has no id")
        unread: Counter[str] = Counter()
        met: set[str] = set()  # people whose profile this document has yielded
        claimed: set[tuple[str, str]] = set()
        for volume in root.findall("volume"):
            context = self._volume(volume, collection)
            for paper in volume.findall("paper"):
                unread.update(
                    str(child.tag) for child in paper if child.tag not in _READ and child.tag not in _LEFT_OUT
                )
                for item in self._paper(paper, collection, volume.get("id") or "", context, document.as_of):
                    yield item
                    if isinstance(item, AuthorMention) and item.profile_id:
                        yield from self._identity(item, met, claimed)
        for name, count in sorted(unread.items()):
            yield Unread(f"paper/{name}", count)

    def _volume(self, volume: etree._Element, collection: str) -> dict[str, Any]:
        """What all papers of a volume share."""
        meta = volume.find("meta")
        year_text = meta.findtext("year") if meta is not None else None
        venues = [v.text for v in meta.findall("venue") if v.text] if meta is not None else []
        venue = venues[0] if venues else self._venue_of(collection)
        booktitle = flat_text(meta.find("booktitle")) if meta is not None else None
        year = int(year_text) if year_text and year_text.strip().isdigit() else None
        return {
            "venue_id": venue,
            "venue": self._venues.get(venue) or booktitle,
            "year": year,
            "ingested": volume.get("ingest-date"),
            "tags": tuple(f"venue:{other}" for other in venues[1:]),
        }

    def _venue_of(self, collection: str) -> str:
        """The venue in a collection's name: 2021.naacl, or the letter of the older form (P18)."""
        if "." in collection:
            return collection.split(".", 1)[1]
        return self._letters.get(collection[:1], collection)

    def _paper(
        self, paper: etree._Element, collection: str, volume_id: str, volume: dict[str, Any], as_of: date
    ) -> Iterator[Item]:
        number = paper.get("id")
        try:
            identifier = anthology_id(collection, volume_id, number or "")
        except ValueError:
            number = None
        if not number or not volume_id:
            yield Reject(
                "artifact", f"{collection}-{volume_id}.{number or '(none)'}", "id: missing or malformed"
            )
            return
        url = f"{_SITE}{identifier}/"
        try:
            doi = child_text(paper, "doi")
            status = next((s for s in ("removed", "retracted") if paper.find(s) is not None), "active")
            artifact = checked(
                Artifact,
                identifier,
                {
                    "artifact_id": identifier,
                    "kind": "paper",
                    "title": child_text(paper, "title") or "",
                    "abstract": child_text(paper, "abstract"),
                    "venue_id": volume["venue_id"],
                    "venue": volume["venue"],
                    "year": volume["year"],
                    "published_on": _published(
                        paper.get("ingest-date") or volume["ingested"], volume["year"]
                    ),
                    "ids": (
                        {"scheme": "acl", "value": identifier},
                        *(({"scheme": "doi", "value": doi},) if doi else ()),
                    ),
                    "tags": (
                        *volume["tags"],
                        *(f"award:{a}" for e in paper.findall("award") if (a := flat_text(e))),
                    ),
                    "language": child_text(paper, "language"),
                    "status": status,
                    "url": url,
                    "as_of": as_of,
                },
            )
        except Unexpected as error:
            artifact = Reject("artifact", identifier, str(error))
        yield artifact
        if isinstance(artifact, Reject):
            return
        authors = paper.findall("author")
        for position, author in enumerate(authors, start=1):
            yield from self._mention(author, identifier, position, len(authors), url, as_of)

    def _mention(
        self, author: etree._Element, artifact: str, position: int, of: int, url: str, as_of: date
    ) -> Iterator[Item]:
        key = f"{artifact}/{position}"
        first, last = flat_text(author.find("first")), flat_text(author.find("last"))
        name = " ".join(part for part in (first, last) if part)
        orcid = author.get("orcid")
        if orcid is not None and not valid_orcid(orcid):
            yield Reject("identity_claim", key, "orcid: wrong form or check character")
            orcid = None
        explicit = author.get("id")
        profile = explicit or self._by_name(name)
        try:
            affiliation = flat_text(at_most_one(author, "affiliation"))
        except Unexpected:
            affiliation = "; ".join(text for text in map(flat_text, author.findall("affiliation")) if text)
        yield checked(
            AuthorMention,
            key,
            {
                "artifact_id": artifact,
                "position": position,
                "n_authors": of,
                "name": name,
                "given_name": first,
                "family_name": last,
                "native_name": _native_name(author.find("variant")),
                "affiliation": affiliation,
                "profile_id": profile,
                "profile_basis": None
                if profile is None
                else "explicit"
                if explicit
                else "name_matched_by_source",
                "orcid": orcid,
                "url": url,
                "as_of": as_of,
            },
        )

    def _by_name(self, name: str) -> str | None:
        ids = self._by_slug.get(slug(name), ()) if self._by_slug else ()
        if len(ids) != 1:
            return None
        (identifier,) = ids
        return identifier if self._people[identifier].by_name else None

    def _identity(
        self, mention: AuthorMention, met: set[str], claimed: set[tuple[str, str]]
    ) -> Iterator[Item]:
        """The profile of a person met in people.json, and that it is also an ORCID; once a document each."""
        identifier = mention.profile_id or ""
        person = self._people.get(identifier)
        page = f"{_SITE}people/{identifier}/"
        if person and identifier not in met:
            met.add(identifier)
            values = {
                "profile_id": identifier,
                "name": person.name,
                "kind": "person",
                "url": page,
                "as_of": mention.as_of,
            }
            yield checked(Profile, identifier, values)
            if person.orcid:
                claimed.add((identifier, person.orcid))
                yield _orcid_claim(identifier, person.orcid, page, mention)
        orcid = mention.orcid
        if orcid and mention.profile_basis == "explicit" and (identifier, orcid) not in claimed:
            claimed.add((identifier, orcid))
            yield _orcid_claim(identifier, orcid, mention.url, mention)


def _orcid_claim(profile: str, orcid: str, url: str, mention: AuthorMention) -> Record | Reject:
    values = {
        "profile_id": profile,
        "scheme": "orcid",
        "value": orcid,
        "strength": "declared",
        "url": url,
        "as_of": mention.as_of,
    }
    return checked(IdentityClaim, f"{profile}/orcid", values)


def _plain_name(entry: Any) -> str:
    """A name of people.json in Latin letters; names in their own script are no use for slugs."""
    if entry.get("script"):
        return ""
    return " ".join(part for part in (entry.get("first"), entry.get("last")) if part)


def _native_name(variant: etree._Element | None) -> str | None:
    if variant is None:
        return None
    first, last = flat_text(variant.find("first")), flat_text(variant.find("last"))
    if (variant.get("script") or "").startswith("han"):
        return (last or "") + (first or "") or None  # family name first, unparted
    return " ".join(part for part in (first, last) if part) or None


def _published(ingested: str | None, year: int | None) -> date | None:
    """The day it went online, unless an old volume was digitised later."""
    try:
        day = date.fromisoformat(ingested or "")
    except ValueError:
        return None
    return day if day.year == year else None


def _listed(document: Document) -> Iterator[Fetch]:
    """GitHub's git trees (https://docs.github.com/rest/git/trees): from the root to the folder of collections."""
    try:
        listing = load_json(document.body)
        if listing["truncated"]:
            raise BadDocument("GitHub cut the folder listing short")
        entries = {entry["path"]: entry for entry in listing["tree"]}
        below = {"tree_root": ("data", "tree_data"), "tree_data": ("xml", "tree_xml")}.get(document.kind)
        if below:
            name, kind = below
            if name in entries:
                yield Fetch(entries[name]["url"], kind)
            return
        for name, entry in sorted(entries.items()):
            if entry["type"] == "blob" and name.endswith(".xml"):
                yield Fetch(f"{_RAW}xml/{name}", "collection")
    except (ValueError, KeyError, TypeError):
        raise BadDocument("not a GitHub folder listing") from None
