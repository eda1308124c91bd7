"""Who is whom among author mentions, by the product's own resolver; ids, ORCIDs and links are hidden from it."""

from __future__ import annotations

import random
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from config.text import match_key
from tests.quality.data import read_truth
from tests.quality.pairs import scores
from warehouse.identity.people import Mention, resolve_people
from warehouse.identity.works import resolve_works


def measure(truth: Path, *, alter_names: int | None) -> dict[str, Any]:
    """Scores over the mentions whose person is known: all, and those whose name is borne by several ids."""
    rows = read_truth(
        truth, ("venue", "paper_id", "title", "position", "n_authors", "name", "id_scheme", "true_id")
    )
    names = [row["name"] for row in rows]
    if alter_names is not None:
        chooser = random.Random(alter_names)
        names = [altered(name, chooser) if chooser.random() < 0.5 else name for name in names]
    started = time.perf_counter()
    works = resolve_works(
        {(r["venue"], r["paper_id"], "paper", r["title"], _year(r["venue"])) for r in rows}, ()
    )
    work_of = {(source, artifact): work for source, artifact, work, _ in works}
    mentions = []
    for r, name in zip(rows, names, strict=True):
        paper = (r["venue"], r["paper_id"])
        mentions.append(
            Mention(*paper, int(r["position"]) + 1, int(r["n_authors"]), name, work_of[paper], None, None)
        )
    clusters = resolve_people([], mentions, [])
    seconds = time.perf_counter() - started
    # OpenReview, IEEE and ACL each have ids of their own: whether one's person is another's is not known, so a pair of
    # mentions is judged only within a scheme.
    labelled = [
        (
            (clusters.cluster_of[m.key], r["id_scheme"]),
            (r["true_id"], r["id_scheme"]),
            (match_key(r["name"]), r["id_scheme"]),
        )
        for m, r in zip(mentions, rows, strict=True)
        if r["true_id"]
    ]
    bearers: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for _, person, bearer in labelled:
        bearers[bearer].add(person)
    hard = [row for row in labelled if len(bearers[row[2]]) > 1]
    everything = scores([p for p, _, _ in labelled], [t for _, t, _ in labelled])
    exact = scores(
        [(match_key(name), r["id_scheme"]) for r, name in zip(rows, names, strict=True) if r["true_id"]],
        [t for _, t, _ in labelled],
    )
    return {
        "all": everything,
        "ambiguous_names": scores([p for p, _, _ in hard], [t for _, t, _ in hard]),
        "automatic_merges": {key: everything[key] for key in ("pair_precision", "pair_recall")},
        "exact_name_for_comparison": exact,
        "seconds": round(seconds, 3),
    }


def _year(venue: str) -> int | None:
    digits = venue[-4:]
    return int(digits) if digits.isdigit() else None


def altered(name: str, chooser: random.Random) -> str:
    """One of: initial, "Last, First", without the middle name, plain ASCII, a typing mistake."""
    words = name.split()
    if len(words) < 2:
        return name
    first, last = words[0], words[-1]
    way = chooser.randrange(5)
    if way == 0:
        return f"{first[0]}. {' '.join(words[1:])}"
    if way == 1:
        return f"{last}, {' '.join(words[:-1])}"
    if way == 2:
        return f"{first} {last}"
    if way == 3:
        return " ".join(match_key(word).title() for word in words)
    place = chooser.randrange(1, len(last)) if len(last) > 1 else 0
    return " ".join([*words[:-1], last[:place] + last[place + 1 :]])
