"""The specialty functions over data frames, as the SQLMesh Python model calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.identity.frames import rows
from warehouse.specialty.text import evidence_texts

if TYPE_CHECKING:
    import pandas as pd


def evidence_text(works: pd.DataFrame, profiles: pd.DataFrame) -> pd.DataFrame:
    """core.evidence_text from (evidence_id, title, abstract) and (evidence_id, bio)."""
    import pandas as pd

    return pd.DataFrame(evidence_texts(rows(works), rows(profiles)), columns=["evidence_id", "field", "text_key"])
