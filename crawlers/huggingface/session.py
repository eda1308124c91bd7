"""A polite session with the Hugging Face Hub, under huggingface_hub's own client and back-off.

huggingface_hub supplies the shared client, the retries (429 with RateLimit or Retry-After, 5xx, lost connections) and
the header parser; most of its own methods ask once and without a time-out. What it lacks is in the transport below,
where every request passes, also after a redirect: time-outs, allowed origins, robots.txt, a delay, the remaining
budget of the rate limit window, and a count. Answers are read as raw JSON, since the library's classes drop fields.
"""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import NoReturn
from urllib.parse import urlsplit

import httpx2
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.utils import (  # type: ignore[attr-defined]  # its __init__ re-exports them without __all__
    http_backoff,
    parse_ratelimit_headers,
    set_client_factory,
)
from huggingface_hub.utils._http import default_client_factory
from protego import Protego

from crawlers.huggingface.budget import Budget, bucket_of
from crawlers.network import GATES, MAX_BODY_BYTES, ROBOTS_NAME, Network, RefusedOrigin, origin_of
from crawlers.outcome import Tally
from crawlers.source import Document, Unavailable, Unchanged

TOKEN_VARIABLE = "HF_TOKEN"  # noqa: S105 (the name of a variable)
SAMPLE_TOKEN = "hf_sample"  # noqa: S105 (how the sample world's invented tokens begin)
_GONE = (404, 410)
_REPOSITORY = re.compile(r"^/api/(models|datasets|spaces)/.|/resolve/")
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
        session.wait(url)
        response = self._send(request, url)
        session.remember_budget(url, response)
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
    """See the module. Sets huggingface_hub's client for this process; `close` undoes it.

    `on_gone` and `on_unchanged` are told addresses that are no more, and those that answered 304.
    """

    def __init__(
        self,
        network: Network,
        as_of: date,
        tally: Tally,
        *,
        windows: Mapping[str, int] | None = None,
        on_gone: Callable[[str], None] = lambda url: None,
        on_unchanged: Callable[[str], None] = lambda url: None,
    ) -> None:
        self.network = network
        self.tally = tally
        self.budget = Budget(windows or {})
        self._as_of = as_of
        self._on_gone = on_gone
        self._on_unchanged = on_unchanged
        self._robots: dict[str, Protego] = {}
        self._next_turn = 0.0
        self._failures = 0
        token = os.environ.get(TOKEN_VARIABLE)
        # Never the token that somebody once logged in with on this machine, and none to anybody but the hub.
        self._headers = {"user-agent": network.user_agent}
        if token and (not network.is_loopback or token.startswith(SAMPLE_TOKEN)):
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
        """Close the connection that huggingface_hub shares, and give it back its own client."""
        set_client_factory(default_client_factory)  # closes the shared client as well

    def left(self, bucket: str) -> int:
        """Requests that tonight's budget of a bucket (api, pages, resolvers) still holds."""
        return self.budget.left(bucket)

    @property
    def pause(self) -> float:
        """Seconds until a used-up window ends; 0 if none is."""
        return max(0.0, self.budget.not_before() - time.monotonic())

    def get(self, url: str, kind: str, etag: str | None = None) -> Document | None:
        """One document; None if it is gone, or (a repository) not for us.

        Raises Unchanged if it still is what `etag` names, Unavailable, Gated or Stopped.
        """
        response = self._ask(url, etag)
        if _is_gone(url, response.status_code):
            self._on_gone(url)
            return None
        if response.status_code == 304:
            self._on_unchanged(url)
            raise Unchanged(url)
        return self._document(url, kind, response)

    def pages(self, url: str, kind: str) -> Iterator[Document]:
        """The pages of a list; none if it is gone. Ends where no Link names a next one (a short page is no end)."""
        following: str | None = url
        while following:
            response = self._ask(following)
            if _is_gone(following, response.status_code):
                if following == url:
                    self._on_gone(url)
                    return
                self._fail(following, f"HTTP {response.status_code}")
            following_link = response.links.get("next", {}).get("url")
            yield self._document(following, kind, response, following_link)
            following = following_link

    def _document(
        self, url: str, kind: str, response: httpx2.Response, following: str | None = None
    ) -> Document:
        body = response.content
        return Document.of(
            url, kind, body, self._as_of, etag=response.headers.get("etag"), following=following
        )

    def _ask(self, url: str, etag: str | None = None) -> httpx2.Response:
        try:
            response = http_backoff(
                "GET",
                url,
                headers=self._headers | ({"if-none-match": etag} if etag else {}),
                max_retries=self.network.limits.retries,
                base_wait_time=0.1 if self.network.is_loopback else 1,
            )
        except (httpx2.HTTPError, HfHubHTTPError, RefusedOrigin) as error:
            first_line = next(iter(str(error).splitlines()), "no answer")
            self._fail(url, f"{type(error).__name__}: {first_line}"[:200])
        status = response.status_code
        if _is_gone(url, status) or status in (200, 304):
            self._failures = 0
            return response
        if status in GATES:
            why = (
                "the token is not accepted; unset HF_TOKEN or renew it"
                if status == 401 and "authorization" in self._headers
                else "the hub refuses automated access"
            )
            raise Gated(f"{url} answered {status}: {why}")
        return self._fail(url, f"HTTP {status}")

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

    def wait(self, url: str) -> None:
        """Wait for the next request's turn. Raises Stopped if it would come after the time limit."""
        bucket = bucket_of(url)
        wait = max(self._next_turn, self.budget.not_before(bucket)) - time.monotonic()
        if wait > self.network.seconds_left:
            raise Stopped("the time limit was reached")
        if wait > 0:
            time.sleep(wait)
        self._next_turn = time.monotonic() + self.budget.pace(bucket, self.network.delay)

    def remember_budget(self, url: str, response: httpx2.Response) -> None:
        """Count the request, and learn from the answer what the window still holds.

        If it is used up, the next request to that bucket is held back until the window ends.
        """
        limit = parse_ratelimit_headers(response.headers)
        self.budget.count(bucket_of(url), limit, time.monotonic())
        if limit is not None and limit.remaining == 0:
            logger.info("rate limit used up, waiting %s s", limit.reset_in_seconds)


def _is_gone(url: str, status: int) -> bool:
    """Whether an answer says that the document is not there for us.

    Of repositories the hub says 401 if they are missing, private or gated alike, 403 if they are gated.
    """
    return status in _GONE or (status in (401, 403) and bool(_REPOSITORY.search(urlsplit(url).path)))
