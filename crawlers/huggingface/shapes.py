"""Records from the hub's JSON: models in any shape of /api/models, user and organisation overviews.

Shapes: https://huggingface.co/.well-known/openapi.json. Read nowhere: avatars, the viewer's own fields, plans.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from config.records import Affiliation, Artifact, Metric, Profile
from crawlers.source import BadDocument, Item, Reject, Unread, checked

HUB = "https://huggingface.co/"
_SENTINEL = "2022-03-02T23:29:04.000Z"  # creation date of every repository older than the field
_MODEL_FIELDS = frozenset(
    (
        "_id", "id", "modelId", "author", "createdAt", "lastModified", "downloads", "likes", "library_name",
        "pipeline_tag", "tags", "gated", "private", "disabled", "sha", "siblings", "trendingScore", "cardData",
        "baseModels", "config",
    )
)  # fmt: skip
_USER_FIELDS = frozenset(
    (
        "_id", "avatarUrl", "isPro", "fullname", "numModels", "numDatasets", "numSpaces", "numKernels", "numBuckets",
        "numDiscussions", "numPapers", "numUpvotes", "numLikes", "numFollowers", "numFollowing", "numFollowingOrgs",
        "orgs", "user", "type", "isFollowing", "details", "primaryOrgAvatarUrl", "createdAt",
    )
)  # fmt: skip
_ORGANISATION_FIELDS = frozenset(
    (
        "_id", "avatarUrl", "fullname", "name", "details", "isVerified", "isFollowing", "plan", "numUsers", "numModels",
        "numSpaces", "numDatasets", "numKernels", "numBuckets", "numPapers", "numFollowers", "type", "createdAt",
    )
)  # fmt: skip


def moment(value: Any) -> datetime | None:
    """An ISO time with zone as the hub writes it; None for anything else."""
    try:
        parsed = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return parsed if parsed.tzinfo is not None else None


def owner_of(model: dict[str, Any]) -> str | None:
    """The namespace of a model: a user or an organisation; None for the oldest models, which have none."""
    identifier = model.get("id") or model.get("modelId")
    if isinstance(identifier, str) and "/" in identifier:
        return identifier.split("/", 1)[0] or None
    author = model.get("author")
    return author if isinstance(author, str) and author else None


def models(items: Any, as_of: date) -> Iterator[Item]:
    """Artifacts and their metrics from one page of /api/models."""
    if not isinstance(items, list):
        raise BadDocument("not a list of models")
    unread: Counter[str] = Counter()
    for model in items:
        if not isinstance(model, dict):
            yield Reject("artifact", "(none)", "not a JSON object")
            continue
        unread.update(model.keys() - _MODEL_FIELDS)
        for name in ("createdAt", "lastModified"):
            if model.get(name) is not None and moment(model[name]) is None:
                unread[f"{name}: not a time"] += 1
        yield from _model(model, as_of)
    yield from _unread("model", unread)


def _model(model: dict[str, Any], as_of: date) -> Iterator[Item]:
    path = model.get("id") or model.get("modelId")
    if not isinstance(path, str):
        yield Reject("artifact", str(model.get("_id") or "(none)"), "id: missing")
        return
    tags = model.get("tags") or []
    if not isinstance(tags, list):
        yield Reject("artifact", path, "tags: not a list")
        return
    created = None if model.get("createdAt") == _SENTINEL else moment(model.get("createdAt"))
    identifier = str(model.get("_id") or path)  # `_id` outlives a renaming, the path does not
    artifact = checked(
        Artifact,
        path,
        {
            "artifact_id": identifier,
            "kind": "model",
            "title": path.rsplit("/", 1)[-1],
            "year": created.year if created else None,
            "published_on": created.date() if created else None,
            "updated_at": moment(model.get("lastModified")),
            "owner_handle": owner_of(model),
            "ids": ({"scheme": "huggingface", "value": path},),
            "tags": tuple(
                f"{prefix}:{value}"
                for prefix, values in (
                    ("pipeline_tag", [model.get("pipeline_tag")]),
                    ("library", [model.get("library_name")]),
                    ("tag", tags),
                )
                for value in values
                if isinstance(value, str) and value
            ),
            "status": "removed" if model.get("disabled") is True else "active",
            "url": HUB + path,
            "as_of": as_of,
        },
    )
    yield artifact
    if isinstance(artifact, Reject):
        return
    for name, field in (("downloads_30d", "downloads"), ("likes", "likes")):
        if model.get(field) is not None:
            values = {
                "artifact_id": identifier,
                "name": name,
                "value": model[field],
                "url": artifact.url,
                "as_of": as_of,
            }
            yield checked(Metric, f"{path}/{name}", values)


def _is_bot(handle: str, name: str) -> bool:
    return name.endswith("(Bot)") or handle.lower().endswith(("-bot", "_bot"))


def user(overview: Any, as_of: date) -> Iterator[Item]:
    """The profile of a user and the organisations it says it belongs to, from /api/users/<user>/overview."""
    if not isinstance(overview, dict) or not isinstance(overview.get("user"), str):
        raise BadDocument("not a user overview")
    handle, name = overview["user"], overview.get("fullname")
    profile = checked(
        Profile,
        handle,
        {
            "profile_id": overview.get("_id"),
            "handle": handle,
            "name": name if isinstance(name, str) and name.strip() else None,
            "kind": "bot" if _is_bot(handle, str(name)) else "person",
            "bio": overview.get("details"),
            "created_at": moment(overview.get("createdAt")),
            "followers": overview.get("numFollowers"),
            "works": _works(overview),
            "url": HUB + handle,
            "as_of": as_of,
        },
    )
    yield profile
    if isinstance(profile, Profile):
        for entry in overview.get("orgs") or ():
            if isinstance(entry, dict) and (entry.get("fullname") or entry.get("name")):
                yield checked(
                    Affiliation,
                    handle,
                    {
                        "profile_id": profile.profile_id,
                        "organisation": entry.get("fullname") or entry.get("name"),
                        "organisation_id": entry.get("id"),
                        "url": HUB + str(entry.get("name") or handle),
                        "as_of": as_of,
                    },
                )
    yield from _unread("user", Counter(overview.keys() - _USER_FIELDS))


def organisation(overview: Any, as_of: date) -> Iterator[Item]:
    """The profile of an organisation's account, from /api/organizations/<organisation>/overview."""
    if not isinstance(overview, dict) or not isinstance(overview.get("name"), str):
        raise BadDocument("not an organisation overview")
    handle, name = overview["name"], overview.get("fullname")
    yield checked(
        Profile,
        handle,
        {
            "profile_id": overview.get("_id"),
            "handle": handle,
            "name": name if isinstance(name, str) and name.strip() else None,
            "kind": "organisation",
            "bio": overview.get("details"),
            "created_at": moment(overview.get("createdAt")),
            "followers": overview.get("numFollowers"),
            "works": _works(overview),
            "url": HUB + handle,
            "as_of": as_of,
        },
    )
    yield from _unread("organisation", Counter(overview.keys() - _ORGANISATION_FIELDS))


def _works(overview: dict[str, Any]) -> int | None:
    counts = [overview.get(name) for name in ("numModels", "numDatasets", "numSpaces")]
    return sum(counts) if all(isinstance(count, int) for count in counts) else None  # type: ignore[arg-type]


def _unread(prefix: str, fields: Counter[str]) -> Iterator[Unread]:
    for field, count in sorted(fields.items()):
        yield Unread(f"{prefix}/{field}", count)
