"""One night over the real files in a fresh data folder: seconds, peak memory of the whole process tree, counts.

``python -m tests.benchmarks.real_night [--all]`` with TALENTATLAS_REAL_DATA set. Linux only (/proc). The limits are
those of the three sources below; with ``--all`` every source of the profile runs, and the ratios are only information.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from config.manifest import read_manifests
from config.paths import ProfilePaths
from tests.commands import COMMAND, Place

LIMIT_SECONDS = 60.0
LIMIT_BYTES = 2 * 1024**3
EXPECTED = {
    ("acl_anthology", "artifact"): 21_000,
    ("acl_anthology", "author_mention"): 80_000,
    ("ror", "organisation"): 122_000,
}
SOURCES = ("acl_anthology", "huggingface_models", "ror")
SAMPLE_EVERY_SECONDS = 0.25  # reading the memory of a large process is not free
STEPS = (
    "crawl ",
    "build: inputs",
    "build: staging.",
    "build: core.",
    "build: mart.",
    "build: state",
    "publish",
    "export",
)


def tree_memory(root: int) -> int:
    """Proportional resident bytes (shared pages counted once) of a process and all it has started."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError):
                continue
    tree = {root}
    while grown := {pid for pid, parent in parents.items() if parent in tree} - tree:
        tree |= grown
    return sum(_resident(pid) for pid in tree)


def _resident(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def timeline(logs: Path) -> list[str]:
    """When each step was first heard of, in seconds since the first line of the night's log."""
    lines = [
        line for file in logs.glob("*-nightly.log") for line in file.read_text(encoding="utf-8").splitlines()
    ]
    first: dict[str, datetime] = {}
    for line in lines:
        stamp, _, text = line.partition(" ")
        step = next((step for step in STEPS if text.startswith(step)), None)
        if step is not None:
            first.setdefault(step, datetime.fromisoformat(stamp))
    start = min(first.values(), default=datetime.now(UTC))
    return [
        f"  {(at - start).total_seconds():6.1f} s  {step}"
        for step, at in sorted(first.items(), key=lambda x: x[1])
    ]


def main() -> int:
    """Run the benchmark; exit code 1 if the night failed or a figure misses its limit."""
    if not os.environ.get("TALENTATLAS_REAL_DATA"):
        sys.stderr.write(
            "error: TALENTATLAS_REAL_DATA is not set; point it at the folder that holds the real files\n"
        )
        return 2
    every = "--all" in sys.argv[1:]
    only = [] if every else [word for source in SOURCES for word in ("--only", source)]
    with tempfile.TemporaryDirectory(prefix="talentatlas-benchmark-") as folder:
        place = Place(
            Path(folder) / "data", extra={"TALENTATLAS_REAL_DATA": os.environ["TALENTATLAS_REAL_DATA"]}
        )
        started = time.monotonic()
        process = subprocess.Popen(
            [*COMMAND, "nightly", "--profile", "real", *only], env=place.environment(), cwd=folder
        )
        peak = 0
        while process.poll() is None:
            peak = max(peak, tree_memory(process.pid))
            time.sleep(SAMPLE_EVERY_SECONDS)
        seconds = time.monotonic() - started
        good = process.returncode == 0
        paths = ProfilePaths(place.data / "real")
        for line in timeline(paths.logs):
            print(line)
        print(f"exit code        {process.returncode}")
        print(f"seconds          {seconds:8.1f}   {seconds / LIMIT_SECONDS:5.2f} of {LIMIT_SECONDS:.0f} s")
        print(
            f"peak memory, MiB {peak / 1024**2:8.0f}   {peak / LIMIT_BYTES:5.2f} of {LIMIT_BYTES // 1024**2} MiB"
        )
        landed = {(m.source, kind): n for m in read_manifests(paths) for kind, n in m.records.items()}
        for key, least in EXPECTED.items():
            found = landed.get(key, 0)
            good = good and found >= least
            print(f"{key[0]} {key[1]:<16} {found:>9,}   at least {least:,}")
        if paths.warehouse.exists():
            with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
                for name in ("core.work", "core.person", "core.contribution", "mart.leads", "mart.density"):
                    print(
                        f"{name:<30} {connection.execute(f'SELECT count(*) FROM {name}').fetchall()[0][0]:>9,}"
                    )
    within = every or (seconds <= LIMIT_SECONDS and peak <= LIMIT_BYTES)
    return 0 if good and within else 1


if __name__ == "__main__":
    sys.exit(main())
