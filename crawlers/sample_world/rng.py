"""Deterministic randomness: named streams of `random.Random`, so that adding a draw in one place moves no
other.

Nothing here uses `hash()` or set order; equal seeds give equal worlds on every machine.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")

# Letters that NFKD does not split into a base letter and a mark.
_FOLD = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ı": "i", "đ": "d", "Đ": "D", "ß": "ss", "æ": "ae", "œ": "oe"}
)


def stream(seed: int, *labels: object) -> Random:
    """An independent generator for one purpose (`labels`) of one world (`seed`)."""
    text = "/".join([str(seed), *(str(label) for label in labels)])
    return Random(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big"))


def weighted(r: Random, items: Sequence[tuple[T, float]]) -> T:
    """One item drawn by weight. `items` must not be empty and its weights must sum to more than zero."""
    point = r.random() * sum(weight for _, weight in items)
    for item, weight in items:
        point -= weight
        if point < 0:
            return item
    return items[-1][0]


def chance(r: Random, probability: float) -> bool:
    """True with this probability (one draw, always)."""
    return r.random() < probability


def hex_id(r: Random, digits: int = 24) -> str:
    """A lower-case hexadecimal id of `digits` digits."""
    return f"{r.getrandbits(digits * 4):0{digits}x}"


def ascii_fold(text: str) -> str:
    """`text` without diacritics; characters with no Latin base letter are dropped."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_FOLD))
    return decomposed.encode("ascii", "ignore").decode()


def slug(text: str) -> str:
    """Lower-case ASCII words joined by hyphens (the ACL Anthology's form of a name)."""
    folded = ascii_fold(text).lower()
    return "-".join("".join(c if c.isalnum() else " " for c in folded).split())


def orcid_check(digits: str) -> str:
    """Check character of 15 ORCID digits: ISO 7064 mod 11-2 (0-9 or X)."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    value = (12 - total % 11) % 11
    return "X" if value == 10 else str(value)


def orcid(r: Random) -> str:
    """A well-formed ORCID of a block (0009-009x) that the registry has not handed out."""
    digits = f"000900{r.randint(90, 99):02d}{r.randrange(10**7):07d}"
    full = digits + orcid_check(digits)
    return "-".join(full[i : i + 4] for i in range(0, 16, 4))


_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def ror_id(r: Random) -> str:
    """A ROR id with a valid checksum (ISO 7064 mod 97-10), from a range ("0z") that ROR does not use."""
    body = "z" + "".join(r.choice(_CROCKFORD) for _ in range(5))
    number = 0
    for char in body:
        number = number * 32 + _CROCKFORD.index(char)
    return f"https://ror.org/0{body}{98 - (number * 100) % 97:02d}"
