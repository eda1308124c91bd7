"""Files behind conference sites made with Mini-Conf: ACL 2020, ICLR 2020, ISMIR 2024 and BayLearn.

Format: `sitedata/papers.csv` and `speakers.csv` of https://github.com/Mini-Conf/Mini-Conf and what sites made of it.
Authors are parted by "|" (in early sites "/"), or, with affiliations, printed "Name (Affiliation)*; …", where the
asterisk marks whom to write to and affiliations may hold ";" and brackets of their own. Pictures, e-mail columns,
reviews and speakers' biographies are not read.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from config.records import Artifact, AuthorMention
from crawlers.source import BadDocument, Document, DocumentSource, Item, Reject, Unread, checked

PARSER_VERSION = 1

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_ACL_PDF = re.compile(r"aclweb\.org/anthology/([\w.-]+?)(?:\.pdf)?$")
_DOI_PDF = re.compile(r"/pdf/(10\.\d{4,9}/[^\s?#]+)")
_AND = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+")
_AFFILIATED = re.compile(r"(?P<name>[^()]+?)\s*\((?P<affiliation>.*)\)", re.DOTALL)
_READ = frozenset(
    (
        "UID", "title", "authors", "authors_and_affil", "abstract", "Abstract", "keywords", "track", "paper_type",
        "pdf_url", "primary_subject", "secondary_subject", "AwardNominee", "public", "session", "institution",
        "speaker",
    )
)  # fmt: skip
_LEFT_OUT = frozenset(
    (
        "sessions", "demo_url", "emails", "image", "bio", "day", "position", "paper_presentation",
        "long_presentation", "primary_author", "SpecialTrack", "abstract_short", "StudentAuthor", "StudentAuthor.1",
        "pdf_path", "video", "poster_pdf", "thumbnail", "slides_pdf", "channel_url", "slack_channel",
        "Meta-review final summary", "Review 1", "Review 2", "Review 3", "Author description of changes",
    )
)  # fmt: skip


@dataclass(frozen=True)
class _Site:
    slug: str
    venue: str
    page: str  # address of a paper; {uid} and {year} are filled in


_SITES = {
    "acl": _Site(
        "acl",
        "Annual Meeting of the Association for Computational Linguistics",
        "https://virtual.{year}.acl.org/paper_{uid}.html",
    ),
    "iclr": _Site(
        "iclr",
        "International Conference on Learning Representations",
        "https://openreview.net/forum?id={uid}",
    ),
    "ismir": _Site(
        "ismir",
        "International Society for Music Information Retrieval Conference",
        "https://ismir{year}program.ismir.net/poster_{uid}.html",
    ),
    "baylearn": _Site("baylearn", "Bay Area Machine Learning Symposium", "https://baylearn.org/{year}/"),
    "iclr_speakers": _Site(
        "iclr",
        "International Conference on Learning Representations",
        "https://iclr.cc/virtual_{year}/speaker_{uid}.html",
    ),
}


class MiniconfFiles(DocumentSource):
    """Kinds: `acl`, `iclr`, `ismir` (CSV), `baylearn` (JSON), `iclr_speakers` (CSV); the year is in the path."""

    def parse(self, document: Document) -> Iterator[Item]:
        site = _SITES.get(document.kind)
        if site is None:
            yield from super().parse(document)
            return
        match = _YEAR.search(document.name)
        if not match:
            raise BadDocument("no year in the file's path")
        year = int(match.group(1))
        unread: Counter[str] = Counter()
        for number, row in enumerate(_rows(document), start=1):
            uid, key = _text(row.get("UID")), f"{site.slug}{year}/row {number}"
            unread.update(str(name) for name in row if name not in _READ and name not in _LEFT_OUT)
            if not uid:
                yield Reject("artifact", key, "UID: missing")
            elif _text(row.get("public")).casefold() == "no":
                yield Reject(
                    "artifact", f"{site.slug}{year}/{uid}", "public: no, its authors did not want it shown"
                )
            else:
                yield from _paper(row, uid, site, year, document)
        for name, count in sorted(unread.items()):
            yield Unread(name, count)


def _paper(row: Mapping[str, Any], uid: str, site: _Site, year: int, document: Document) -> Iterator[Item]:
    talk = document.kind == "iclr_speakers"
    identifier = f"{site.slug}{year}/{'speaker.' if talk else ''}{uid}"
    url = site.page.format(uid=uid, year=year)
    authors = _authors(row)
    artifact = checked(
        Artifact,
        identifier,
        {
            "artifact_id": identifier,
            "kind": "talk" if talk else "paper",
            "title": _text(row.get("title")),
            "abstract": _text(row.get("abstract")) or _text(row.get("Abstract")),
            "venue_id": site.slug,
            "venue": site.venue,
            "year": year,
            "ids": _ids(row, uid, document.kind),
            "tags": _tags(row),
            "url": url,
            "as_of": document.as_of,
        },
    )
    yield artifact
    if isinstance(artifact, Artifact):
        yield from _mentions(authors, identifier, url, document.as_of)


def _mentions(authors: list[tuple[str, str]], artifact: str, url: str, as_of: date) -> Iterator[Item]:
    if not authors:
        yield Reject("author_mention", artifact, "authors: nobody is named")
    for position, (name, affiliation) in enumerate(authors, start=1):
        yield checked(
            AuthorMention,
            f"{artifact}/{position}",
            {
                "artifact_id": artifact,
                "position": position,
                "n_authors": len(authors),
                "name": name,
                "affiliation": affiliation,
                "url": url,
                "as_of": as_of,
            },
        )


def _rows(document: Document) -> Iterator[Mapping[str, Any]]:
    if document.kind == "baylearn":
        try:
            rows = json.loads(document.body)
        except ValueError:
            raise BadDocument("not valid JSON") from None
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise BadDocument("not a JSON array of objects")
        yield from rows
        return
    try:
        text = io.StringIO(document.body.decode("utf-8-sig"), newline="")
        reader = csv.DictReader(text, strict=True, restkey="(beyond the header)")
        if "UID" not in (reader.fieldnames or ()):
            raise BadDocument("no column UID")
        yield from list(reader)
    except (UnicodeDecodeError, csv.Error):
        raise BadDocument("not a CSV file in UTF-8") from None


def _authors(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Names and affiliations ("" where none is printed), in order."""
    if speaker := _text(row.get("speaker")):
        return [(speaker, _text(row.get("institution")))]
    printed = _text(row.get("authors_and_affil")) or _text(row.get("authors"))
    if "(" in printed or ";" in printed or "*" in printed:
        return affiliated_authors(printed)
    return [(name.strip(), "") for name in _parted(printed) if name.strip()]


