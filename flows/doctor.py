"""`talentatlas doctor`: what would stop a night, found before the night."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal

from config.errors import UserError
from config.keyed_hash import load_suppression
from config.manifest import read_manifests
from config.paths import ProfilePaths, profile_paths
from config.settings import Config, ProfileName, load_config, real_data_directory
from flows import environment
from flows.failures import one_line

DISTRIBUTION = "talent-atlas"
LOW_DISK_BYTES = 2 * 1024**3


@dataclass(frozen=True)
class Finding:
    """One check: `bad` must be put right before a night, `note` is worth knowing."""

    status: Literal["ok", "note", "bad"]
    name: str
    detail: str


def check(profile: ProfileName) -> Iterator[Finding]:
    """All checks of one profile, in order. Changes nothing except that it makes a missing suppression key."""
    yield _guarded("python", _python)
    yield _guarded("packages", _packages)
    try:
        config = load_config()
    except UserError as error:
        yield Finding("bad", "configuration", str(error))
        return
    paths = profile_paths(profile)
    yield Finding("ok", "configuration", f"{config.directory}: {len(config.sources)} sources, "
                  f"{len(config.specialties)} specialties")  # fmt: skip
    yield _guarded("contact", lambda: _contact(config, profile))
    yield _guarded("data folder", lambda: _data_folder(paths))
    yield _guarded("disk", lambda: _disk(paths))
    yield _guarded("suppression key", lambda: _suppression(paths))
    yield _guarded("landing", lambda: _landing(paths))
    yield _guarded("published build", lambda: _published(paths))
    yield _guarded("prefect home", lambda: _prefect(paths))
    if profile == "real" or os.environ.get("TALENTATLAS_REAL_DATA"):
        yield _guarded("real data", lambda: _real_data(config))


def _guarded(name: str, run: Callable[[], tuple[Literal["ok", "note", "bad"], str]]) -> Finding:
    try:
        status, detail = run()
    except Exception as error:
        return Finding("bad", name, one_line(error) or f"{type(error).__name__}: {error}")
    return Finding(status, name, detail)


def _python() -> tuple[Literal["ok", "bad"], str]:
    shown = ".".join(str(part) for part in sys.version_info[:3])
    return ("ok", shown) if sys.version_info >= (3, 11) else ("bad", f"{shown}; 3.11 or newer is needed")


def _packages() -> tuple[Literal["ok", "note", "bad"], str]:
    from packaging.requirements import Requirement

    try:
        wanted = requires(DISTRIBUTION) or []
    except PackageNotFoundError:
        return "note", "talent-atlas runs from a checkout that is not installed; versions were not compared"
    wrong = []
    requirements = [Requirement(line) for line in wanted]
    for requirement in requirements:
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            found = version(requirement.name)
        except PackageNotFoundError:
            wrong.append(f"{requirement.name} is missing")
            continue
        if not requirement.specifier.contains(found, prereleases=True):
            wrong.append(f"{requirement.name} {found} is not {requirement.specifier}")
    if wrong:
        return "bad", f"{'; '.join(wrong)}: run 'pip install -r requirements.lock'"
    return "ok", f"{len(requirements)} requirements within their bounds"


def _contact(config: Config, profile: ProfileName) -> tuple[Literal["ok", "note", "bad"], str]:
    contact = config.settings.profiles["live"].contact
    if contact:
        return "ok", contact
    missing = (
        f"{config.directory / 'settings.yml'}: profiles.live.contact is empty; the live profile needs it"
    )
    return ("bad" if profile == "live" else "note"), missing


def _data_folder(paths: ProfilePaths) -> tuple[Literal["ok", "bad"], str]:
    folder = next(parent for parent in (paths.root, *paths.root.absolute().parents) if parent.exists())
    if not folder.is_dir():
        return "bad", f"{folder}: is not a folder; set TALENTATLAS_DATA to one"
    if not os.access(folder, os.W_OK | os.X_OK):
        return "bad", f"{folder}: cannot be written; change its owner or set TALENTATLAS_DATA"
    return "ok", str(paths.root)


def _disk(paths: ProfilePaths) -> tuple[Literal["ok", "note"], str]:
    folder = next(parent for parent in (paths.root, *paths.root.absolute().parents) if parent.exists())
    free = shutil.disk_usage(folder).free
    shown = f"{free / 1024**3:.1f} GiB free"
    return ("ok", shown) if free >= LOW_DISK_BYTES else ("note", f"{shown}; a night of real data wants 2 GiB")


def _suppression(paths: ProfilePaths) -> tuple[Literal["ok"], str]:
    suppression = load_suppression(paths.suppression_list, paths.suppression_key)
    return "ok", f"{len(suppression.hashes)} identifiers suppressed"


def _landing(paths: ProfilePaths) -> tuple[Literal["ok", "note", "bad"], str]:
    manifests = read_manifests(paths)
    if not manifests:
        return "note", f"{paths.landing}: nothing has landed yet; 'talentatlas nightly' crawls"
    parts = {part.path for manifest in manifests for part in manifest.parts}
    missing = sorted(part for part in parts if not (paths.landing / part).is_file())
    if missing:
        return (
            "bad",
            f"{paths.landing / missing[0]}: a manifest names it, but it is not there ({len(missing)} such)",
        )
    runs = {(manifest.source, manifest.run_id) for manifest in manifests}
    loose = [
        folder
        for folder in paths.landing.glob("*/source=*/run=*")
        if (folder.parent.name.removeprefix("source="), folder.name.removeprefix("run=")) not in runs
    ]
    detail = f"{len(manifests)} runs, {len(parts)} parts"
    if loose:
        return (
            "note",
            f"{detail}; {len(loose)} folders of a run that never ended, the next run of it removes them",
        )
    return "ok", detail


def _published(paths: ProfilePaths) -> tuple[Literal["ok", "note"], str]:
    if not paths.warehouse.exists():
        return "note", f"{paths.warehouse}: nothing is published yet"
    from warehouse.export import query

    rows = query.run(paths, "SELECT build_id, as_of FROM mart.build_info").to_pylist()
    return "ok", f"build {rows[0]['build_id']} as of {rows[0]['as_of']}"


def _prefect(paths: ProfilePaths) -> tuple[Literal["ok", "note"], str]:
    if os.environ.get("PREFECT_API_URL"):
        return "note", "PREFECT_API_URL is set: nights are reported to that server"
    return "ok", str(environment.prefect_home(paths))


def _real_data(config: Config) -> tuple[Literal["ok", "note", "bad"], str]:
    from crawlers.files import unread_files

    folder: Path = real_data_directory()
    missing = sorted(
        file.path
        for source in config.sources_of("real").values()
        for file in source.files
        if not (folder / file.path).is_file()
    )
    if missing:
        return "bad", f"{folder / missing[0]}: a source reads it, but it is not there ({len(missing)} such)"
    unread = unread_files(config, folder)
    if unread:
        more = f" and {len(unread) - 3} more" if len(unread) > 3 else ""
        return "note", f"{len(unread)} files that no source reads: {', '.join(unread[:3])}{more}"
    return "ok", f"{folder}: every file is read by a source"
