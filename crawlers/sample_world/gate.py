"""The ASGI application of all origins: picks the origin by port, then counts, disturbs, limits and routes."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from crawlers.sample_world.changes import Changes
from crawlers.sample_world.limits import Limits
from crawlers.sample_world.model import INVENTED
from crawlers.sample_world.origins import TRAP, Origin, json_response, refuse

STATS = "/__world__/stats"
ADVANCE = "/__world__/advance"
Advance = Callable[[float, int], Changes]


class Gate:
    """Serves several origins, one per local port, and counts what was asked of each."""

    def __init__(self, origins: Mapping[int, Origin], limits: Limits, advance: Advance) -> None:
        self._origins = dict(origins)
        self._limits = limits
        self._advance = advance
        self._challenged: Counter[str] = Counter()
        self._ordinals: Counter[str] = Counter()
        self._classes: dict[str, Counter[str]] = {o.url: Counter() for o in origins.values()}
        self._statuses: dict[str, Counter[str]] = {o.url: Counter() for o in origins.values()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry point."""
        origin = self._origins[scope["server"][1]]
        request = Request(scope, receive)
        if request.url.path == STATS:
            response: Response = json_response(self.stats())
        elif request.url.path == ADVANCE:
            response = await self._night(request)
        else:
            kind, response = await self._answer(origin, request)
            self._classes[origin.url][kind] += 1
            self._statuses[origin.url][str(response.status_code)] += 1
        response.headers["x-sample-world"] = INVENTED
        await response(scope, receive, send)

    def stats(self) -> dict[str, dict[str, object]]:
        """Per origin: number of requests, requests by path class, responses by status, requests by quota.

        `over_limit` counts the requests that came after a quota was used up: a polite client sends none.
        """
        quotas = {origin.url: origin.quotas for origin in self._origins.values()}
        return {
            url: {
                "requests": sum(classes.values()),
                "by_class": dict(sorted(classes.items())),
                "by_status": dict(sorted(self._statuses[url].items())),
                "by_quota": {
                    name: {"requests": quota.requests, "over_limit": quota.over}
                    for name, quota in sorted(quotas[url].items())
                    if quota.requests
                },
                "over_limit": sum(quota.over for quota in quotas[url].values()),
            }
            for url, classes in self._classes.items()
        }

    def switch(self, origins: Mapping[int, Origin]) -> None:
        """Serve other content on the same ports. Quotas and counters go on."""
        for port, origin in origins.items():
            origin.quotas = self._origins[port].quotas
        self._origins = dict(origins)

    async def _night(self, request: Request) -> Response:
        """Go on to the next night; the answer tells what changed."""
        if request.method != "POST":
            return json_response({"error": "Use POST"}, status=405, headers={"allow": "POST"})
        try:
            asked = json.loads(await request.body() or b"{}")
            share, seed = float(asked.get("share", 0.02)), int(asked.get("seed", 1))
            # In a thread: building a world takes seconds, and a stopped loop answers nobody.
            made = await asyncio.to_thread(self._advance, share, seed)
        except (ValueError, TypeError, AttributeError) as error:
            return json_response({"error": f"share and seed wanted: {error}"}, status=400)
        return json_response(
            {"today": made.day.isoformat(), "changes": [asdict(change) for change in made.changes]}
        )

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
        if self._wall(origin, fault, path):
            return kind, origin.challenge()
        disturbed = self._disturb(origin, fault)
        if disturbed is not None:
            return kind, disturbed
        now = time.monotonic()
        quota = origin.quota(path, request.headers)
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

    def _wall(self, origin: Origin, fault: str, path: str) -> bool:
        """Whether the bot wall stands before this request."""
        head, _, number = fault.partition(":")
        if head != "challenge" or not origin.challenged(path):
            return False
        self._challenged[origin.url] += 1
        return self._challenged[origin.url] > int(number or 0)

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
