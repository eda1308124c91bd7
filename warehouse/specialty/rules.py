"""Phrases of rules in the texts of evidence, on whole words of normalised text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from config.text import match_key

TITLE, TEXT, PROFILE_TEXT = "title", "text", "profile_text"
TEXT_FIELDS = (TITLE, TEXT, PROFILE_TEXT)
FIRES, EXCLUDES = "fires", "excludes"


@dataclass(frozen=True)
class Phrase:
    """A rule looks for `phrase_key` in `field`; it fires, or (a phrase of `exclude_if`) it must not fire."""

    specialty: str
    rule_id: str
    field: str
    phrase_key: str
    effect: str = FIRES


@dataclass(frozen=True)
class Found:
    """A rule met one of its phrases in a piece of evidence."""

    evidence_id: str
    specialty: str
    rule_id: str
    effect: str


class PhraseIndex:
    """All phrases, by field and by their longest word: a text is only compared with phrases one of whose words it holds."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._by_word: dict[str, dict[str, list[tuple[str, Phrase]]]] = {field: {} for field in TEXT_FIELDS}
        for phrase in phrases:
            words = phrase.phrase_key.split()
            if not words or phrase.field not in self._by_word:
                continue
            pivot = max(words, key=lambda word: (len(word), word))
            self._by_word[phrase.field].setdefault(pivot, []).append((f" {phrase.phrase_key} ", phrase))

    def find(self, evidence_id: str, fields: Mapping[str, str]) -> list[Found]:
        """What the fields of one piece of evidence hold (field to text, not normalised); each rule and effect once.

        The field `text` is the title and the text together.
        """
        found: set[Found] = set()
        for field, text in _keys(fields).items():
            by_word = self._by_word[field]
            if not by_word:
                continue
            for word in by_word.keys() & set(text.split()):
                for padded, phrase in by_word[word]:
                    if padded in text:
                        found.add(Found(evidence_id, phrase.specialty, phrase.rule_id, phrase.effect))
        return sorted(found, key=lambda f: (f.specialty, f.rule_id, f.effect))


def _keys(fields: Mapping[str, str]) -> dict[str, str]:
    keys = {field: f" {match_key(text)} " for field, text in fields.items() if text}
    if TITLE in keys:
        keys[TEXT] = keys[TITLE] + keys.get(TEXT, "").lstrip() if TEXT in keys else keys[TITLE]
    return keys


def excluding(specialty: str, rule_id: str, phrase_key: str) -> Iterator[Phrase]:
    """The phrases of `exclude_if`: wherever they stand, the rule does not fire."""
    for field in (TEXT, PROFILE_TEXT):
        yield Phrase(specialty, rule_id, field, phrase_key, EXCLUDES)
