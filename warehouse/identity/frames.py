"""The identity functions over data frames, as the SQLMesh Python models call them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

from warehouse.identity.ids import Member, Registered, assign_ids
from warehouse.identity.people import Claim, Decision, Mention, Profile, resolve_people
from warehouse.identity.works import resolve_works

if TYPE_CHECKING:
    import pandas as pd


@contextmanager
def many_small_objects() -> Iterator[None]:
    """Switch the cycle collector off for work that makes millions of tuples and no cycles: walking them again and again
    takes it a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def rows(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Rows as tuples with None where pandas has NaN, NaT or NA."""
    objects = frame.astype(object)
    return list(objects.where(objects.notna(), None).itertuples(index=False, name=None))


@many_small_objects()
def work_artifact(artifacts: pd.DataFrame, external_ids: pd.DataFrame) -> pd.DataFrame:
    """core.work_artifact from (source, artifact_id, kind, title, year) and (source, artifact_id, scheme, value)."""
    import pandas as pd

    works = resolve_works(
        ((s, a, k, t, None if y is None else int(y)) for s, a, k, t, y in rows(artifacts)), rows(external_ids)
    )
    return pd.DataFrame(works, columns=["source", "artifact_id", "work_id", "basis"])


@many_small_objects()
def person_member(
    profiles: pd.DataFrame,
    mentions: pd.DataFrame,
    claims: pd.DataFrame,
    decisions: pd.DataFrame,
    registry: pd.DataFrame,
    history: pd.DataFrame,
    as_of: str,
) -> pd.DataFrame:
    """core.person_member; the columns of the inputs are the fields of `Profile`, `Mention`, `Claim` and `Decision`,
    (member_key, person_id, first_seen) of the registry and (old_person_id, new_person_id) of merges;
    `as_of` is an ISO date."""
    import pandas as pd

    clusters = resolve_people(
        [Profile._make(row) for row in rows(profiles)],
        [Mention._make(row) for row in rows(mentions)],
        [Claim._make(row) for row in rows(claims)],
        [Decision._make(row) for row in rows(decisions)],
    )
    known = {member: Registered(person, _day(seen)) for member, person, seen in rows(registry)}
    members = assign_ids(clusters, known, dict(rows(history)), date.fromisoformat(as_of))
    return pd.DataFrame(members, columns=list(Member._fields))


def _day(value: Any) -> date:
    """pandas gives a Timestamp where DuckDB has a date."""
    day: date = value.date() if hasattr(value, "date") else value
    return day
