"""Text as rules read it: normalised once, so that the rules themselves are plain SQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from config.text import match_key

TITLE, TEXT, PROFILE_TEXT = "title", "text", "profile_text"


def evidence_texts(
    works: Iterable[tuple[str, str, str | None]], profiles: Iterable[tuple[str, str | None]]
) -> Iterator[tuple[str, str, str]]:
    """(evidence_id, field, text_key) from works (evidence_id, title, abstract) and profiles (evidence_id, bio).

    The field `text` is title and abstract. A text_key has one space at both ends, so that a phrase stands on whole words
    exactly if ``' phrase '`` occurs in it.
    """
    for evidence, title, abstract in works:
        title_key = match_key(title)
        yield evidence, TITLE, f" {title_key} "
        yield evidence, TEXT, f" {title_key} {match_key(abstract)} " if abstract else f" {title_key} "
    for evidence, bio in profiles:
        if bio:
            yield evidence, PROFILE_TEXT, f" {match_key(bio)} "
