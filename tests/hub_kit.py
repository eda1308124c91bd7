"""For the tests of the Hugging Face source: runs against the sample world, and what they landed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import yaml

from config.manifest import Manifest, read_manifests
from config.paths import ProfilePaths
from crawlers.sample_world.server import Server
from tests.crawl_kit import ROOT, write_config

HUB = "https://huggingface.co"
DAY = date(2026, 11, 1)
CALM_PARAMETERS = {"pages_windows": 0, "space_files": 10}


def hub_config(folder: Path, *, limits: Mapping[str, Any] | None = None, **parameters: int) -> Path:
    """The source with low floors, no delay, and those parameters."""
    shipped = yaml.safe_load((ROOT / "config" / "sources" / "huggingface.yml").read_text())
    return write_config(
        folder,
        {
            "huggingface": {
                "floors": {name: {"artifact": 1} for name in ("sample", "live")},
                "limits": {"retries": 1, "delay_seconds": 0, "time_limit_minutes": 2, **(limits or {})},
                "parameters": {**shipped["parameters"], **CALM_PARAMETERS, **parameters},
            }
        },
    )


def command(paths: ProfilePaths, config: Path, server: Server, as_of: date) -> list[str]:
    return [
        sys.executable, "-m", "crawlers", "run", "huggingface", "--profile", "sample", "--root", str(paths.root),
        "--config", str(config), "--as-of", as_of.isoformat(), "--origins", json.dumps(server.origins),
    ]  # fmt: skip


def night(
    paths: ProfilePaths, config: Path, server: Server, as_of: date = DAY, **environment: str
) -> dict[str, Any]:
    """One run as a child process, to its end: its last event. A process can run Scrapy but once."""
    done = subprocess.run(
        command(paths, config, server, as_of),
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    event: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return event


def segments(paths: ProfilePaths, since: date | None = None) -> list[Manifest]:
    """The manifests of all segments of all runs, or of those runs on `since` and later."""
    return [m for m in read_manifests(paths, "huggingface") if since is None or m.as_of >= since]


def rows(paths: ProfilePaths, kind: str, since: date | None = None) -> Iterator[dict[str, Any]]:
    """Landed rows of a record type, oldest first."""
    for manifest in segments(paths, since):
        for part in manifest.parts if manifest.landed else ():
            if part.record_type == kind:
                for row in pq.ParquetFile(paths.landing / part.path).read().to_pylist():
                    yield row | {"run_as_of": manifest.as_of}


def newest(paths: ProfilePaths, kind: str, key: str) -> dict[str, dict[str, Any]]:
    """The last landed row of each key."""
    return {row[key]: row for row in rows(paths, kind)}


def requests(server: Server) -> Counter[str]:
    """What was asked of the hub so far, by sort of address."""
    by_class = server.stats()[HUB]["by_class"]
    assert isinstance(by_class, dict)
    return Counter(by_class)


def over_limit(server: Server) -> Any:
    return server.stats()[HUB]["over_limit"]
