"""Hugging Face Hub: models that changed since the last run, and the accounts that own them.

Each run reads the list of models, newest change first, down to the high-water mark of the last landed run. Then it asks
about owners not yet known, those with most models first, as far as the night's budget goes. Left out: model cards,
commits and likes; download figures of models that did not change; accounts met earlier are not asked about again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from crawlers.huggingface import shapes
from crawlers.parse import load_json
from crawlers.source import ApiSource, BadDocument, Document, Earlier, Item, Session, Unavailable

PARSER_VERSION = 1

NAME = "huggingface_models"
_API = "https://huggingface.co/api/"
_EXPAND = (
    "author",
    "createdAt",
    "downloads",
    "gated",
    "lastModified",
    "library_name",
    "likes",
    "pipeline_tag",
    "tags",
)
_FOLDERS = {"user": "users", "organisation": "organizations"}
_WATERMARK = "last_modified"
_MISSING = "missing_owners"


class HuggingfaceModels(ApiSource):
    """Kinds: `models` (a page of the list), `user`, `organisation` (overviews)."""

    def parse(self, document: Document) -> Iterator[Item]:
        content = load_json(document.body)
        if document.kind == "models":
            yield from shapes.models(content, document.as_of)
        elif document.kind == "user":
            yield from shapes.user(content, document.as_of)
        elif document.kind == "organisation":
            yield from shapes.organisation(content, document.as_of)
        else:
            yield from super().parse(document)

    def crawl(self, session: Session, earlier: Earlier) -> Iterator[Document]:
        self.marks = dict(earlier.marks)
        owners = {
            str(artifact): owner
            for artifact, owner in earlier.column("artifact", ("artifact_id", "owner_handle"))
        }
        yield from self._changed_models(session, owners)
        yield from self._unknown_owners(
            session, earlier, Counter(owner for owner in owners.values() if owner)
        )

    def _parameter(self, name: str) -> int:
        return int(self.config.parameters[name])  # type: ignore[arg-type]

    def _changed_models(self, session: Session, owners: dict[str, str | None]) -> Iterator[Document]:
        """Pages of the list down to the high-water mark, which moves only if they were read to the end."""
        watermark = shapes.moment(self.marks.get(_WATERMARK))
        newest = watermark
        query = [
            ("sort", "lastModified"),
            ("limit", str(self._parameter("page_size"))),
            *(("expand", x) for x in _EXPAND),
        ]
        for number, page in enumerate(session.pages(f"{_API}models?{urlencode(query)}", "models"), start=1):
            changes = []
            fresh = []
            for model in _objects(page):
                changed = shapes.moment(model.get("lastModified"))
                if changed and changed < _day_after(
                    page
                ):  # one dated in the future would hide every later change
                    changes.append(changed)
                if watermark is None or changed is None or changed >= watermark:
                    fresh.append(model)
                    owners[str(model.get("_id") or model.get("id"))] = shapes.owner_of(model)
            # The page as far as it is news: what was landed before need not land again.
            yield (
                Document.of(page.name, page.kind, json.dumps(fresh).encode(), page.as_of)
                if watermark
                else page
            )
            newest = max([*changes, *([newest] if newest else [])], default=None)
            if watermark and changes and min(changes) < watermark:
                break
            if number == self._parameter("max_pages"):
                if watermark:
                    self.notes.append(
                        f"changes older than {min(changes, default=watermark):%Y-%m-%d} were not read (max_pages)"
                    )
                break
        if newest:
            self.marks[_WATERMARK] = newest.isoformat()

    def _unknown_owners(self, session: Session, earlier: Earlier, models: Counter[str]) -> Iterator[Document]:
        known = {str(handle).lower() for (handle,) in earlier.column("profile", ("handle",))}
        missing: set[str] = set(json.loads(self.marks.get(_MISSING, "[]")))
        waiting = [
            owner
            for owner, _ in sorted(models.items(), key=lambda pair: (-pair[1], pair[0]))
            if owner.lower() not in known | missing
            and not earlier.is_suppressed([f"{NAME}:handle:{owner.lower()}"])
        ]
        budget = self._parameter("max_overviews")
        organisations: set[str] = (
            set()
        )  # named by their members: asking for a user of that name would be in vain
        asked = 0
        for position, owner in enumerate(waiting):
            if budget <= 0:
                asked = position
                break
            asked = position + 1
            try:
                for kind in (
                    ("organisation", "user") if owner.lower() in organisations else ("user", "organisation")
                ):
                    budget -= 1
                    document = session.get(f"{_API}{_FOLDERS[kind]}/{quote(owner, safe='')}/overview", kind)
                    if document is not None:
                        organisations |= _organisations_of(document)
                        yield document
                        break
                else:
                    missing.add(owner.lower())
                    self.marks[_MISSING] = json.dumps(sorted(missing))
            except Unavailable:
                continue
        self.statistics = {"owners asked": asked, "owners waiting": len(waiting) - asked}


def _objects(page: Document) -> list[dict[str, Any]]:
    """The models of a page; an unreadable page has none (landing rejects it as a whole)."""
    try:
        content = load_json(page.body)
    except BadDocument:
        return []
    return [item for item in content if isinstance(item, dict)] if isinstance(content, list) else []


def _organisations_of(document: Document) -> set[str]:
    """Handles of the organisations that a user's overview names, in lower case."""
    try:
        overview = load_json(document.body)
        return {str(entry["name"]).lower() for entry in overview.get("orgs") or ()}
    except (BadDocument, AttributeError, KeyError, TypeError):
        return set()


def _day_after(page: Document) -> datetime:
    return datetime.combine(page.as_of + timedelta(days=2), datetime.min.time(), UTC)
