"""Papers as the hub shows them: the daily list, search, one paper, and the repositories that cite a paper.

The lists wrap a paper (`{"paper": {…}, "publishedAt": …}`), one paper is flat. The wrapper's `publishedAt` is the
paper's minus the hours that US Eastern time is behind, and so may name the day before: only the paper's own is read.

An author's `user` is a link that the hub made, mostly by itself, and not an identity: see `_Links`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from config.records import Artifact, AuthorMention, IdentityClaim, Metric
from config.text import match_key
from crawlers.huggingface.repositories import paths
from crawlers.huggingface.values import (
    HUB,
    account_kind,
    candidate,
    distinct,
    handle_of,
    id_of,
    line,
    listed,
    mapped,
    moment,
    owner_in,
    stable_id,
    text,
    unread,
)
from crawlers.source import BadDocument, Item, Reject, checked

_ID = re.compile(r"[\w./-]{1,100}", re.ASCII)
_ARXIV = re.compile(r"\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7}")
_STRENGTH = {"claimed_verified": "verified", "admin_assigned": "admin_assigned"}  # anything else: extracted
_WRAPPER_FIELDS = frozenset(
    (
        "paper", "publishedAt", "title", "summary", "mediaUrls", "thumbnail", "numComments", "submittedBy",
        "organization", "isAuthorParticipating", "upvoted", "highlightedTitle", "highlightedSummary",
    )
)  # fmt: skip
_PAPER_FIELDS = frozenset(
    (
        "id", "authors", "mediaUrls", "publishedAt", "submittedOnDailyAt", "submittedOnDailyBy", "title", "summary",
        "upvotes", "discussionId", "projectPage", "githubRepo", "githubRepoAddedBy", "githubStars", "ai_summary",
        "ai_keywords", "ai_summary_model", "organization", "linkedModels", "numTotalModels", "linkedDatasets",
        "numTotalDatasets", "linkedSpaces", "numTotalSpaces", "source", "comments", "submittedBy", "thumbnail",
    )
)  # fmt: skip
_AUTHOR_FIELDS = frozenset(("_id", "name", "hidden", "user", "status", "statusLastChangedAt"))


def daily_papers(items: Any, as_of: date) -> Iterator[Item]:
    """Papers from a page of /api/daily_papers."""
    return distinct(_wrapped(items, as_of))


def search(items: Any, as_of: date) -> Iterator[Item]:
    """Papers from an answer of /api/papers/search, which wraps them as the daily list does."""
    return distinct(_wrapped(items, as_of))


def paper(content: Any, as_of: date) -> Iterator[Item]:
    """One paper, from /api/papers/<id>."""
    if not isinstance(content, dict) or not _ID.fullmatch(text(content.get("id"))):
        raise BadDocument("not a paper")
    counted: Counter[str] = Counter()
    yield from distinct(_paper(content, mapped(content.get("submittedBy")), as_of, counted))
    yield from unread("paper", counted)


def repositories_of_paper(content: Any, as_of: date, page_url: str) -> Iterator[Item]:
    """Owners of the models, datasets and spaces that cite a paper, from /api/arxiv/<id>/repos."""
    if not isinstance(content, dict):
        raise BadDocument("not a list of a paper's repositories")
    owners = (
        owner_in(path) for kind in ("models", "datasets", "spaces") for path in paths(content.get(kind))
    )
    yield from distinct(candidate(owner, "owner", url=page_url, as_of=as_of) for owner in owners if owner)


def _wrapped(items: Any, as_of: date) -> Iterator[Item]:
    if not isinstance(items, list):
        raise BadDocument("not a list of papers")
    counted: Counter[str] = Counter()
    for item in items:
        content = mapped(mapped(item).get("paper"))
        if not _ID.fullmatch(text(content.get("id"))):
            yield Reject("artifact", "(none)", "paper.id: missing")
            continue
        counted.update(f"wrapper/{field}" for field in item.keys() - _WRAPPER_FIELDS)
        yield from _paper(content, mapped(item.get("submittedBy")), as_of, counted)
    yield from unread("paper", counted)


def _paper(
    content: dict[str, Any], submitter: dict[str, Any], as_of: date, counted: Counter[str]
) -> Iterator[Item]:
    identifier = text(content["id"])
    url = f"{HUB}papers/{identifier}"
    counted.update(content.keys() - _PAPER_FIELDS)
    published = moment(content.get("publishedAt"))
    values = {
        "artifact_id": identifier,
        "kind": "paper",
        "title": content.get("title"),
        "abstract": text(content.get("summary"))[:20_000] or None,
        "year": published.year if published else None,
        "published_on": published.date() if published else None,
        "ids": ({"scheme": "arxiv", "value": identifier},) if _ARXIV.fullmatch(identifier) else (),
        "tags": _tags(content),
        "url": url,
        "as_of": as_of,
    }
    artifact = checked(Artifact, identifier, values)
    yield artifact
    if isinstance(artifact, Reject):
        return
    if content.get("upvotes") is not None:
        values = {"artifact_id": identifier, "name": "upvotes", "value": content["upvotes"]}
        yield checked(Metric, f"{identifier}/upvotes", {**values, "url": url, "as_of": as_of})
    yield from _Links(identifier, url, as_of).authors(listed(content.get("authors")), counted)
    if organisation := handle_of(content.get("organization")):
        yield candidate(
            organisation,
            "employer",
            url=url,
            as_of=as_of,
            profile_id=id_of(content["organization"]),
            kind="organisation",
        )
    for account in (submitter, mapped(content.get("submittedOnDailyBy"))):
        if account_kind(account) == "person":
            yield candidate(
                handle_of(account),
                "submitter",
                url=url,
                as_of=as_of,
                profile_id=id_of(account),
                kind="person",
            )


def _tags(content: dict[str, Any]) -> tuple[str, ...]:
    keywords = (line(keyword) for keyword in listed(content.get("ai_keywords")))
    code, page = line(content.get("githubRepo")), text(content.get("projectPage"))
    web = ("https://", "http://")
    return (
        *dict.fromkeys(f"keyword:{keyword}" for keyword in keywords if keyword),
        *((f"fact:code:{code}",) if code.startswith(web) else ()),
        *(("fact:project_page",) if page.startswith(web) else ()),
    )


class _Links:
    """Authors of one paper and what ties them to accounts.

    `claimed_verified` was claimed by the account and confirmed; `admin_assigned` was set by hand, and wrongly at times,
    so that the names must agree in a word; anything else is the hub's own match. Where one account hangs on several
    authors of a paper, at most one can be right: both links are kept as mere matches, and neither names the author.
    """

    def __init__(self, identifier: str, url: str, as_of: date) -> None:
        self._identifier = identifier
        self._url = url
        self._as_of = as_of

    def authors(self, authors: list[Any], counted: Counter[str]) -> Iterator[Item]:
        """Rows of the authors that are not hidden, at the places at which the paper prints them."""
        shown = [author for author in authors if isinstance(author, dict) and not author.get("hidden")]
        linked = Counter(_account_id(author) for author in shown)
        for position, author in enumerate(authors, start=1):
            key = f"{self._identifier}/{position}"
            if not isinstance(author, dict):
                yield Reject("author_mention", key, "not a JSON object")
                continue
            counted.update(f"author/{field}" for field in author.keys() - _AUTHOR_FIELDS)
            if author.get("hidden"):
                continue
            account = _account_id(author)
            yield from self._author(author, position, len(authors), alone=linked[account] == 1)

    def _author(self, author: dict[str, Any], position: int, of: int, *, alone: bool) -> Iterator[Item]:
        key = f"{self._identifier}/{position}"
        said = {"url": self._url, "as_of": self._as_of}
        user = mapped(author.get("user"))
        account = _account_id(author)
        strength = _STRENGTH.get(text(author.get("status")), "extracted") if alone else "extracted"
        explicit = strength == "verified" or (
            strength == "admin_assigned"
            and share_a_word(text(author.get("name")), text(user.get("fullname")))
        )
        named = account if explicit else None
        mention = {
            "artifact_id": self._identifier,
            "position": position,
            "n_authors": of,
            "name": author.get("name"),
            "profile_id": named,
            "profile_basis": "explicit" if named else None,
        }
        yield checked(AuthorMention, key, {**mention, **said})
        if account is None:
            return
        claim = {
            "profile_id": account,
            "scheme": "paper_author",
            "value": f"{self._identifier}#{position}",
            "strength": strength,
        }
        yield checked(IdentityClaim, key, {**claim, **said})
        yield candidate(
            handle_of(user),
            "author",
            url=self._url,
            as_of=self._as_of,
            profile_id=account,
            kind=account_kind(user),
        )


def _account_id(author: dict[str, Any]) -> str | None:
    """The linked account's id; None where none is linked or the linked one was deleted."""
    return stable_id(mapped(author.get("user")).get("_id"))


def share_a_word(left: str, right: str) -> bool:
    """Whether two names have a word in common. A lone Latin letter is none; other scripts write words with one."""

    def words(name: str) -> set[str]:
        return {word for word in match_key(name).split() if len(word) > 1 or not word.isascii()}

    return not words(left).isdisjoint(words(right))
