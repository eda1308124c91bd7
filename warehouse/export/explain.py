"""Everything the published file says about one person, each piece with where it is from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import duckdb

from config.marks import Mark
from config.notices import Notice
from config.paths import ProfilePaths
from warehouse.export.csv import as_text
from warehouse.export.lead_list import as_of, merged_ids
from warehouse.export.people import Candidate, find
from warehouse.export.read import REAL_NOTICE, SAMPLE_NOTICE, is_sample, published, reading, sourced
from warehouse.memory import handled, told

Rows = list[dict[str, Any]]

_PERSON = """
    SELECT p.person_id, p.name, p.name_basis, p.orcid, p.is_verified, p.contact_route, p.profiles, r.role, r.role_kind,
           r.role_basis, r.employer, r.employer_as_of, r.source AS employer_source
    FROM core.person AS p LEFT JOIN core.person_role AS r ON p.person_id = r.person_id WHERE p.person_id = ?
"""
_SECTIONS = {
    "members": """
        SELECT m.member_key AS member, m.rule AS held_by, m.first_seen, w.title, w.url
        FROM core.person_member AS m
        LEFT JOIN core.work_artifact AS a
            ON regexp_replace(m.member_key, '#[0-9]+$', '') = a.source || ':work:' || a.artifact_id
        LEFT JOIN core.work AS w ON a.work_id = w.work_id
        WHERE m.person_id = ? ORDER BY m.member_key""",
    "former_ids": """
        SELECT old_person_id AS former_id, reason, build_id AS build, as_of FROM core.person_history
        WHERE new_person_id = ? ORDER BY as_of, old_person_id""",
    "places": """
        SELECT l.as_of, coalesce(m.name, '') AS metro, c.name AS country, l.place_kind, l.affiliation, l.confidence,
               l.reason, l.is_current, l.source, l.url
        FROM core.person_place AS l LEFT JOIN ref.metro AS m ON l.metro_id = m.metro_id
        LEFT JOIN ref.country AS c ON l.country_code = c.country_code
        WHERE l.person_id = ? ORDER BY l.is_current DESC, l.as_of DESC, l.affiliation, l.ordinal, l.basis""",
    "specialties": """
        SELECT f.specialty, f.share, f.rank, c.score, c.track, c.dropped_by, l.rank AS list_rank
        FROM core.specialty_fit AS f
        LEFT JOIN core.lead_candidate AS c ON f.person_id = c.person_id AND f.specialty = c.specialty
        LEFT JOIN mart.leads AS l ON f.person_id = l.person_id AND f.specialty = l.specialty
        WHERE f.person_id = ? ORDER BY f.rank, f.specialty""",
    "evidence": """
        SELECT s.specialty, s.counted AS points, s.points AS points_before_cap, s.evidence_date AS date, s.family,
               s.rule_id AS rule, r.why, s.role, e.title, e.url, e.source, e.licence, e.is_stale
        FROM core.signal AS s INNER JOIN core.evidence AS e ON s.evidence_id = e.evidence_id
        LEFT JOIN ref.rule AS r ON s.specialty = r.specialty AND s.rule_id = r.rule_id
        WHERE s.person_id = ? ORDER BY s.specialty, s.counted DESC, s.points DESC, s.evidence_id, s.rule_id""",
    "sources": """
        WITH used AS (
            SELECT DISTINCT split_part(member_key, ':', 1) AS source FROM core.person_member WHERE person_id = $1
            UNION SELECT source FROM core.person_place WHERE person_id = $1
            UNION SELECT source FROM core.contribution WHERE person_id = $1)
        SELECT s.source, s.title, s.licence_id AS licence, s.attribution, s.homepage
        FROM ref.source AS s INNER JOIN used ON s.source = used.source ORDER BY s.source""",
}
_SEEN = """
    SELECT first_seen AS first_collected_at, CAST(first_seen + INTERVAL 1 MONTH AS DATE) AS art14_due
    FROM core.person WHERE person_id = ?
"""


@dataclass(frozen=True)
class Explanation:
    """`person`: one row; `sections`: rows by name, in the order in which to show them; `notice`: data's mark."""

    person: dict[str, Any]
    sections: dict[str, Rows]
    notice: str

    def as_json(self) -> dict[str, Any]:
        return {"data": self.notice, "person": self.person, **self.sections}


def explain(
    paths: ProfilePaths, text: str, *, marks: Iterable[Mark] = (), notices: Iterable[Notice] = ()
) -> Explanation | list[Candidate]:
    """The one person whom `text` means, or all whom it may mean (none: empty). Raises UserError before publication."""
    with reading(published(paths)) as connection:
        found = find(connection, paths, text)
        if len(found) != 1:
            return found
        return _explanation(connection, found[0].person_id, list(marks), list(notices))


def _explanation(
    connection: duckdb.DuckDBPyConnection, person_id: str, marks: list[Mark], notices: list[Notice]
) -> Explanation:
    merged, lists = merged_ids(connection), sourced(connection)
    (seen,) = _rows(connection, _SEEN, person_id)
    notice = told(notices, merged).get(person_id)
    states = handled(marks, merged, lists, as_of(connection))
    sections = {name: _rows(connection, query, person_id) for name, query in _SECTIONS.items()}
    sections["handled"] = [
        {"search": name, "status": state.status, "until": state.until}
        for (person, name), state in states.items()
        if person == person_id
    ]
    sections["notice"] = [
        {**seen, "told_on": notice.on if notice else None, "channel": notice.channel if notice else None}
    ]
    (person,) = _rows(connection, _PERSON, person_id)
    return Explanation(person, sections, SAMPLE_NOTICE if is_sample(connection) else REAL_NOTICE)


def _rows(connection: duckdb.DuckDBPyConnection, query: str, person_id: str) -> Rows:
    rows: Rows = connection.execute(query, [person_id]).to_arrow_table().to_pylist()
    return rows


TITLES = {
    "members": "Members: accounts and mentions, and what holds each to the person",
    "former_ids": "Former ids",
    "places": "Places and what they rest on",
    "specialties": "Specialties and lists",
    "evidence": "Evidence (points after decay and caps; the sum per list is the score)",
    "sources": "Sources and licences",
    "handled": "Marks of sourcers",
    "notice": "Notice (GDPR Art. 14)",
}


def text_lines(explanation: Explanation, limit: int | None = None) -> Iterator[str]:
    """The explanation as lines for a terminal; `limit` rows a section, None: all. No control characters."""
    person = explanation.person
    yield f"{printable(person['name'] or 'no name')}  {person['person_id']}  ({explanation.notice})"
    for name, value in person.items():
        if name not in ("person_id", "name") and value is not None:
            yield f"  {name:<16} {printable(as_text(value))}"
    for name, rows in explanation.sections.items():
        yield ""
        yield f"{TITLES[name]}: {len(rows) or 'none'}"
        for row in rows[:limit]:
            yield "  - " + "; ".join(_words(row))
        if limit is not None and len(rows) > limit:
            yield f"  … {len(rows) - limit} more; --all shows them"


def _words(row: dict[str, Any]) -> Iterator[str]:
    for name, value in row.items():
        if value is None or value == "" or value is False:
            continue
        shown = (
            f"{value:.1f}" if name in ("points", "points_before_cap", "score") else printable(as_text(value))
        )
        yield f"{name.replace('_', ' ')} {shown}" if value is not True else name.replace("_", " ")


def printable(text: str) -> str:
    """The text on one line, without what moves a terminal's cursor or turns its direction of writing."""
    return "".join(c if c.isprintable() else " " for c in text)
