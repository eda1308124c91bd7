"""Lists of the hub: what changed since the last night, and what there is of each sourced specialty.

A list is read newest first, down to the mark that the last complete reading left. A reading that was cut off goes on
from its cursor; its mark moves only when it has come to the end.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from config.specialties import Specialty
from crawlers.huggingface import asks
from crawlers.huggingface.values import moment
from crawlers.parse import load_json
from crawlers.source import BadDocument, Document, Session, Unavailable

REPOSITORIES = ("models", "datasets", "spaces")
_PAPERS_PAGE, _COLLECTIONS_PAGE = 100, 100
_PAPER_PAGES, _COLLECTION_PAGES = 20, 10


@dataclass
class Lists:
    """Reads lists into documents; `marks` are those of the source."""

    session: Session
    marks: MutableMapping[str, str]
    today: date
    page_size: int
    max_pages: int
    notes: list[str] = field(default_factory=list)
    spaces: dict[str, dict[str, Any]] = field(default_factory=dict)  # by path, as a list shows them
    _landed: set[tuple[str, str]] = field(default_factory=set)

    def changed(self, kind: str) -> Iterator[Document]:
        """Pages of models, datasets or spaces that changed since the last reading."""
        url = asks.listing(kind, asks.EXPAND[kind], limit=self.page_size)
        yield from self._down_to_mark(kind, url, "lastModified", self.max_pages)

    def collections(self) -> Iterator[Document]:
        """Collections that changed since the last reading."""
        yield from self._down_to_mark(
            "collections", asks.collections(_COLLECTIONS_PAGE), "lastUpdated", _COLLECTION_PAGES
        )

    def daily_papers(self) -> Iterator[Document]:
        """The daily list since the last reading; its pages are numbered, and it ends with an empty one."""
        mark = self.marks.get("daily_papers", "")
        newest = max(mark, self.marks.get("daily_papers newest", ""))
        first = int(self.marks.get("daily_papers page", "0"))
        for number in range(first, first + _PAPER_PAGES):
            page = self.session.get(asks.daily_papers(number, _PAPERS_PAGE), "daily_papers")
            items = _objects(page) if page is not None else []
            listed = [str(day) for item in items if (day := _inner(item).get("submittedOnDailyAt"))]
            newest = max([newest, *listed])
            done = (
                not items
                or number + 1 == first + _PAPER_PAGES
                or bool(mark and min(listed, default="") < mark)
            )
            self._set("daily_papers page", None if done else str(number + 1))
            self._set("daily_papers newest", None if done else newest)
            if done and newest:
                self.marks["daily_papers"] = newest
            if page is not None and items:
                fresh = [item for item in items if str(_inner(item).get("submittedOnDailyAt") or "~") >= mark]
                yield _with_items(page, fresh)
            if done:
                break

    def of_specialty(self, one: SpecialtyList) -> Iterator[Document]:
        """The first page of one list that was not read for a while."""
        page = self.session.get(one.url, one.kind)
        if page is not None:
            yield _with_items(page, self._not_landed(one.kind, _objects(page)))

    def owned(self, kind: str, handle: str, max_pages: int) -> Iterator[Document]:
        """Pages of an account's repositories of one kind."""
        for number, page in enumerate(self.session.pages(asks.owned(kind, handle), kind), start=1):
            yield _with_items(page, self._not_landed(kind, _objects(page)))
            if number == max_pages:
                break

    def _down_to_mark(self, kind: str, url: str, stamp: str, max_pages: int) -> Iterator[Document]:
        mark = moment(self.marks.get(kind))
        cursor = self.marks.get(f"{kind} cursor")
        newest = moment(self.marks.get(f"{kind} newest")) if cursor else mark
        pages = self._from(cursor, url, kind)
        for number, page in enumerate(pages, start=1):
            items = _objects(page)
            # One dated in the future would hide every later change.
            changes = [at for item in items if (at := moment(item.get(stamp))) and at < self._tomorrow]
            newest = max([*changes, *([newest] if newest else [])], default=None)
            reached = mark is not None and bool(changes) and min(changes) < mark
            if number == max_pages and mark is not None and not reached and page.following:
                self.notes.append(
                    f"{kind} that changed before {min(changes, default=mark):%Y-%m-%d} were not read"
                )
            done = reached or number == max_pages or page.following is None
            # Set before the page is handed on: a mark is committed with what it stands for, never before it.
            self._set(f"{kind} cursor", None if done else page.following)
            self._set(f"{kind} newest", None if done or newest is None else newest.isoformat())
            if done and newest is not None:
                self.marks[kind] = newest.isoformat()
            fresh = [
                item for item in items if mark is None or not (at := moment(item.get(stamp))) or at >= mark
            ]
            yield _with_items(page, self._not_landed(kind, fresh))
            if done:
                break

    def _from(self, cursor: str | None, url: str, kind: str) -> Iterator[Document]:
        """The pages from a cursor on, or from the start if the cursor is no longer good."""
        if cursor:
            pages = self.session.pages(cursor, kind)
            try:
                first = next(pages, None)
            except Unavailable:
                first = None
            if first is not None:
                yield first
                yield from pages
                return
        yield from self.session.pages(url, kind)

    def _not_landed(self, kind: str, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Items that no page of this run has brought already: lists overlap."""
        fresh = []
        for item in items:
            inner = _inner(item)
            key = (
                str(inner.get("_id") or inner.get("slug") or inner.get("id")),
                str(inner.get("lastModified")),
            )
            if key not in self._landed:
                self._landed.add(key)
                fresh.append(item)
                if kind == "spaces" and isinstance(item.get("id"), str):
                    self.spaces[f"spaces/{item['id']}"] = item
        return fresh

    def _set(self, name: str, value: str | None) -> None:
        if value is None:
            self.marks.pop(name, None)
        else:
            self.marks[name] = value

    @property
    def _tomorrow(self) -> datetime:
        return datetime.combine(self.today + timedelta(days=2), datetime.min.time(), UTC)


@dataclass(frozen=True, slots=True)
class SpecialtyList:
    """A list of what a rule of a sourced specialty names: models, or papers by words."""

    url: str
    kind: str
    label: str


def specialty_lists(specialties: Mapping[str, Specialty], limit: int) -> list[SpecialtyList]:
    """One list of models per pipeline tag and library of the rules, and one search of papers per keyword."""
    found: dict[str, SpecialtyList] = {}
    for name, specialty in sorted(specialties.items()):
        for rule in specialty.signals if specialty.sourced else ():
            filtered_by = {"pipeline_tag": "pipeline_tag", "library": "filter"}.get(rule.field)
            for value in rule.any_of:
                if filtered_by:
                    kind, url = (
                        "models",
                        asks.listing(
                            "models", asks.EXPAND["models"], sort="likes", limit=limit, **{filtered_by: value}
                        ),
                    )
                elif rule.field == "keyword":
                    kind, url = "paper_search", asks.paper_search(value, limit)
                else:
                    continue
                found.setdefault(url, SpecialtyList(url, kind, f"{name}: {value}"))
    return list(found.values())


NOISE = frozenset({"tag:gguf", "tag:exl2", "fact:course_exercise", "fact:duplicated"})
"""What is released by the hundred or by whoever takes a course: no reason to ask about its owner first."""


def relevant_tags(specialties: Mapping[str, Specialty]) -> frozenset[str]:
    """Tags of artifacts, in lower case, that make a rule of a sourced specialty fire."""
    return frozenset(
        f"{rule.field}:{value}".lower()
        for specialty in specialties.values()
        if specialty.sourced
        for rule in specialty.signals
        if rule.field in ("pipeline_tag", "library", "tag")
        for value in rule.any_of
    )


def _objects(page: Document) -> list[dict[str, Any]]:
    """The items of a page; an unreadable page has none (landing rejects it as a whole)."""
    try:
        content = load_json(page.body)
    except BadDocument:
        return []
    return [item for item in content if isinstance(item, dict)] if isinstance(content, list) else []


def _inner(item: dict[str, Any]) -> dict[str, Any]:
    paper = item.get("paper")
    return paper if isinstance(paper, dict) else item


def _with_items(page: Document, items: list[dict[str, Any]]) -> Document:
    """The page as far as it is news."""
    if not _is_list(page):
        return page
    body = json.dumps(items).encode()
    made = Document.of(page.name, page.kind, body, page.as_of)
    return replace(made, following=page.following)


def _is_list(page: Document) -> bool:
    try:
        return isinstance(load_json(page.body), list)
    except BadDocument:
        return False
