"""What a night is: the request, the events of its children, its outcome and its exit code. No input or output here."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from config.errors import UserError
from config.manifest import Verdict
from config.settings import Config, ProfileName, SourceConfig

EXIT_OK, EXIT_SOURCE_FAILED, EXIT_NOTHING = 0, 1, 2
CHILD_USER_ERROR, CHILD_LOCKED = 2, 3
SAMPLE_MARK = "SAMPLE, INVENTED PEOPLE"
_VERDICTS: tuple[Verdict, ...] = ("ok", "partial", "empty", "gated", "failed")


@dataclass(frozen=True)
class NightRequest:
    """What was asked for; empty `only` means every source of the profile."""

    profile: ProfileName
    as_of: date | None = None
    only: tuple[str, ...] = ()
    accept_drop: str | None = None
    world: Path | None = None  # a file with the origins of a sample world that is already running


@dataclass(frozen=True)
class SourceOutcome:
    """How one source's run ended."""

    source: str
    verdict: Verdict
    records: dict[str, int] = field(default_factory=dict)
    requests: int = 0
    rejects: int = 0
    seconds: float = 0.0
    reasons: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """Records landed, without the bookkeeping of what was seen."""
        return sum(count for record, count in self.records.items() if record != "seen")


@dataclass(frozen=True)
class Progress:
    """A child's count so far."""

    records: int
    requests: int
    rejects: int


@dataclass(frozen=True)
class NightResult:
    """The whole night; `problems`, one line each, say what went wrong after the crawls."""

    request: NightRequest
    run_id: str
    as_of: date
    sources: tuple[SourceOutcome, ...]
    seconds: float
    build_id: str | None = None
    rows: dict[str, int] = field(default_factory=dict)
    build_seconds: float = 0.0
    published: Path | None = None
    changes: tuple[str, ...] = ()
    exports: tuple[Path, ...] = ()
    problems: tuple[str, ...] = ()
    leads_wanted: int = 0  # of each specialty
    plans: tuple[str, ...] = ()  # what the next night would ask, a line a source that has a plan

    @property
    def exit_code(self) -> int:
        """0 all well, 1 published although something failed, 2 nothing published."""
        if self.published is None:
            return EXIT_NOTHING
        well = all(source.verdict == "ok" for source in self.sources) and not self.problems
        return EXIT_OK if well else EXIT_SOURCE_FAILED


def new_run_id(now: datetime | None = None) -> str:
    """A run id that sorts by time; one per night, shared by its sources."""
    return (now or datetime.now(UTC)).astimezone(UTC).strftime("%Y%m%dT%H%M%S%fZ")


def as_of_date(config: Config, request: NightRequest, today: date | None = None) -> date:
    """The night's `as_of`: as asked, else the sample world's day, else the profile's setting, else today (UTC)."""
    if request.as_of is not None:
        return request.as_of
    if request.profile == "sample":
        return config.settings.sample_world.today
    return config.settings.profiles[request.profile].as_of or today or datetime.now(UTC).date()


def sources_of(config: Config, request: NightRequest) -> dict[str, SourceConfig]:
    """The sources to crawl. Raises UserError for one that is unknown or not part of the profile, or if none is left."""
    available = config.sources_of(request.profile)
    for name in request.only:
        config.source(name)
        if name not in available:
            raise UserError(
                f"source '{name}' is not part of the profile '{request.profile}'; "
                f"add it under profiles in {config.directory / 'sources' / f'{name}.yml'}"
            )
    chosen = {name: source for name, source in available.items() if not request.only or name in request.only}
    if not chosen:
        raise UserError(
            f"{config.directory / 'sources'}: no source is part of the profile '{request.profile}'"
        )
    return chosen


def check_contact(config: Config, request: NightRequest) -> None:
    """Real upstreams are asked only by somebody they can reach. Raises UserError if the live profile names nobody."""
    if request.profile == "live" and not config.settings.profiles["live"].contact:
        raise UserError(
            f"{config.directory / 'settings.yml'}: profiles.live.contact: the live profile needs an e-mail address or "
            "an https:// page where operators of the sources can reach you"
        )


def parse_event(line: str) -> dict[str, object] | None:
    """One line of a child's standard output; None if it is not an event."""
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and isinstance(event.get("event"), str) else None


def progress_of(event: dict[str, object]) -> Progress:
    """The counts of a progress event."""
    return Progress(*(_count(event.get(key)) for key in ("records", "requests", "rejects")))


def outcome_of(
    source: str,
    *,
    code: int,
    done: dict[str, object] | None,
    last: Progress | None,
    last_error: str,
    timed_out: bool,
    seconds: float,
) -> SourceOutcome:
    """Judge a child by its last event and its exit code; a child without a manifest has failed, whatever it said."""
    requests = last.requests if last else 0
    if code == 0 and done is not None and done.get("verdict") in _VERDICTS and not timed_out:
        verdict = next(known for known in _VERDICTS if known == done["verdict"])
        records, reasons = done.get("records"), done.get("reasons")
        return SourceOutcome(
            source=source,
            verdict=verdict,
            records={str(k): _count(v) for k, v in records.items()} if isinstance(records, dict) else {},
            requests=_count(done.get("requests")) or requests,
            rejects=_count(done.get("rejects")),
            seconds=seconds,
            reasons=tuple(str(reason) for reason in reasons) if isinstance(reasons, list) else (),
        )
    if timed_out:
        reason = last_error
    elif code == CHILD_LOCKED:
        reason = "another run is crawling this source; nothing was done"
    elif code == CHILD_USER_ERROR or last_error.startswith("error: "):
        reason = last_error.removeprefix("error: ")
    else:
        reason = f"the crawler broke off: {last_error}"
    return SourceOutcome(source, "failed", requests=requests, seconds=seconds, reasons=(reason,))


def order(outcomes: Iterable[SourceOutcome]) -> tuple[SourceOutcome, ...]:
    """Outcomes in the order of the sources' names, however they ended."""
    return tuple(sorted(outcomes, key=lambda outcome: outcome.source))


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
