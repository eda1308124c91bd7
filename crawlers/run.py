"""One run of one source, from the lock to the manifest. The child process of `crawlers.__main__`."""

from __future__ import annotations

import fcntl
import logging
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from config.errors import UserError
from config.keyed_hash import load_suppression
from config.manifest import Manifest, manifest_path, read_manifests
from config.paths import ProfilePaths
from config.settings import SourceConfig, real_data_directory
from crawlers import files
from crawlers.job import Job, network_of, read_source
from crawlers.landing import Landing, TornDocument, discard_run, discard_unfinished, utc_now
from crawlers.outcome import Tally
from crawlers.segment import Progress, Segment, landed_records
from crawlers.source import ApiSource, BadDocument, DocumentSource, PlanLine, Source, load_source

logger = logging.getLogger(__name__)


class LockHeld(Exception):
    """Another run of this source is under way."""


@contextmanager
def source_lock(paths: ProfilePaths, source: str) -> Iterator[None]:
    """Hold the source's lock. Raises LockHeld. The system drops it with the process, so a kill leaves none behind."""
    path = paths.source_lock(source)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockHeld(f"{path}: a run of '{source}' is under way; wait for it or stop it") from None
        yield
    finally:
        os.close(descriptor)


def run(job: Job, on_progress: Progress = lambda records, requests, rejects: None) -> Manifest:
    """Crawl one source and commit its manifests, whatever the verdict; returns the one that bears it.

    `on_progress` is told records, requests and rejects. Raises UserError for wrong use and LockHeld.
    """
    source, config, parser_version = _load(job)
    with source_lock(job.paths, job.source):
        return _run_locked(job, config, source, parser_version, on_progress)


def plan(job: Job) -> tuple[PlanLine, ...]:
    """What the next run would ask, from what has landed; nothing is asked. Raises UserError if there is no plan."""
    from crawlers.api_run import earlier_of

    source, _, parser_version = _load(job)
    if not isinstance(source, ApiSource):
        raise UserError(f"the source '{job.source}' has no plan: it reads the same documents every night")
    manifests = [m for m in read_manifests(job.paths, job.source) if m.profile == job.profile]
    suppression = load_suppression(job.paths.suppression_list, job.paths.suppression_key)
    return tuple(source.plan(earlier_of(job, manifests, parser_version, suppression)))


def _load(job: Job) -> tuple[Source, SourceConfig, int]:
    config = read_source(job.config_directory, job.source)
    if job.profile not in config.profiles:
        raise UserError(
            f"source '{job.source}' does not run in the profile '{job.profile}' (sources/{job.source}.yml: profiles)"
        )
    source, parser_version = load_source(job.source, config)
    return source, config, parser_version


def _run_locked(
    job: Job, config: SourceConfig, source: Source, parser_version: int, on_progress: Progress
) -> Manifest:
    clock = time.monotonic()
    earlier = _prepare(job)
    suppression = load_suppression(job.paths.suppression_list, job.paths.suppression_key)
    if isinstance(source, ApiSource) and job.profile != "real":
        from crawlers.api_run import ApiRun  # with it huggingface_hub, which other sources do not need

        network = network_of(job, config, clock)
        return ApiRun(source, job, config, parser_version, network, earlier, suppression, on_progress).crawl()
    before, tally = landed_records(earlier), Tally()
    segment = Segment(job, config, parser_version, suppression, tally, before=before, on_progress=on_progress)
    if job.profile == "real":
        _read_files(source, config, segment.landing, tally)
    elif isinstance(source, DocumentSource):
        from crawlers.spider import Crawl, Known, crawl_documents  # Scrapy takes a second; files need none

        last = next((m for m in reversed(earlier) if m.landed), None)
        known = Known()
        if last is not None and last.parser_version == parser_version:
            known = Known(dict(last.validators), dict(last.marks))
        network = network_of(job, config, clock)
        crawl_documents(Crawl(source, segment.landing, tally, known, network, job.as_of))
        segment.validators, segment.marks = known.validators, known.marks
    return segment.commit()


def _prepare(job: Job) -> list[Manifest]:
    """Earlier runs' manifests, after leftovers of killed runs were discarded."""
    for run_id in discard_unfinished(job.paths, job.source):
        logger.info("discarded run %s of %s: it had no manifest", run_id, job.source)
    manifests = read_manifests(job.paths, job.source)
    for manifest in manifests:
        if manifest.run_id == job.run_id:
            if manifest.landed:
                raise UserError(f"run {job.run_id} of '{job.source}' has landed already; start a new run")
            manifest_path(job.paths, job.source, job.run_id).unlink()
            discard_run(job.paths, job.source, job.run_id)
    return [m for m in manifests if m.run_id != job.run_id and m.profile == job.profile]


def _read_files(source: Source, config: SourceConfig, landing: Landing, tally: Tally) -> None:
    for document in files.documents(config, real_data_directory()):
        try:
            if isinstance(source, DocumentSource) and document.kind in source.context_kinds:
                source.learn(document)
            taken = landing.take(document.name, source.parse(document), utc_now())
        except TornDocument as error:
            tally.broken.append(str(error))
            return
        except BadDocument as error:
            tally.failed.append(f"{document.name}: {error}")
            continue
        tally.delivered += 1
        tally.unread.update(taken.unread)


def load_origins(pairs: Mapping[str, Any]) -> dict[str, str]:
    """An origins map as given on the command line. Raises UserError unless it maps URLs to loopback URLs."""
    found: dict[str, str] = {}
    for real, local in pairs.items():
        if not isinstance(local, str) or not local.startswith(
            ("http://127.0.0.1:", "http://localhost:", "http://[::1]:")
        ):
            raise UserError(f"--origins: {real} must map to a loopback address such as http://127.0.0.1:8000")
        found[real.lower().rstrip("/")] = local.rstrip("/")
    return found
