"""Landing: records become Parquet parts by record type; the manifest, last and by rename, makes them count.

Suppression and bios that ask recruiters to stay away are applied before anything is written. A document's records are
held back until the document was read to its end, so that half a document never lands; one too large for that spills,
and if it then breaks, the whole run is void.
"""

from __future__ import annotations

import logging
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from config.keyed_hash import Suppression
from config.manifest import LandedPart, manifest_path
from config.paths import ProfilePaths
from config.records import (
    ENVELOPE,
    RECORD_TYPES,
    REJECT_SCHEMA,
    SCHEMA_VERSION,
    Profile,
    Record,
    Seen,
    arrow_schema,
    to_arrow,
)
from config.redaction import clean_line, remove_contacts, remove_emails
from crawlers.opt_out import asks_recruiters_to_stay_away
from crawlers.source import BadDocument, Fetch, Item, Reject

PART_ROWS = 50_000
_BLOCK_ROWS = 10_000  # rows held as Python objects; then they become an Arrow table, a tenth of the size
_REASON_CHARACTERS = 300
logger = logging.getLogger(__name__)


def run_folders(paths: ProfilePaths, source: str) -> Iterator[Path]:
    """The folders of all runs of a source, of every record type and of rejects."""
    yield from sorted(paths.landing.glob(f"*/source={source}/run=*"))


def discard_unfinished(paths: ProfilePaths, source: str) -> list[str]:
    """Delete what runs without a manifest left behind (a killed run counts for nothing). Call with the lock held."""
    discarded = set()
    for folder in run_folders(paths, source):
        run_id = folder.name.removeprefix("run=")
        if not manifest_path(paths, source, run_id).exists():
            shutil.rmtree(folder)
            discarded.add(run_id)
    for leftover in (paths.manifests / source).glob("*.tmp"):
        leftover.unlink()
    return sorted(discarded)


def discard_run(paths: ProfilePaths, source: str, run_id: str, *, keep_rejects: bool = False) -> None:
    """Delete one run's parts."""
    for folder in paths.landing.glob(f"*/source={source}/run={run_id}"):
        if not (keep_rejects and folder.parent.parent.name == "rejects"):
            shutil.rmtree(folder)


class TornDocument(Exception):
    """A document broke after some of its records had been handed on: the run cannot be used."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one document."""

    records: Counter[str]
    fetches: tuple[Fetch, ...]
    unread: Counter[str]


@dataclass
class _Buffer:
    """Rows of one type on their way into parts."""

    rows: list[Any] = field(default_factory=list)
    documents: list[str] = field(default_factory=list)
    retrieved: list[datetime] = field(default_factory=list)
    tables: list[pa.Table] = field(default_factory=list)
    table_rows: int = 0
    parts: int = 0


