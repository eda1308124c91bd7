"""CNCF: who maintains its projects, with company and GitHub login, as the projects themselves report it.

Format: `project-maintainers.csv` of https://github.com/cncf/foundation. Maturity and project stand in the first row of
a project's block only and hold until the next. A project is an artifact of kind `repository`; its maintainers are the
authors of it in the list's order. Logins are case-insensitive at GitHub, so the lower-case form is the id.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from config.records import Affiliation, Artifact, AuthorMention, IdentityClaim, Profile
from config.text import match_key
from crawlers.source import BadDocument, Document, DocumentSource, Fetch, Item, Reject, Unread, checked

PARSER_VERSION = 1

LIST = "https://raw.githubusercontent.com/cncf/foundation/main/project-maintainers.csv"
_PAGE = "https://github.com/cncf/foundation/blob/main/project-maintainers.csv"
_COLUMNS = ("Project", "Maintainer Name", "Company", "Github Name", "OWNERS/MAINTAINERS")
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}")
# Several projects list a committee of their own under no more than this name; it is the committee of the project above.
_BODY = re.compile(
    r"(?:(?:steering|technical|governance)(?: oversight)? committee|maintainers)", re.IGNORECASE
)
NO_EMPLOYER = frozenset(
    (
        "", "independent", "individual", "individual contributor", "none", "n a", "na", "self", "self employed",
        "freelance", "freelancer", "unaffiliated", "unknown", "personal", "community", "student", "retired", "tbd",
    )
)  # fmt: skip
"""Folded company names that say that there is none."""


@dataclass
class _Project:
    name: str  # with the project above it where the title alone names none
    maturity: str
    url: str
    rows: list[tuple[str, str, str]] = field(default_factory=list)  # name, company, login as printed


def slug(text: str) -> str:
    return "-".join(match_key(text).split())


def login_of(text: str) -> str | None:
    """A GitHub login as printed, or None: padding and a leading @ are taken off, anything else is not guessed at."""
    text = text.strip().removeprefix("@")
    return text if _LOGIN.fullmatch(text) else None


class CncfMaintainers(DocumentSource):
    """Kind: `maintainers`."""

    def seeds(self) -> Iterable[Fetch]:
        return (Fetch(LIST, "maintainers"),)

    def parse(self, document: Document) -> Iterator[Item]:
        if document.kind != "maintainers":
            yield from super().parse(document)
            return
        counted: Counter[str] = Counter()
        met: set[str] = set()  # profiles
        stated: set[tuple[str, str]] = set()  # profile and company
        projects, blank = _projects(document.body, counted)
        for line in blank:
            yield Reject("author_mention", f"row {line}", "a blank row in the list")
        for identifier, project in projects.items():
            yield from _artifact(identifier, project, document.as_of)
            people: set[str] = set()
            for position, (name, company, printed) in enumerate(project.rows, start=1):
                key = f"{identifier}/{position}"
                login = login_of(printed)
                if login is None and printed.strip():
                    counted["Github Name/not a login"] += 1
                person = login.lower() if login else f"name {match_key(name)}"
                if person in people:
                    yield Reject("author_mention", key, "the same person stands twice in this project's list")
                    continue
                people.add(person)
                if not name.strip():
                    yield Reject(
                        "author_mention", key, "a row with a login and no name: only the account is landed"
                    )
                else:
                    yield checked(
                        AuthorMention,
                        key,
                        {
                            "artifact_id": identifier,
                            "position": position,
                            "n_authors": len(project.rows),
                            "name": name,
                            "affiliation": company,
                            "profile_id": login.lower() if login else None,
                            "profile_basis": "explicit" if login else None,
                            "url": project.url,
                            "as_of": document.as_of,
                        },
                    )
                if login:
                    yield from _account(login, name, met, document.as_of)
                    yield from _employer(login, company, stated, document.as_of)
        for name, count in sorted(counted.items()):
            yield Unread(name, count)


def _projects(body: bytes, counted: Counter[str]) -> tuple[dict[str, _Project], list[int]]:
    """Projects by id with their rows, in the order of the list, and the numbers of blank rows.

    Blocks of one name are one project.
    """
    try:
        rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise BadDocument("not a CSV file in UTF-8") from None
    header = [name.strip() for name in rows[0]] if rows else []
    if tuple(header[1:6]) != _COLUMNS:
        raise BadDocument(f"the header is not maturity, {', '.join(_COLUMNS)}")
    counted.update(f"column {name}" for name in header[6:])
    found: dict[str, _Project] = {}
    current: _Project | None = None
    maturity = above = ""
    blank: list[int] = []
    for number, row in enumerate(rows[1:], start=2):
        cells = [*row, *[""] * 6]
        if not any(cell.strip() for cell in row):
            blank.append(number)
            continue
        maturity = cells[0].strip() or maturity
        if title := cells[1].strip():
            name = title
            if _BODY.fullmatch(title):
                name = f"{above}: {title}"
            else:
                above = title
            owners = cells[5].strip()
            url = owners if owners.startswith(("https://", "http://")) else _PAGE
            current = found.setdefault(slug(name), _Project(name, maturity, url))
        if current is None:
            raise BadDocument("a maintainer stands before the first project")
        current.rows.append((cells[2], cells[3], cells[4]))
    return found, blank


def _artifact(identifier: str, project: _Project, as_of: date) -> Iterator[Item]:
    # "Envoy: Gateway (non-voting)" is also work on Envoy.
    parent = slug(re.split(r"[:(]", project.name, maxsplit=1)[0])
    projects = dict.fromkeys((identifier, parent))
    yield checked(
        Artifact,
        identifier,
        {
            "artifact_id": identifier,
            "kind": "repository",
            "title": project.name,
            "tags": (
                *(f"project:{name}" for name in projects if name),
                *((f"maturity:{slug(project.maturity)}",) if project.maturity else ()),
                "foundation:cncf",
            ),
            "url": project.url,
            "as_of": as_of,
        },
    )


def _account(login: str, name: str, met: set[str], as_of: date) -> Iterator[Item]:
    """The account and the claim that it is this login; once a document. The first name printed is kept."""
    identifier = login.lower()
    if identifier in met:
        return
    met.add(identifier)
    url = f"https://github.com/{login}"
    yield checked(
        Profile,
        identifier,
        {
            "profile_id": identifier,
            "handle": login,
            "name": name.strip() or None,
            "kind": "person",
            "url": url,
            "as_of": as_of,
        },
    )
    claim = {"profile_id": identifier, "scheme": "github", "value": identifier, "strength": "declared"}
    yield checked(IdentityClaim, f"{identifier}/github", {**claim, "url": url, "as_of": as_of})


def _employer(login: str, company: str, stated: set[tuple[str, str]], as_of: date) -> Iterator[Item]:
    identifier = login.lower()
    folded = match_key(company)
    if folded in NO_EMPLOYER or (identifier, folded) in stated:
        return
    stated.add((identifier, folded))
    yield checked(
        Affiliation,
        f"{identifier}/{folded}",
        {"profile_id": identifier, "organisation": company, "url": _PAGE, "as_of": as_of},
    )
