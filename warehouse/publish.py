"""Publishing a build: a compact, read-only copy under its build id, then one atomic swap of a link.

Nobody is interrupted: who holds the old file keeps it, who opens the link gets the new one. The new file never takes a
name that was in use, because DuckDB replays a write-ahead log that lies beside a name into whatever file bears it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from config.paths import ProfilePaths
from config.settings import Config
from warehouse import state
from warehouse.build import BuildResult
from warehouse.compact import SIZES, write_compact
from warehouse.database import build_settings
from warehouse.failures import PublishRefused, storage_line

__all__ = ["Change", "PublishRefused", "Published", "PublishedBuild", "current", "publish"]

SMALL_LOSS = 5
"""So few rows fewer never stop a publication, unless none are left: a short list may lose one without alarm."""


@dataclass(frozen=True)
class Change:
    """Rows of a source's record type, a mart or a lead list before and after; None where there was or is none."""

    subject: str
    before: int | None
    after: int | None

    def __str__(self) -> str:
        if self.before is None:
            return f"{self.subject}: new, {self.after:,} rows"
        if self.after is None:
            return f"{self.subject}: gone, was {self.before:,} rows"
        percent = f" ({100 * (self.after - self.before) / self.before:+.0f} %)" if self.before else ""
        return f"{self.subject}: {self.before:,} -> {self.after:,} rows{percent}"


@dataclass(frozen=True)
class Published:
    """`already`: this very build was published before, and nothing was done. `changes` against the last one."""

    path: Path
    build_id: str
    changes: tuple[Change, ...]
    already: bool = False


@dataclass(frozen=True)
class PublishedBuild:
    """What the link points to. Open `path`, not the link, and a publication in between cannot change your file."""

    build_id: str
    path: Path


def current(paths: ProfilePaths) -> PublishedBuild | None:
    """The published build; None before the first publication."""
    build_id = state.published_build_id(paths)
    if build_id is None:
        return None
    path = paths.published / f"{build_id}.duckdb"
    return PublishedBuild(build_id, path) if path.exists() else None


def publish(
    config: Config, paths: ProfilePaths, result: BuildResult, *, accept_drop: str | None = None
) -> Published:
    """Publish a finished build and delete its working folder.

    Raises PublishRefused if a source, mart or lead list lost more rows than settings.publish.max_drop allows and
    `accept_drop`, the reason why that is right, was not given; or if the disk is full. The last file stays then.
    """
    try:
        return _publish(config, paths, result, accept_drop)
    except (OSError, duckdb.Error) as error:
        line = storage_line(error, f"publish {result.build_id}")
        if line is None:
            raise
        (paths.published / f"{result.build_id}.duckdb.tmp").unlink(missing_ok=True)
        raise PublishRefused([line]) from error


def _publish(config: Config, paths: ProfilePaths, result: BuildResult, accept_drop: str | None) -> Published:
    target = paths.published / f"{result.build_id}.duckdb"
    last = current(paths)
    if last is not None and last.build_id == result.build_id and _is_intact(target):
        shutil.rmtree(paths.builds, ignore_errors=True)
        return Published(target, result.build_id, (), already=True)
    before = read_sizes(last.path) if last is not None and last.build_id != result.build_id else {}
    paths.published.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(target.name + ".tmp")
    for stray in (temporary, _log_of(temporary)):
        stray.unlink(missing_ok=True)
    settings = build_settings(config, result.file.parent)
    after = write_compact(result.file, temporary, settings, accepted_drop=accept_drop)
    changes = compare(before, after)
    refusals = [str(change) for change in changes if _is_drop(change, config.settings.publish.max_drop)]
    if refusals and before and not (accept_drop and accept_drop.strip()):
        temporary.unlink()
        limit = f"{config.settings.publish.max_drop:.0%}"
        raise PublishRefused(
            [
                f"{line}: a drop of more than {limit}; if it is right, give --accept-drop REASON"
                for line in refusals
            ]
        )
    _flush(temporary)
    temporary.chmod(0o444)
    set_aside(paths, [_log_of(target), _log_of(paths.warehouse)])
    temporary.replace(target)
    _flush(paths.published)
    _swap(paths, target)
    _tidy(config, paths, result.build_id)
    return Published(target, result.build_id, tuple(changes))


def read_sizes(path: Path) -> dict[str, int]:
    """Rows by subject as a published file recorded them; empty if it did not."""
    with duckdb.connect(str(path), read_only=True) as connection:
        try:
            rows = connection.execute(f"SELECT subject, rows FROM {SIZES} ORDER BY subject").fetchall()
        except duckdb.CatalogException:
            return {}
    return {str(subject): int(count) for subject, count in rows}


def compare(before: dict[str, int], after: dict[str, int]) -> list[Change]:
    """Every subject whose number of rows is another one, ordered by subject."""
    return [
        Change(subject, before.get(subject), after.get(subject))
        for subject in sorted(before.keys() | after.keys())
        if before.get(subject) != after.get(subject)
    ]


def _is_drop(change: Change, max_drop: float) -> bool:
    if not change.before:
        return False
    after = change.after or 0
    lost = change.before - after
    return lost > max_drop * change.before and (after == 0 or lost >= SMALL_LOSS)


def set_aside(paths: ProfilePaths, logs: Iterable[Path]) -> list[Path]:
    """Move write-ahead logs of strangers' sessions out of the way of a name that is about to be used."""
    moved = []
    for log in logs:
        if not log.exists():
            continue
        folder = paths.published / "set-aside"
        folder.mkdir(exist_ok=True)
        number = sum(1 for _ in folder.iterdir()) + 1
        moved.append(log.replace(folder / f"{log.name}.{number}"))
    return moved


def _is_intact(path: Path) -> bool:
    """Whether a published file is as it was written: read-only mode, no foreign log beside it, and it opens."""
    if not path.exists() or path.stat().st_mode & 0o222 or _log_of(path).exists():
        return False
    try:
        return bool(read_sizes(path))
    except duckdb.Error:
        return False


def _swap(paths: ProfilePaths, target: Path) -> None:
    temporary = paths.root / f".{paths.warehouse.name}.next"
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target.relative_to(paths.root))  # relative: the data folder can be moved as a whole
    temporary.replace(paths.warehouse)
    _flush(paths.root)


def _tidy(config: Config, paths: ProfilePaths, build_id: str) -> None:
    """Keep the newest published files and their states; drop all working folders. The published one always stays."""
    files = sorted(paths.published.glob("*.duckdb"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    others = [path for path in files if path.stem != build_id]
    kept = others[: config.settings.publish.keep_builds - 1]
    for path in others[len(kept) :]:
        path.unlink()
        _log_of(path).unlink(missing_ok=True)
    state.tidy(paths, {build_id, *(path.stem for path in kept)})
    shutil.rmtree(paths.builds, ignore_errors=True)


def _log_of(path: Path) -> Path:
    return path.with_name(path.name + ".wal")


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
