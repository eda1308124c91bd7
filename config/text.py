"""Text normalisation shared by parsers and matchers."""

from __future__ import annotations

import re
import unicodedata

_NOT_WORD = re.compile(r"[\W_]+")


def match_key(text: str) -> str:
    """A key under which spelling variants meet: NFKC, case-folded, without diacritics, words parted by one space.

    ``"  Zürich—ETH "`` gives ``"zurich eth"``. Letters of all scripts are kept. May be empty.
    """
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.casefold())
        text = unicodedata.normalize("NFKC", "".join(c for c in decomposed if not unicodedata.combining(c)))
    return _NOT_WORD.sub(" ", text.casefold()).strip()
