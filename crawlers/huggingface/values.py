"""Small readers of the hub's JSON: any value may be missing, null or of another type than yesterday."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from config.records import Candidate, Record
from config.redaction import EMAIL_MARK, clean_line, remove_emails
from crawlers.source import Item, Reject, Unread, checked

HUB = "https://huggingface.co/"
_HANDLE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,95}")
_ID = re.compile(
    r"[A-Za-z0-9_.:-]{1,100}"
)  # today 24 hexadecimal digits; anything that could be an address is none
_REPOSITORY = re.compile(r"[A-Za-z0-9_-][\w.-]{0,95}(?:/[\w.-]{1,200})?", re.ASCII)
_AROUND_A_MARK = " <>()[]{}|,;:-"


def moment(value: Any) -> datetime | None:
    """An ISO time with zone as the hub writes it, in UTC; None for anything else."""
    try:
        parsed = datetime.fromisoformat(value)
        return parsed.astimezone(UTC) if parsed.tzinfo is not None else None
    except (TypeError, ValueError, OverflowError):
        return None


def text(value: Any) -> str:
    """The string without surrounding white space; empty for anything else."""
    return value.strip() if isinstance(value, str) else ""


def line(value: Any) -> str:
    """One clean line; empty if there is none, or if it holds an e-mail address."""
    cleaned = clean_line(value) if isinstance(value, str) else ""
    return cleaned if remove_emails(cleaned) == cleaned else ""


def listed(value: Any) -> list[Any]:
    """The list; empty for anything else."""
    return value if isinstance(value, list) else []


def one_or_more(value: Any) -> list[Any]:
    """What a card writes as a list or, if it is one, bare."""
    return value if isinstance(value, list) else [] if value is None else [value]


def mapped(value: Any) -> dict[str, Any]:
    """The JSON object; empty for anything else."""
    return value if isinstance(value, dict) else {}


def account_name(value: Any) -> str | None:
    """A full name as its owner wrote it, in any script and length; None if nothing readable is left of it.

    An e-mail address in its place is no name: it is taken out.
    """
    name = remove_emails(clean_line(value)) if isinstance(value, str) else ""
    return name.replace(EMAIL_MARK, " ").strip(_AROUND_A_MARK if EMAIL_MARK in name else None) or None


def handle_of(account: Any) -> str | None:
    """The handle of an account inside an answer: under `user` or under `name`, by the endpoint."""
    account = mapped(account)
    handle = text(account.get("user")) or text(account.get("name"))
    return handle if _HANDLE.fullmatch(handle) else None


def id_of(account: Any) -> str | None:
    """The account's stable id: under `_id`, in lists of organisations under `id`."""
    account = mapped(account)
    return stable_id(account.get("_id")) or stable_id(account.get("id"))


def stable_id(value: Any) -> str | None:
    """An id as the hub gives them; None for anything else. Ids are never cleaned, so they must be clean."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


def repository_id(value: Any) -> str | None:
    """`owner/name` (the oldest have a name alone), also from the address of its page; None for anything else."""
    path = text(value).removeprefix(HUB).removeprefix("datasets/").strip("/")
    return path if _REPOSITORY.fullmatch(path) else None


def owner_in(path: Any) -> str | None:
    """The namespace of `owner/name`; None if there is none."""
    owner, slash, name = text(path).partition("/")
    return owner if slash and name and _HANDLE.fullmatch(owner) else None


_ACCOUNT_KINDS = {"user": "person", "org": "organisation"}


def account_kind(account: Any) -> str:
    """person, organisation or unknown, by what the hub calls `type`."""
    return _ACCOUNT_KINDS.get(text(mapped(account).get("type")), "unknown")


def candidate(
    handle: str | None,
    reason: str,
    *,
    url: str,
    as_of: date,
    profile_id: str | None = None,
    kind: str = "unknown",
) -> Item:
    """An account to ask about, or a reject if what stands there cannot be a handle."""
    if handle is None:
        return Reject("candidate", f"(none)/{reason}", "handle: not one of the hub's")
    values = {
        "handle": handle,
        "profile_id": profile_id,
        "account_kind": kind,
        "reason": reason,
        "url": url,
        "as_of": as_of,
    }
    return checked(Candidate, f"{handle}/{reason}", values)


def distinct(items: Iterable[Item]) -> Iterator[Item]:
    """The same items; of records with one key the first. Handles are compared as the hub does: in lower case."""
    met: set[tuple[str, str]] = set()
    for item in items:
        if isinstance(item, Record):
            key = item.key_text()
            known = (item.record_type, key.lower() if isinstance(item, Candidate) else key)
            if known in met:
                continue
            met.add(known)
        yield item


def unread(prefix: str, fields: Counter[str]) -> Iterator[Unread]:
    """The counted fields as items, in order."""
    for field, count in sorted(fields.items()):
        yield Unread(f"{prefix}/{field}", count)
