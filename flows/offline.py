"""What the single commands do without Prefect: build, publish, read the published warehouse, list sources."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from config.errors import UserError
from config.keyed_hash import load_suppression
from config.manifest import Manifest, last_run, read_manifests
from config.paths import ProfilePaths, profile_paths
from config.settings import Config, ProfileName, load_config
from flows import environment
from flows.locks import run_lock
from flows.session import clear_leftovers

if TYPE_CHECKING:
    from rich.console import Console

    from warehouse.build import BuildResult
    from warehouse.publish import Published


def _prepared(profile: ProfileName) -> tuple[Config, ProfilePaths]:
    config, paths = load_config(), profile_paths(profile)
    paths.root.mkdir(parents=True, exist_ok=True)
    environment.prepare(paths)
    load_suppression(paths.suppression_list, paths.suppression_key)
    return config, paths


def _say(console: Console) -> Callable[[str], None]:
    return lambda name: console.print(f"build: {name}", markup=False, highlight=False)


def build_only(profile: ProfileName, as_of: date | None, console: Console) -> BuildResult:
    """Build and audit, under the run lock. Raises BuildFailed or UserError."""
    from warehouse.build import build

    config, paths = _prepared(profile)
    with run_lock(paths.run_lock):
        clear_leftovers(paths)
        return build(config, paths, profile, as_of=as_of, progress=_say(console))


def build_and_publish(
    profile: ProfileName, as_of: date | None, accept_drop: str | None, console: Console
) -> tuple[Published, list[Path]]:
    """Build, publish and export, under the run lock. Raises BuildFailed, PublishRefused or UserError."""
    from flows.backup import copy_at_publication
    from warehouse.build import build
    from warehouse.export import nightly
    from warehouse.publish import publish

    config, paths = _prepared(profile)
    with run_lock(paths.run_lock):
        clear_leftovers(paths)
        result = build(config, paths, profile, as_of=as_of, progress=_say(console))
        published = publish(config, paths, result, accept_drop=accept_drop)
        if not published.already:
            copy_at_publication(config, paths)
        return published, nightly.write_all(config, paths)


def density_table(profile: ProfileName, specialty: str | None, area_kind: str, source: str) -> pa.Table:
    """Density cells from the published file. Raises UserError for an unknown specialty or source."""
    from warehouse import export

    config = load_config()
    if specialty is not None and specialty not in config.specialties:
        raise UserError(f"no specialty '{specialty}'; there are: {', '.join(sorted(config.specialties))}")
    if source != "all":
        config.source(source)
    return export.density(profile_paths(profile), specialty, area_kind=area_kind, source=source)


SOURCE_SCHEMA = pa.schema(
    [
        ("source", pa.string()),
        ("title", pa.string()),
        ("verdict", pa.string()),
        ("last_run", pa.string()),
        ("as_of", pa.date32()),
        ("age_days", pa.int64()),
        ("stale", pa.bool_()),
        ("records", pa.int64()),
        ("rejects", pa.int64()),
        ("licence", pa.string()),
        ("homepage", pa.string()),
    ]
)


def source_table(profile: ProfileName, now: datetime | None = None) -> pa.Table:
    """One row per source of the profile, with its newest manifest; 'never' if it has not run yet."""
    config, paths = load_config(), profile_paths(profile)
    manifests = read_manifests(paths)
    rows = []
    for name, source in config.sources_of(profile).items():
        segments = last_run([m for m in manifests if m.source == name])
        manifest = segments[-1] if segments else None
        age = ((now or datetime.now(UTC)) - manifest.finished_at).days if manifest else None
        rows.append(
            {
                "source": name,
                "title": source.title,
                "verdict": manifest.verdict if manifest else "never",
                "last_run": manifest.run_id if manifest else None,
                "as_of": manifest.as_of if manifest else None,
                "age_days": age,
                "stale": age is not None and age > source.max_age_days,
                "records": sum(_landed(segment) for segment in segments),
                "rejects": sum(segment.rejects for segment in segments),
                "licence": source.licence.id,
                "homepage": source.homepage,
            }
        )
    return pa.Table.from_pylist(rows, schema=SOURCE_SCHEMA)


def _landed(manifest: Manifest) -> int:
    return sum(count for record, count in manifest.records.items() if record != "seen")
