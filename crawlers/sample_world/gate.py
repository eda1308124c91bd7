"""The ASGI application of all origins: picks the origin by port, then counts, disturbs, limits and routes."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from crawlers.sample_world.limits import Limits
from crawlers.sample_world.model import INVENTED
from crawlers.sample_world.origins import TRAP, Origin, json_response, refuse

STATS = "/__world__/stats"


class Gate:
    """Serves several origins, one per local port, and counts what was asked of each."""

    def __init__(self, origins: Mapping[int, Origin], limits: Limits) -> None:
        self._origins = dict(origins)
        self._limits = limits
        self._ordinals: Counter[str] = Counter()
        self._classes: dict[str, Counter[str]] = {o.url: Counter() for o in origins.values()}
        self._statuses: dict[str, Counter[str]] = {o.url: Counter() for o in origins.values()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry point."""
        origin = self._origins[scope["server"][1]]
        request = Request(scope, receive)
        if request.url.path == STATS:
            response: Response = json_response(self.stats())
        else:
            kind, response = await self._answer(origin, request)
            self._classes[origin.url][kind] += 1
            self._statuses[origin.url][str(response.status_code)] += 1
        response.headers["x-sample-world"] = INVENTED
        await response(scope, receive, send)

    def stats(self) -> dict[str, dict[str, object]]:
        """Per origin: number of requests, requests by path class, responses by status."""
        return {
            url: {
                "requests": sum(classes.values()),
                "by_class": dict(sorted(classes.items())),
                "by_status": dict(sorted(self._statuses[url].items())),
            }
            for url, classes in self._classes.items()
        }

    async def _answer(self, origin: Origin, request: Request) -> tuple[str, Response]:
        path = request.url.path
        fault = self._limits.faults.get(origin.url, "")
        if fault.startswith("slow:"):
            await asyncio.sleep(float(fault[5:]))
        if path == "/robots.txt":
            return "robots.txt", PlainTextResponse(origin.robots)
        if path.startswith(TRAP):
            return "trap", PlainTextResponse("robots were asked to stay out", 403)
        found = origin.match(dict(request.scope))
        kind = found[0].path if found else "unknown"
        disturbed = self._disturb(origin, fault)
        if disturbed is not None:
            return kind, disturbed
        now = time.monotonic()
        quota = origin.quotas.get(origin.bucket(path) or "")
        if quota is not None and not quota.take(now):
            response = origin.over_quota()
            response.headers.update({**origin.quota_headers(quota, now)})
            return kind, response
        if found is None:
            response = json_response({"error": "Not Found"}, status=404)
        else:
            request.scope["path_params"] = found[1]
            response = await found[0].endpoint(request)
        if quota is not None:
            response.headers.update({**origin.quota_headers(quota, now)})
        return kind, response

    def _disturb(self, origin: Origin, fault: str) -> Response | None:
        """A fault's answer, or the injected failure of this ordinal."""
        if fault == "error":
            return refuse(500, {"error": "Internal Server Error"})
        if fault == "gated":
            return refuse(403, {"name": "ChallengeRequiredError", "message": "Please complete the challenge"})
        self._ordinals[origin.url] += 1
        too_many, unavailable = self._limits.ordinals(origin.url)
        wait = {"retry-after": str(self._limits.retry_after)}
        if self._ordinals[origin.url] == too_many:
            return json_response({"error": "Too many requests (injected)"}, status=429, headers=wait)
        if self._ordinals[origin.url] == unavailable:
            return json_response({"error": "Service unavailable (injected)"}, status=503, headers=wait)
        return None
