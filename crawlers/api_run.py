"""A run of a source that is asked question by question, committed in segments.

A segment ends after so many documents, or before the session waits for a rate limit window. A refusal (`gated`) ends
the run; what was landed before it stays, and the segment that says so is empty. Web pages are read last and apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from config.keyed_hash import Suppression
from config.manifest import Manifest
from config.paths import ProfilePaths
from config.records import RECORD_TYPES, Record, arrow_schema
from config.settings import SourceConfig, load_specialties
from crawlers.huggingface.budget import ANONYMOUS, WINDOW_SECONDS
from crawlers.huggingface.session import Gated, HubSession, Stopped
from crawlers.job import Job
from crawlers.landing import TornDocument, utc_now
from crawlers.network import Network
from crawlers.outcome import Tally
from crawlers.scrub import scrub
from crawlers.segment import Progress, Segment, landed_records
from crawlers.source import (
    RUN_AS_OF,
    ApiSource,
    BadDocument,
    Document,
    DocumentSource,
    Earlier,
    Fetch,
    Item,
    Unavailable,
)

SEGMENT_DOCUMENTS = 500
"""Documents after which a segment is committed: what a kill may cost, at most."""
_LONG_PAUSE = 20.0  # seconds; a wait before which a segment had better be committed
_WORST = ("ok", "partial", "empty", "failed", "gated")


def earlier_of(
    job: Job, manifests: Sequence[Manifest], parser_version: int, suppression: Suppression
) -> Earlier:
    """What landed runs know. Marks of another parser's run are not taken over."""
    last = next((m for m in reversed(manifests) if m.landed), None)
    marks = last.marks if last and last.parser_version == parser_version else {}
    return Earlier(
        as_of=job.as_of,
        marks=marks,
        table=partial(landed_table, job.paths, manifests),
        is_suppressed=suppression.matches,
        specialties=lambda: load_specialties(job.config_directory),
    )


def landed_table(
    paths: ProfilePaths,
    manifests: Sequence[Manifest],
    record_type: str,
    columns: tuple[str, ...],
    each: Callable[[pa.Table], pa.Table] = lambda table: table,
) -> pa.Table:
    """Landed rows of a record type, those columns and `run_as_of` (date32, the run's), oldest run first.

    Columns that a file of an older release lacks are null. `each` is applied to one file at a time.
    """
    schema = arrow_schema(RECORD_TYPES[record_type])
    fields = [schema.field(name) for name in columns]
    target = pa.schema([*(pa.field(f.name, f.type) for f in fields), pa.field(RUN_AS_OF, pa.date32())])
    tables = [each(target.empty_table())]
    for manifest in manifests:
        for part in manifest.parts if manifest.landed else ():
            if part.record_type == record_type:
                file = pq.ParquetFile(paths.landing / part.path)
                held = [name for name in columns if name in file.schema_arrow.names]
                table = file.read(columns=held)
                arrays: list[Any] = [
                    table.column(f.name) if f.name in held else pa.nulls(len(table), f.type) for f in fields
                ]
                arrays.append(pa.repeat(pa.scalar(manifest.as_of, pa.date32()), len(table)))
                tables.append(each(pa.table(arrays, schema=target)))
    return pa.concat_tables(tables)


