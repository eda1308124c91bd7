"""What a user's page says beyond the API: links that the user declares, roles in organisations, hardware.

The page is hydrated from `<div data-target="UserProfile" data-props="…">`, whose value is JSON escaped once for HTML.
Elements are found by `data-target`: the classes are Tailwind's and change. Read are `u` and `hardwareItems`; activity,
followers and the viewer's own fields are not. Stored pages of people who were logged in hold session keys: they are
taken out before anything is read. https://huggingface.co/<user>.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from bs4.exceptions import ParserRejectedMarkup
from bs4.filter import SoupStrainer

from config.records import IdentityClaim, ProfileFact
from crawlers.huggingface.values import HUB, distinct, handle_of, line, listed, mapped, text, unread
from crawlers.source import BadDocument, Item, Reject, checked

_SESSION_KEY = re.compile(r"csrf|jwt|token|session|cookie", re.IGNORECASE)
_U_FIELDS = frozenset(
    (
        "_id", "avatarUrl", "isPro", "fullname", "user", "name", "orgs", "signup", "isHf", "isMod", "type", "theme",
        "status", "primaryOrg", "details", "createdAt",
    )
)  # fmt: skip
_SIGNUP_FIELDS = frozenset(("details", "homepage", "github", "twitter", "linkedin", "bluesky"))
# Handles as the sites allow them, and the address forms that people type instead.
_HANDLES = {
    "github": (re.compile(r"(?:www\.)?github\.com/"), re.compile(r"[a-z0-9](?:-?[a-z0-9]){0,38}")),
    "twitter": (re.compile(r"(?:(?:www|mobile)\.)?(?:twitter|x)\.com/"), re.compile(r"[a-z0-9_]{1,15}")),
    "linkedin": (re.compile(r"(?:(?:[a-z]{2,3}\.)?linkedin\.com/)?(?:in/)?"), re.compile(r"[\w%-]{3,100}")),
    "bluesky": (
        re.compile(r"bsky\.app/profile/"),
        re.compile(r"(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,20}|did:plc:[a-z0-9]{10,40}"),
    ),
}
_NO_USERS = frozenset(  # first segments of github.com that are pages of its own
    (
        "orgs",
        "features",
        "about",
        "topics",
        "sponsors",
        "marketplace",
        "explore",
        "search",
        "settings",
        "apps",
    )
)
# Addresses that are telephone numbers.
_CALLS = ("wa.me", "api.whatsapp.com")
_NUMBER = re.compile(r"(?:\+|%2B|phone=|tel[:=])\d{7,15}(?!\d)", re.IGNORECASE)
_MAX_NUMBER = 1_000_000


def profile_page(html: bytes, profile_id: str, as_of: date) -> Iterator[Item]:
    """Claims and facts of one user, whose account is `profile_id`. Raises BadDocument if it is no user's page."""
    props = user_props(html)
    u = props["u"]
    handle = handle_of({"user": u.get("user")})
    if handle is None:
        raise BadDocument("u.user: missing")
    said = {"profile_id": profile_id, "url": HUB + handle, "as_of": as_of}
    signup = mapped(u.get("signup"))
    yield from distinct(_claims(signup, said))
    yield from distinct(_facts(u, listed(props.get("hardwareItems")), said))
    yield from unread("profile_page/u", Counter(u.keys() - _U_FIELDS))
    yield from unread("profile_page/signup", Counter(signup.keys() - _SIGNUP_FIELDS))


def user_props(html: bytes) -> dict[str, Any]:
    """The props of the component UserProfile that has a user in them, without session keys.

    Raises BadDocument if there is none: an organisation's page, a page of the wall against robots, no page at all.
    """
    try:
        soup = BeautifulSoup(
            html, "lxml", parse_only=SoupStrainer(attrs={"data-target": True}), from_encoding="utf-8"
        )
    except (ParserRejectedMarkup, ValueError, RecursionError) as error:
        raise BadDocument(f"not HTML: {type(error).__name__}") from None
    for element in soup.select('[data-target="UserProfile"]'):
        try:
            # The HTML parser has undone the escaping; doing so twice would break texts about HTML.
            props = without_session_keys(json.loads(str(element.get("data-props") or "null")))
        except (ValueError, RecursionError):
            continue
        if isinstance(props, dict) and isinstance(props.get("u"), dict):
            return props
    if soup.select_one('[data-target="OrgProfile"]'):
        raise BadDocument("an organisation's page")
    raise BadDocument("no UserProfile with a user in it")


