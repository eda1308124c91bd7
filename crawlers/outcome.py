"""The verdict of a run, from what was counted and what was expected.

Scrapy's exit code is 0 and its finish reason "finished" when every connection was refused, so neither is asked. The
verdict follows from documents answered, records landed or still standing, and the floors in the source's YAML.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from config.manifest import Verdict

_SHOWN = 5


@dataclass
class Tally:
    """What happened on the way; filled by the crawl, judged at its end."""

    requests: int = 0
    delivered: int = 0
    not_modified: int = 0
    gone: int = 0
    failed: list[str] = field(default_factory=list)  # documents that could not be read, with the reason
    cut_short: list[str] = field(
        default_factory=list
    )  # what was left out: time limit, budget, a list not read to its end
    gated: list[str] = field(default_factory=list)  # the source refused us: challenge page, robots.txt
    broken: list[str] = field(default_factory=list)  # nothing of the run can be trusted
    carried: Counter[str] = field(default_factory=Counter)  # records of unmodified documents, by type
    unread: Counter[str] = field(default_factory=Counter)  # unknown fields upstream
    extra: dict[str, int] = field(default_factory=dict)  # a source's own counts


def _some(reasons: list[str]) -> tuple[str, ...]:
    more = len(reasons) - _SHOWN
    return (*reasons[:_SHOWN], f"and {more} more") if more > 0 else tuple(reasons)


def judge(
    tally: Tally,
    landed: Mapping[str, int],
    rejects: int,
    floors: Mapping[str, int],
    *,
    mode: Literal["full", "delta"],
    before: Mapping[str, int] | None = None,
) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict and its reasons, one line each.

    `landed`: records of this run by type. `before`: what earlier runs of a `delta` source landed; its floors count
    them, for a quiet day brings few. Records of unmodified documents count in any mode: a night of nothing but 304 is
    ok.
    """
    if tally.gated:
        return "gated", _some(tally.gated)
    if tally.broken:
        return "failed", _some(tally.broken)
    if tally.delivered + tally.not_modified == 0:
        return "failed", _some(tally.failed + tally.cut_short) or ("no document was read",)
    total = Counter({kind: count for kind, count in landed.items() if kind != "seen"})
    total.update(tally.carried)
    if not any(total.values()):
        reasons = _some(tally.failed) or ("the source answered, and had no record",)
        return ("failed" if tally.failed else "empty"), reasons
    if mode == "delta" and before:
        total.update(before)
    below = [
        f"{total[kind]} {kind} records, fewer than the floor of {floor}"
        for kind, floor in floors.items()
        if total[kind] < floor
    ]
    if below:
        return "failed", _some(below + tally.failed + tally.cut_short)
    if rejects > sum(landed.values()):
        return "failed", (
            f"{rejects} rejects for {sum(landed.values())} records: the source's format has changed",
        )
    if tally.failed or tally.cut_short:
        return "partial", _some(tally.failed + tally.cut_short)
    return "ok", ()
