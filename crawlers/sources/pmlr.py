"""Proceedings of Machine Learning Research: papers of ICML, CoRL, AISTATS, COLT, UAI and others, a repository a volume.

Format: `_posts/<date>-<id>.md` of https://github.com/mlresearch/v<N>, YAML front matter as
https://proceedings.mlr.press/spec.html describes it; `_config.yml` says which conference and year a volume is, for
volume numbers are in order of publication, not of conferences. A post's records are a function of both: see
`DocumentSource.context_kinds`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from config.records import Artifact, AuthorMention
from config.settings import SourceConfig
from config.text import match_key
from crawlers.plain_yaml import mapping
from crawlers.source import BadDocument, Document, DocumentSource, Fetch, Item, Reject, Unread, checked

PARSER_VERSION = 1

_API = "https://api.github.com/repos/mlresearch/"
_RAW = "https://raw.githubusercontent.com/mlresearch/"
_SITE = "https://proceedings.mlr.press/"
_VOLUME = re.compile(r"(?:mlresearch|pmlr)/(v\d+)[./]")
# Some volumes live on `main`, some on `gh-pages`; GitHub resolves HEAD to whichever is the default.
_BRANCH = "HEAD"

_READ = frozenset(("title", "abstract", "id", "author", "openreview", "section", "date", "volume"))
_LEFT_OUT = frozenset(
    (
        "layout", "series", "publisher", "issn", "month", "tex_title", "firstpage", "lastpage", "page", "order",
        "cycles", "bibtex_author", "editor", "bibtex_editor", "address", "container-title", "genre", "issued",
        "pdf", "extras", "software", "video", "note", "label", "year", "supplementary", "url", "booktitle",
    )
)  # fmt: skip


class Pmlr(DocumentSource):
    """Kinds: `config` and `post`; `tree_root` and `tree_posts` are GitHub's folder listings."""

    context_kinds = frozenset(("config",))
    listing_kinds = frozenset(("tree_root", "tree_posts"))

    def __init__(self, config: SourceConfig) -> None:
        super().__init__(config)
        self._volumes: dict[str, tuple[str, str, int | None]] = {}  # volume -> venue slug, venue, year

    def seeds(self) -> Iterable[Fetch]:
        volumes = self.config.parameters.get("volumes", ())
        for volume in volumes if isinstance(volumes, tuple) else ():
            yield Fetch(f"{_RAW}{volume}/{_BRANCH}/_config.yml", "config")
            yield Fetch(f"{_API}{volume}/git/trees/{_BRANCH}", "tree_root")

    def learn(self, document: Document) -> None:
        entry = mapping(document.body)
        conference = entry.get("conference")
        name = conference.get("name") if isinstance(conference, dict) else None
        short = str(entry.get("shortname") or "").strip()
        year = str(entry.get("year") or "")
        venue = str(name or entry.get("booktitle") or short).strip()
        # "AutoML", "AutoML 2024" and "AUTOML" are one venue.
        words = [word for word in match_key(short or venue).split() if word != year]
        self._volumes[_volume_of(document.name)] = (
            "-".join(words),
            venue,
            int(year) if year.isdigit() else None,
        )

    def parse(self, document: Document) -> Iterator[Item]:
        if document.kind == "post":
            yield from self._post(document)
        elif document.kind in self.listing_kinds:
            yield from _listed(document)
        elif document.kind not in self.context_kinds:
            yield from super().parse(document)

    def _post(self, document: Document) -> Iterator[Item]:
        post = _front_matter(document.body)
        volume = _volume_of(document.name)
        if volume not in self._volumes:
            raise BadDocument(
                f"the _config.yml of {volume} was not read, so its conference and year are unknown"
            )
        venue_id, venue, year = self._volumes[volume]
        number = str(post.get("id") or "").strip()
        if not number:
            yield Reject("artifact", document.name, "id: missing")
            return
        identifier = f"{volume}/{number}"
        url = f"{_SITE}{identifier}.html"
        forum = str(post.get("openreview") or "").strip()
        section = str(post.get("section") or "").strip()
        artifact = checked(
            Artifact,
            identifier,
            {
                "artifact_id": identifier,
                "kind": "paper",
                "title": str(post.get("title") or ""),
                "abstract": str(post.get("abstract") or ""),
                "venue_id": venue_id or None,
                "venue": venue,
                "year": year,
                "published_on": _day(post.get("date")),
                "ids": (
                    {"scheme": "pmlr", "value": identifier},
                    *(({"scheme": "openreview", "value": forum},) if forum else ()),
                ),
                "tags": (f"track:{section}",) if section else (),
                "url": url,
                "as_of": document.as_of,
            },
        )
        yield artifact
        if isinstance(artifact, Artifact):
            authors = post.get("author")
            yield from _mentions(
                authors if isinstance(authors, list) else [], identifier, url, document.as_of
            )
        unknown = Counter(f"post/{name}" for name in post if name not in _READ and name not in _LEFT_OUT)
        for name, count in sorted(unknown.items()):
            yield Unread(name, count)


def _mentions(authors: list[Any], artifact: str, url: str, as_of: date) -> Iterator[Item]:
    for position, author in enumerate(authors, start=1):
        key = f"{artifact}/{position}"
        if not isinstance(author, dict):
            yield Reject("author_mention", key, "author: not given and family name")
            continue
        if author.get("consortium"):
            yield Reject("author_mention", key, "a consortium is no person")
            continue
        parts = ("given", "prefix", "family", "suffix")
        given, prefix, family, suffix = (str(author.get(part) or "").strip() for part in parts)
        family = f"{prefix} {family}".strip()
        yield checked(
            AuthorMention,
            key,
            {
                "artifact_id": artifact,
                "position": position,
                "n_authors": len(authors),
                "name": " ".join(part for part in (given, family, suffix) if part),
                "given_name": given,
                "family_name": family,
                "url": url,
                "as_of": as_of,
            },
        )


def _volume_of(name: str) -> str:
    """The volume in a document's address: `…/mlresearch/v270/…`, or `file:…/pmlr/v270.tar.gz!…`."""
    match = _VOLUME.search(name)
    if not match:
        raise BadDocument("no volume (v<number>) in the document's address")
    return match.group(1)


def _front_matter(body: bytes) -> dict[str, Any]:
    """The YAML between the first two lines of three hyphens (Jekyll)."""
    try:
        lines = body.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise BadDocument("not UTF-8") from None
    try:
        end = lines.index("---", 1)
    except ValueError:
        end = 0
    if not end or lines[0].rstrip() != "---":
        raise BadDocument("no YAML front matter")
    return mapping("\n".join(lines[1:end]))


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value or "")[:10])
    except ValueError:
        return None


def _listed(document: Document) -> Iterator[Fetch]:
    """GitHub's git trees (https://docs.github.com/rest/git/trees): the root, then the folder of posts."""
    volume = _volume_of(document.name)
    try:
        listing = json.loads(document.body)
        if listing["truncated"]:
            raise BadDocument("GitHub cut the folder listing short")
        for entry in sorted(listing["tree"], key=lambda entry: str(entry["path"])):
            path = entry["path"]
            if document.kind == "tree_root":
                if path == "_posts" and entry["type"] == "tree":
                    yield Fetch(entry["url"], "tree_posts")
            elif entry["type"] == "blob" and path.endswith(".md"):
                yield Fetch(f"{_RAW}{volume}/{_BRANCH}/_posts/{path}", "post")
    except (ValueError, KeyError, TypeError):
        raise BadDocument("not a GitHub folder listing") from None
