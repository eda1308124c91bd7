"""The steps of a night, without Prefect: open it, crawl a source, build, publish, export.

The flow's tasks call these, and so do the single commands. Only `Night` holds the outcome of what has been done.
"""

from __future__ import annotations

import json
import shutil
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from config.errors import UserError
from config.keyed_hash import load_suppression, save_suppression
from config.manifest import last_run, manifest_path, read_manifests
from config.paths import ProfilePaths, profile_paths
from config.settings import Config, SourceConfig, load_config, real_data_directory
from flows import environment, world
from flows.children import python_module, run_child
from flows.failures import full_line, is_full, one_line, os_error_line, problem_line
from flows.locks import run_lock
from flows.night import (
    NightRequest,
    NightResult,
    Progress,
    SourceOutcome,
    as_of_date,
    check_contact,
    new_run_id,
    order,
    outcome_of,
    parse_event,
    progress_of,
    sources_of,
)
from flows.plan import plans_ahead
from flows.reporting import Reporter

if TYPE_CHECKING:
    from warehouse.build import BuildResult


@dataclass
class Night:
    """A night under way: what it was asked for, where it works, and what has come of it so far."""

    request: NightRequest
    config: Config
    paths: ProfilePaths
    sources: dict[str, SourceConfig]
    as_of: date
    run_id: str
    reporter: Reporter
    origins: Callable[[], dict[str, str]]
    started: float = field(default_factory=time.monotonic)
    outcomes: list[SourceOutcome] = field(default_factory=list)
    built: BuildResult | None = None
    published: Path | None = None
    changes: tuple[str, ...] = ()
    exports: tuple[Path, ...] = ()
    problems: list[str] = field(default_factory=list)
    plans: tuple[str, ...] = ()

    def fail(self, error: Exception) -> None:
        """Keep an error as one line of the result; the traceback of one that nobody foresaw goes to a log file."""
        lines = getattr(error, "lines", None)  # of a build or a publication: one finding a line
        if lines:
            full = [line for line in lines if "disk is full" in line]
            self.problems += (
                full[:1] or lines
            )  # a full disk breaks everything that is under way; once is enough
            return
        line = problem_line(error, self.paths.root)
        if one_line(error) is None and not is_full(self.paths.root):
            log_file = self.paths.logs / f"{self.run_id}-traceback.log"
            log_file.parent.mkdir(parents=True, exist_ok=True)
            with log_file.open("a", encoding="utf-8") as stream:
                traceback.print_exception(error, file=stream)
            line = f"{line} (see {log_file})"
        self.problems.append(line)

    def result(self) -> NightResult:
        """What has come of the night."""
        return NightResult(
            request=self.request,
            run_id=self.run_id,
            as_of=self.built.as_of if self.built else self.as_of,
            sources=order(self.outcomes),
            seconds=time.monotonic() - self.started,
            build_id=self.built.build_id if self.built else None,
            rows=dict(self.built.rows) if self.built else {},
            build_seconds=self.built.seconds if self.built else 0.0,
            published=self.published,
            changes=self.changes,
            exports=self.exports,
            problems=tuple(self.problems),
            leads_wanted=self.config.settings.nightly.leads_wanted,
            plans=self.plans,
        )


@contextmanager
def open_night(request: NightRequest, reporter: Reporter, *, lock: bool = True) -> Iterator[Night]:
    """Check everything that can be checked, take the run lock and start the sample world if the profile wants it.

    Raises UserError, before anything is started, for bad configuration, an unknown source, a missing contact, missing
    real data, another night under way or a suppression key that does not fit.
    """
    started = time.monotonic()
    config = load_config()
    sources = sources_of(config, request)
    check_contact(config, request)
    if request.profile == "real":
        real_data_directory()
    if request.world is not None and request.profile != "sample":
        raise UserError("--world is for the sample profile; the others never ask the sample world")
    paths = profile_paths(request.profile)
    paths.root.mkdir(parents=True, exist_ok=True)
    if is_full(paths.root):
        raise UserError(full_line(paths.root))
    environment.prepare(paths)
    with ExitStack() as stack:
        if lock:
            stack.enter_context(run_lock(paths.run_lock))
            clear_leftovers(paths)
        load_suppression(paths.suppression_list, paths.suppression_key)
        yield Night(
            request=request,
            config=config,
            paths=paths,
            sources=sources,
            as_of=as_of_date(config, request),
            run_id=new_run_id(),
            reporter=reporter,
            origins=_origins(stack, config, request),
            started=started,
        )


def clear_leftovers(paths: ProfilePaths) -> None:
    """Delete working folders of builds that failed or were killed; call it under the run lock, where none is in use."""
    shutil.rmtree(paths.builds, ignore_errors=True)


def _origins(stack: ExitStack, config: Config, request: NightRequest) -> Callable[[], dict[str, str]]:
    """Start the sample world now, ask for its origins when the first crawl needs them."""
    if request.profile != "sample":
        return dict
    if request.world is not None:
        origins = world.read_origins(request.world)
        return lambda: origins
    child, lines = world.start(config.settings.sample_world)
    stack.callback(lambda: child.stop(2))
    lock = threading.Lock()
    known: dict[str, str] = {}

    def wait() -> dict[str, str]:
        with lock:
            if not known:
                known.update(world.origins_of(child, lines))
            return known

    return wait


