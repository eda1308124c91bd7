"""Scrapy parts: a handler that keeps to allowed origins, robots.txt as RFC 9309 has it, and patient retries."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.response import response_status_message

from crawlers.network import GATES, Network, RefusedOrigin, retry_after_seconds, window_seconds_left

NETWORK = "TALENTATLAS_NETWORK"
_FALLBACK_WAIT = 2.0
logger = logging.getLogger(__name__)


class GateShut(IgnoreRequest):
    """A request that was queued when the source refused us, and is not sent any more."""


class OriginHandler(HTTP11DownloadHandler):
    """The last station before the wire, so that redirects and robots.txt pass it too.

    It refuses origins that the source does not list and sends mapped origins to their real address; the response bears
    the URL that was asked for. After a refusal it sends nothing more, whatever is queued; after an answer that used up
    the rate limit window, nothing before the next one begins.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._network: Network = crawler.settings[NETWORK]
        self._turns: dict[str, asyncio.Semaphore] = {}
        self._not_before: dict[str, float] = {}
        self._is_shut = False

    async def download_request(self, request: Request) -> Response:
        try:
            address = self._network.address(request.url)
        except RefusedOrigin as error:
            raise IgnoreRequest(str(error)) from None
        if self._network.seconds_left <= 0:
            raise IgnoreRequest("the time limit was reached")
        netloc = _netloc(request)
        turn = self._turns.setdefault(netloc, asyncio.Semaphore(self._network.limits.concurrency))
        async with turn:
            if self._is_shut:
                raise GateShut("the source refuses automated access")
            await self._wait_for_window(netloc)
            response = await super().download_request(request.replace(url=address))
            window = window_seconds_left((response.headers.get(b"RateLimit") or b"").decode("latin-1"))
            if window is not None:
                self._not_before[netloc] = time.monotonic() + window + 1  # the header's seconds are rounded
            if response.status in GATES and not request.url.endswith("/robots.txt"):
                self._is_shut = True
        return response.replace(url=request.url)

    async def _wait_for_window(self, netloc: str) -> None:
        while (wait := self._not_before.get(netloc, 0.0) - time.monotonic()) > 0:
            if wait > self._network.seconds_left:
                raise IgnoreRequest("the time limit was reached")
            await asyncio.sleep(wait)


class Robots(RobotsTxtMiddleware):
    """robots.txt that cannot be had for a server's fault forbids everything (RFC 9309, 2.3.1.4)."""

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500:
            response = response.replace(body=b"User-agent: *\nDisallow: /\n")
        elif response.status >= 400:
            response = response.replace(body=b"")  # a page saying "not found" is no rule
        await super()._parse_robots(response, netloc, request)


class PatientRetry(RetryMiddleware):
    """Retries that wait as long as the server asks, and hold back other requests to that origin meanwhile."""

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self._network: Network = settings[NETWORK]
        self._not_before: dict[str, float] = {}

    async def process_request(self, request: Request) -> None:
        netloc = _netloc(request)
        while (wait := self._not_before.get(netloc, 0.0) - time.monotonic()) > 0:
            await asyncio.sleep(wait)

    def process_response(
        self, request: Request, response: Response, spider: Any = None
    ) -> Request | Response:
        if response.status not in self.retry_http_codes or request.meta.get("dont_retry"):
            return response
        asked = retry_after_seconds((response.headers.get(b"Retry-After") or b"").decode("latin-1"))
        times = request.meta.get("retry_times", 0)
        wait = asked if asked is not None else _FALLBACK_WAIT * 2**times
        if wait > self._network.seconds_left:
            logger.warning("%s asks to wait %.0f s, longer than this run may last", request.url, wait)
            return response
        retry = self._retry(request, response_status_message(response.status))
        if retry is None:
            return response
        netloc = _netloc(request)
        self._not_before[netloc] = max(self._not_before.get(netloc, 0.0), time.monotonic() + wait)
        return retry


def _netloc(request: Request) -> str:
    return str(request.url.split("/", 3)[2])