def affiliated_authors(text: str) -> list[tuple[str, str]]:
    """Names and affiliations of "Name (Affiliation)*; Name; …"; without any brackets commas part names as well."""
    found: list[tuple[str, str]] = []
    for part in _outside_brackets(text):
        entry = part.strip().strip("*").strip()
        if match := _AFFILIATED.fullmatch(entry):
            found.append((match["name"].strip("* "), " ".join(match["affiliation"].split())))
        elif "(" not in text and ";" not in text:
            found += [(name.strip("* "), "") for name in _AND.split(entry)]
        else:
            found.append((entry.strip("* "), ""))
    return [(name, affiliation) for name, affiliation in found if name]


def _outside_brackets(text: str) -> Iterator[str]:
    """Parts between semicolons that stand in no bracket."""
    depth = start = 0
    for at, character in enumerate(text):
        if character == "(":
            depth += 1
        elif character == ")":
            depth = max(0, depth - 1)
        elif character == ";" and not depth:
            yield text[start:at]
            start = at + 1
    yield text[start:]


def _parted(text: str) -> list[str]:
    return text.split("|") if "|" in text else text.split("/")


def _ids(row: Mapping[str, Any], uid: str, kind: str) -> tuple[dict[str, str], ...]:
    if kind == "iclr":
        return ({"scheme": "openreview", "value": uid},)
    pdf = _text(row.get("pdf_url"))
    if match := _ACL_PDF.search(pdf):
        return ({"scheme": "acl", "value": match.group(1)},)
    if match := _DOI_PDF.search(pdf):
        return ({"scheme": "doi", "value": match.group(1)},)
    return ()


def _tags(row: Mapping[str, Any]) -> tuple[str, ...]:
    # A slash parts keywords only where it parts authors too; elsewhere it stands inside them ("input/output").
    keywords, slashes = _text(row.get("keywords")), "/" in _text(row.get("authors"))
    words = _parted(keywords) if "|" in keywords or slashes else [keywords]
    words += _text(row.get("primary_subject")).split(";") + _text(row.get("secondary_subject")).split(";")
    tags = [f"keyword:{word.strip()}" for word in words if word.strip()]
    tags += [f"track:{value}" for name in ("track", "paper_type") if (value := _text(row.get(name)))]
    if _text(row.get("session")) in ("Poster", "Oral"):
        tags.append(f"presentation:{_text(row.get('session'))}")
    if _text(row.get("AwardNominee")).casefold() in ("true", "yes", "1"):
        tags.append("award:nominee")
    return tuple(dict.fromkeys(tags))


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
