"""The specialty functions over data frames, as the SQLMesh Python model calls them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

from warehouse.identity.frames import many_small_objects, rows
from warehouse.specialty.rules import PROFILE_TEXT, TEXT, TITLE, Found, Phrase, PhraseIndex, excluding

if TYPE_CHECKING:
    import pandas as pd

BATCH_ROWS = 50_000
"""Texts held as Python objects at a time: at 1,500 characters of abstract each, 100 MB."""


def phrase_index(phrases: pd.DataFrame, exclusions: pd.DataFrame) -> PhraseIndex:
    """From (specialty, rule_id, field, phrase_key) and (specialty, rule_id, phrase_key)."""
    return PhraseIndex(
        [*(Phrase(*row) for row in rows(phrases)), *(p for row in rows(exclusions) for p in excluding(*row))]
    )


def work_batches(column: str, n_works: int) -> Iterator[str]:
    """SQL conditions that part work ids (``w_`` and hexadecimal digits of a hash) into batches of about `BATCH_ROWS`.

    Every work id meets exactly one of them, whatever `n_works` is. No rows, no conditions.
    """
    n_batches = -(-n_works // BATCH_ROWS)
    bounds = [f"w_{number * 16**8 // n_batches:08x}" for number in range(1, n_batches)]
    for low, high in itertools.pairwise([None, *bounds, None]) if n_batches else ():
        sides = [f"{column} >= '{low}'" if low else "", f"{column} < '{high}'" if high else ""]
        yield " AND ".join(side for side in sides if side) or "TRUE"


@many_small_objects()
def text_match(works: pd.DataFrame, index: PhraseIndex) -> pd.DataFrame:
    """Rows of core.text_match for works (evidence_id, title, abstract)."""
    import pandas as pd

    found = [
        f
        for evidence, title, text in rows(works)
        for f in index.find(evidence, {TITLE: title, TEXT: text or ""})
    ]
    return pd.DataFrame(found, columns=list(Found._fields))


@many_small_objects()
def profile_match(profiles: pd.DataFrame, index: PhraseIndex) -> pd.DataFrame:
    """Rows of core.text_match for people's own descriptions (evidence_id, bio)."""
    import pandas as pd

    found = [f for evidence, bio in rows(profiles) for f in index.find(evidence, {PROFILE_TEXT: bio})]
    return pd.DataFrame(found, columns=list(Found._fields))
