"""Artifacts to works: one paper that three sources show is one work.

Papers and talks meet by a shared identifier, else papers by the same normalised title and year. Models, datasets,
spaces and repositories are works of their own: that a model card names a paper does not make it that paper. They come
by the million and need no comparing, so core.work_artifact names them in SQL, with the same ids as `work_id` here.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterable, Sequence

from config.text import match_key
from warehouse.identity.clusters import Edge, cluster

SHARED_ID, TITLE_AND_YEAR, OWN = "shared_id", "title_and_year", "own"
SCHEMES = frozenset({"doi", "arxiv", "acl", "openreview", "pmlr", "dblp", "pmid"})
"""Schemes whose values name one paper the world over."""
MINIMUM_TITLE_WORDS = 3
"""Below this a title ("Introduction", "Invited talk") belongs to many papers."""

_ARXIV_VERSION = re.compile(r"v\d+$")
_DOI_ADDRESS = re.compile(r"^https?://(?:dx\.)?doi\.org/")


def normal_id(scheme: str, value: str) -> str:
    """An identifier as it is compared: DOIs in lower case, no resolver (DOI Handbook 2.4), arXiv ids unversioned."""
    value = value.strip().lower()
    if scheme == "doi":
        return _DOI_ADDRESS.sub("", value)
    return _ARXIV_VERSION.sub("", value.removeprefix("arxiv:")) if scheme == "arxiv" else value


def artifact_key(source: str, artifact_id: str) -> str:
    """How an artifact is named in work ids; also its identifier for suppression."""
    return f"{source}:artifact:{artifact_id}"


def work_id(founder: str) -> str:
    """Id of the work whose least artifact key is `founder`."""
    return "w_" + hashlib.sha256(founder.encode()).hexdigest()[:16]


def resolve_works(
    artifacts: Iterable[tuple[str, str, str, str, int | None]],
    external_ids: Iterable[tuple[str, str, str, str]],
) -> list[tuple[str, str, str, str]]:
    """(source, artifact_id, work_id, basis) for every artifact, sorted by source and artifact.

    `artifacts`: (source, artifact_id, kind, title, year); `external_ids`: (source, artifact_id, scheme, value).
    """
    rows = {
        artifact_key(source, artifact): (source, artifact, kind, title, year)
        for source, artifact, kind, title, year in artifacts
    }
    papers = {key for key, row in rows.items() if row[2] in ("paper", "talk")}
    by_id: dict[tuple[str, str], list[str]] = {}
    for source, artifact, scheme, value in external_ids:
        key = artifact_key(source, artifact)
        if scheme in SCHEMES and key in papers:
            by_id.setdefault((scheme, normal_id(scheme, value)), []).append(key)
    by_title: dict[tuple[str, int], list[str]] = {}
    for key in papers:
        _, _, kind, title, year = rows[key]
        title_key = match_key(title)
        if kind == "paper" and year is not None and title_key.count(" ") + 1 >= MINIMUM_TITLE_WORDS:
            by_title.setdefault((title_key, year), []).append(key)
    edges = [*_chain(by_id.values(), SHARED_ID), *_chain(by_title.values(), TITLE_AND_YEAR)]
    found = cluster(rows, edges, (SHARED_ID, TITLE_AND_YEAR))
    return [
        (rows[key][0], rows[key][1], work_id(founder), found.joined_by.get(key, OWN))
        for key, founder in sorted(found.cluster_of.items())
    ]


def _chain(groups: Iterable[Sequence[str]], rule: str) -> list[Edge]:
    return [
        Edge(left, right, rule)
        for group in map(sorted, groups)
        for left, right in itertools.pairwise(group)
        if left != right
    ]
