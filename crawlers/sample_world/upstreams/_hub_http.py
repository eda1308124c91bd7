"""How the hub answers: validators, Link paging with short pages, `p` paging, quotas and refusals.

Rate limit headers follow IETF draft-ietf-httpapi-ratelimit-headers-09, as the hub sends them.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TypeVar
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from crawlers.sample_world.limits import Limits
from crawlers.sample_world.origins import Origin, Quota, conditional, dumps, json_response, refuse

URL = "https://huggingface.co"
MAX_PAGE = 1000
TOKEN_PREFIX = "hf_sample"  # noqa: S105 - any token that begins so is taken for that of a free account
Json = dict[str, object]
T = TypeVar("T")

_CHALLENGE = (
    '<!doctype html><html lang="en"><head><title>Human Verification</title>'
    '<script src="https://sample.edge.sdk.awswaf.com/sample/challenge.js" defer></script></head>'
    '<body><div id="captcha-container"></div><p>Invented sample world.</p></body></html>'
)


def etag(body: bytes) -> str:
    """Express's weak validator: length in hex and a base64 SHA-1."""
    digest = base64.b64encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()[:27]
    return f'W/"{len(body):x}-{digest}"'


def send(request: Request, value: object, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer with a validator."""
    body = dumps(value)
    return conditional(request, body, "application/json; charset=utf-8", etag(body), headers)


def send_html(request: Request, text: str) -> Response:
    """A page with a validator."""
    body = text.encode("utf-8", "replace")
    return conditional(request, body, "text/html; charset=utf-8", etag(body))


def _link(request: Request, cursor: str) -> str:
    kept = [(key, value) for key, value in request.query_params.multi_items() if key != "cursor"]
    return f'<{URL}{request.url.path}?{urlencode([*kept, ("cursor", cursor)])}>; rel="next"'


def page(request: Request, rows: Sequence[T], size: int) -> tuple[list[T], dict[str, str]]:
    """One page and its Link header. Every fourth page is a row short and still has a next one.

    Raises ValueError for a cursor that was not handed out.
    """
    offset, number = 0, 0
    if cursor := request.query_params.get("cursor"):
        offset, number = (int(part) for part in json.loads(base64.urlsafe_b64decode(cursor)))
    take = size - 1 if number % 4 == 1 and size > 1 else size
    end = offset + take
    headers: dict[str, str] = {}
    if end < len(rows):
        token = base64.urlsafe_b64encode(json.dumps([end, number + 1]).encode()).decode()
        headers["link"] = _link(request, token)
    return list(rows[offset:end]), headers


def whole(request: Request, name: str, default: int) -> int:
    """A parameter that is a whole number from 0. Raises ValueError for anything else."""
    value = int(request.query_params.get(name, str(default)))
    if value < 0:
        raise ValueError(f"{name} must not be negative")
    return value


def size(request: Request, default: int) -> int:
    """The page size asked for. Raises ValueError unless it is at least 1."""
    value = whole(request, "limit", default)
    if value < 1:
        raise ValueError("limit must be positive")
    return min(value, MAX_PAGE)


def bad_request(what: str = "Invalid cursor or limit") -> Response:
    """400 in the hub's form."""
    return refuse(400, {"error": what})


def send_page(request: Request, rows: Sequence[object], default: int) -> Response:
    """One page of a list, or 400."""
    try:
        chosen, headers = page(request, rows, size(request, default))
    except ValueError:
        return bad_request()
    return send(request, chosen, headers)


def no_repo() -> Response:
    """What a client without rights gets for a missing or private repository alike."""
    headers = {"x-error-code": "RepoNotFound", "x-error-message": "Repository not found"}
    return json_response({"error": "Invalid username or password."}, status=401, headers=headers)


def not_found(code: str, message: str) -> Response:
    """404 with the hub's error code."""
    headers = {"x-error-code": code, "x-error-message": message}
    return json_response({"error": message}, status=404, headers=headers)


def moved(request: Request, path: str) -> Response:
    """The redirect of a renamed repository; the target is relative to the site, the query is kept."""
    query = f"?{request.url.query}" if request.url.query else ""
    return Response(status_code=307, headers={"location": f"{path}{query}"})


def _quota_headers(quota: Quota, now: float) -> Mapping[str, str]:
    return {
        "RateLimit": f'"{quota.name}";r={quota.remaining};t={quota.reset_in(now)}',
        "RateLimit-Policy": f'"fixed window";"{quota.name}";q={quota.limit};w={int(quota.window)}',
    }


def _bucket(path: str) -> str:
    return "resolvers" if "/resolve/" in path else "api" if path.startswith("/api/") else "pages"


def _plan(headers: Mapping[str, str]) -> str:
    return "+token" if headers.get("authorization", "").startswith(f"Bearer {TOKEN_PREFIX}") else ""


def _over_quota() -> Response:
    message = "We had to rate limit your IP (127.0.0.1). To continue using our service, create a HF account."
    return refuse(429, {"error": message})


def limit(origin: Origin, limits: Limits) -> None:
    """Give the origin its three buckets, each for clients without and with a token, and its bot wall."""
    rows = (
        ("api", limits.hub_api, limits.hub_token_api),
        ("resolvers", limits.hub_resolvers, limits.hub_token_resolvers),
        ("pages", limits.hub_pages, limits.hub_token_pages),
    )
    for name, anonymous, with_token in rows:
        origin.quotas[name] = Quota(name, anonymous, limits.hub_window)
        origin.quotas[f"{name}+token"] = Quota(name, with_token, limits.hub_window)
    origin.bucket = _bucket
    origin.plan = _plan
    origin.quota_headers = _quota_headers
    origin.over_quota = _over_quota
    origin.challenge = lambda: HTMLResponse(_CHALLENGE, 405)
    origin.challenged = lambda path: _bucket(path) == "pages"
