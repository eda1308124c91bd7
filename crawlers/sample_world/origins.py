"""What an upstream module builds.

Origins with routes, robots.txt, quotas and files; independent of any server.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from crawlers.sample_world.limits import Limits
from crawlers.sample_world.model import INVENTED

Handler = Callable[[Request], Awaitable[Response]]
TRAP = "/no-robots/"
ROBOTS = f"# {INVENTED}\nUser-agent: *\nAllow: /\nDisallow: {TRAP}\n"


@dataclass(slots=True)
class Quota:
    """A fixed window: at most `limit` requests within `window` seconds from the first one."""

    name: str
    limit: int
    window: float
    started: float | None = None
    used: int = 0
    requests: int = 0  # in all windows
    over: int = 0  # of these, past the limit

    def take(self, now: float) -> bool:
        """Count one request at `now` (monotonic seconds); False when the window is used up."""
        if self.started is None or now - self.started >= self.window:
            self.started, self.used = now, 0
        self.used += 1
        self.requests += 1
        self.over += self.used > self.limit
        return self.used <= self.limit

    @property
    def remaining(self) -> int:
        """Requests left in this window."""
        return max(0, self.limit - self.used)

    def reset_in(self, now: float) -> int:
        """Whole seconds until the window ends."""
        return max(0, math.ceil(self.window - (now - (self.started if self.started is not None else now))))


QuotaHeaders = Callable[[Quota, float], Mapping[str, str]]


def _no_headers(quota: Quota, now: float) -> Mapping[str, str]:
    return {}


def refuse(status: int, body: object = None) -> Response:
    """A plain JSON refusal."""
    return json_response({"error": "Too many requests"} if body is None else body, status=status)


@dataclass(slots=True)
class Origin:
    """One real origin. Modules append routes.

    `bucket` names the quota that a path draws on (None: no quota); `plan` is added to that name for clients
    whose request headers say so. `challenge` is the answer of its bot wall to the paths that `challenged` picks.
    """

    url: str
    routes: list[Route] = field(default_factory=list)
    robots: str = ROBOTS
    quotas: dict[str, Quota] = field(default_factory=dict)
    bucket: Callable[[str], str | None] = lambda path: None
    quota_headers: QuotaHeaders = _no_headers
    over_quota: Callable[[], Response] = lambda: refuse(429)
    plan: Callable[[Mapping[str, str]], str] = lambda headers: ""
    challenge: Callable[[], Response] = lambda: refuse(405, {"error": "challenge"})
    challenged: Callable[[str], bool] = lambda path: True

    def get(self, path: str, handler: Handler) -> None:
        """Serve GET `path` (Starlette syntax) by `handler`."""
        self.routes.append(Route(path, handler, methods=["GET"]))

    def quota(self, path: str, headers: Mapping[str, str]) -> Quota | None:
        """The quota that a request draws on."""
        name = self.bucket(path)
        return None if name is None else self.quotas.get(name + self.plan(headers), self.quotas.get(name))

    def match(self, scope: dict[str, object]) -> tuple[Route, dict[str, object]] | None:
        """The first route for a request scope, and its path parameters."""
        for route in self.routes:
            matched, child = route.matches(scope)
            if matched is Match.FULL:
                return route, dict(child.get("path_params", {}))
        return None


class Mount:
    """Where upstream modules put their origins and their files."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.origins: dict[str, Origin] = {}
        # (owner, repository, branch) -> path -> content: what GitHub's API and raw host serve.
        self.files: dict[tuple[str, str, str], dict[str, bytes]] = {}

    def origin(self, url: str) -> Origin:
        """The origin of that URL, made at first use; several modules may share one."""
        return self.origins.setdefault(url, Origin(url))

    def add_file(self, owner: str, repo: str, branch: str, path: str, content: bytes) -> None:
        """Put a file into a GitHub repository."""
        self.files.setdefault((owner, repo, branch), {})[path] = content


def dumps(value: object) -> bytes:
    """JSON as JavaScript writes it: UTF-8, compact; lone surrogates stay escaped."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def json_response(value: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON response."""
    return Response(dumps(value), status, dict(headers or {}), "application/json; charset=utf-8")


def weak_etag(body: bytes) -> str:
    """A weak validator in the form of express and GitHub: W/"…"."""
    return f'W/"{hashlib.sha256(body).hexdigest()}"'


def conditional(
    request: Request, body: bytes, media_type: str, etag: str, headers: Mapping[str, str] | None = None
) -> Response:
    """200 with the body, or 304 if the client holds this entity tag (weak comparison, RFC 9110 13.1.2)."""
    sent = {"etag": etag, **(headers or {})}
    held = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if etag.removeprefix("W/") in held or "*" in held:
        return Response(status_code=304, headers=sent)
    return Response(body, 200, sent, media_type)
