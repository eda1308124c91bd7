"""Marks and notices, carried on when person ids change: used by the build and by whoever reads what it published.

Both are written down under the person id of their day. Merges of people are in core.person_history; a mark or notice
follows them. It does not follow a split: it stays with the id, whose holder keeps most of the members.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from config.marks import STATUSES, Mark
from config.notices import Notice

MERGED = "merged"
Redirects = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Handled:
    """Why a person is not on a list: status and, for marks that end, the day on which the person comes back."""

    status: str
    until: date | None


def redirects(history: Iterable[tuple[str, str, str]]) -> Redirects:
    """What each merged id stands for today, from (old id, new id, reason).

    An old id whose members went to several people stands for all of them. Ids that are not in it stand for themselves.
    """
    step: dict[str, set[str]] = {}
    for old, new, reason in history:
        if reason == MERGED and old != new:
            step.setdefault(old, set()).add(new)
    found: dict[str, frozenset[str]] = {}
    for old in step:
        seen, ends, todo = {old}, set(), [old]
        while todo:
            current = todo.pop()
            if current not in step:
                ends.add(current)
            for new in step.get(current, set()) - seen:
                seen.add(new)
                todo.append(new)
        found[old] = frozenset(ends or seen)  # a cycle has no end; no audit lets one through
    return found


def follow(person_id: str, merged: Redirects) -> frozenset[str]:
    """The person ids that `person_id` stands for today."""
    return merged.get(person_id, frozenset({person_id}))


def handled(
    marks: Iterable[Mark], merged: Redirects, specialties: Iterable[str], day: date
) -> dict[tuple[str, str], Handled]:
    """(person id, specialty) of everybody whom a mark keeps off that list on `day`.

    Of several marks that hold, the first status in the order of STATUSES speaks, and of one status the last to end.
    """
    lists = list(specialties)
    best: dict[tuple[str, str], tuple[tuple[int, int], Handled]] = {}
    for mark in marks:
        if not mark.holds(day):
            continue
        order = (STATUSES.index(mark.status), -(mark.until or date.max).toordinal())
        for person in follow(mark.person_id, merged):
            for specialty in lists if mark.search is None else [mark.search]:
                key = (person, specialty)
                if key not in best or order < best[key][0]:
                    best[key] = (order, Handled(mark.status, mark.until))
    return {key: value for key, (_, value) in sorted(best.items())}


def told(notices: Iterable[Notice], merged: Redirects) -> dict[str, Notice]:
    """The first notice of every person, by the id of today."""
    first: dict[str, Notice] = {}
    for notice in sorted(notices, key=lambda n: (n.on, n.channel, n.person_id)):
        for person in follow(notice.person_id, merged):
            first.setdefault(person, notice)
    return dict(sorted(first.items()))
