"""What accounts did to repositories: commits, likes, discussions, collections.

A commit by an account is evidence of work and becomes a row. A like, a discussion or a collection is none: it only says
whom to ask about next. Repositories of kinds that came later (kernels, buckets …) are met in these lists like any.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from config.records import AuthorMention
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
)
from crawlers.source import BadDocument, Item, Reject, checked

_FIRST = datetime.min.replace(tzinfo=UTC)
_NOT_REPOSITORIES = ("paper", "collection")


def commits(content: Any, as_of: date, page_url: str) -> Iterator[Item]:
    """Accounts that committed to a repository, as its authors in the order of their first commits.

    `content`: {"artifact_id": the repository's, "url": its page, "commits": [items of /api/<kind>s/<id>/commits/<rev>,
    from all pages]}. An author without `_id` is a name that git was told, and no account.
    """
    artifact = line(mapped(content).get("artifact_id"))
    if not artifact or not isinstance(content.get("commits"), list):
        raise BadDocument("not the commits of a repository")
    url = text(content.get("url"))
    url = url if url.startswith(HUB) else page_url
    # The list is newest first; an undated commit keeps its place at the beginning of time.
    dated = [(moment(mapped(c).get("date")) or _FIRST, c) for c in reversed(content["commits"])]
    authors: dict[str, dict[str, Any]] = {}
    for _, commit in sorted(dated, key=lambda pair: pair[0]):
        for author in listed(mapped(commit).get("authors")):
            identifier = stable_id(mapped(author).get("_id"))
            if identifier and handle_of(author):
                authors.setdefault(identifier, author)
    for position, (identifier, author) in enumerate(authors.items(), start=1):
        handle = handle_of(author)
        values = {
            "artifact_id": artifact,
            "position": position,
            "n_authors": len(authors),
            "name": handle,
            "profile_id": identifier,
            "profile_basis": "explicit",
            "url": url,
            "as_of": as_of,
        }
        yield checked(AuthorMention, f"{artifact}/{position}", values)
    yield from distinct(
        candidate(
            handle_of(author), "committer", url=page_url, as_of=as_of, profile_id=identifier, kind="person"
        )
        for identifier, author in authors.items()
    )


def likes(items: Any, as_of: date, page_url: str) -> Iterator[Item]:
    """Owners of the repositories that a user likes, from /api/users/<user>/likes."""
    if not isinstance(items, list):
        raise BadDocument("not a list of likes")
    owners = (owner_in(mapped(mapped(item).get("repo")).get("name")) for item in items)
    yield from distinct(candidate(owner, "owner", url=page_url, as_of=as_of) for owner in owners if owner)


def discussions(content: Any, as_of: date, page_url: str) -> Iterator[Item]:
    """Who opened a repository's discussions; whoever's pull request was merged counts as a committer.

    Of an account that is gone the hub leaves the name "deleted", or no author at all.
    """
    if not isinstance(content, dict) or not isinstance(content.get("discussions"), list):
        raise BadDocument("not the discussions of a repository")
    yield from distinct(_discussants(content["discussions"], as_of, page_url))


def _discussants(items: list[Any], as_of: date, page_url: str) -> Iterator[Item]:
    for item in items:
        if not isinstance(item, dict):
            yield Reject("candidate", "(none)/discussant", "not a JSON object")
            continue
        author = mapped(item.get("author"))
        handle = handle_of(author)
        if handle is None or handle == "deleted":
            continue
        merged = item.get("isPullRequest") is True and item.get("status") == "merged"
        yield candidate(
            handle,
            "committer" if merged else "discussant",
            url=page_url,
            as_of=as_of,
            profile_id=id_of(author),
            kind=account_kind(author),
        )


def collections(items: Any, as_of: date, page_url: str) -> Iterator[Item]:
    """Who keeps the collections, and who owns what is in them, from /api/collections (four items of each)."""
    if not isinstance(items, list):
        raise BadDocument("not a list of collections")
    yield from distinct(_curators(items, as_of, page_url))


def _curators(items: list[Any], as_of: date, page_url: str) -> Iterator[Item]:
    for collection in items:
        owner = mapped(mapped(collection).get("owner"))
        yield candidate(
            handle_of(owner),
            "curator",
            url=page_url,
            as_of=as_of,
            profile_id=id_of(owner),
            kind=account_kind(owner),
        )
        for item in listed(mapped(collection).get("items")):
            # An arXiv id may hold a slash, too: old ones are cs/0501001.
            if text(mapped(item).get("type")) in _NOT_REPOSITORIES:
                continue
            if path_owner := owner_in(mapped(item).get("id")):
                yield candidate(path_owner, "owner", url=page_url, as_of=as_of)
