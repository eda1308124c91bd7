"""The per-author columns of Paper Copilot's lists: who is meant by which value, and where that cannot be known.

See `crawlers.sources.paper_copilot` for what was measured. All functions are pure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from crawlers.sources.acl_anthology import slug, valid_orcid

_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|phd)\.?", re.IGNORECASE)
_IEEE = re.compile(r"/(\d+)")
_ACL = re.compile(r"/[^/]/([^/]+)/?")
_SCHOLAR = re.compile(r"(?:.*[?&]user=)?([\w-]{12})(?:&.*)?", re.ASCII)
_LINKEDIN = re.compile(r"(?:(?:https?://)?(?:\w+\.)*linkedin\.com/in/)?([\w%.-]{3,100})/?(?:\?.*)?")
_ARXIV = re.compile(r"(\d{4}\.\d{4,5})(?:v\d+)?")
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_ACL_PAPER = re.compile(r"aclanthology\.org/([\w.-]+?)/?$")
_PMLR_PAPER = re.compile(r"proceedings\.mlr\.press/(v\d+/[\w-]+)\.html")


_LINKS = ("orcid", "google_scholar", "homepage", "linkedin")


class Links(NamedTuple):
    """What an account's owner says of it elsewhere."""

    orcid: str | None = None
    google_scholar: str | None = None
    homepage: str | None = None
    linkedin: str | None = None


@dataclass
class Columns:
    """Values by author (index from 0); `trouble` counts what could not be assigned."""

    affiliations: dict[int, tuple[str, ...]] = field(default_factory=dict)
    positions: dict[int, tuple[str | None, ...]] = field(default_factory=dict)
    links: dict[int, Links] = field(default_factory=dict)
    trouble: Counter[str] = field(default_factory=Counter)

    def of(self, index: int) -> tuple[tuple[str, ...], tuple[str | None, ...], Links]:
        """Organisations, a position for each, and links of one author."""
        organisations = self.affiliations.get(index, ())
        positions = self.positions.get(index, ())
        return organisations, positions or (None,) * len(organisations), self.links.get(index, Links())


def parted(text: str) -> list[str]:
    """Values parted by ";". Empty ones stay: they hold a place. An empty text has no values."""
    return [value.strip() for value in text.split(";")] if text.strip() else []


def author_names(text: str) -> list[str]:
    """Names parted by ";", or in lists without one by ","; there "Jr." and the like belong to the name before."""
    if ";" in text or "," not in text:
        return parted(text)
    names: list[str] = []
    for name in (part.strip() for part in text.split(",")):
        if names and _SUFFIX.fullmatch(name):
            names[-1] += f" {name}"
        else:
            names.append(name)
    return names


def lists_of(row: Mapping[str, Any], column: str, count: int) -> list[str] | None:
    """The column's values if there are `count` of them, else None."""
    value = row.get(column)
    values = parted(value) if isinstance(value, str) else []
    return values if len(values) == count else None


def halved(names: list[str], accounts: list[str]) -> tuple[list[str], list[str], int]:
    """Names and accounts without the repetition of a list that is printed twice over, and 1 if it was.

    Two people of one name are told apart by their accounts; without accounts only lists of four and more are halved.
    """
    half, odd = divmod(len(names), 2)
    same = not odd and half and names[:half] == names[half:] and accounts[:half] == accounts[half:]
    if same and (any(accounts) or half > 1):
        return names[:half], accounts[:half], 1
    return names, accounts, 0


def account(text: str, name: str) -> str | None:
    """An account's id: OpenReview's `~Name1` as it stands, IEEE's and the ACL Anthology's with their scheme.

    Anything else is none: an e-mail address, a submission's group of authors, and an Anthology page that is called
    after the name alone, for it holds everybody of that name.
    """
    if text.startswith("~") and "@" not in text:
        return text
    if match := _IEEE.fullmatch(text):
        return f"ieee:{match.group(1)}"
    match = _ACL.fullmatch(text)
    return f"acl:{match.group(1)}" if match and match.group(1) != slug(name) else None


def account_url(identifier: str) -> str:
    """Where the account is shown."""
    scheme, _, value = identifier.partition(":")
    if scheme == "ieee":
        return f"https://ieeexplore.ieee.org/author/{value}"
    if scheme == "acl":
        return f"https://aclanthology.org/people/{value}/"
    return f"https://openreview.net/profile?id={identifier}"