def longest_first(night: Night) -> list[str]:
    """The night's sources, those that take longest first, so that none of them is left to run alone at the end.

    Of files their size tells, of the network the last run's time; what was never run comes first.
    """
    expected: dict[str, float] = {}
    if night.request.profile == "real":
        folder = real_data_directory()
        for name, source in night.sources.items():
            sizes = [(folder / file.path).stat() for file in source.files if (folder / file.path).is_file()]
            expected[name] = float(sum(found.st_size for found in sizes))
    else:
        manifests = read_manifests(night.paths)
        for name in night.sources:
            segments = last_run([m for m in manifests if m.source == name])
            if segments:
                expected[name] = (segments[-1].finished_at - segments[0].started_at).total_seconds()
    return sorted(night.sources, key=lambda name: (-expected.get(name, float("inf")), name))


def warm_up() -> None:
    """Import what the build needs (SQLMesh takes seconds) while the crawlers work."""
    import warehouse.build
    import warehouse.publish  # noqa: F401


def crawl_source(night: Night, source: str) -> SourceOutcome:
    """Run one source's child to its end; never raises for what goes wrong in it."""
    night.reporter.source_started(source)
    started = time.monotonic()
    try:
        outcome = _crawl(night, source)
    except (UserError, OSError) as error:
        reason = str(error) if isinstance(error, UserError) else os_error_line(error)
        outcome = SourceOutcome(source, "failed", seconds=time.monotonic() - started, reasons=(reason,))
    night.outcomes.append(outcome)
    night.reporter.source_ended(outcome)
    return outcome


def _crawl(night: Night, source: str) -> SourceOutcome:
    settings = night.config.settings
    arguments = [
        *("run", source),
        *("--profile", night.request.profile),
        *("--root", str(night.paths.root)),
        *("--config", str(night.config.directory)),
        *("--as-of", night.as_of.isoformat()),
        *("--run-id", night.run_id),
        "--lifeline",
    ]
    origins = night.origins()
    if origins:
        arguments += ["--origins", json.dumps(origins)]
    done: dict[str, object] | None = None
    last: Progress | None = None

    def on_line(line: str) -> None:
        nonlocal done, last
        event = parse_event(line)
        if event is None:
            return
        if event["event"] == "progress":
            last = progress_of(event)
            night.reporter.source_progress(source, last)
        elif event["event"] == "done":
            done = event

    ended = run_child(
        python_module("crawlers", *arguments),
        timeout=night.sources[source].limits.time_limit_minutes * 60.0,
        grace=float(settings.nightly.stop_grace_seconds),
        on_line=on_line,
    )
    manifest = manifest_path(night.paths, source, night.run_id)
    return outcome_of(
        source,
        code=ended.code,
        done=done if manifest.exists() else None,  # what is not committed did not happen
        last=last,
        last_error=ended.last_error,
        timed_out=ended.timed_out,
        seconds=ended.seconds,
    )


def merge_opt_outs(night: Night) -> None:
    """Add people whose bio says no recruiters to the suppression list, before anything is built."""
    suppression = load_suppression(night.paths.suppression_list, night.paths.suppression_key)
    found = {digest for manifest in read_manifests(night.paths) for digest in manifest.opt_outs}
    new = found - suppression.hashes
    if new:
        save_suppression(suppression.with_hashes(new), night.paths.suppression_list)
        night.reporter.line(f"opt-outs: {len(new)} more identifiers are suppressed from now on")


def build(night: Night) -> bool:
    """Build what has landed; false, with the reasons in `problems`, if it failed."""
    from warehouse.build import build as build_warehouse

    night.reporter.step("build", "start")
    try:
        night.built = build_warehouse(
            night.config,
            night.paths,
            night.request.profile,
            as_of=night.request.as_of,
            progress=lambda name: night.reporter.step("build", name),
        )
    except Exception as error:
        night.fail(error)
        if is_full(night.paths.root):
            clear_leftovers(night.paths)  # so that what remains of the night can be written down
        return False
    return True


def publish(night: Night) -> bool:
    """Publish the build; false, with the reasons in `problems`, if it was refused."""
    from warehouse.publish import publish as publish_build

    if night.built is None:
        return False
    night.reporter.step("publish", night.built.build_id)
    try:
        published = publish_build(
            night.config, night.paths, night.built, accept_drop=night.request.accept_drop
        )
    except Exception as error:
        night.fail(error)
        return False
    night.published = Path(published.path)
    night.changes = tuple(str(change) for change in published.changes)
    if not published.already:
        _copy_state(night)
    return True


def _copy_state(night: Night) -> None:
    from flows.backup import copy_at_publication

    try:
        copy_at_publication(night.config, night.paths)
    except (
        Exception
    ) as error:  # the night is published all the same; that its state has no copy must be known
        night.fail(error)


def export(night: Night) -> bool:
    """Write the CSV lead lists and the density table from what is published; false if that failed."""
    from warehouse.export import nightly

    night.reporter.step("export", str(night.paths.exports))
    try:
        night.exports = tuple(Path(path) for path in nightly.write_all(night.config, night.paths))
    except Exception as error:
        night.fail(error)
        return False
    return True


def look_ahead(night: Night) -> None:
    """Say what the next night would ask; a plan that cannot be made is no fault of the night."""
    try:
        night.plans = tuple(
            plans_ahead(night.config, night.request.profile, list(night.sources), night.as_of)
        )
    except Exception as error:
        night.reporter.line(f"no plan of the next night: {type(error).__name__}: {error}")


def tidy(night: Night) -> bool:
    """Delete superseded runs and old logs, once the night is published; false if that failed."""
    from flows.retention import tidy as throw_away

    try:
        tidied = throw_away(night.config, night.paths, night.request.profile)
    except Exception as error:
        night.fail(error)
        return False
    if tidied:
        night.reporter.line(f"retention: {tidied}")
    return True
