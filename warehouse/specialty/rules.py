"""Phrases of rules in the texts of evidence, on whole words of normalised text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from config.text import match_key

TITLE, TEXT, PROFILE_TEXT = "title", "text", "profile_text"
TEXT_FIELDS = (TITLE, TEXT, PROFILE_TEXT)
FIRES, EXCLUDES = "fires", "excludes"
_ASCII = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}


class Phrase(NamedTuple):
    """A rule looks for `phrase_key` in `field`; it fires, or (a phrase of `exclude_if`) it must not fire."""

    specialty: str
    rule_id: str
    field: str
    phrase_key: str
    effect: str = FIRES


class Found(NamedTuple):
    """A rule met one of its phrases in a piece of evidence."""

    evidence_id: str
    specialty: str
    rule_id: str
    effect: str


class PhraseIndex:
    """All phrases, by field, first word, second word (none: a phrase of one word) and the words that follow them."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._by_word: dict[str, dict[str, dict[str | None, list[tuple[list[str], Phrase]]]]] = {}
        for phrase in phrases:
            words = phrase.phrase_key.split()
            if phrase.field in TEXT_FIELDS and words:
                seconds = self._by_word.setdefault(phrase.field, {}).setdefault(words[0], {})
                seconds.setdefault(words[1] if len(words) > 1 else None, []).append((words[2:], phrase))

    def find(self, evidence_id: str, fields: Mapping[str, str]) -> list[Found]:
        """What the fields of one piece of evidence hold (field to text, not normalised); each rule and effect once.

        The field `text` is the title and the text together.
        """
        met: set[Phrase] = set()
        for field, words in _words_of(fields).items():
            by_word = self._by_word.get(field, {})
            for place, word in enumerate(words):
                if word not in by_word:
                    continue
                seconds, follower = by_word[word], words[place + 1] if place + 1 < len(words) else ""
                if None in seconds:
                    met.update(phrase for _, phrase in seconds[None])
                if follower in seconds:
                    start = place + 2
                    met.update(p for rest, p in seconds[follower] if words[start : start + len(rest)] == rest)
        return sorted({Found(evidence_id, p.specialty, p.rule_id, p.effect) for p in met})


def _words_of(fields: Mapping[str, str]) -> dict[str, list[str]]:
    words = {field: words_of(text) for field, text in fields.items() if text}
    if TITLE in words:
        words[TEXT] = words[TITLE] + words.get(TEXT, [])
    return words


def words_of(text: str) -> list[str]:
    """``match_key(text).split()`` for long texts, several times faster."""
    if text.isascii():
        return text.translate(_ASCII).split()
    return [part for word in text.split() for part in _word_parts(word)]


@lru_cache(maxsize=100_000)
def _word_parts(word: str) -> tuple[str, ...]:
    """Words that are not ASCII are few, and again and again the same."""
    return tuple(match_key(word).split())


def excluding(specialty: str, rule_id: str, phrase_key: str) -> Iterator[Phrase]:
    """The phrases of `exclude_if`: wherever they stand, the rule does not fire."""
    for field in (TEXT, PROFILE_TEXT):
        yield Phrase(specialty, rule_id, field, phrase_key, EXCLUDES)