class ApiRun:
    """One run of an API source, from the first question to the last manifest."""

    def __init__(
        self,
        source: ApiSource,
        job: Job,
        config: SourceConfig,
        parser_version: int,
        network: Network,
        manifests: Sequence[Manifest],
        suppression: Suppression,
        on_progress: Progress,
    ) -> None:
        self._source = source
        self._job = job
        self._config = config
        self._parser_version = parser_version
        self._network = network
        self._manifests = manifests
        self._suppression = suppression
        self._on_progress = on_progress
        self._before = landed_records(manifests)
        self._tally = Tally()
        self._landed: Counter[str] = Counter()
        self._documents = 0
        self._committed: list[tuple[Manifest, Suppression]] = []
        self.segment = self._new_segment(job.run_id)

    def crawl(self) -> Manifest:
        """Ask, land and commit; the last manifest bears the worst verdict of the run."""
        self._ask()
        self._tally.cut_short.extend(self._source.notes)
        self._tally.extra.update(self._source.statistics)
        if self._tally.gated and self._landed_something:
            self._next_segment()
        manifest = self._commit()
        self._scrub()
        pages = self._source.pages() if manifest.landed else ()
        return self._read_pages(pages, manifest) if pages else manifest

    def _scrub(self) -> None:
        """Take people who said no late in the run out of its earlier segments, too."""
        for manifest, suppression in self._committed:
            if manifest.landed and suppression.hashes != self._suppression.hashes:
                scrub(self._job.paths, manifest, self._suppression)

    def _new_segment(self, run_id: str) -> Segment:
        return Segment(
            self._job,
            self._config,
            self._parser_version,
            self._suppression,
            self._tally,
            run_id=run_id,
            before=self._before,
            landed=self._landed,
            on_progress=self._on_progress,
        )

    @property
    def _landed_something(self) -> bool:
        return bool(self.segment.landing.records)

    def _commit(self, *, goes_on: bool = False) -> Manifest:
        self.segment.marks = dict(self._source.marks)
        manifest = self.segment.commit(goes_on=goes_on)
        self._suppression = self.segment.landing.suppression
        self._committed.append((manifest, self._suppression))
        self._landed = self._landed + self.segment.landing.records
        self._documents = 0
        return manifest

    def _next_segment(self) -> None:
        """Commit what has landed and begin a segment under an id of its own, which sorts behind."""
        self._commit(goes_on=True)
        self.segment = self._new_segment(utc_now().strftime("%Y%m%dT%H%M%S%fZ"))

    def _ask(self) -> None:
        source = self._source
        known = earlier_of(self._job, self._manifests, self._parser_version, self._suppression)
        # Whoever turns out to want no recruiters is asked about no further, in this run already.
        earlier = replace(known, is_suppressed=lambda who: self.segment.landing.suppression.matches(who))
        session = HubSession(
            self._network,
            self._job.as_of,
            self._tally,
            windows=source.windows,
            on_gone=self._gone,
            on_unchanged=self._unchanged,
        )
        try:
            for document in source.crawl(session, earlier):
                if not self._take(document):
                    return
                if self._documents >= SEGMENT_DOCUMENTS or (session.pause > _LONG_PAUSE and self._documents):
                    self._next_segment()
        except Gated as error:
            self._tally.gated.append(str(error))
        except (Stopped, Unavailable) as error:
            self._tally.cut_short.append(str(error))
        finally:
            session.close()

    def _take(self, document: Document) -> bool:
        """Land one document; false if nothing can be trusted any more."""
        tally = self._tally
        items = self._observed(self._source.parse(document))
        try:
            taken = self.segment.landing.take(document.name, items, utc_now(), etag=document.etag)
        except TornDocument as error:
            tally.broken.append(str(error))
            return False
        except BadDocument as error:
            tally.failed.append(f"{document.name}: {error}")
            return True
        self._documents += 1
        tally.delivered += 1
        tally.unread.update(taken.unread)
        return True

    def _observed(self, items: Iterator[Item]) -> Iterator[Item]:
        for item in items:
            if isinstance(item, Record):
                self._source.learn(item)
            yield item

    def _gone(self, url: str) -> None:
        self._tally.gone += 1
        self._documents += 1
        self.segment.landing.saw(url, "gone", 0, utc_now())

    def _unchanged(self, url: str) -> None:
        self._tally.not_modified += 1
        self._documents += 1
        self.segment.landing.saw(url, "not_modified", 0, utc_now())

    def _read_pages(self, fetches: Sequence[Fetch], before: Manifest) -> Manifest:
        """Read web pages as a segment of their own: a challenge there is `gated` and takes nothing else with it."""
        from crawlers.spider import Crawl, Known, crawl_documents  # Scrapy takes a second to import

        self._tally = Tally(requests=self._tally.requests)
        self.segment = self._new_segment(utc_now().strftime("%Y%m%dT%H%M%S%fZ"))
        pages = _Pages(self._source, fetches)
        # Pages are the scarcest bucket: evenly spread, they never use up a window.
        pace = max(self._network.limits.delay_seconds, WINDOW_SECONDS / ANONYMOUS["pages"])
        limits = self._network.limits.model_copy(update={"delay_seconds": pace})
        network = replace(self._network, limits=limits)
        known = Known(marks=Known.once([fetch.url for fetch in fetches]))
        crawl_documents(Crawl(pages, self.segment.landing, self._tally, known, network, self._job.as_of))
        manifest = self._commit()
        return max((before, manifest), key=lambda m: (_WORST.index(m.verdict), m.run_id))


class _Pages(DocumentSource):
    """The pages of an API source as Scrapy reads them."""

    def __init__(self, source: ApiSource, fetches: Sequence[Fetch]) -> None:
        super().__init__(source.config)
        self._source = source
        self._fetches = fetches

    def seeds(self) -> Sequence[Fetch]:
        return self._fetches

    def parse(self, document: Document) -> Iterator[Item]:
        return self._source.parse(document)
