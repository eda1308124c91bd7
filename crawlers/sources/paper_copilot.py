"""Paper Copilot's paper lists: venue-years of machine learning, vision and robotics with affiliations and positions.

Format: `<conference><year>.json` of https://github.com/papercopilot/paperlists, an array of papers whose columns hold
one value an author, parted by ";" (empty values count) and within one author by "+". What was measured about these
columns decides what is read of them:

- Rows of OpenReview with `or_profile`: affiliation, position and links stand in the order of `or_profile`, which is not
  that of the authors where somebody's account was renamed (one row in six); they are joined by account.
- Rows of OpenReview without it: empty values were dropped and the order is lost; an affiliation is taken only if all
  values are equal and none is missing.
- Lists that print each affiliation once for the whole paper (CVF): taken only where the count fits and a value repeats,
  which a set cannot.
- Everything else is as printed, and is taken if the count fits. Counts that do not fit give null, never a guess.

Gender, e-mail, reviewers and ratings are not read; `dblp` is not either, for its pages join people of one name.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from config.records import Affiliation, Artifact, AuthorMention, IdentityClaim, Profile
from config.text import match_key
from crawlers.paperlist_columns import (
    Columns,
    Links,
    account,
    account_url,
    author_names,
    claims,
    columns_of,
    external_ids,
    halved,
    lists_of,
)
from crawlers.source import BadDocument, Document, DocumentSource, Item, Reject, Unread, checked

PARSER_VERSION = 1

_VENUE_YEAR = re.compile(r"([a-z]+)((?:19|20)\d\d)\.json")
_LIST = "https://github.com/papercopilot/paperlists/blob/main/{venue}/{venue}{year}.json"
_READ = frozenset(
    (
        "id", "title", "track", "status", "abstract", "keywords", "primary_area", "session", "author",
        "author_site", "authorids", "aff", "affs", "position", "or_profile", "orcid", "google_scholar", "homepage",
        "linkedin", "site", "openreview", "oa", "pdf", "doi", "arxiv", "aff_domain", "aff_unique_index", "award",
    )
)  # fmt: skip
_LEFT_OUT = frozenset(
    (
        "tldr", "supplementary_material", "supp", "gender", "email", "emails", "dblp", "bibtex", "github",
        "project", "pid", "reviewers", "review", "metareview", "title_site", "author_num", "pdf_size", "metadata",
        "proceeding", "slides", "video", "youtube", "rating", "confidence", "novelty", "technical_quality", "scope",
        "suitability", "strengths", "limitations", "excitement", "reproducibility", "correctness", "soundness",
        "contribution", "presentation", "technical_novelty", "empirical_novelty", "gs_citation", "gs_cited_by_link",
        "gs_version_total", "poster", "slideslive", "replies_avg", "authors#_avg", "aff_campus_unique",
        "aff_campus_unique_index", "aff_country_unique", "aff_country_unique_index",
    )
)  # fmt: skip
_LEFT_OUT_LIKE = re.compile(r"(?:.*_avg|wc_.*|corr_.*|aff_unique_.*)")
_NOBODY = frozenset(("anonymous", "anonymous authors", "withdrawn"))


class _Paper(NamedTuple):
    identifier: str
    url: str
    year: int
    as_of: date  # of what authors say of themselves there: the middle of the venue's year


class PaperCopilot(DocumentSource):
    """Kind: `paperlist`."""

    def parse(self, document: Document) -> Iterator[Item]:
        if document.kind != "paperlist":
            yield from super().parse(document)
            return
        match = _VENUE_YEAR.search(document.name)
        if not match:
            raise BadDocument("its name is not <conference><year>.json")
        try:
            rows = json.loads(document.body)
        except ValueError:
            raise BadDocument("not valid JSON") from None
        if not isinstance(rows, list):
            raise BadDocument("not a JSON array")
        yield from _Reader(match.group(1), int(match.group(2)), document.as_of).read(rows)


class _Reader:
    """Reads one venue-year; remembers what it has yielded, so that an account is landed once."""

    def __init__(self, venue: str, year: int, as_of: date) -> None:
        self._venue, self._year, self._as_of = venue, year, as_of
        self._stated_on = min(as_of, date(year, 6, 30))
        self._counted: Counter[str] = Counter()
        self._titles: set[str] = set()
        self._profiles: set[str] = set()
        self._affiliations: set[tuple[str, str, str]] = set()
        self._claims: set[tuple[str, str, str]] = set()

    def read(self, rows: list[Any]) -> Iterator[Item]:
        for number, row in enumerate(rows, start=1):
            if not isinstance(row, dict):
                yield Reject(
                    "artifact", f"{self._venue}{self._year}/row {number}", "the row is no JSON object"
                )
                continue
            for name in row:
                if name not in _READ and name not in _LEFT_OUT and not _LEFT_OUT_LIKE.fullmatch(name):
                    self._counted[f"paper/{name}"] += 1
            yield from self._row({name: value for name, value in row.items() if name in _READ}, number)
        for name, count in sorted((+self._counted).items()):
            yield Unread(name, count)

    def _row(self, row: dict[str, Any], number: int) -> Iterator[Item]:
        title = _text(row.get("title"))
        folded = match_key(title)
        # Ids repeat or lack in many files, so the title is the key; it is hashed, for ids outlive their titles.
        digest = hashlib.sha256(f"{self._venue}/{self._year}/{folded}".encode()).hexdigest()[:16]
        identifier = f"{self._venue}{self._year}/{digest}"
        if not folded:
            yield Reject("artifact", f"{self._venue}{self._year}/row {number}", "title: missing")
            return
        if folded in self._titles:
            yield Reject(
                "artifact", identifier, "title: the same one stands earlier in this list, and it is the key"
            )
            return
        self._titles.add(folded)
        forum = self._forum(row)
        paper = _Paper(identifier, self._url(row, forum), self._year, self._stated_on)
        artifact = checked(
            Artifact,
            identifier,
            {
                "artifact_id": identifier,
                "kind": "paper",
                "title": title,
                "abstract": _text(row.get("abstract")),
                "venue_id": self._venue,
                "venue": f"{self._venue.upper()} {self._year}",
                "year": self._year,
                "ids": external_ids(row, forum),
                "tags": _tags(row),
                "status": _status(row.get("status")),
                "url": paper.url,
                "as_of": self._as_of,
            },
        )
        yield artifact
        if isinstance(artifact, Artifact):
            yield from self._authors(row, paper)

    def _forum(self, row: dict[str, Any]) -> str | None:
        """The OpenReview forum of the paper."""
        for name in ("openreview", "site"):
            if match := re.search(r"openreview\.net/(?:forum|pdf)\?id=([\w-]+)", _text(row.get(name))):
                return match.group(1)
        return _text(row.get("id")) or None if "~" in _text(row.get("authorids")) else None

    def _url(self, row: dict[str, Any], forum: str | None) -> str:
        for name in ("site", "oa", "openreview", "pdf"):
            if (url := _text(row.get(name))).startswith(("https://", "http://")):
                return url
        return (
            f"https://openreview.net/forum?id={forum}"
            if forum
            else _LIST.format(venue=self._venue, year=self._year)
        )

    def _authors(self, row: dict[str, Any], paper: _Paper) -> Iterator[Item]:
        names = author_names(_text(row.get("author")) or _text(row.get("author_site")))
        accounts = lists_of(row, "authorids", len(names)) or [""] * len(names)
        names, accounts, twice = halved(names, accounts)
        self._counted["author/whole list printed twice"] += twice
        if not names:
            yield Reject("author_mention", paper.identifier, "author: the list names nobody for this paper")
            return
        if len(set(names)) < len(names):
            self._counted["author/name twice in one list"] += 1
        ids = [account(text, name) for text, name in zip(accounts, names, strict=True)]
        self._counted["authorids/not an account"] += sum(
            1 for a, i in zip(accounts, ids, strict=True) if a and not i
        )
        columns = columns_of(row, len(names), [i or "" for i in ids])
        self._counted.update(columns.trouble)
        for index, name in enumerate(names):
            key = f"{paper.identifier}/{index + 1}"
            if not name:
                yield Reject("author_mention", key, "author: an empty name in the list")
            elif name.casefold() in _NOBODY:
                yield Reject("author_mention", key, "author: anonymous, the submission was never attributed")
            else:
                yield from self._author(paper, index, len(names), name, ids[index], columns)

    def _author(
        self, paper: _Paper, index: int, of: int, name: str, profile: str | None, columns: Columns
    ) -> Iterator[Item]:
        organisations, positions, links = columns.of(index)
        yield checked(
            AuthorMention,
            f"{paper.identifier}/{index + 1}",
            {
                "artifact_id": paper.identifier,
                "position": index + 1,
                "n_authors": of,
                "name": name,
                "affiliation": "; ".join(organisations),
                "profile_id": profile,
                "profile_basis": "explicit" if profile else None,
                "orcid": links.orcid,
                "url": paper.url,
                "as_of": self._as_of,
            },
        )
        if profile:
            yield from self._account(profile, name, links, paper)
            for organisation, position in zip(organisations, positions, strict=True):
                yield from self._affiliation(profile, organisation, position, paper)

    def _account(self, profile: str, name: str, links: Links, paper: _Paper) -> Iterator[Item]:
        url = account_url(profile)
        if profile not in self._profiles:
            self._profiles.add(profile)
            values = {"profile_id": profile, "name": name, "kind": "person", "url": url, "as_of": self._as_of}
            yield checked(Profile, profile, values)
        for scheme, value in claims(profile, links):
            if (profile, scheme, value) not in self._claims:
                self._claims.add((profile, scheme, value))
                claim = {"profile_id": profile, "scheme": scheme, "value": value, "strength": "declared"}
                yield checked(
                    IdentityClaim, f"{profile}/{scheme}", {**claim, "url": url, "as_of": paper.as_of}
                )

    def _affiliation(
        self, profile: str, organisation: str, position: str | None, paper: _Paper
    ) -> Iterator[Item]:
        statement = (profile, organisation, position or "")
        if statement in self._affiliations:
            return
        self._affiliations.add(statement)
        values = {"profile_id": profile, "organisation": organisation, "position": position}
        yield checked(Affiliation, "/".join(statement), {**values, "url": paper.url, "as_of": paper.as_of})


def _tags(row: dict[str, Any]) -> tuple[str, ...]:
    tags = [f"keyword:{word}" for part in _text(row.get("keywords")).split(";") if (word := part.strip())]
    areas = (_text(row.get(name)) for name in ("primary_area", "track", "session"))
    tags += [f"track:{area}" for area in areas if area and area.casefold() != "main"]
    if (presented := _text(row.get("status"))) and _status(presented) == "active":
        tags.append(f"presentation:{presented}")
    return tuple(dict.fromkeys(tags))


def _status(value: Any) -> str:
    text = _text(value).casefold()
    return "withdrawn" if "withdr" in text else "rejected" if "reject" in text else "active"


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
