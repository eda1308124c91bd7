"""Copies of what no rebuild brings back: the state of the published build, the suppression list, people's decisions.

One archive (.tar.gz), laid out like the data folder: ``<profile>/state/…``, the link ``<profile>/warehouse.duckdb``
(it says which state is current), ``decisions/*.csv``, and the suppression key only if asked for: whoever has both list
and key can test whom it names. The archive is written beside and renamed, readable by its owner alone.
"""

from __future__ import annotations

import os
import tarfile
from datetime import UTC, datetime
from pathlib import Path

from config.errors import UserError
from config.keyed_hash import KEY_VARIABLE
from config.paths import ProfilePaths
from config.settings import Config
from warehouse import state

_AT_PUBLICATION = "state-"
_BY_HAND = "backup-"


def backup(
    config: Config,
    paths: ProfilePaths,
    folder: Path | None = None,
    *,
    with_key: bool = False,
    now: datetime | None = None,
) -> Path:
    """Write a dated archive into `folder` (default: the profile's backups); returns its path.

    Raises UserError if there is nothing to back up, or no key file though `with_key` asks for it.
    """
    if with_key and not paths.suppression_key.is_file():
        raise UserError(
            f"{paths.suppression_key}: no such file; a key that {KEY_VARIABLE} holds is backed up where it is kept"
        )
    if not paths.state.is_dir():
        raise UserError(f"{paths.state}: no such folder; there is nothing to back up before the first night")
    if folder is not None and folder.exists() and not folder.is_dir():
        raise UserError(f"{folder}: is a file; name a folder for the backup")
    return _write(config, paths, folder or paths.backups, _BY_HAND, with_key, now)


def copy_at_publication(config: Config, paths: ProfilePaths, now: datetime | None = None) -> Path | None:
    """The dated copy that every publication leaves; keeps as many as settings.retention.state_copies."""
    wanted = config.settings.retention.state_copies
    written = _write(config, paths, paths.backups, _AT_PUBLICATION, False, now) if wanted else None
    copies = sorted(paths.backups.glob(f"{_AT_PUBLICATION}*.tar.gz"), reverse=True)  # names sort by time
    for path in copies[wanted:]:
        path.unlink(missing_ok=True)
    return written


def _write(
    config: Config, paths: ProfilePaths, folder: Path, prefix: str, with_key: bool, now: datetime | None
) -> Path:
    stamp = (now or datetime.now(UTC)).astimezone(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    target = folder / f"{prefix}{paths.root.name}-{stamp}.tar.gz"
    folder.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(target.name + ".tmp")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            with tarfile.open(fileobj=stream, mode="w:gz", compresslevel=6) as archive:
                for path, name in _members(config, paths, with_key):
                    archive.add(path, name, recursive=False)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    return target


def _members(config: Config, paths: ProfilePaths, with_key: bool) -> list[tuple[Path, str]]:
    """Files and their names in the archive: of all builds' states only the published one's."""
    profile = paths.root.name
    published = state.published_build_id(paths)
    builds = paths.state / "builds"
    kept = [
        path
        for path in sorted(paths.state.rglob("*"))
        if path.is_file()
        and path.suffix != ".tmp"
        and (builds not in path.parents or path.relative_to(builds).parts[0] == published)
    ]
    members = [(path, f"{profile}/state/{path.relative_to(paths.state).as_posix()}") for path in kept]
    if published is not None:
        members.append((paths.warehouse, f"{profile}/{paths.warehouse.name}"))
    decisions = sorted((config.directory / "decisions").glob("*.csv"))
    members += [(path, f"decisions/{path.name}") for path in decisions]
    if with_key:
        members.append((paths.suppression_key, f"secrets/{paths.suppression_key.name}"))
    return members
