"""What one manifest commits: a whole source run, or a segment of a long one.

A run of thousands of requests is committed in segments, each with a manifest and a run id of its own, so that a kill
loses minutes and not the night. One that is followed by others is landed as `partial`; the last bears the verdict.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from config.keyed_hash import Suppression
from config.manifest import Manifest, Verdict, write_manifest
from config.records import SCHEMA_VERSION
from config.settings import SourceConfig
from crawlers.job import Job
from crawlers.landing import Landing, utc_now
from crawlers.outcome import Tally, judge

Progress = Callable[[int, int, int], None]
"""Told records, requests and rejects so far."""
GOES_ON = "a segment of a run; what follows has manifests of its own"


def landed_records(manifests: Iterable[Manifest]) -> Counter[str]:
    """Records that these runs have landed, by type."""
    return sum((Counter(m.records) for m in manifests if m.landed), Counter())


class Segment:
    """The landing of one segment, and what is to be committed with it."""

    def __init__(
        self,
        job: Job,
        config: SourceConfig,
        parser_version: int,
        suppression: Suppression,
        tally: Tally,
        *,
        run_id: str | None = None,
        before: Counter[str] | None = None,
        landed: Counter[str] | None = None,
        on_progress: Progress = lambda records, requests, rejects: None,
    ) -> None:
        """`tally` is the whole run's; `before`: records of earlier runs by type; `landed`: of its earlier segments."""
        self.job = job
        self.tally = tally
        self.run_id = run_id or job.run_id
        self.started: datetime = utc_now()
        self.validators: dict[str, Any] = {}
        self.marks: dict[str, str] = {}
        self._clock = time.monotonic()
        self._config = config
        self._parser_version = parser_version
        self._before = before or Counter()
        self._landed = landed or Counter()
        self.landing = Landing(
            job.paths,
            source=job.source,
            run_id=self.run_id,
            licence=config.licence.id,
            parser_version=parser_version,
            suppression=suppression,
            on_progress=lambda records, rejects: on_progress(
                records + sum(self._landed.values()), tally.requests, rejects
            ),
        )

    def commit(self, *, goes_on: bool = False) -> Manifest:
        """Write what is held and then the manifest, whatever the verdict. A run that did not land commits no marks."""
        landing, config = self.landing, self._config
        parts = landing.finish()
        verdict: Verdict = "partial"
        reasons: tuple[str, ...] = (GOES_ON,)
        if not goes_on:
            verdict, reasons = judge(
                self.tally,
                landing.records + self._landed,
                landing.rejects,
                config.floors.get(self.job.profile, {}),
                mode=config.mode,
                before=self._before,
            )
        if verdict not in ("ok", "partial"):
            parts, self.validators, self.marks = landing.void(), {}, {}
        manifest = Manifest.model_validate(
            {
                "source": self.job.source,
                "run_id": self.run_id,
                "part_of": self.job.run_id if self.run_id != self.job.run_id else None,
                "profile": self.job.profile,
                "mode": config.mode,
                "verdict": verdict,
                "reasons": reasons,
                "as_of": self._as_of(),
                "started_at": self.started,
                "finished_at": utc_now(),
                "parser_version": self._parser_version,
                "schema_version": SCHEMA_VERSION,
                "licence": config.licence.id,
                "records": dict(sorted((+landing.records).items())),
                "rejects": landing.rejects,
                "suppressed": landing.suppressed,
                "parts": parts,
                "validators": dict(sorted(self.validators.items())),
                "marks": dict(sorted(self.marks.items())),
                "opt_outs": tuple(sorted(landing.opt_outs)),
                "statistics": self._statistics(),
            }
        )
        write_manifest(self.job.paths, manifest)
        return manifest

    def _as_of(self) -> date:
        """Of files the newest one's day, else the run's."""
        job = self.job
        if job.profile != "real":
            return job.as_of
        return max((file.as_of for file in self._config.files), default=job.as_of)

    def _statistics(self) -> dict[str, int | float | str]:
        tally = self.tally
        statistics: dict[str, int | float | str] = {
            "requests": tally.requests,
            "delivered": tally.delivered,
            "not_modified": tally.not_modified,
            "gone": tally.gone,
            "failed": len(tally.failed),
            "seconds": round(time.monotonic() - self._clock, 1),
        }
        statistics |= dict(sorted(tally.extra.items()))
        statistics |= {f"carried {kind}": count for kind, count in sorted(tally.carried.items()) if count}
        statistics |= {f"unread {name}": count for name, count in tally.unread.most_common(50)}
        return statistics
