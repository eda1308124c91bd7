"""A polite session with the Hugging Face Hub, under huggingface_hub's own client and back-off.

huggingface_hub supplies the shared client, the retries (429 with RateLimit or Retry-After, 5xx, lost connections) and
the header parser. What it lacks is in the transport below, where every request passes, also after a redirect:
time-outs, allowed origins, robots.txt, a delay, the remaining budget of the rate limit window, and a count. Answers are
read as raw JSON, since the library's classes drop fields.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import NoReturn

import httpx2
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.utils import (  # type: ignore[attr-defined]  # its __init__ re-exports them without __all__
    close_session,
    http_backoff,
    parse_ratelimit_headers,
    set_client_factory,
)
from protego import Protego

from crawlers.network import MAX_BODY_BYTES, ROBOTS_NAME, Network, RefusedOrigin, origin_of
from crawlers.outcome import Tally
from crawlers.source import Document, Unavailable

TOKEN_VARIABLE = "HF_TOKEN"  # noqa: S105 (the name of a variable)
_GATES = (401, 403, 405, 451)  # 405 with a page is the hub's challenge
_GIVE_UP_AFTER = 3  # documents in a row that could not be had
logger = logging.getLogger(__name__)


class Gated(Exception):
    """The hub refuses automated access; asking on would be wrong."""


class Stopped(Exception):
    """The session ends before the crawl is done: time limit, rate limit, or the hub no longer answers."""


class _Transport(httpx2.BaseTransport):
    """Where every request passes; one per client, with the state kept in the session."""

    def __init__(self, session: HubSession) -> None:
        self._session = session
        self._wire = httpx2.HTTPTransport()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        session, url = self._session, str(request.url)
        session.may_ask(url, lambda robots_url: self._robots(robots_url))
        session.wait()
        response = self._send(request, url)
        session.remember_budget(response)
        return response

    def _send(self, request: httpx2.Request, url: str) -> httpx2.Response:
        address = httpx2.URL(self._session.network.address(url))
        headers = request.headers.copy()
        headers["host"] = address.netloc.decode()
        moved = httpx2.Request(
            request.method, address, headers=headers, stream=request.stream, extensions=request.extensions
        )
        self._session.tally.requests += 1
        response = self._wire.handle_request(moved)
        if int(response.headers.get("content-length") or 0) > MAX_BODY_BYTES:
            response.close()
            raise Stopped(f"{url} answers with {response.headers['content-length']} bytes")
        return response

    def _robots(self, url: str) -> Protego:
        """RFC 9309: no such file allows everything, a file that cannot be had forbids everything."""
        try:
            request = httpx2.Request("GET", url, headers={"user-agent": self._session.network.user_agent})
            seconds = self._session.network.limits.request_timeout_seconds
            request.extensions["timeout"] = httpx2.Timeout(seconds).as_dict()
            response = self._send(request, url)
            text = response.read().decode("utf-8", "replace") if response.status_code < 400 else ""
            status = response.status_code
            response.close()
        except httpx2.HTTPError:
            # Not reachable at all: the document itself will say so, with the library's retries.
            text, status = "", 404
        return Protego.parse("User-agent: *\nDisallow: /\n" if status >= 500 else text)

    def close(self) -> None:
        self._wire.close()


class HubSession:
    """See the module. Sets huggingface_hub's client for this process; `close` undoes it."""

    def __init__(
        self, network: Network, as_of: date, tally: Tally, on_gone: Callable[[str], None] = lambda url: None
    ) -> None:
        self.network = network
        self.tally = tally
        self._as_of = as_of
        self._on_gone = on_gone
        self._robots: dict[str, Protego] = {}
        self._not_before = 0.0
        self._failures = 0
        token = os.environ.get(TOKEN_VARIABLE)
        # Never the token that somebody once logged in with on this machine, and none to anybody but the hub.
        self._headers = {"user-agent": network.user_agent}
        if token and not network.is_loopback:
            self._headers["authorization"] = f"Bearer {token}"
        logging.getLogger("huggingface_hub").handlers.clear()  # it writes to stderr; the run has a log file
        set_client_factory(self._client)

    def _client(self) -> httpx2.Client:
        return httpx2.Client(
            transport=_Transport(self),
            timeout=self.network.limits.request_timeout_seconds,
            follow_redirects=True,
        )

    def close(self) -> None:
        """Close the connection that huggingface_hub shares."""
        close_session()

    def get(self, url: str, kind: str) -> Document | None:
        """One document; None if it is gone (404, 410). Raises Unavailable, Gated or Stopped."""
        response = self._ask(url)
        if response.status_code in (404, 410):
            self._on_gone(url)
            return None
        return self._document(url, kind, response)

    def pages(self, url: str, kind: str) -> Iterator[Document]:
        """The pages of a list; ends where no Link names a next one (a short page is no end)."""
        following: str | None = url
        while following:
            response = self._ask(following)
            if response.status_code in (404, 410):
                self._fail(following, f"HTTP {response.status_code}")
            yield self._document(following, kind, response)
            following = response.links.get("next", {}).get("url")

    def _document(self, url: str, kind: str, response: httpx2.Response) -> Document:
        return Document.of(url, kind, response.content, self._as_of)

    def _ask(self, url: str) -> httpx2.Response:
        try:
            response = http_backoff(
                "GET",
                url,
                headers=self._headers,
                max_retries=self.network.limits.retries,
                base_wait_time=0.1 if self.network.is_loopback else 1,
            )
        except (httpx2.HTTPError, HfHubHTTPError, RefusedOrigin) as error:
            first_line = next(iter(str(error).splitlines()), "no answer")
            self._fail(url, f"{type(error).__name__}: {first_line}"[:200])
        if response.status_code in _GATES:
            raise Gated(f"{url} answered {response.status_code}: the hub refuses automated access")
        if response.status_code != 200 and response.status_code not in (404, 410):
            self._fail(url, f"HTTP {response.status_code}")
        self._failures = 0
        return response

    def _fail(self, url: str, reason: str) -> NoReturn:
        self.tally.failed.append(f"{url}: {reason}")
        logger.warning("%s: %s", url, reason)
        self._failures += 1
        if self._failures >= _GIVE_UP_AFTER:
            raise Stopped(f"{self._failures} documents in a row could not be had")
        raise Unavailable(reason)

    def may_ask(self, url: str, robots: Callable[[str], Protego]) -> None:
        """Raise Gated if robots.txt says no, RefusedOrigin if the origin is not the source's."""
        self.network.address(url)
        origin = origin_of(url)
        if origin not in self._robots:
            self._robots[origin] = robots(f"{origin}/robots.txt")
        if not self._robots[origin].can_fetch(url, ROBOTS_NAME):
            raise Gated(f"robots.txt of {origin} asks us to stay out of {url}")

    def wait(self) -> None:
        """Wait for the next request's turn. Raises Stopped if it would come after the time limit."""
        wait = self._not_before - time.monotonic()
        if wait > self.network.seconds_left:
            raise Stopped("the time limit was reached")
        if wait > 0:
            time.sleep(wait)
        self._not_before = time.monotonic() + self.network.delay

    def remember_budget(self, response: httpx2.Response) -> None:
        """If this answer used up the window's budget, hold the next request back until the window ends."""
        limit = parse_ratelimit_headers(response.headers)
        if limit is not None and limit.remaining == 0:
            logger.info("rate limit used up, waiting %s s", limit.reset_in_seconds)
            self._not_before = max(self._not_before, time.monotonic() + limit.reset_in_seconds + 1)