def without_session_keys(value: Any) -> Any:
    """The same JSON without keys that look like a session's, at any depth."""
    if isinstance(value, dict):
        return {k: without_session_keys(v) for k, v in value.items() if not _SESSION_KEY.search(k)}
    return [without_session_keys(inner) for inner in value] if isinstance(value, list) else value


def _claims(signup: dict[str, Any], said: dict[str, Any]) -> Iterator[Item]:
    for scheme in _HANDLES:
        if written := text(signup.get(scheme)):
            handle = social_handle(scheme, written)
            if handle is None:
                yield Reject(
                    "identity_claim", f"{said['profile_id']}/{scheme}", "value: no handle of that site"
                )
            else:
                yield _claim(scheme, handle, said)
    if written := text(signup.get("homepage")):
        homepage = web_address(written)
        if homepage is None:
            yield Reject("identity_claim", f"{said['profile_id']}/homepage", "value: no public web address")
            return
        yield _claim("homepage", homepage, said)
        login = social_handle("github", homepage) if _HANDLES["github"][0].search(homepage.lower()) else None
        if login and login not in _NO_USERS:
            yield _claim("github", login, said)


def _claim(scheme: str, value: str, said: dict[str, Any]) -> Item:
    values = {"scheme": scheme, "value": value, "strength": "declared", **said}
    return checked(IdentityClaim, f"{said['profile_id']}/{scheme}", values)


def social_handle(scheme: str, written: str) -> str | None:
    """The bare handle, in lower case as these sites compare them, from `x`, `@x` or an address; None if it is none."""
    site, form = _HANDLES[scheme]
    bare = written.strip().lower()
    bare = bare.removeprefix("https://").removeprefix("http://")
    bare = site.sub("", bare, count=1) if site.match(bare) else bare
    bare = bare.split("?", 1)[0].split("#", 1)[0].rstrip("/").removeprefix("@")
    return bare if form.fullmatch(bare) else None


def web_address(written: str) -> str | None:
    """The address if it is http(s), names a host, and holds no way to write to or call somebody; else None."""
    try:
        parts = urlsplit(written)
        host = parts.hostname or ""
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or "." not in host or "@" in parts.netloc or host in _CALLS:
        return None
    return written if line(written) == written and not _NUMBER.search(written) else None


def _facts(u: dict[str, Any], hardware: list[Any], said: dict[str, Any]) -> Iterator[Item]:
    for entry in listed(u.get("orgs")):
        name, role = handle_of(entry), line(mapped(entry).get("userRole"))
        if name and role:
            yield _fact("organisation_role", f"{name}: {role}", said)
    for item in hardware:
        label = hardware_label(item)
        if label is None:
            yield Reject("profile_fact", f"{said['profile_id']}/hardware", "not an item of hardware")
        else:
            yield _fact("hardware", label, said)


def _fact(name: str, value: str, said: dict[str, Any]) -> Item:
    key = f"{said['profile_id']}/{name}"
    return checked(ProfileFact, key, {"name": name, "value": value, **said})


def hardware_label(item: Any) -> str | None:
    """`4 x NVIDIA H100, 80 GB` of {sku: [kind, vendor, model] or [kind, model], num, mem}; a vendor "-" is none."""
    item = mapped(item)
    parts = [line(part) for part in listed(item.get("sku"))]
    named = [part for part in parts[1:] if part not in ("", "-")]
    if not 2 <= len(parts) <= 3 or not named:
        return None
    number, memory = item.get("num"), item.get("mem")
    many = number if isinstance(number, int) and 1 <= number <= _MAX_NUMBER else 1
    size = isinstance(memory, int | float) and 0 < memory <= _MAX_NUMBER
    return f"{int(many)} x {' '.join(named)}" + (f", {memory:g} GB" if size else "")
