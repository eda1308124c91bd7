"""The queue of people who must be told that their data is held (GDPR Art. 14(3)(a): within a month)."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from config.notices import Notice
from config.paths import ProfilePaths
from warehouse.export.lead_list import as_of, merged_ids
from warehouse.export.read import is_sample, marked, published, reading, suppressed_candidates
from warehouse.memory import told

ON_SCREEN = ("art14_due", "days_left", "person_id", "name", "contact_route", "sources")
_QUEUE = """
    WITH wanted AS (
        SELECT person_id, min(art14_due) AS art14_due,
               string_agg(DISTINCT specialty, '; ' ORDER BY specialty) AS lists,
               bool_and(dropped_by IS NOT NULL) AS is_dropped
        FROM core.lead_candidate
        WHERE dropped_by IS NULL OR dropped_by = 'notice not overdue'
        GROUP BY person_id
    ), shown AS (
        SELECT s.person_id, string_agg(DISTINCT e.source, '; ' ORDER BY e.source) AS sources
        FROM core.signal AS s INNER JOIN core.evidence AS e ON s.evidence_id = e.evidence_id
        GROUP BY s.person_id
    )
    SELECT w.art14_due, date_diff('day', $as_of, w.art14_due) AS days_left, w.person_id, p.name, p.contact_route,
           p.profiles, shown.sources, w.lists, p.first_seen AS first_collected_at,
           CASE WHEN w.is_dropped THEN 'overdue: off the lists until told' ELSE 'due' END AS state
    FROM wanted AS w
    INNER JOIN core.person AS p ON w.person_id = p.person_id
    LEFT JOIN shown ON w.person_id = shown.person_id
    WHERE NOT list_contains($known, w.person_id)
        AND ($days IS NULL OR date_diff('day', $as_of, w.art14_due) <= $days)
    ORDER BY w.art14_due, w.person_id
"""


def due(paths: ProfilePaths, notices: Iterable[Notice], days: int | None = None) -> pa.Table:
    """Leads, and who would be one but for an overdue notice, whom nobody has told yet: earliest first.

    `days`: only who falls due within so many days of the build's as_of, and who is overdue. Raises UserError if nothing
    is published.
    """
    with reading(published(paths)) as connection:
        known = set(told(notices, merged_ids(connection)))
        known |= set(suppressed_candidates(connection, paths))
        table = connection.execute(
            _QUEUE, {"as_of": as_of(connection), "known": sorted(known), "days": days}
        ).to_arrow_table()
        return marked(table, is_sample(connection), ON_SCREEN)
