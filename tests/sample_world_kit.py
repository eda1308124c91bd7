"""For the sample world's tests: worlds built once a process, and a plain HTTP client."""

from __future__ import annotations

import functools
import json
import re
import urllib.error
import urllib.request
from datetime import date
from hashlib import sha256
from typing import Any

from crawlers.sample_world import Limits, World, generate
from crawlers.sample_world.server import Server
from crawlers.sample_world.truth import planted
from crawlers.sample_world.upstreams import github, huggingface, mentions, mount, zenodo

TODAY = date(2026, 11, 23)
HUB, API, RAW, ZENODO = huggingface.URL, github.API, github.RAW, zenodo.URL


@functools.cache
def world() -> World:
    """700 people."""
    return generate(7, TODAY, people=700)


@functools.cache
def small() -> World:
    """80 people."""
    return generate(3, TODAY, people=80)


@functools.cache
def middling() -> World:
    """240 people."""
    return generate(5, TODAY, people=240)


class Answer:
    """Status, headers (lower case) and body of one request."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, {k.lower(): v for k, v in headers.items()}, body

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class _Stay(urllib.request.HTTPRedirectHandler):
    """Redirects are answers here."""

    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_Stay)


def get(base: str, path: str, *, data: bytes | None = None, **headers: str) -> Answer:
    """GET (POST if there is `data`); underscores in header names become hyphens."""
    sent = {k.replace("_", "-"): v for k, v in headers.items()}
    request = urllib.request.Request(base + path, data=data, headers=sent)
    try:
        with _OPENER.open(request, timeout=15) as response:
            return Answer(response.status, dict(response.headers), response.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, dict(error.headers), error.read())


def walk(server: Server, path: str) -> tuple[list[dict[str, Any]], list[int]]:
    """All rows of a paged list of the hub, and the page sizes. Follows absolute links as upstream sends them."""
    rows: list[dict[str, Any]] = []
    sizes: list[int] = []
    while path:
        answer = get(server.origins[HUB], path)
        assert answer.status == 200, (path, answer.status)
        page = answer.json
        assert isinstance(page, list)
        rows += page
        sizes.append(len(page))
        link = re.fullmatch(r'<https://huggingface\.co(/.+)>; rel="next"', answer.headers.get("link", ""))
        path = link.group(1) if link else ""
    return rows, sizes


def digest(made: World) -> str:
    """Hash of everything that goes over the wire or into the truth."""
    mounted = mount(made, Limits())
    total = sha256(repr(made).encode())
    for key, files in sorted(mounted.files.items()):
        for path, content in sorted(files.items()):
            total.update(repr(key).encode() + path.encode() + content)
    release = zenodo.dump(made.organisations, TODAY, "v2.9")
    total.update(release + repr(planted(made)).encode() + repr(list(mentions(made))).encode())
    return total.hexdigest()
