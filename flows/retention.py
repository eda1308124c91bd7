"""What a night may throw away: superseded source runs and old logs.

A source run may go when it is old and nothing needs it any more. Of a source read in full the current rows of a
document are those of the run that last delivered it (`staging.document`), so that run stays however old it is; a source
read by changes keeps all its landed runs, for each may hold the newest row of a key. Superseded rows can still link a
suppressed person's identifiers, so these are put on the suppression list before the rows that link them are deleted.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq

from config.keyed_hash import Suppression, load_suppression, save_suppression
from config.manifest import Manifest, manifest_path, read_manifests
from config.paths import ProfilePaths
from config.settings import Config, ProfileName

Outcomes = Callable[[Manifest], Iterable[tuple[str, str]]]
"""The (document, outcome) pairs of a run's `seen` rows."""
_LOG = re.compile(r"(\d{8}T\d{6})\d*Z-.+\.log")


@dataclass(frozen=True)
class Tidied:
    """What was thrown away."""

    runs: int
    bytes: int
    logs: int

    def __str__(self) -> str:
        return f"{self.runs} superseded source runs ({self.bytes / 1e6:,.1f} MB) and {self.logs} logs deleted"

    def __bool__(self) -> bool:
        return bool(self.runs or self.logs)


def needed_runs(manifests: Sequence[Manifest], outcomes: Outcomes) -> set[str]:
    """Run ids of one source that must stay, whatever their age, for the current rows and the next crawl.

    They are the newest run, the newest landed one (its validators and marks are complete), the newest that was ok and
    full (it says which documents are gone), the one with the latest day, and for each document the last that delivered
    it, the last that met it, the one that met it at the latest day, and one to which it was gone since.
    """
    runs = sorted(manifests, key=lambda manifest: manifest.run_id, reverse=True)
    landed = [run for run in runs if run.landed]
    needed = {run.run_id for run in runs[:1]} | {run.run_id for run in landed[:1]}
    if any(run.mode != "full" for run in landed):
        return needed | {run.run_id for run in landed}
    needed |= {run.run_id for run in [run for run in landed if run.verdict == "ok"][:1]}
    if landed:
        needed.add(max(landed, key=lambda run: (run.as_of, run.run_id)).run_id)
    delivered: set[str] = set()
    met: set[str] = set()
    gone: set[str] = set()
    latest: dict[str, tuple[date, str]] = {}
    for run in landed:  # newest first: the first run to say something about a document is the one that counts
        now_met: set[str] = set()
        for document, outcome in outcomes(run):
            if outcome == "gone":
                if document not in met and document not in gone:
                    gone.add(document)
                    needed.add(run.run_id)
                continue
            now_met.add(document)
            if outcome == "delivered" and document not in delivered:
                delivered.add(document)
                needed.add(run.run_id)
            if document not in latest or run.as_of > latest[document][0]:
                latest[document] = (run.as_of, run.run_id)
        if now_met - met:
            needed.add(run.run_id)
        met |= now_met
    return needed | {run_id for _, run_id in latest.values()}


def superseded(
    manifests: Sequence[Manifest], outcomes: Outcomes, suppression: Suppression, before: datetime
) -> list[Manifest]:
    """Runs of one source that ended before `before` and that nothing needs, not even an opt-out not yet on the list."""
    old = [m for m in manifests if m.finished_at < before and suppression.hashes.issuperset(m.opt_outs)]
    if not old:
        return []
    needed = needed_runs(manifests, outcomes)
    return [manifest for manifest in old if manifest.run_id not in needed]


def tidy(config: Config, paths: ProfilePaths, profile: ProfileName, now: datetime | None = None) -> Tidied:
    """Delete superseded runs and old logs. Call it under the run lock, after a publication.

    A source that is being crawled meanwhile is left for another night.
    """
    now = now or datetime.now(UTC)
    retention = config.settings.retention
    before = now - timedelta(days=retention.landing_days)
    runs = size = 0
    linked = False
    for source in sorted(folder.name for folder in paths.manifests.glob("*") if folder.is_dir()):
        for manifest in _old_runs(paths, source, before):
            if manifest.landed and not linked:
                keep_suppressed_links(config, paths, profile)
                linked = True
            size += _delete(paths, manifest)
            runs += 1
    return Tidied(runs, size, _delete_logs(paths, now - timedelta(days=retention.logs_days)))


def _old_runs(paths: ProfilePaths, source: str, before: datetime) -> Iterable[Manifest]:
    """The source's superseded runs, handed out while its lock is held."""
    from crawlers.run import LockHeld, source_lock

    try:
        with source_lock(paths, source):
            suppression = load_suppression(paths.suppression_list, paths.suppression_key)
            manifests = read_manifests(paths, source)
            yield from superseded(manifests, lambda manifest: _seen(paths, manifest), suppression, before)
    except LockHeld:
        return


def _seen(paths: ProfilePaths, manifest: Manifest) -> Iterable[tuple[str, str]]:
    for part in manifest.parts:
        if part.record_type == "seen":
            table = pq.ParquetFile(paths.landing / part.path).read(columns=["document_url", "outcome"])
            yield from zip(table["document_url"].to_pylist(), table["outcome"].to_pylist(), strict=True)


def _delete(paths: ProfilePaths, manifest: Manifest) -> int:
    """The manifest first: parts without one count for nothing, and the source's next run clears them away."""
    manifest_path(paths, manifest.source, manifest.run_id).unlink()
    size = 0
    for folder in paths.landing.glob(f"*/source={manifest.source}/run={manifest.run_id}"):
        size += sum(path.stat().st_size for path in folder.iterdir())
        shutil.rmtree(folder)
    return size


def keep_suppressed_links(config: Config, paths: ProfilePaths, profile: ProfileName) -> int:
    """Put every identifier that landing links to a suppressed person on the suppression list; returns how many are new.

    The person of a suppressed old handle is known by rows that are about to be deleted; without them the account would
    come back under its new handle.
    """
    suppression = load_suppression(paths.suppression_list, paths.suppression_key)
    if not suppression.hashes:
        return 0
    from warehouse.database import build_settings, open_database
    from warehouse.inputs import gather
    from warehouse.landing import create_landing, suppressed_members

    inputs = gather(config, paths, profile)
    folder = paths.builds / "retention"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        with open_database(folder / "members.duckdb", build_settings(config, folder)) as connection:
            create_landing(connection, inputs, folder / "typed")
            members = suppressed_members(connection, inputs)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    identifiers = [
        f"{source}:{kind}:{value}" if source else f"{kind}:{value}" for source, kind, value in members
    ]
    new = {suppression.digest(identifier) for identifier in identifiers} - suppression.hashes
    if new:
        save_suppression(suppression.with_hashes(new), paths.suppression_list)
    return len(new)


def _delete_logs(paths: ProfilePaths, before: datetime) -> int:
    """Logs of runs that began before; they bear the run's id. Other files of the folder are somebody else's."""
    old = [path for path in paths.logs.glob("*.log") if _is_older(path, before)]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _is_older(path: Path, before: datetime) -> bool:
    match = _LOG.fullmatch(path.name)
    if match is None:
        return False
    try:
        return datetime.strptime(match[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC) < before
    except ValueError:
        return False
