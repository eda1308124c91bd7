"""For the tests of the hub's parsers: recorded documents, and what a parser makes of a changed one."""

from __future__ import annotations

import copy
import functools
import html
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from config.records import (
    Record,
)
from crawlers.huggingface import kinds, profile_page
from crawlers.parse import load_json
from crawlers.source import Document, Item

AS_OF = date(2026, 11, 1)
HUB = "https://huggingface.co/"
RECORDED = Path(__file__).parent / "recorded" / "huggingface"
USER = "640000000000000000000001"
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+", re.ASCII)
DOCUMENTS = {
    entry["file"]: (entry["kind"], entry["name"])
    for entry in yaml.safe_load((RECORDED / "documents.yml").read_text(encoding="utf-8"))
}


def body(file: str) -> bytes:
    return (RECORDED / file).read_bytes()


@functools.cache
def _content(file: str) -> Any:
    if file.endswith(".html"):
        return profile_page.user_props(body(file))
    return load_json(body(file))


def content(file: str) -> Any:
    """A fresh copy of a recorded document's JSON (of a page: its props)."""
    return copy.deepcopy(_content(file))


def read(kind: str, value: Any, name: str = HUB + "api/x") -> list[Item]:
    if kind == "profile_page":
        text = json.dumps(value)
        page = f'<main><div data-target="UserProfile" data-props="{html.escape(text)}"></div></main>'
        return list(kinds.parse(Document.of(f"{HUB}x#{USER}", kind, page.encode(), AS_OF)))
    return list(kinds.parse(Document.of(name, kind, json.dumps(value).encode(), AS_OF)))


def of_type(items: list[Item], record: type[Record]) -> list[Any]:
    return [item for item in items if isinstance(item, record)]


def paper_of(**changes: Any) -> dict[str, Any]:
    return {"id": "2407.99001", "title": "Invented", "authors": [], **changes}


def author(name: str, account: str | None = None, status: str | None = None, **more: Any) -> dict[str, Any]:
    user = None
    if account is not None:
        user = {"_id": f"id-{account}", "user": account, "name": account, "fullname": name, "type": "user"}
    return {"name": name, "hidden": False, "user": user, "status": status, **more}
