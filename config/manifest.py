"""The manifest of a source run: the only thing that commits what landed, and the marks that go with it.

A run's Parquet parts count from the moment its manifest is renamed into place. Validators, cursors and high-water marks
live in manifests alone, so a killed run takes its marks with it and a later 304 never hides what was never landed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from config.errors import UserError
from config.paths import ProfilePaths

Verdict = Literal["ok", "partial", "empty", "gated", "failed"]
LANDED: tuple[Verdict, ...] = ("ok", "partial")
"""Verdicts whose records count; the others leave the last good rows as they are."""


class LandedPart(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    record_type: str  # a record type, or "rejects"
    path: str  # below the landing folder
    rows: int


class Validator(BaseModel):
    """What makes the next request for a document conditional (RFC 9110, sections 8.8 and 13)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    etag: str | None = None
    last_modified: str | None = None


class Manifest(BaseModel):
    """One per source run, also for runs that landed nothing (then without parts, validators and marks)."""

    model_config = ConfigDict(frozen=True, extra="ignore")  # an older release reads a newer manifest

    source: str
    run_id: str  # sorts by start time: YYYYMMDDTHHMMSSffffffZ
    part_of: str | None = None  # of a later segment of a long run: the run id of its first
    profile: str
    mode: Literal["full", "delta"]
    verdict: Verdict
    reasons: tuple[str, ...] = ()  # why the verdict is not ok, one line each
    as_of: date
    started_at: datetime
    finished_at: datetime
    parser_version: int
    schema_version: int
    licence: str
    records: dict[str, int] = {}  # rows landed by record type
    rejects: int = 0
    suppressed: int = 0  # records left out because their person asked for it
    parts: tuple[LandedPart, ...] = ()
    validators: dict[str, Validator] = {}  # complete: also those carried over from earlier runs
    marks: dict[str, str] = {}  # cursors and high-water marks
    opt_outs: tuple[str, ...] = ()  # keyed hashes of people whose bio says no recruiters
    statistics: dict[str, int | float | str] = {}

    @property
    def landed(self) -> bool:
        return self.verdict in LANDED


def last_run(manifests: Sequence[Manifest]) -> Sequence[Manifest]:
    """The segments of the newest of these runs of one source, in their order; most runs are one segment."""
    if not manifests:
        return ()
    first = manifests[-1].part_of or manifests[-1].run_id
    return [m for m in manifests if first in (m.run_id, m.part_of)]


def manifest_path(paths: ProfilePaths, source: str, run_id: str) -> Path:
    return paths.manifests / source / f"{run_id}.json"


def write_manifest(paths: ProfilePaths, manifest: Manifest) -> Path:
    """Commit a run: write beside, flush to disk, rename."""
    path = manifest_path(paths, manifest.source, manifest.run_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    with temporary.open("w", encoding="utf-8") as stream:
        stream.write(manifest.model_dump_json(indent=1))
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)
    return path


def read_manifests(paths: ProfilePaths, source: str | None = None) -> list[Manifest]:
    """All committed manifests, of one source or of all, ordered by run id, then source.

    Raises UserError naming the file if one cannot be read.
    """
    folders = [paths.manifests / source] if source else sorted(paths.manifests.glob("*"))
    manifests = []
    for path in (path for folder in folders for path in folder.glob("*.json")):
        try:
            manifests.append(Manifest.model_validate_json(path.read_bytes()))
        except (ValidationError, ValueError) as error:
            first = str(error).splitlines()[0]
            raise UserError(
                f"{path}: not a readable manifest ({first}); restore it or remove the run"
            ) from None
    return sorted(manifests, key=lambda manifest: (manifest.run_id, manifest.source))
