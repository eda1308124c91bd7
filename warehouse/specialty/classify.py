"""The specialty of one text, by the rules of the configuration alone (no venue, no tags)."""

from __future__ import annotations

from collections.abc import Mapping

from config.specialties import Specialty
from config.text import match_key
from warehouse.specialty.rules import EXCLUDES, FIRES, TEXT, TITLE, Phrase, PhraseIndex, excluding


class Classifier:
    """Sums the points of the rules that fire on a text; the same matching as core.text_match."""

    def __init__(self, specialties: Mapping[str, Specialty]) -> None:
        rules = [(name, rule) for name, s in sorted(specialties.items()) for rule in (*s.signals, *s.noise)]
        self._points = {(name, rule.id): rule.points for name, rule in rules if rule.field in (TITLE, TEXT)}
        self._index = PhraseIndex(
            phrase
            for name, rule in rules
            if rule.field in (TITLE, TEXT)
            for phrase in (
                *(Phrase(name, rule.id, rule.field, match_key(text)) for text in rule.any_of),
                *(p for text in rule.exclude_if for p in excluding(name, rule.id, match_key(text))),
            )
        )

    def points(self, title: str, text: str | None = None) -> dict[str, int]:
        """Points by specialty; empty if no rule fires."""
        found = self._index.find("", {TITLE: title, TEXT: text or ""})
        excluded = {(f.specialty, f.rule_id) for f in found if f.effect == EXCLUDES}
        totals: dict[str, int] = {}
        for f in found:
            if f.effect == FIRES and (f.specialty, f.rule_id) not in excluded:
                totals[f.specialty] = totals.get(f.specialty, 0) + self._points[(f.specialty, f.rule_id)]
        return totals

    def specialty(self, title: str, text: str | None = None) -> str | None:
        """The specialty with most points, of equals the first by name; None if nothing speaks for any."""
        totals = {name: points for name, points in self.points(title, text).items() if points > 0}
        return min(totals, key=lambda name: (-totals[name], name)) if totals else None
