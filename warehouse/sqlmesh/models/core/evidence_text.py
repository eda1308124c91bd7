"""core.evidence_text: see warehouse.specialty.text."""

from __future__ import annotations

import typing as t

from sqlmesh import ExecutionContext, model


@model(
    "core.evidence_text",
    kind="FULL",
    description="Text of works and of people's accounts as rules read it, one row a piece of evidence and field.",
    depends_on={"core.work", "core.evidence", "staging.profile"},
    columns={"evidence_id": "text", "field": "text", "text_key": "text"},
    column_descriptions={
        "evidence_id": "the work or the account",
        "field": "title, text (title and abstract) or profile_text",
        "text_key": "normalised words parted and surrounded by one space",
    },
    grain=["evidence_id", "field"],
    audits=["evidence_text_key"],
)
def execute(context: ExecutionContext, **kwargs: t.Any) -> t.Iterator[t.Any]:
    from warehouse.specialty.frames import evidence_text

    work = context.resolve_table("core.work")
    evidence = context.resolve_table("core.evidence")
    profile = context.resolve_table("staging.profile")
    frame = evidence_text(
        context.fetchdf(
            f"""SELECT e.evidence_id, e.title, w.abstract FROM {evidence} AS e
            INNER JOIN {work} AS w ON e.evidence_id = w.work_id WHERE e.kind <> 'profile'"""
        ),
        context.fetchdf(
            f"""SELECT e.evidence_id, p.bio FROM {evidence} AS e
            INNER JOIN {profile} AS p ON e.evidence_id = p.source || ':profile:' || p.profile_id WHERE e.kind = 'profile'"""
        ),
    )
    if not frame.empty:
        yield frame