class Landing:
    """The writer of one source run. Not for two threads."""

    def __init__(
        self,
        paths: ProfilePaths,
        *,
        source: str,
        run_id: str,
        licence: str,
        parser_version: int,
        suppression: Suppression,
        on_progress: Callable[[int, int], None] = lambda records, rejects: None,
    ) -> None:
        self.parts: list[LandedPart] = []
        self.records: Counter[str] = Counter()
        self.rejects = 0
        self.suppressed = 0
        self.opt_outs: set[str] = set()
        self._paths = paths
        self._source = source
        self._run_id = run_id
        self._envelope = {
            "source": source,
            "run_id": run_id,
            "licence": licence,
            "parser_version": parser_version,
            "schema_version": SCHEMA_VERSION,
        }
        self._listed = suppression
        self._suppression = suppression
        self._hidden_artifacts: set[str] = set()
        self._buffers: dict[str, _Buffer] = {}
        self._on_progress = on_progress

    def take(
        self, document: str, items: Iterable[Item], retrieved_at: datetime, *, etag: str | None = None
    ) -> Taken:
        """Land one document: its records, and the row that it was seen, with its validator if one is given.

        Raises BadDocument, having landed nothing of it but the rejects, if reading it breaks; TornDocument if it was
        too large to be held back. Fetches are handed back to the caller.
        """
        held: list[Record] = []
        fetches: list[Fetch] = []
        keys: set[tuple[str, Any]] = set()
        counts: Counter[str] = Counter()
        unread: Counter[str] = Counter()
        spilled = 0
        iterator = iter(items)
        while True:
            try:
                item = next(iterator)
            except StopIteration:
                break
            except (
                Exception
            ) as error:  # a parser's fault must not end the run; landing's own (a full disk) must
                reason = (
                    str(error)
                    if isinstance(error, BadDocument)
                    else f"the parser failed with {type(error).__name__}"
                )
                if not isinstance(error, BadDocument):
                    logger.exception("parser error in %s", document)
                self.reject(document, Reject("document", document, reason), retrieved_at)
                if spilled:
                    raise TornDocument(f"{document}: {reason}, after {spilled} of its records") from error
                raise BadDocument(reason) from error
            if isinstance(item, Record):
                kind = item.record_type
                key = (kind, tuple([getattr(item, column) for column in item.key]))
                if key in keys:
                    self.reject(
                        document, Reject(kind, item.key_text(), "duplicate key in one document"), retrieved_at
                    )
                    continue
                keys.add(key)
                if self._is_hidden(item):
                    self.suppressed += 1
                    continue
                counts[kind] += 1
                held.append(item)
                if len(held) >= _BLOCK_ROWS:
                    spilled += len(held)
                    self._pass_on(held, document, retrieved_at)
                    held = []
            elif isinstance(item, Reject):
                self.reject(document, item, retrieved_at)
            elif isinstance(item, Fetch):
                fetches.append(item)
            else:
                unread[item.field] += item.count
        self._pass_on(held, document, retrieved_at)
        self.saw(document, "delivered", sum(counts.values()), retrieved_at, etag)
        return Taken(counts, tuple(fetches), unread)

    def saw(
        self, document: str, outcome: str, records: int, retrieved_at: datetime, etag: str | None = None
    ) -> None:
        """Land the row that a document was asked for."""
        row = Seen.model_validate(
            {"document_url": document, "outcome": outcome, "records": records, "etag": etag}
        )
        self._pass_on([row], document, retrieved_at)
        self._on_progress(self.total, self.rejects)

    def reject(self, document: str, reject: Reject, retrieved_at: datetime) -> None:
        """Land a reject, redacted."""
        self.rejects += 1
        row = {
            "record_type": reject.record_type,
            "record_key": remove_emails(clean_line(reject.key))[:_REASON_CHARACTERS] or "(none)",
            "reason": remove_contacts(clean_line(reject.reason))[:_REASON_CHARACTERS],
        }
        self._append("rejects", row, document, retrieved_at)

    @property
    def suppression(self) -> Suppression:
        """The list as it stands: with everybody whose wish was met on the way."""
        return self._suppression

    @property
    def total(self) -> int:
        """Records landed so far, without `seen`."""
        return sum(count for kind, count in self.records.items() if kind != "seen")

    def finish(self) -> tuple[LandedPart, ...]:
        """Write what is still held and take out people whose wish was met later than their rows."""
        for kind in self._buffers:
            self._to_table(kind)
            self._write_part(kind)
        if self._suppression.hashes != self._listed.hashes:
            for path in self.rewrite():
                path.unlink()
        return tuple(self.parts)

    def void(self) -> tuple[LandedPart, ...]:
        """Give the run up: its parts are deleted, its rejects stay."""
        self._buffers = {kind: buffer for kind, buffer in self._buffers.items() if kind == "rejects"}
        self.finish()
        discard_run(self._paths, self._source, self._run_id, keep_rejects=True)
        self.parts = [part for part in self.parts if part.record_type == "rejects"]
        self.records.clear()
        return tuple(self.parts)

    def _is_hidden(self, record: Record) -> bool:
        """Whether the record's person asked to be left out; learns from it what else must go."""
        if (
            isinstance(record, Profile)
            and record.kind != "organisation"
            and asks_recruiters_to_stay_away(record.bio)
        ):
            hashes = {self._suppression.digest(identifier) for identifier in record.identifiers(self._source)}
            self.opt_outs |= hashes
            self._suppression = self._suppression.with_hashes(hashes)
            return True
        if not self._suppression.hashes:
            return False
        artifact = getattr(record, "artifact_id", None)
        if self._suppression.matches(record.identifiers(self._source)):
            if isinstance(record, Profile):
                # Known by one identifier, hidden by all: works may name the handle, mentions the id.
                hashes = {
                    self._suppression.digest(identifier) for identifier in record.identifiers(self._source)
                }
                self._suppression = self._suppression.with_hashes(hashes)
            elif record.record_type == "artifact" and artifact is not None:
                self._hidden_artifacts.add(artifact)
            return True
        return artifact is not None and artifact in self._hidden_artifacts

    def _pass_on(self, records: list[Record], document: str, retrieved_at: datetime) -> None:
        for record in records:
            self._append(record.record_type, record, document, retrieved_at)
            self.records[record.record_type] += 1

    def _append(self, kind: str, row: Any, document: str, retrieved_at: datetime) -> None:
        buffer = self._buffers.setdefault(kind, _Buffer())
        buffer.rows.append(row)
        buffer.documents.append(document)
        buffer.retrieved.append(retrieved_at)
        if len(buffer.rows) >= _BLOCK_ROWS:
            self._to_table(kind)
            if buffer.table_rows >= PART_ROWS:
                self._write_part(kind)

    def _to_table(self, kind: str) -> None:
        buffer = self._buffers[kind]
        if not buffer.rows:
            return
        n = len(buffer.rows)
        envelope: dict[str, Any] = {"document": buffer.documents, "retrieved_at": buffer.retrieved}
        if kind == "rejects":
            columns = {
                name: [row[name] for row in buffer.rows] for name in ("record_type", "record_key", "reason")
            }
            columns |= {"source": [self._source] * n, "run_id": [self._run_id] * n, **envelope}
            table = pa.table({name: columns[name] for name in REJECT_SCHEMA.names}, schema=REJECT_SCHEMA)
        else:
            envelope |= {
                f.name: pa.repeat(pa.scalar(self._envelope[f.name], f.type), n)
                for f in ENVELOPE
                if f.name in self._envelope
            }
            table = to_arrow(buffer.rows, envelope, RECORD_TYPES[kind])
        buffer.tables.append(table)
        buffer.table_rows += n
        buffer.rows, buffer.documents, buffer.retrieved = [], [], []

    def _write_part(self, kind: str) -> None:
        buffer = self._buffers[kind]
        if not buffer.tables:
            return
        path = (
            self._paths.landing
            / kind
            / f"source={self._source}"
            / f"run={self._run_id}"
            / f"part-{buffer.parts}.parquet"
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.concat_tables(buffer.tables), path, compression="zstd")
        relative = path.relative_to(self._paths.landing).as_posix()
        self.parts.append(LandedPart(record_type=kind, path=relative, rows=buffer.table_rows))
        buffer.parts += 1
        buffer.tables, buffer.table_rows = [], 0

    def rewrite(self) -> list[Path]:
        """Write parts anew without the rows of people who turned out to be suppressed; returns the files replaced.

        The new files bear other names, so that a manifest that names the old ones holds until it is replaced.
        """
        replaced: list[Path] = []
        order = [
            "profile",
            "artifact",
            *(kind for kind in RECORD_TYPES if kind not in ("profile", "artifact")),
        ]
        by_kind = {kind: [part for part in self.parts if part.record_type == kind] for kind in order}
        kept: list[LandedPart] = [part for part in self.parts if part.record_type == "rejects"]
        for kind in order:
            for part in by_kind[kind]:
                path = self._paths.landing / part.path
                keep = self._kept_rows(path, RECORD_TYPES[kind])
                dropped = part.rows - sum(keep)
                if dropped:
                    table = pq.ParquetFile(path).read().filter(pa.array(keep))
                    replaced.append(path)
                    self.suppressed += dropped
                    self.records[kind] -= dropped
                    if not table.num_rows:
                        continue
                    path = path.with_name(f"{path.stem}-kept.parquet")
                    pq.write_table(table, path, compression="zstd")
                    relative = path.relative_to(self._paths.landing).as_posix()
                    part = part.model_copy(update={"path": relative, "rows": table.num_rows})
                kept.append(part)
        self.parts = kept
        return replaced

    def _kept_rows(self, path: Path, record: type[Record]) -> list[bool]:
        schema = arrow_schema(record)
        # Identifiers are short scalars; long texts and lists need not be read to find them.
        names = [
            name
            for name in record.model_fields
            if name not in ("abstract", "bio", "title") and not pa.types.is_nested(schema.field(name).type)
        ]
        rows = pq.ParquetFile(path).read(columns=names).to_pylist()
        return [not self._is_hidden(record.model_construct(**row)) for row in rows]


def utc_now() -> datetime:
    """The present, in UTC: landing says when something was retrieved, nothing else may ask for the time."""
    return datetime.now(UTC)
