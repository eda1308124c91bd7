"""Composes titles, abstracts, profile texts and coined names from the phrase banks."""

from __future__ import annotations

from random import Random

from crawlers.sample_world.phrases import APPLIED_TITLES, BANKS, METHODS, PROBLEMS, RESULTS, TITLES
from crawlers.sample_world.rng import chance

_SYLLABLES = (
    "ba", "cor", "dra", "el", "fin", "gal", "hy", "ix", "ju", "kel", "lum", "mar", "nor", "ox", "pra", "qui",
    "ro", "sil", "tov", "ul", "ven", "wex", "yl", "zen",
)  # fmt: skip


def coin(r: Random, specialty: str) -> str:
    """An invented system name, such as "LumvenSeg"."""
    stem = "".join(r.choice(_SYLLABLES) for _ in range(r.choice((2, 2, 3)))).capitalize()
    return stem + r.choice(BANKS[specialty].suffixes)


def words(r: Random, specialty: str) -> dict[str, str]:
    """A task and a method of the specialty, to fill a title with."""
    bank = BANKS[specialty]
    return {"task": r.choice(bank.tasks), "method": r.choice(bank.methods)}


def paper(r: Random, specialty: str, track: str) -> tuple[str, str]:
    """Title and abstract of one paper; `track` is research or applied (production vocabulary)."""
    bank = BANKS[specialty]
    words = {
        "name": coin(r, specialty),
        "task": r.choice(bank.tasks),
        "method": r.choice(bank.methods),
        "setting": r.choice(bank.settings),
    }
    applied = track == "applied"
    title = r.choice(APPLIED_TITLES if applied and chance(r, 0.6) else TITLES).format(**words)
    sentences = [r.choice(bank_of).format(**words) for bank_of in (PROBLEMS, METHODS, RESULTS)]
    if applied or chance(r, 0.2):
        sentences.append(r.choice(bank.production))
    return title, " ".join(sentences)


def interests(r: Random, specialty: str) -> str:
    """What somebody writes under "interests"; about a third write nothing."""
    bank = BANKS[specialty]
    chosen = r.sample(bank.interests, r.choice((1, 2, 2, 3)))
    forms = ("{}", "I work on {}.", "{} :)", "Interested in {}", "{} | open source")
    return "" if chance(r, 0.3) else r.choice(forms).format(", ".join(chosen))
