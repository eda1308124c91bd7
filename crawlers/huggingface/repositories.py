"""Models, datasets and spaces from pages of /api/models, /api/datasets and /api/spaces, in any shape.

A list item holds what was asked for: the default shape has neither author nor last change, `full` has files, `expand`
only what it names. Properties: https://huggingface.co/.well-known/openapi.json. Downloads are those of 30 days. Left
out: files, configurations, widgets, storage; the card's text. Other kinds of repository are met in other lists alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from config.records import Artifact, Metric
from crawlers.huggingface import facts
from crawlers.huggingface.values import (
    HUB,
    handle_of,
    line,
    listed,
    mapped,
    moment,
    owner_in,
    repository_id,
    stable_id,
    text,
    unread,
)
from crawlers.source import BadDocument, Item, Reject, checked

MODEL_EXPAND = (
    "author", "baseModels", "cardData", "createdAt", "disabled", "downloads", "gated", "gguf", "lastModified",
    "library_name", "likes", "model-index", "pipeline_tag", "tags",
)  # fmt: skip
DATASET_EXPAND = (
    "author", "cardData", "createdAt", "description", "disabled", "downloads", "gated", "lastModified", "likes",
    "paperswithcode_id", "tags",
)  # fmt: skip
SPACE_EXPAND = (
    "author", "cardData", "createdAt", "disabled", "lastModified", "likes", "sdk", "tags",
)  # fmt: skip
"""What to ask for: all that is read here. Never files or configurations, which make a page ten times as heavy."""

_SENTINEL = datetime(2022, 3, 2, 23, 29, 4, tzinfo=UTC)  # given to every repository older than the field
_ABSTRACT_CHARACTERS = 20_000
_COMMON_FIELDS = frozenset(
    (
        "_id", "id", "author", "cardData", "createdAt", "lastModified", "likes", "tags", "gated", "private", "disabled",
        "sha", "siblings", "trendingScore", "resourceGroup", "usedStorage", "key", "isLikedByUser", "xetEnabled",
    )
)  # fmt: skip
_MODEL_FIELDS = _COMMON_FIELDS | {
    "modelId", "downloads", "downloadsAllTime", "library_name", "pipeline_tag", "baseModels", "childrenModelCount",
    "config", "evalResults", "gguf", "inference", "inferenceProviderMapping", "mask_token", "model-index",
    "safetensors", "securityRepoStatus", "spaces", "transformersInfo", "widgetData",
}  # fmt: skip
_DATASET_FIELDS = _COMMON_FIELDS | {
    "citation", "description", "downloads", "downloadsAllTime", "mainSize", "paperswithcode_id",
}  # fmt: skip
_SPACE_FIELDS = _COMMON_FIELDS | {
    "sdk", "datasets", "models", "host", "subdomain", "region", "runtime", "shortDescription", "ai_category",
    "ai_short_description",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Kind:
    """What differs between the three kinds."""

    name: str
    prefix: str  # of the page's path, and so of the identifier
    fields: frozenset[str]
    metrics: tuple[tuple[str, str], ...]
    facts: Callable[[dict[str, Any]], tuple[str, ...]]


_DOWNLOADS = ("downloads_30d", "downloads")
_LIKES = ("likes", "likes")
_MODEL = _Kind("model", "", _MODEL_FIELDS, (_DOWNLOADS, _LIKES), facts.model_facts)
_DATASET = _Kind("dataset", "datasets/", _DATASET_FIELDS, (_DOWNLOADS, _LIKES), facts.dataset_facts)
_SPACE = _Kind("space", "spaces/", _SPACE_FIELDS, (_LIKES,), facts.space_facts)


def owner_of(repository: dict[str, Any]) -> str | None:
    """The namespace of a repository: a user or an organisation; None for the oldest models, which have none."""
    owner = owner_in(repository.get("id") or repository.get("modelId"))
    return owner or handle_of({"name": repository.get("author")})


def cards_were_asked_for(url: str) -> bool:
    """Whether a list's address asks for the cards' data, so that its absence from an item means an empty card."""
    query = parse_qs(urlsplit(url).query) if url.startswith("https://") else {}
    expanded = [*query.get("expand", ()), *query.get("expand[]", ())]
    return "cardData" in expanded or query.get("cardData", [""])[0].lower() in ("true", "1")


def models(items: Any, as_of: date, *, cards: bool = False) -> Iterator[Item]:
    """Artifacts and their metrics from one page of /api/models. `cards`: see `cards_were_asked_for`."""
    return _page(_MODEL, items, as_of, cards)


def datasets(items: Any, as_of: date, *, cards: bool = False) -> Iterator[Item]:
    """Artifacts and their metrics from one page of /api/datasets. `cards`: see `cards_were_asked_for`."""
    return _page(_DATASET, items, as_of, cards)


def spaces(
    items: Any, as_of: date, *, cards: bool = False, more_facts: tuple[str, ...] = ()
) -> Iterator[Item]:
    """Artifacts and their likes from one page of /api/spaces; `more_facts` are those that its files gave away."""
    return _page(_SPACE, items, as_of, cards, more_facts)


def _page(
    kind: _Kind, items: Any, as_of: date, cards: bool, more_facts: tuple[str, ...] = ()
) -> Iterator[Item]:
    if not isinstance(items, list):
        raise BadDocument(f"not a list of {kind.name}s")
    counted: Counter[str] = Counter()
    for repository in items:
        if not isinstance(repository, dict):
            yield Reject("artifact", "(none)", "not a JSON object")
            continue
        counted.update(repository.keys() - kind.fields)
        for name in ("createdAt", "lastModified"):
            if repository.get(name) is not None and moment(repository[name]) is None:
                counted[f"{name}: not a time"] += 1
        asked_for = {"cardData": None, **repository} if cards else repository
        yield from _repository(kind, asked_for, as_of, more_facts)
    yield from unread(kind.name, counted)


def _repository(
    kind: _Kind, repository: dict[str, Any], as_of: date, more_facts: tuple[str, ...]
) -> Iterator[Item]:
    name = repository.get("id") or repository.get("modelId")
    if not isinstance(name, str):
        yield Reject("artifact", stable_id(repository.get("_id")) or "(none)", "id: missing")
        return
    if repository_id(name) != name:
        yield Reject("artifact", stable_id(repository.get("_id")) or "(none)", "id: no path of a repository")
        return
    path = kind.prefix + name
    if not isinstance(repository.get("tags") or [], list):
        yield Reject("artifact", path, "tags: not a list")
        return
    if repository.get("private") is True:
        yield Reject("artifact", path, "private: nobody's public evidence")
        return
    artifact = checked(Artifact, path, _values(kind, repository, path, as_of, more_facts))
    yield artifact
    if isinstance(artifact, Reject):
        return
    for metric, field in kind.metrics:
        if repository.get(field) is not None:
            values = {
                "artifact_id": artifact.artifact_id,
                "name": metric,
                "value": repository[field],
                "url": artifact.url,
                "as_of": as_of,
            }
            yield checked(Metric, f"{path}/{metric}", values)


def _values(
    kind: _Kind, repository: dict[str, Any], path: str, as_of: date, more_facts: tuple[str, ...]
) -> dict[str, Any]:
    created = moment(repository.get("createdAt"))
    if created == _SENTINEL:
        created = None
    ids = [{"scheme": "huggingface", "value": path}]
    if benchmark := line(repository.get("paperswithcode_id")):
        ids.append({"scheme": "paperswithcode", "value": benchmark})
    return {
        # `_id` outlives a renaming, the path does not
        "artifact_id": stable_id(repository.get("_id")) or path,
        "kind": kind.name,
        "title": path.rsplit("/", 1)[-1],
        "abstract": _abstract(repository),
        "year": created.year if created else None,
        "published_on": created.date() if created else None,
        "updated_at": moment(repository.get("lastModified")),
        "owner_handle": owner_of(repository),
        "ids": tuple(ids),
        "tags": _tags(repository, sorted({*kind.facts(repository), *more_facts})),
        "language": next(iter(facts.languages(repository)), None),
        "status": "removed" if repository.get("disabled") is True else "active",
        "url": HUB + path,
        "as_of": as_of,
    }


def _tags(repository: dict[str, Any], found: list[str]) -> tuple[str, ...]:
    pipeline, library = line(repository.get("pipeline_tag")), line(repository.get("library_name"))
    return (
        *((f"pipeline_tag:{pipeline}",) if pipeline else ()),
        *((f"library:{library}",) if library else ()),
        *(f"tag:{tag}" for tag in facts.own_tags(repository)),
        *(f"fact:{fact}" for fact in found),
    )


def _abstract(repository: dict[str, Any]) -> str | None:
    """The description that lists give: the start of a dataset's card, a space's line about itself."""
    card = mapped(repository.get("cardData"))
    said = text(repository.get("description")) or text(card.get("short_description"))
    return (said or text(repository.get("shortDescription")))[:_ABSTRACT_CHARACTERS] or None


def paths(items: Any) -> Iterator[str]:
    """`owner/name` of every repository of a list, of whatever kind."""
    for item in listed(items):
        if path := text(mapped(item).get("id") or mapped(item).get("modelId")):
            yield path
