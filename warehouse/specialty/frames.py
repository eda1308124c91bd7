"""The specialty functions over data frames, as the SQLMesh Python model calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.identity.frames import many_small_objects, rows
from warehouse.specialty.rules import PROFILE_TEXT, TEXT, TITLE, Found, Phrase, PhraseIndex, excluding

if TYPE_CHECKING:
    import pandas as pd


def phrase_index(phrases: pd.DataFrame, exclusions: pd.DataFrame) -> PhraseIndex:
    """From (specialty, rule_id, field, phrase_key) and (specialty, rule_id, phrase_key)."""
    return PhraseIndex(
        [*(Phrase(*row) for row in rows(phrases)), *(p for row in rows(exclusions) for p in excluding(*row))]
    )


@many_small_objects()
def text_match(works: pd.DataFrame, profiles: pd.DataFrame, index: PhraseIndex) -> pd.DataFrame:
    """core.text_match from works (evidence_id, title, abstract) and profiles (evidence_id, bio)."""
    import pandas as pd

    found = [
        f
        for evidence, title, text in rows(works)
        for f in index.find(evidence, {TITLE: title, TEXT: text or ""})
    ]
    found += [f for evidence, bio in rows(profiles) for f in index.find(evidence, {PROFILE_TEXT: bio})]
    return pd.DataFrame(found, columns=list(Found._fields))
