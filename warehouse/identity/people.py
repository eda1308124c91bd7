"""Mentions and accounts to people: the edges.

Merged are: mentions that a source gives to one of its accounts; rows of one account at two sources of a platform;
whatever carries one ORCID iD; accounts that claim each other or the same third account; an account and the place in an
author list that its platform has verified to be its; the same place in the author list of the same work at two sources.
Never merged is what merely bears the same name. A decision of a person (config/decisions/people.csv) wins over all.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from config.errors import UserError
from config.text import match_key
from warehouse.identity.clusters import Clusters, Edge, cluster

DECISION, ORCID, PROFILE, CLAIM, SAME_PLACE = "decision", "orcid", "profile", "claim", "same_work_and_place"
STRENGTH = (DECISION, ORCID, PROFILE, CLAIM, SAME_PLACE)
ACCOUNT_SCHEMES = frozenset(
    {"github", "google_scholar", "dblp", "semantic_scholar", "openreview", "huggingface"}
)
"""Schemes whose values are one person's account; a homepage is often a laboratory's."""
TRUSTED = frozenset({"verified", "declared", "admin_assigned"})
PAPER_AUTHOR = "paper_author"
"""Scheme of a place in an author list, ``<artifact>#<position>`` of the same source."""


class Profile(NamedTuple):
    """An account at a source; `kind` as landed (only `person` is one), or ``deleted``."""

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

    An account that a mention names is a member even if its profile did not land; one that landed at any source of its
    platform as anything but a person never is. Raises UserError for a decision that is neither `same` nor `different`.
    """
    others = {(_platform(p.source), p.profile_id) for p in profiles if p.kind != "person"}
    named = {(p.source, p.profile_id) for p in profiles} | {
        (m.source, m.profile_id) for m in mentions if m.profile_id
    }
    known = sorted(pair for pair in named if (_platform(pair[0]), pair[1]) not in others)
    accounts = {profile_key(*pair) for pair in known}
    profiles = [profile for profile in profiles if profile.key in accounts]
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
        *_one_platform_edges(known),
        *_claim_edges(profiles, claims),
        *_paper_author_edges(claims),
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


def _one_platform_edges(accounts: Sequence[tuple[str, str]]) -> list[Edge]:
    """One account, by the platform's own id, that several of the platform's sources show."""
    shared: dict[tuple[str, str], list[str]] = {}
    for source, profile_id in accounts:
        shared.setdefault((_platform(source), profile_id), []).append(profile_key(source, profile_id))
    return [
        Edge(left, right, PROFILE) for keys in shared.values() for left, right in itertools.pairwise(keys)
    ]


def _paper_author_edges(claims: Sequence[Claim]) -> list[Edge]:
    """Accounts and their verified places in author lists.

    Platforms guess many of these links, so only a verified one counts; and if one account has two places of a paper, or
    two accounts one place, somebody is wrong, so none of them does.
    """
    places: dict[tuple[str, str], set[str]] = {}  # account and paper to positions
    holders: dict[tuple[str, str], set[str]] = {}  # source and place to accounts
    for claim in claims:
        if claim.scheme == PAPER_AUTHOR and claim.strength == "verified":
            key = profile_key(claim.source, claim.profile_id)
            places.setdefault((key, claim.value.rpartition("#")[0]), set()).add(claim.value)
            holders.setdefault((claim.source, claim.value), set()).add(key)
    return [
        Edge(key, f"{source}:work:{value}", CLAIM)
        for (source, value), keys in holders.items()
        for key in keys
        if len(keys) == 1 and len(places[(key, value.rpartition("#")[0])]) == 1
    ]


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
