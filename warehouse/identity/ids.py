"""Person ids: clusters keep the id that their members had, and nobody gets one that was ever another's."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from warehouse.identity.clusters import Clusters

ALONE = "alone"
"""The rule of a member that nothing holds to others."""


class Registered(NamedTuple):
    """What the registry says of a member."""

    person_id: str
    first_seen: date


class Member(NamedTuple):
    """A member of a person: the row of core.person_member."""

    member_key: str
    person_id: str
    first_seen: date
    rule: str
    previous_person_id: str | None


def person_id(founder: str, salt: int = 0) -> str:
    """Id of a person whose earliest member at first sight is `founder`; `salt` tells apart what history has used up."""
    text = founder if salt == 0 else f"{founder}\0{salt}"
    return "p_" + hashlib.sha256(text.encode()).hexdigest()[:16]


def assign_ids(
    clusters: Clusters,
    registry: Mapping[str, Registered],
    merged: Mapping[str, str],
    as_of: date,
) -> list[Member]:
    """Give each cluster the id that its members already had, oldest first; new clusters a new one.

    `merged` maps ids that were merged to what they were merged into. If a registered person now falls into several
    clusters, the one that holds most of its registered members keeps the id (then the one with the least member). An id
    that was ever used is never given to somebody else.
    """
    groups = clusters.members()
    known: dict[str, list[tuple[str, date]]] = {}  # cluster to the ids that its members had
    for member, founder in clusters.cluster_of.items() if registry else ():
        if member in registry:
            row = registry[member]
            known.setdefault(founder, []).append((_final(row.person_id, merged), row.first_seen))
    keeper: dict[str, tuple[int, str]] = {}  # person id to (-members, founder) of the cluster that keeps it
    oldest: dict[str, date] = {}
    for founder, rows in known.items():
        for old, count in Counter(old for old, _ in rows).items():
            keeper[old] = min(keeper.get(old, (0, "")), (-count, founder))
        for old, seen in rows:
            oldest[old] = min(oldest.get(old, seen), seen)
    used = {row.person_id for row in registry.values()} | set(merged) | set(merged.values())
    members = []
    for founder, group in sorted(groups.items()):
        kept = [(oldest[old], old) for old, _ in known.get(founder, ()) if keeper[old][1] == founder]
        person = min(kept)[1] if kept else _new_id(group, used)
        for member in group:
            before = registry.get(member)
            members.append(
                Member(
                    member,
                    person,
                    before.first_seen if before else as_of,
                    clusters.joined_by.get(member, ALONE),
                    before.person_id if before and before.person_id != person else None,
                )
            )
    return members


def _new_id(group: Sequence[str], used: set[str]) -> str:
    founder, salt = _earliest(group), 0
    while (new := person_id(founder, salt)) in used:
        salt += 1
    used.add(new)
    return new


def _earliest(group: Sequence[str]) -> str:
    """Accounts and ORCID iDs outlast a place in an author list."""
    return group[0] if len(group) == 1 else min(group, key=lambda member: (":work:" in member, member))


def _final(person: str, merged: Mapping[str, str]) -> str:
    seen = {person}
    while person in merged and merged[person] not in seen:
        person = merged[person]
        seen.add(person)
    return person
