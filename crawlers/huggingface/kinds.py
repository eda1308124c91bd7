"""Which parser reads which kind of the hub's documents: one table for everything that a crawl may bring home."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from crawlers.huggingface import accounts, activity, papers, repositories, space_files
from crawlers.huggingface.profile_page import profile_page
from crawlers.parse import load_json
from crawlers.source import BadDocument, Document, Item

_Reader = Callable[[Any, Document], Iterator[Item]]


def _accounts(reason: str) -> _Reader:
    return lambda content, document: accounts.brief_accounts(content, reason, document.as_of, document.name)


def _repositories(read: Callable[..., Iterator[Item]]) -> _Reader:
    return lambda content, document: read(
        content, document.as_of, cards=repositories.cards_were_asked_for(document.name)
    )


_JSON: dict[str, _Reader] = {
    "models": _repositories(repositories.models),
    "datasets": _repositories(repositories.datasets),
    "spaces": _repositories(repositories.spaces),
    "space_files": lambda content, document: space_files.space_with_files(content, document.as_of),
    "user": lambda content, document: accounts.user(content, document.as_of),
    "organisation": lambda content, document: accounts.organisation(content, document.as_of),
    "tombstone": lambda content, document: accounts.tombstone(content, document.as_of),
    "members": _accounts("member"),
    "followers": _accounts("follower"),
    "following": _accounts("follower"),
    "likers": _accounts("liker"),
    "likes": lambda content, document: activity.likes(content, document.as_of, document.name),
    "commits": lambda content, document: activity.commits(content, document.as_of, document.name),
    "discussions": lambda content, document: activity.discussions(content, document.as_of, document.name),
    "collections": lambda content, document: activity.collections(content, document.as_of, document.name),
    "daily_papers": lambda content, document: papers.daily_papers(content, document.as_of),
    "paper_search": lambda content, document: papers.search(content, document.as_of),
    "paper": lambda content, document: papers.paper(content, document.as_of),
    "paper_repositories": lambda content, document: papers.repositories_of_paper(
        content, document.as_of, document.name
    ),
}
KINDS = (*_JSON, "profile_page")
"""Every kind of document. Lists are named by their address; a profile's page is `<its address>#<the account's _id>`."""


def parse(document: Document) -> Iterator[Item]:
    """Records and rejects of one document. Raises BadDocument if it is unreadable or of no known kind."""
    if document.kind == "profile_page":
        identifier = urlsplit(document.name).fragment
        if not identifier:
            raise BadDocument("the document's name does not say whose page it is")
        yield from profile_page(document.body, identifier, document.as_of)
        return
    reader = _JSON.get(document.kind)
    if reader is None:
        raise BadDocument(f"no parser for documents of kind '{document.kind}'")
    yield from reader(load_json(document.body), document)
