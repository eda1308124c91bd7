"""How each sort of question is put, and what its answer is landed as."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from crawlers.huggingface import asks
from crawlers.huggingface.frontier import ORGANISATION, UNKNOWN, Account, Ask, Frontier, Repository
from crawlers.huggingface.lists import REPOSITORIES, Lists
from crawlers.parse import load_json
from crawlers.source import BadDocument, Document, Session, Unchanged

_MEMBER_PAGES, _OWNED_PAGES, _LIKER_PAGES, _LIKE_PAGES, _COMMIT_PAGES = 20, 4, 3, 2, 2
_FOLLOWER_PAGES = 3
_FOUND = 20  # accounts that a search shows


class Answers:
    """Puts the frontier's questions."""

    def __init__(self, session: Session, frontier: Frontier, lists: Lists) -> None:
        self._session = session
        self._frontier = frontier
        self._lists = lists
        self._put: dict[str, Callable[[str], Iterator[Document]]] = {
            "account": self._account,
            "members": lambda key: self._pages(
                asks.members(self._frontier.accounts[key].handle), "members", _MEMBER_PAGES
            ),
            "owned": self._owned,
            "commits": self._commits,
            "paper": lambda key: self._one(asks.paper(key), "paper"),
            "paper_repositories": lambda key: self._one(asks.paper_repositories(key), "paper_repositories"),
            "likers": lambda key: self._pages(asks.likers(key), "likers", _LIKER_PAGES),
            "followers": lambda key: self._pages(
                asks.followers(self._frontier.accounts[key].handle), "followers", _FOLLOWER_PAGES
            ),
            "likes": lambda key: self._pages(
                asks.likes(self._frontier.accounts[key].handle), "likes", _LIKE_PAGES
            ),
            "discussions": lambda key: self._one(asks.discussions(key), "discussions"),
        }

    def to(self, ask: Ask) -> Iterator[Document]:
        """The documents that answer a question. Raises Unavailable, Gated or Stopped."""
        try:
            yield from self._put[ask.sort](ask.key)
        except Unchanged:
            return  # the session has noted it

    def space(self, repository: Repository) -> Iterator[Document]:
        """A Space together with its requirements and its app file, named by its public page."""
        item = self._lists.spaces.get(repository.path)
        if item is None:
            url = asks.repository(repository.path, asks.EXPAND["spaces"])
            page = self._session.get(url, "space")
            item = _object(page) if page is not None else None
        if item is None:
            return
        content = {
            "space": item,
            "requirements": self._file(repository.path, "requirements.txt"),
            "app": self._file(repository.path, "app.py"),
        }
        yield self._made(asks.space_page(repository.path), "space_files", content)

    def _file(self, path: str, name: str) -> str | None:
        found = self._session.get(asks.space_file(path, name), "file")
        return found.body.decode("utf-8", "replace") if found is not None else None

    def _get(self, url: str, kind: str) -> Document | None:
        return self._session.get(url, kind, self._frontier.etags.get(url))

    def _one(self, url: str, kind: str) -> Iterator[Document]:
        document = self._get(url, kind)
        if document is not None:
            yield document

    def _pages(self, url: str, kind: str, most: int) -> Iterator[Document]:
        yield from islice(self._session.pages(url, kind), most)

    def _owned(self, key: str) -> Iterator[Document]:
        for kind in REPOSITORIES:
            yield from self._lists.owned(kind, self._frontier.accounts[key].handle, _OWNED_PAGES)

    def _commits(self, path: str) -> Iterator[Document]:
        url = asks.commits(path)
        found: list[Any] = []
        last = None
        for page in islice(self._session.pages(url, "commits"), _COMMIT_PAGES):
            last = page
            try:
                content = load_json(page.body)
            except BadDocument:
                continue
            found += content if isinstance(content, list) else []
        if last is not None:
            repository = self._frontier.repositories[path]
            public = asks.HUB + path.removeprefix("models/")
            content = {"artifact_id": repository.artifact_id, "url": public, "commits": found}
            yield self._made(url, "commits", content, last)

    def _account(self, key: str) -> Iterator[Document]:
        account = self._frontier.accounts[key]
        overviews = {"user": asks.user_overview, "organisation": asks.organisation_overview}
        if account.kind == UNKNOWN:
            kinds: tuple[str, ...] = ("user", "organisation")
        else:
            kinds = ("organisation",) if account.kind == ORGANISATION else ("user",)
        for kind in kinds:
            document = self._get(overviews[kind](account.handle), kind)
            if document is not None:
                yield document
                return
        if account.profile_id is not None:
            yield from self._moved_or_gone(account)

    def _moved_or_gone(self, account: Account) -> Iterator[Document]:
        """A known account whose handle is no more: found again by its id under a new handle, or a tombstone."""
        url = asks.account_search(account.name or account.handle, _FOUND)
        page = self._session.get(url, "account_search")
        users = (_object(page) or {}).get("users") if page is not None else None
        found = [
            user["user"]
            for user in (users if isinstance(users, list) else [])
            if isinstance(user, dict)
            and user.get("_id") == account.profile_id
            and isinstance(user.get("user"), str)
        ]
        self._frontier.was_renamed(account)
        if found:
            yield from self._one(asks.user_overview(found[0]), "user")
            return
        content = {
            "_id": account.profile_id,
            "user": account.handle,
            "kind": account.kind,
            "status": "deleted",
        }
        yield self._made(f"{url}&gone={account.profile_id}", "tombstone", content, page)

    def _made(self, name: str, kind: str, content: object, like: Document | None = None) -> Document:
        """A document put together from several answers."""
        as_of = like.as_of if like is not None else self._lists.today
        return Document.of(name, kind, json.dumps(content).encode(), as_of)


def _object(page: Document) -> dict[str, Any] | None:
    try:
        content = load_json(page.body)
    except BadDocument:
        return None
    return content if isinstance(content, dict) else None
