"""Names of organisations and cities as they are compared."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from config.text import match_key
from warehouse.geography.words import ABBREVIATIONS, LINKING_WORDS, SPELLINGS

# Letters that Unicode does not decompose into a base letter and a mark, and the apostrophes that some leave out.
_LETTERS = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE",
     "'": "", "\u2019": "", "\u2018": "", "`": "", "\u00b4": ""}
)  # fmt: skip
_ASCII = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}


@lru_cache(maxsize=200_000)
def name_key(text: str) -> str:
    """`match_key` without apostrophes and linking words, and with one spelling of what has two (centre, center).

    ``"King's College of the Centre"`` gives ``"kings college center"``.
    """
    words = match_key(text.translate(_LETTERS)).split()
    return " ".join(SPELLINGS.get(word, word) for word in words if word not in LINKING_WORDS)


def expanded(key: str) -> str:
    """A key with its abbreviations written out: ``"univ foo"`` gives ``"university foo"``."""
    return " ".join(ABBREVIATIONS.get(word, word) for word in key.split())


def vocabulary_of(texts: Collection[str]) -> frozenset[str]:
    """All words that a name may hold and still match one of `texts`, as printed or written out."""
    keys = [name_key(text) for text in texts]
    words = {word for key in keys for form in (key, expanded(key)) for word in form.split()}
    return frozenset(
        words | LINKING_WORDS | {spelling for spelling, kept in SPELLINGS.items() if kept in words}
    )


def can_match(name: str, vocabulary: frozenset[str]) -> bool:
    """Whether a name's plain words are all in `vocabulary`. A cheap test that saves normalising most names of a large
    registry; it may say yes in vain, never no."""
    if name.isascii():
        return vocabulary.issuperset(name.replace("'", "").replace("`", "").translate(_ASCII).split())
    plain = name.translate(_LETTERS).lower().split()
    return all(word in vocabulary for word in plain if word.isascii() and word.isalnum())
