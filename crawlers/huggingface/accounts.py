"""Users and organisations: overviews, lists of accounts, and accounts that are no longer there.

Shapes: https://huggingface.co/.well-known/openapi.json. An account is known by `_id`: handles change hands. Read
nowhere: avatars, the viewer's own fields, plans, counts of likes and upvotes (they are the account's own clicks).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from config.records import Affiliation, Profile
from crawlers.huggingface.values import (
    HUB,
    account_kind,
    account_name,
    candidate,
    distinct,
    handle_of,
    id_of,
    listed,
    mapped,
    moment,
    text,
    unread,
)
from crawlers.source import BadDocument, Item, Reject, checked

_USER_FIELDS = frozenset(
    (
        "_id", "avatarUrl", "isPro", "fullname", "numModels", "numDatasets", "numSpaces", "numKernels", "numBuckets",
        "numDiscussions", "numPapers", "numUpvotes", "numLikes", "numFollowers", "numFollowing", "numFollowingOrgs",
        "orgs", "user", "name", "type", "isFollowing", "details", "primaryOrgAvatarUrl", "createdAt",
    )
)  # fmt: skip
_ORGANISATION_FIELDS = frozenset(
    (
        "_id", "avatarUrl", "fullname", "name", "details", "isVerified", "isFollowing", "plan", "numUsers", "numModels",
        "numSpaces", "numDatasets", "numKernels", "numBuckets", "numPapers", "numFollowers", "type", "createdAt",
    )
)  # fmt: skip
_DETAILS_CHARACTERS = 10_000
_GONE = ("deleted", "renamed")


def is_bot(handle: str, name: str) -> bool:
    """Whether the account calls itself a bot."""
    return name.endswith("(Bot)") or handle.lower().endswith(("-bot", "_bot"))


def user(overview: Any, as_of: date) -> Iterator[Item]:
    """From /api/users/<user>/overview: the profile, and the organisations it belongs to, also as candidates."""
    handle = handle_of({"user": mapped(overview).get("user")})
    if handle is None:
        raise BadDocument("not a user overview")
    name = account_name(overview.get("fullname"))
    profile = _profile(overview, handle, "bot" if is_bot(handle, name or "") else "person", as_of)
    yield profile
    if isinstance(profile, Profile):
        yield from distinct(_employers(listed(overview.get("orgs")), profile, as_of))
    yield from unread("user", Counter(overview.keys() - _USER_FIELDS))


def _employers(entries: list[Any], profile: Profile, as_of: date) -> Iterator[Item]:
    for entry in entries:
        handle = handle_of(entry)
        organisation = account_name(mapped(entry).get("fullname")) or handle
        if organisation is None:
            yield Reject("affiliation", profile.handle or "(none)", "organisation: missing")
            continue
        values = {
            "profile_id": profile.profile_id,
            "organisation": organisation,
            "organisation_id": id_of(entry),
            "url": HUB + handle if handle else profile.url,
            "as_of": as_of,
        }
        yield checked(Affiliation, profile.handle or "(none)", values)
        if handle:
            yield candidate(
                handle,
                "employer",
                url=profile.url,
                as_of=as_of,
                profile_id=id_of(entry),
                kind="organisation",
            )


def organisation(overview: Any, as_of: date) -> Iterator[Item]:
    """The profile of an organisation's account, from /api/organizations/<organisation>/overview."""
    handle = handle_of({"name": mapped(overview).get("name")})
    if handle is None:
        raise BadDocument("not an organisation overview")
    yield _profile(overview, handle, "organisation", as_of)
    yield from unread("organisation", Counter(overview.keys() - _ORGANISATION_FIELDS))


def _profile(overview: dict[str, Any], handle: str, kind: str, as_of: date) -> Item:
    values = {
        "profile_id": id_of(overview),
        "handle": handle,
        "name": account_name(overview.get("fullname")),
        "kind": kind,
        # "", null and absent all mean that nothing was written; what the page then shows is the page's own.
        "bio": text(overview.get("details"))[:_DETAILS_CHARACTERS] or None,
        "created_at": moment(overview.get("createdAt")),
        "followers": overview.get("numFollowers"),
        "following": overview.get("numFollowing"),  # users; organisations are counted apart
        "works": _works(overview),
        "url": HUB + handle,
        "as_of": as_of,
    }
    return checked(Profile, handle, values)


def _works(overview: dict[str, Any]) -> int | None:
    counts = [overview.get(name) for name in ("numModels", "numDatasets", "numSpaces")]
    return sum(counts) if all(isinstance(count, int) for count in counts) else None  # type: ignore[arg-type]


def brief_accounts(items: Any, reason: str, as_of: date, page_url: str) -> Iterator[Item]:
    """Candidates from a list of accounts: members, followers, following, likers. Bots are kept: asking will tell."""
    if not isinstance(items, list):
        raise BadDocument("not a list of accounts")
    yield from distinct(
        candidate(
            handle_of(entry),
            reason,
            url=page_url,
            as_of=as_of,
            profile_id=id_of(entry),
            kind=account_kind(entry),
        )
        for entry in items
    )


def tombstone(content: Any, as_of: date) -> Iterator[Item]:
    """What is left of an account that the hub no longer shows under its handle.

    `content`: {"_id", "user", "kind" (of the profile landed before), "status": "deleted" or "renamed"}.
    """
    if not isinstance(content, dict) or content.get("status") not in _GONE:
        raise BadDocument("not a tombstone")
    handle = handle_of(content)
    values = {
        "profile_id": id_of(content),
        "handle": handle,
        "kind": content.get("kind"),
        "status": content["status"],
        "url": HUB + (handle or ""),
        "as_of": as_of,
    }
    yield checked(Profile, handle or "(none)", values)
