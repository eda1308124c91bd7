"""Venues of the invented works.

`acl`: the collection is part of the ACL Anthology; the others await their upstreams.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Venue:
    """A venue: `volumes` are (key, share of papers), `years` limits the years in which it is held (0 even, 1
    odd).
    """

    key: str
    name: str
    month: int
    acl: bool
    volumes: tuple[tuple[str, float], ...] = (("1", 1.0),)
    parity: int | None = None
    workshop: bool = False


_MAIN = (("long", 0.62), ("short", 0.14), ("industry", 0.14), ("demo", 0.06), ("srw", 0.04))
_ALL = (
    Venue("acl", "Annual Meeting of the Association for Computational Linguistics", 7, True, _MAIN),
    Venue("emnlp", "Conference on Empirical Methods in Natural Language Processing", 11, True,
          (("main", 0.74), ("industry", 0.16), ("demos", 0.1))),
    Venue("naacl", "Conference of the North American Chapter of the ACL", 6, True, _MAIN, 1),
    Venue("eacl", "Conference of the European Chapter of the ACL", 3, True,
          (("long", 0.8), ("short", 0.2)), 0),
    Venue("findings", "Findings of the Association for Computational Linguistics", 7, True,
          (("acl", 0.5), ("emnlp", 0.5))),
    Venue("alvr", "Workshop on Advances in Language and Vision Research", 7, True, workshop=True),
    Venue("splurobonlp", "Workshop on Spatial Language Understanding and Grounded Robotics", 8, True,
          workshop=True),
    Venue("internlp", "Workshop on Interactive and Reinforcement Learning for Language", 12, True,
          workshop=True),
    Venue("sustainlp", "Workshop on Simple and Efficient Natural Language Processing", 7, True,
          workshop=True),
    Venue("nlposs", "Workshop for NLP Open Source Software and Production Systems", 12, True, workshop=True),
    Venue("iwslt", "International Conference on Spoken Language Translation", 7, True, workshop=True),
    Venue("repl4nlp", "Workshop on Representation Learning", 5, True, workshop=True),
    Venue("icml", "International Conference on Machine Learning", 7, False),
    Venue("neurips", "Conference on Neural Information Processing Systems", 12, False),
    Venue("corl", "Conference on Robot Learning", 11, False),
    Venue("cvpr", "Conference on Computer Vision and Pattern Recognition", 6, False),
    Venue("mlsys", "Conference on Machine Learning and Systems", 5, False),
    Venue("interspeech", "Conference of the International Speech Communication Association", 9, False),
)  # fmt: skip
VENUES: dict[str, Venue] = {venue.key: venue for venue in _ALL}

_MIX: dict[str, tuple[tuple[str, float], ...]] = {
    "computer_vision": (
        ("alvr", 3),
        ("acl", 1.5),
        ("emnlp", 1.5),
        ("findings", 1.5),
        ("cvpr", 4.5),
        ("neurips", 1.5),
    ),
    "nlp_llm": (
        ("acl", 3),
        ("emnlp", 3),
        ("naacl", 1.5),
        ("eacl", 1.2),
        ("findings", 2),
        ("neurips", 1),
        ("icml", 0.6),
    ),
    "mlops_platform": (("sustainlp", 2.5), ("nlposs", 3), ("acl", 1), ("emnlp", 1.5), ("mlsys", 1.5)),
    "rl_research": (
        ("internlp", 3.5),
        ("acl", 0.8),
        ("emnlp", 1),
        ("findings", 1),
        ("icml", 3),
        ("neurips", 2.5),
    ),
    "robotics": (("splurobonlp", 6), ("acl", 0.5), ("findings", 0.8), ("corl", 2.7)),
    "speech_audio": (("iwslt", 5), ("acl", 1.2), ("findings", 1), ("interspeech", 2.5)),
    "general_ml": (("repl4nlp", 5), ("findings", 1.8), ("emnlp", 1.2), ("icml", 1.6), ("neurips", 1.4)),
}


def held(key: str, year: int) -> bool:
    """Whether the venue takes place in `year`."""
    parity = VENUES[key].parity
    return parity is None or year % 2 == parity


def mix(specialty: str, year: int) -> list[tuple[str, float]]:
    """Venues of one specialty with their shares, for one year."""
    return [(key, weight) for key, weight in _MIX[specialty] if held(key, year)]
