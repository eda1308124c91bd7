"""Mentions and accounts to people: the edges, and the ids that stay.

Merged are: mentions that a source gives to one of its accounts; whatever carries one ORCID iD; accounts that claim each
other or the same third account; the same place in the author list of the same work at two sources. Never merged is what
merely bears the same name. A person's decision (config/decisions/people.csv) wins over all of these.
"""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from config.errors import UserError
from config.text import match_key
from warehouse.identity.clusters import Clusters, Edge, cluster

DECISION, ORCID, PROFILE, CLAIM, SAME_PLACE = "decision", "orcid", "profile", "claim", "same_work_and_place"
STRENGTH = (DECISION, ORCID, PROFILE, CLAIM, SAME_PLACE)
ALONE = "alone"
ACCOUNT_SCHEMES = frozenset(
    {"github", "google_scholar", "dblp", "semantic_scholar", "openreview", "huggingface"}
)
"""Schemes whose values are one person's account; a homepage is often a laboratory's."""
TRUSTED = frozenset({"verified", "declared", "admin_assigned"})


class Profile(NamedTuple):
    """An account at a source; `kind` as landed: only `person` is one."""

    source: str
    profile_id: str
    handle: str | None
    kind: str = "person"

    @property
    def key(self) -> str:
        return profile_key(self.source, self.profile_id)


class Mention(NamedTuple):
    """A place in the author list of an artifact."""

    source: str
    artifact_id: str
    position: int
    n_authors: int
    name: str
    work_id: str
    profile_id: str | None
    orcid: str | None

    @property
    def key(self) -> str:
        return f"{self.source}:work:{self.artifact_id}#{self.position}"


class Claim(NamedTuple):
    """An account's statement that it is also another."""

    source: str
    profile_id: str
    scheme: str
    value: str
    strength: str


class Decision(NamedTuple):
    """What a person decided about two members: `same` or `different`."""

    left: str
    right: str
    judgement: str


def profile_key(source: str, profile_id: str) -> str:
    return f"{source}:profile:{profile_id}"


def orcid_key(orcid: str) -> str:
    return f"orcid:{orcid}"


def resolve_people(
    profiles: Sequence[Profile],
    mentions: Sequence[Mention],
    claims: Sequence[Claim],
    decisions: Sequence[Decision] = (),
) -> Clusters:
    """Clusters of member keys (accounts, mentions, ORCID iDs).

    An account that a mention names is a member even if its profile did not land; one that landed as anything but a
    person never is. Raises UserError for a decision that is neither `same` nor `different`.
    """
    others = {profile.key for profile in profiles if profile.kind != "person"}
    profiles = [profile for profile in profiles if profile.kind == "person"]
    accounts = {profile.key for profile in profiles}
    accounts |= {profile_key(m.source, m.profile_id) for m in mentions if m.profile_id} - others
    claims = [claim for claim in claims if profile_key(claim.source, claim.profile_id) in accounts]
    for decision in decisions:
        if decision.judgement not in ("same", "different"):
            raise UserError(
                f"decisions/people.csv: {decision.left}: judgement '{decision.judgement}'; write same or different"
            )
    keys = [mention.key for mention in mentions]
    edges = [
        *(Edge(d.left, d.right, DECISION) for d in decisions if d.judgement == "same"),
        *(Edge(key, orcid_key(m.orcid), ORCID) for key, m in zip(keys, mentions, strict=True) if m.orcid),
        *(
            Edge(key, profile_key(m.source, m.profile_id), PROFILE)
            for key, m in zip(keys, mentions, strict=True)
            if m.profile_id
        ),
        *_claim_edges(profiles, claims),
        *_same_place_edges(mentions),
    ]
    orcids = {edge.right for edge in edges if edge.rule == ORCID}
    return cluster(
        [*accounts, *keys, *orcids],
        edges,
        STRENGTH,
        slots={
            key: (f"{m.source}/{m.artifact_id}", m.position) for key, m in zip(keys, mentions, strict=True)
        },
        apart=[(d.left, d.right) for d in decisions if d.judgement == "different"],
        forced=frozenset({DECISION}),
    )


def _platform(source: str) -> str:
    """`huggingface_models` and `huggingface_papers` read one platform, `huggingface`."""
    return source.split("_", 1)[0]


def _claim_edges(profiles: Sequence[Profile], claims: Sequence[Claim]) -> list[Edge]:
    by_name: dict[tuple[str, str], list[str]] = {}
    for profile in profiles:
        for name in {profile.profile_id.lower(), (profile.handle or profile.profile_id).lower()}:
            by_name.setdefault((_platform(profile.source), name), []).append(profile.key)
    edges = []
    one_way: dict[tuple[str, str], str] = {}
    shared: dict[tuple[str, str], list[str]] = {}
    for claim in claims:
        if claim.strength not in TRUSTED:
            continue
        key = profile_key(claim.source, claim.profile_id)
        if claim.scheme == "orcid":
            edges.append(Edge(key, orcid_key(claim.value), ORCID))
            continue
        for other in by_name.get((claim.scheme, claim.value.lower()), []):
            if other != key:
                one_way[(key, other)] = claim.strength
        if claim.scheme in ACCOUNT_SCHEMES:
            shared.setdefault((claim.scheme, claim.value.lower()), []).append(key)
    for (left, right), strength in one_way.items():
        if strength == "verified" or (right, left) in one_way:
            edges.append(Edge(left, right, CLAIM))
    for group in shared.values():
        keys = sorted(set(group))
        edges += [Edge(left, right, CLAIM) for left, right in itertools.pairwise(keys)]
    return edges


def _same_place_edges(mentions: Sequence[Mention]) -> list[Edge]:
    """The same place of the same work at two sources, if the names share their last word (either order of names)."""
    shared: dict[tuple[str, int, int], Mention] = {}
    places: dict[tuple[str, int, int], list[Mention]] = {}
    for mention in mentions:
        place = (mention.work_id, mention.n_authors, mention.position)
        first = shared.setdefault(place, mention)
        if first is not mention:
            places.setdefault(place, [first]).append(mention)
    edges = []
    for group in places.values():
        ordered = sorted(group, key=lambda m: m.key)
        for left, right in itertools.pairwise(ordered):
            words_left, words_right = match_key(left.name).split(), match_key(right.name).split()
            if (
                words_left
                and words_right
                and (words_left[-1] in words_right or words_right[-1] in words_left)
            ):
                edges.append(Edge(left.key, right.key, SAME_PLACE))
    return edges


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
