"""`warehouse.memory` over data frames, as the SQLMesh Python models call it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from config.marks import Mark
from config.notices import Notice
from warehouse.identity.frames import rows
from warehouse.memory import handled, redirects, told

if TYPE_CHECKING:
    import pandas as pd


def handled_frame(
    marks: pd.DataFrame, history: pd.DataFrame, specialties: pd.DataFrame, build: pd.DataFrame
) -> pd.DataFrame:
    """core.handled from ref.decision_leads, (old id, new id, reason), the lists and the build's as_of as text."""
    import pandas as pd

    found = handled(
        [Mark(person, search, status, _day(until)) for person, search, status, until in rows(marks)],
        redirects(rows(history)),
        [str(name) for (name,) in rows(specialties)],
        date.fromisoformat(str(build["as_of"][0])),
    )
    values = [(person, specialty, state.status, state.until) for (person, specialty), state in found.items()]
    return pd.DataFrame(values, columns=["person_id", "specialty", "status", "until"])


def notice_frame(notices: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """core.person_notice from ref.notice (person_id, on, channel) and (old id, new id, reason)."""
    import pandas as pd

    given = [Notice(person, _required(on), channel or "") for person, on, channel in rows(notices)]
    found = told(given, redirects(rows(history)))
    values = [(person, notice.on, notice.channel) for person, notice in found.items()]
    return pd.DataFrame(values, columns=["person_id", "told_on", "channel"])


def _day(value: Any) -> date | None:
    """pandas gives a Timestamp where DuckDB has a date."""
    if value is None:
        return None
    day = value.date() if hasattr(value, "date") else value
    return day if isinstance(day, date) else None


def _required(value: Any) -> date:
    day = _day(value)
    if day is None:
        raise ValueError("a notice without a day")
    return day
