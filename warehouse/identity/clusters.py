"""Connected components with pairs that must stay apart.

Edges are data: who, why, on what evidence. They are applied in the order of their rule's strength, then by their ends,
so the result does not depend on the order in which rows arrive. An edge that would join what must stay apart is refused
and handed back; a wrong merge is worse than a duplicate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Edge(NamedTuple):
    """`left` and `right` are the same thing, says `rule`."""

    left: str
    right: str
    rule: str


@dataclass(frozen=True)
class Clusters:
    """`cluster_of`: member to the least member of its cluster. `joined_by`: member to the strongest rule that holds it
    there. `refused`: edges that were not followed."""

    cluster_of: dict[str, str]
    joined_by: dict[str, str]
    refused: tuple[Edge, ...]

    def members(self) -> dict[str, list[str]]:
        """Members of each cluster, sorted, by its least member."""
        groups: dict[str, list[str]] = {}
        for member, founder in sorted(self.cluster_of.items()):
            if founder in groups:
                groups[founder].append(member)
            else:
                groups[founder] = [member]
        return groups


def cluster(
    members: Iterable[str],
    edges: Iterable[Edge],
    strength: Sequence[str],
    *,
    slots: Mapping[str, tuple[str, int]] | None = None,
    apart: Iterable[tuple[str, str]] = (),
    forced: frozenset[str] = frozenset(),
) -> Clusters:
    """Join members along edges.

    `strength` lists the rules, strongest first. `slots` says which place a member takes in which list: one cluster
    never takes two places of one list. `apart` are pairs that are never joined. Rules in `forced` pass over the slots,
    but not over `apart`. Ends of edges that are no members are ignored.
    """
    parent = {member: member for member in members}
    rank = {rule: place for place, rule in enumerate(strength)}
    kept = sorted(
        (rank[rule], left, right, rule)
        for left, right, rule in set(edges)
        if left in parent and right in parent
    )
    forbidden = [pair for pair in apart if pair[0] in parent and pair[1] in parent]
    taken: dict[str, dict[str, int]] = {}  # of clusters that an edge has touched; all others hold one member
    joined_by: dict[str, str] = {}
    refused = []
    slots = slots or {}

    def find(member: str) -> str:
        root = member
        while parent[root] != root:
            root = parent[root]
        while parent[member] != root:
            parent[member], member = root, parent[member]
        return root

    def places(root: str) -> dict[str, int]:
        if root not in taken:
            taken[root] = dict([slots[root]]) if root in slots else {}
        return taken[root]

    for _, end, other, rule in kept:
        left, right = find(end), find(other)
        if left != right:
            if any({find(a), find(b)} == {left, right} for a, b in forbidden) or (
                rule not in forced and _collide(places(left), places(right))
            ):
                refused.append(Edge(end, other, rule))
                continue
            left, right = min(left, right), max(left, right)
            parent[right] = left
            taken[left] = {**places(right), **places(left)}
            del taken[right]
        joined_by.setdefault(end, rule)
        joined_by.setdefault(other, rule)
    return Clusters({member: find(member) for member in parent}, joined_by, tuple(refused))


def _collide(left: dict[str, int], right: dict[str, int]) -> bool:
    small, large = (left, right) if len(left) <= len(right) else (right, left)
    return any(large.get(name, place) != place for name, place in small.items())
