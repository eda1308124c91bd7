"""`python -m crawlers run SOURCE …`: the child process of one source run.

Standard output carries JSON lines: progress, at most four a second, and one last line with the verdict. Ends with 0
once a manifest was written, 2 for wrong use, 3 if the source is being run already, 143 when told to stop (nothing
then counts), 1 if the disk would not take what was read.
"""

from __future__ import annotations

import argparse
import gc
import json
import logging
import os
import signal
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any

from config.errors import UserError
from config.lifeline import end_with_parent
from config.manifest import Manifest, last_run, manifest_path, read_manifests
from config.paths import ProfilePaths
from config.settings import PROFILES
from crawlers.job import Job, read_settings
from crawlers.landing import discard_run, utc_now
from crawlers.run import LockHeld, load_origins, run

_PROGRESS_SECONDS = 0.25


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m crawlers", description="Crawl one source and land what it gave."
    )
    command = parser.add_subparsers(dest="command", required=True).add_parser("run", help="run one source")
    command.add_argument("source", help="name of a file in sources/, without .yml")
    command.add_argument("--profile", choices=PROFILES, required=True)
    command.add_argument("--root", type=Path, required=True, help="folder of the profile, e.g. data/sample")
    command.add_argument("--config", type=Path, required=True, help="configuration folder")
    command.add_argument(
        "--as-of", type=date.fromisoformat, help="day that what is read is true of (YYYY-MM-DD)"
    )
    command.add_argument("--run-id", help="default: the present time")
    command.add_argument(
        "--origins", default="{}", help='JSON: {"https://real.origin": "http://127.0.0.1:port"}'
    )
    command.add_argument("--lifeline", action="store_true", help="end when standard input closes")
    return parser.parse_args(argv)


def _job(arguments: argparse.Namespace) -> Job:
    try:
        origins = json.loads(arguments.origins)
    except ValueError:
        origins = None
    if not isinstance(origins, dict):
        raise UserError("--origins: not a JSON object")
    as_of = arguments.as_of
    if as_of is None:
        settings = read_settings(arguments.config)
        world_day = settings.sample_world.today if arguments.profile == "sample" else None
        as_of = settings.profiles[arguments.profile].as_of or world_day or utc_now().date()
    return Job(
        source=arguments.source,
        profile=arguments.profile,
        paths=ProfilePaths(arguments.root),
        config_directory=arguments.config,
        as_of=as_of,
        run_id=arguments.run_id or utc_now().strftime("%Y%m%dT%H%M%S%fZ"),
        origins=load_origins(origins),
    )


def _say(event: dict[str, Any]) -> None:
    try:
        sys.stdout.write(json.dumps(event) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # Nobody listens any more; the run itself is not worse for it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(message: str, code: int) -> int:
    sys.stderr.write(f"error: {message}\n")
    return code


class _Progress:
    """Progress lines, throttled."""

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self, records: int, requests: int, rejects: int) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _PROGRESS_SECONDS
            _say({"event": "progress", "records": records, "requests": requests, "rejects": rejects})


def _stop_cleanly(job: Job) -> None:
    """On SIGTERM leave nothing behind that is not committed, and go at once."""

    def stop(number: int, frame: FrameType | None) -> None:
        if not manifest_path(job.paths, job.source, job.run_id).exists():
            discard_run(job.paths, job.source, job.run_id)
        os._exit(128 + number)

    signal.signal(signal.SIGTERM, stop)


def _log_to(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        filename=path, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    for chatty in ("httpx2", "httpcore", "scrapy.core", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def main(argv: list[str] | None = None) -> int:
    """The command line; returns the exit code."""
    arguments = _arguments(sys.argv[1:] if argv is None else argv)
    if arguments.lifeline:
        end_with_parent()
    try:
        job = _job(arguments)
        _stop_cleanly(job)
        _log_to(job.paths.logs / f"{job.run_id}-{job.source}.log")
        # Records are many and hold no cycles: looking for cycles among them every 700 objects costs a third of the run.
        gc.set_threshold(200_000, 20, 100)
        manifest = run(job, _Progress())
    except UserError as error:
        return _complain(str(error), 2)
    except LockHeld as error:
        return _complain(str(error), 3)
    except OSError as error:
        if not manifest_path(job.paths, job.source, job.run_id).exists():
            discard_run(job.paths, job.source, job.run_id)
        where, what = error.filename or job.paths.landing, error.strerror or error
        return _complain(f"{where}: {what}; free space or correct permissions", 1)
    _say(_done(job, manifest))
    return 0


def _done(job: Job, judged: Manifest) -> dict[str, Any]:
    """The verdict, with the counts of all segments of the run."""
    parts = last_run(read_manifests(job.paths, job.source))
    records: Counter[str] = Counter()
    for part in parts:
        records.update(part.records)
    return {
        "event": "done",
        "verdict": judged.verdict,
        "records": dict(sorted(records.items())),
        "rejects": sum(part.rejects for part in parts),
        "requests": max((int(part.statistics.get("requests", 0)) for part in parts), default=0),
        "reasons": list(judged.reasons),
    }


if __name__ == "__main__":
    sys.exit(main())
