"""One run of one source, from the lock to the manifest. The child process of `crawlers.__main__`."""

from __future__ import annotations

import fcntl
import logging
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from config.errors import UserError
from config.keyed_hash import Suppression, load_suppression
from config.manifest import Manifest, manifest_path, read_manifests, write_manifest
from config.paths import ProfilePaths
from config.records import SCHEMA_VERSION
from config.settings import ProfileName, Settings, SourceConfig, real_data_directory
from config.yamlfile import read_yaml
from crawlers import files
from crawlers.landing import Landing, TornDocument, discard_run, discard_unfinished, utc_now
from crawlers.network import Network, user_agent
from crawlers.outcome import Tally, judge
from crawlers.source import ApiSource, BadDocument, DocumentSource, Earlier, Source, Unavailable, load_source

logger = logging.getLogger(__name__)
_TIME_FOR_LANDING = 0.1  # share of the time limit that is kept for writing what was crawled


class LockHeld(Exception):
    """Another run of this source is under way."""


@dataclass(frozen=True)
class Job:
    """What to run."""

    source: str
    profile: ProfileName
    paths: ProfilePaths
    config_directory: Path
    as_of: date
    run_id: str
    origins: Mapping[str, str]


def read_settings(directory: Path) -> Settings:
    """settings.yml alone: a crawl needs no more of the configuration than this and its source."""
    return read_yaml(directory / "settings.yml", Settings)


def read_source(directory: Path, name: str) -> SourceConfig:
    """config/sources/<name>.yml. Raises UserError naming the sources there are if it is none of them."""
    path = directory / "sources" / f"{name}.yml"
    if not path.is_file():
        names = ", ".join(sorted(p.stem for p in (directory / "sources").glob("*.yml")))
        raise UserError(f"no source '{name}' in {directory / 'sources'}; there are: {names or 'none'}")
    return read_yaml(path, SourceConfig)


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


def run(
    job: Job, on_progress: Callable[[int, int, int], None] = lambda records, requests, rejects: None
) -> Manifest:
    """Crawl one source and commit its manifest, whatever the verdict.

    `on_progress` is told records, requests and rejects. Raises UserError for wrong use and LockHeld.
    """
    config = read_source(job.config_directory, job.source)
    if job.profile not in config.profiles:
        raise UserError(
            f"source '{job.source}' does not run in the profile '{job.profile}' (sources/{job.source}.yml: profiles)"
        )
    source, parser_version = load_source(job.source, config)
    with source_lock(job.paths, job.source):
        return _run_locked(job, config, source, parser_version, on_progress)


def _run_locked(
    job: Job,
    config: SourceConfig,
    source: Source,
    parser_version: int,
    on_progress: Callable[[int, int, int], None],
) -> Manifest:
    started, clock = utc_now(), time.monotonic()
    earlier = _prepare(job)
    suppression = load_suppression(job.paths.suppression_list, job.paths.suppression_key)
    tally = Tally()
    landing = Landing(
        job.paths,
        source=job.source,
        run_id=job.run_id,
        licence=config.licence.id,
        parser_version=parser_version,
        suppression=suppression,
        on_progress=lambda records, rejects: on_progress(records, tally.requests, rejects),
    )
    last = next((m for m in reversed(earlier) if m.landed), None)
    same_parser = last is not None and last.parser_version == parser_version
    validators: dict[str, Any] = dict(last.validators) if last and same_parser else {}
    marks: dict[str, str] = dict(last.marks) if last and same_parser else {}
    if job.profile == "real":
        _read_files(source, config, landing, tally)
        validators, marks = {}, {}
    else:
        network = _network(job, config, clock)
        if isinstance(source, ApiSource):
            marks = _ask(source, job, network, landing, tally, earlier, marks, suppression)
        elif isinstance(source, DocumentSource):
            from crawlers.spider import (  # Scrapy takes a second to import; files need none
                Crawl,
                Known,
                crawl_documents,
            )

            known = Known(validators, marks)
            crawl_documents(Crawl(source, landing, tally, known, network, job.as_of))
            validators, marks = known.validators, known.marks
    parts = landing.finish()
    before: Counter[str] = Counter()
    for manifest in earlier:
        if manifest.landed:
            before.update(manifest.records)
    verdict, reasons = judge(
        tally,
        landing.records,
        landing.rejects,
        config.floors.get(job.profile, {}),
        mode=config.mode,
        before=before,
    )
    landed = verdict in ("ok", "partial")
    if not landed:
        parts, validators, marks = landing.void(), {}, {}
    manifest = Manifest(
        source=job.source,
        run_id=job.run_id,
        profile=job.profile,
        mode=config.mode,
        verdict=verdict,
        reasons=reasons,
        as_of=_as_of(job, config),
        started_at=started,
        finished_at=utc_now(),
        parser_version=parser_version,
        schema_version=SCHEMA_VERSION,
        licence=config.licence.id,
        records=dict(sorted((+landing.records).items())),
        rejects=landing.rejects,
        suppressed=landing.suppressed,
        parts=parts,
        validators=dict(sorted(validators.items())),
        marks=dict(sorted(marks.items())),
        opt_outs=tuple(sorted(landing.opt_outs)),
        statistics=_statistics(tally, clock),
    )
    write_manifest(job.paths, manifest)
    return manifest


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


