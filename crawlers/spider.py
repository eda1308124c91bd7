"""The one spider: it drives any document source through Scrapy and hands its documents to landing.

Context documents come first. Then every request is conditional where an earlier landed run of the same parser left a
validator; 304 carries the earlier records, 404 and 410 of a known document say that it is gone.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import CloseSpider, IgnoreRequest
from scrapy.http import Response

from config.manifest import Validator
from crawlers.landing import Landing, TornDocument, utc_now
from crawlers.middlewares import NETWORK, GateShut
from crawlers.network import GATES, MAX_BODY_BYTES, Network
from crawlers.outcome import Tally
from crawlers.source import BadDocument, Document, DocumentSource, Fetch

COUNTS = "records of "  # marks: what a document last delivered, by type
CONTEXT = "context"  # mark: digest of the context documents
logger = logging.getLogger(__name__)


@dataclass
class Known:
    """What earlier landed runs know of documents, and what this run will commit in turn."""

    validators: dict[str, Validator] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    conditional: bool = True

    @staticmethod
    def once(urls: Iterable[str]) -> dict[str, str]:
        """Marks by which documents that are read without looking back count as gone, not as failed, if missing."""
        return {COUNTS + url: "{}" for url in urls}

    def counts(self, url: str) -> Counter[str] | None:
        """What a document last delivered; None for a document never met."""
        mark = self.marks.get(COUNTS + url)
        return None if mark is None else Counter(json.loads(mark))

    def delivered(self, url: str, counts: Mapping[str, int], validator: Validator | None) -> None:
        self.marks[COUNTS + url] = json.dumps(dict(sorted(counts.items())))
        if validator:
            self.validators[url] = validator
        else:
            self.validators.pop(url, None)

    def keep_only(self, urls: set[str]) -> None:
        """Forget documents that a complete crawl no longer met."""
        for url in [mark.removeprefix(COUNTS) for mark in self.marks if mark.startswith(COUNTS)]:
            if url not in urls:
                self.forget(url)

    def forget(self, url: str) -> None:
        self.marks.pop(COUNTS + url, None)
        self.validators.pop(url, None)


@dataclass
class Crawl:
    """Everything that the spider works on and with."""

    source: DocumentSource
    landing: Landing
    tally: Tally
    known: Known
    network: Network
    as_of: date
    error: OSError | None = None  # landing could not write


class DocumentSpider(scrapy.Spider):
    """Drives one `Crawl`; see the module."""

    name = "documents"

    def __init__(self, crawl: Crawl, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._crawl = crawl
        self.asked: set[str] = set()
        self._context: dict[str, bytes] = {}
        self._context_missing: set[str] = set()
        self._waiting: list[Fetch] = []

    async def start(self) -> AsyncIterator[scrapy.Request]:
        seeds = list(self._crawl.source.seeds())
        kinds = self._crawl.source.context_kinds
        self._waiting = [fetch for fetch in seeds if fetch.kind not in kinds]
        self._context_missing = {fetch.url for fetch in seeds if fetch.kind in kinds}
        first = [fetch for fetch in seeds if fetch.kind in kinds] or self._release()
        for request in self._requests(first):
            yield request

    def _release(self) -> list[Fetch]:
        waiting, self._waiting = self._waiting, []
        return waiting

    def _requests(self, fetches: Iterable[Fetch]) -> Iterator[scrapy.Request]:
        known, limits = self._crawl.known, self._crawl.network.limits
        for fetch in fetches:
            if fetch.url in self.asked:
                continue
            if limits.max_requests is not None and len(self.asked) >= limits.max_requests:
                self._note(
                    self._crawl.tally.cut_short, f"the budget of {limits.max_requests} requests was used up"
                )
                return
            self.asked.add(fetch.url)
            headers: dict[str, str] = {}
            validator = known.validators.get(fetch.url)
            if validator and known.conditional and self._holds_records(fetch):
                if validator.etag:
                    headers["If-None-Match"] = validator.etag
                if validator.last_modified:
                    headers["If-Modified-Since"] = validator.last_modified
            yield scrapy.Request(
                fetch.url,
                headers=headers,
                callback=self._answered,
                errback=self._not_answered,
                cb_kwargs={"fetch": fetch},
                dont_filter=True,
            )

    @staticmethod
    def _note(reasons: list[str], reason: str) -> None:
        if reason not in reasons:
            reasons.append(reason)

    def _answered(self, response: Response, fetch: Fetch) -> Iterator[scrapy.Request]:
        tally, known, landing = self._crawl.tally, self._crawl.known, self._crawl.landing
        now = utc_now()
        if response.status == 304:
            counts = known.counts(fetch.url) or Counter()
            tally.not_modified += 1
            tally.carried.update(counts)
            landing.saw(fetch.url, "not_modified", sum(counts.values()), now)
        elif response.status == 200:
            yield from self._delivered(response, fetch)
        elif (
            response.status in (404, 410)
            and known.counts(fetch.url) is not None
            and self._holds_records(fetch)
        ):
            tally.gone += 1
            known.forget(fetch.url)
            landing.saw(fetch.url, "gone", 0, now)
        elif response.status in GATES:
            # Stop at once: a gate is an answer, and knocking again is what it is there to prevent.
            reason = "the source refuses automated access, or its quota is used up"
            self._note(tally.gated, f"{fetch.url} answered {response.status}: {reason}")
            raise CloseSpider("gated")
        else:
            self._failed(fetch, f"HTTP {response.status}")

    def _holds_records(self, fetch: Fetch) -> bool:
        """Whether it is an ordinary document; only those are asked for conditionally, remembered, and missed."""
        source = self._crawl.source
        return fetch.kind not in source.context_kinds | source.listing_kinds

    def _delivered(self, response: Response, fetch: Fetch) -> Iterator[scrapy.Request]:
        crawl, tally = self._crawl, self._crawl.tally
        document = Document.of(fetch.url, fetch.kind, response.body, crawl.as_of)
        try:
            if fetch.kind in crawl.source.context_kinds:
                crawl.source.learn(document)
            taken = crawl.landing.take(fetch.url, crawl.source.parse(document), utc_now())
        except TornDocument as error:
            self._note(tally.broken, str(error))
            raise CloseSpider("torn document") from None
        except BadDocument as error:
            self._failed(fetch, str(error))
            return
        except OSError as error:
            crawl.error = error  # Scrapy would log it and go on
            raise CloseSpider("landing failed") from None
        tally.delivered += 1
        tally.unread.update(taken.unread)
        if self._holds_records(fetch):
            crawl.known.delivered(fetch.url, taken.records, _validator(response))
        if fetch.kind in crawl.source.context_kinds:
            self._context[fetch.url] = hashlib.sha256(response.body).digest()
            self._context_missing.discard(fetch.url)
            if not self._context_missing:
                self._context_is_complete()
                yield from self._requests(self._release())
        yield from self._requests(taken.fetches)

    def _context_is_complete(self) -> None:
        """If what other documents are read with has changed, their records may change though they have not."""
        digest = hashlib.sha256(b"".join(self._context[url] for url in sorted(self._context))).hexdigest()
        known = self._crawl.known
        known.conditional = known.marks.get(CONTEXT) == digest
        known.marks[CONTEXT] = digest

    def _not_answered(self, failure: Any) -> None:
        fetch: Fetch = failure.request.cb_kwargs["fetch"]
        if failure.check(GateShut):
            return  # the refusal itself has been noted
        if failure.check(IgnoreRequest):
            reason = str(failure.value)
            if "robots.txt" in reason:
                self._note(
                    self._crawl.tally.gated, f"robots.txt of {fetch.url.split('/', 3)[2]} asks us to stay out"
                )
                raise CloseSpider("gated")
            if "time limit" in reason:
                self._note(self._crawl.tally.cut_short, reason)
                return
        else:
            reason = f"{failure.type.__name__} {failure.getErrorMessage()}"[:200]
        self._failed(fetch, reason)

    def _failed(self, fetch: Fetch, reason: str) -> None:
        self._crawl.tally.failed.append(f"{fetch.url}: {reason}")
        logger.warning("%s: %s", fetch.url, reason)
        if not self._holds_records(fetch):
            # Without them records would be wrong or missing in a way that nobody could tell from the records.
            self._note(self._crawl.tally.broken, f"{fetch.url}: {reason}")
            raise CloseSpider("context or listing missing")


def _validator(response: Response) -> Validator | None:
    etag = (response.headers.get(b"ETag") or b"").decode("latin-1") or None
    modified = (response.headers.get(b"Last-Modified") or b"").decode("latin-1") or None
    return Validator(etag=etag, last_modified=modified) if etag or modified else None


def crawl_documents(crawl: Crawl) -> None:
    """Run the spider to its end; everything it met stands in the crawl's tally, landing and marks afterwards."""
    network = crawl.network
    limits = network.limits
    process = AsyncCrawlerProcess(
        {
            NETWORK: network,
            "USER_AGENT": network.user_agent,
            "ROBOTSTXT_OBEY": True,
            "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "crawlers.middlewares.OriginHandler"),
            "DOWNLOADER_MIDDLEWARES": {
                "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
                "crawlers.middlewares.Robots": 100,
                "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
                "crawlers.middlewares.PatientRetry": 550,
            },
            "EXTENSIONS": {
                "scrapy.extensions.telnet.TelnetConsole": None,
                "scrapy.extensions.logstats.LogStats": None,
                "scrapy.extensions.memusage.MemoryUsage": None,
            },
            "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,  # on by default since 2.19: a local server that runs code
            "HTTPCACHE_ENABLED": False,
            "COOKIES_ENABLED": False,
            "REFERER_ENABLED": False,
            "HTTPERROR_ALLOW_ALL": True,
            "DOWNLOAD_DELAY": network.delay,
            "CONCURRENT_REQUESTS": max(limits.concurrency, 4),
            "CONCURRENT_REQUESTS_PER_DOMAIN": limits.concurrency,
            "DOWNLOAD_TIMEOUT": limits.request_timeout_seconds,
            "DOWNLOAD_MAXSIZE": MAX_BODY_BYTES,
            "DOWNLOAD_WARNSIZE": 0,
            "DOWNLOAD_VERIFY_CERTIFICATES": True,
            "RETRY_TIMES": limits.retries,
            "CLOSESPIDER_TIMEOUT": max(1.0, network.seconds_left),
            "LOG_INSTALL_ROOT_HANDLER": False,
            "LOG_ENABLED": False,
        }
    )
    crawler = process.create_crawler(DocumentSpider)
    process.crawl(crawler, crawl=crawl)
    process.start(install_signal_handlers=False)
    if crawl.error is not None:
        raise crawl.error
    stats = crawler.stats.get_stats() if crawler.stats else {}
    crawl.tally.requests += int(stats.get("downloader/request_count", 0))
    _read_finish(stats, crawl.tally)
    spider = crawler.spider
    if isinstance(spider, DocumentSpider) and not crawl.tally.cut_short:
        crawl.known.keep_only(spider.asked)


def _read_finish(stats: Mapping[str, Any], tally: Tally) -> None:
    """What Scrapy knows and the spider's own callbacks do not: how it ended and what raised."""
    reason = str(stats.get("finish_reason", "unknown"))
    if reason == "closespider_timeout":
        tally.cut_short.append("the time limit was reached")
    elif reason not in ("finished", "gated", "torn document", "context or listing missing"):
        tally.broken.append(f"the crawl ended with '{reason}'")
    for name, count in stats.items():
        if name.startswith("spider_exceptions/") and not name.endswith(("/count", "CloseSpider")):
            tally.broken.append(f"{count} {name.removeprefix('spider_exceptions/')} in the spider")