def columns_of(row: Mapping[str, Any], count: int, accounts: Sequence[str]) -> Columns:
    """What each of `count` authors' values are, as far as it can be known."""
    columns = Columns()
    raw = row.get("aff") or row.get("affs") or ""
    affiliations = parted(raw) if isinstance(raw, str) else []
    if not any(affiliations) and not row.get("or_profile"):
        return columns
    if isinstance(row.get("or_profile"), str) and row["or_profile"].strip():
        _by_profile(row, affiliations, accounts, columns)
    elif any(identifier.startswith("~") for identifier in accounts):
        if len(affiliations) == count and len(set(affiliations)) == 1:
            columns.affiliations = {index: organisations(affiliations[0]) for index in range(count)}
        else:
            columns.trouble["aff/order of authors lost"] += 1
    elif len(affiliations) != count:
        columns.trouble["aff/not one value an author"] += 1
    elif count > 1 and not _printed_by_author(row) and len(set(affiliations)) == count:
        columns.trouble["aff/a set of the paper's"] += 1
    else:
        columns.affiliations = {index: organisations(text) for index, text in enumerate(affiliations)}
    return columns


def _printed_by_author(row: Mapping[str, Any]) -> bool:
    """Lists that carry one of these columns print affiliations author by author."""
    return any(name in row for name in ("aff_domain", "aff_unique_index", "affs"))


def _by_profile(
    row: Mapping[str, Any], affiliations: list[str], accounts: Sequence[str], columns: Columns
) -> None:
    order = parted(row["or_profile"])
    place = _places(order, accounts)
    lists = {name: lists_of(row, name, len(order)) for name in ("position", *_LINKS)}
    if len(affiliations) != len(order):
        columns.trouble["aff/not one value an author"] += 1
        affiliations = [""] * len(order)

    def value(name: str, at: int) -> str:
        values = lists[name]
        return values[at] if values else ""

    for index, at in place.items():
        named = organisations(affiliations[at])
        columns.affiliations[index] = named
        held = tuple(part.strip() or None for part in value("position", at).split("+"))
        if len(affiliations[at].split("+")) == len(held):
            kept = [part.strip() for part in affiliations[at].split("+")]
            columns.positions[index] = tuple(job for job, name in zip(held, kept, strict=True) if name)
        columns.links[index] = _links(*(value(name, at) for name in _LINKS))
    missing = sum(1 for index, identifier in enumerate(accounts) if identifier and index not in place)
    if missing:
        columns.trouble["or_profile/author not in it"] += missing


def _places(order: Sequence[str], accounts: Sequence[str]) -> dict[int, int]:
    """Author index -> place in the order of profiles. One author and one profile left over are the same person."""
    where = {identifier: at for at, identifier in enumerate(order) if identifier}
    found = {index: where[a] for index, a in enumerate(accounts) if a in where}
    authors_left = [index for index, a in enumerate(accounts) if a and index not in found]
    profiles_left = sorted(set(where.values()) - set(found.values()))
    if len(authors_left) == 1 and len(profiles_left) == 1:
        found[authors_left[0]] = profiles_left[0]
    return found


def organisations(text: str) -> tuple[str, ...]:
    """One author's organisations, parted by "+"."""
    return tuple(part.strip() for part in text.split("+") if part.strip())


def _links(orcid: str, scholar: str, homepage: str, linkedin: str) -> Links:
    orcid = orcid.removeprefix("https://orcid.org/").removeprefix("http://orcid.org/").strip("/")
    page = homepage if homepage.startswith(("https://", "http://")) and "@" not in homepage else None
    scholar_id = _SCHOLAR.fullmatch(scholar)
    name = _LINKEDIN.fullmatch(linkedin)
    return Links(
        orcid if valid_orcid(orcid) else None,
        scholar_id.group(1) if scholar_id else None,
        page[:2000] if page else None,
        f"https://www.linkedin.com/in/{name.group(1)}" if name else None,
    )


def claims(profile: str, links: Links) -> Iterator[tuple[str, str]]:
    """Schemes and values of what an account says it is also."""
    if profile.startswith("~"):
        yield "openreview", profile
    for scheme, value in links._asdict().items():
        if value:
            yield scheme, value


def external_ids(row: Mapping[str, Any], forum: str | None) -> tuple[dict[str, str], ...]:
    """The paper's identifiers in other schemes."""
    site, doi, arxiv = (str(row.get(name) or "") for name in ("site", "doi", "arxiv"))
    found = [("openreview", forum)] if forum else []
    for scheme, pattern, text in (
        ("acl", _ACL_PAPER, site),
        ("pmlr", _PMLR_PAPER, site),
        ("arxiv", _ARXIV, arxiv),
    ):
        if match := pattern.search(text):
            found.append((scheme, match.group(1)))
    if match := _DOI.search(doi):
        found.append(("doi", match.group()))
    return tuple({"scheme": scheme, "value": value} for scheme, value in found if value)