def _network(job: Job, config: SourceConfig, clock: float) -> Network:
    if job.profile == "sample" and not job.origins:
        raise UserError(
            "the sample profile needs the sample world's origins; 'talentatlas nightly' starts it"
        )
    if job.profile == "live" and job.origins:
        raise UserError("the live profile takes no origins map; it asks the real origins")
    contact = read_settings(job.config_directory).profiles[job.profile].contact
    return Network(
        allowed=config.origins,
        limits=config.limits,
        user_agent=user_agent(job.profile, contact),
        mapped=job.origins,
        deadline=clock + config.limits.time_limit_minutes * 60 * (1 - _TIME_FOR_LANDING),
    )


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


def _ask(
    source: ApiSource,
    job: Job,
    network: Network,
    landing: Landing,
    tally: Tally,
    manifests: list[Manifest],
    marks: dict[str, str],
    suppression: Suppression,
) -> dict[str, str]:
    """Crawl an API source; returns the marks to commit."""
    from crawlers.huggingface.session import (  # heavy to import; other sources need none
        Gated,
        HubSession,
        Stopped,
    )

    def column(record_type: str, names: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
        for manifest in manifests:
            for part in manifest.parts if manifest.landed else ():
                if part.record_type == record_type:
                    table = pq.ParquetFile(job.paths.landing / part.path).read(columns=list(names))
                    yield from zip(*(table.column(name).to_pylist() for name in names), strict=True)

    def gone(url: str) -> None:
        tally.gone += 1
        landing.saw(url, "gone", 0, utc_now())

    earlier = Earlier(marks, column, suppression.matches)
    session = HubSession(network, job.as_of, tally, on_gone=gone)
    try:
        for document in source.crawl(session, earlier):
            try:
                taken = landing.take(document.name, source.parse(document), utc_now())
            except TornDocument as error:
                tally.broken.append(str(error))
                break
            except BadDocument as error:
                tally.failed.append(f"{document.name}: {error}")
                continue
            tally.delivered += 1
            tally.unread.update(taken.unread)
    except Gated as error:
        tally.gated.append(str(error))
    except (Stopped, Unavailable) as error:
        tally.cut_short.append(str(error))
    finally:
        session.close()
    tally.cut_short.extend(source.notes)
    tally.extra.update(source.statistics)
    return source.marks


def _as_of(job: Job, config: SourceConfig) -> date:
    """Of files the newest one's day, else the run's."""
    return (
        max((file.as_of for file in config.files), default=job.as_of) if job.profile == "real" else job.as_of
    )


def _statistics(tally: Tally, clock: float) -> dict[str, int | float | str]:
    statistics: dict[str, int | float | str] = {
        "requests": tally.requests,
        "delivered": tally.delivered,
        "not_modified": tally.not_modified,
        "gone": tally.gone,
        "failed": len(tally.failed),
        "seconds": round(time.monotonic() - clock, 1),
    }
    statistics |= dict(sorted(tally.extra.items()))
    statistics |= {f"carried {kind}": count for kind, count in sorted(tally.carried.items()) if count}
    statistics |= {f"unread {name}": count for name, count in tally.unread.most_common(50)}
    return statistics


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
