"""core.text_match: see warehouse.specialty.rules."""

from __future__ import annotations

import typing as t

from sqlmesh import ExecutionContext, model


@model(
    "core.text_match",
    kind="FULL",
    description="Rules whose phrases stand in a text, one row a piece of evidence, rule and effect.",
    depends_on={"core.work", "core.evidence", "staging.profile"},
    columns={"evidence_id": "text", "specialty": "text", "rule_id": "text", "effect": "text"},
    column_descriptions={
        "evidence_id": "the work, or the account whose own description it is",
        "specialty": "the specialty that the rule belongs to",
        "rule_id": "the rule",
        "effect": "fires, or excludes (one of the phrases that keep the rule from firing)",
    },
    grain=["evidence_id", "specialty", "rule_id", "effect"],
    audits=["text_match_key"],
)
def execute(context: ExecutionContext, **kwargs: t.Any) -> t.Iterator[t.Any]:
    from warehouse.specialty.frames import phrase_index, profile_match, text_match, work_batches

    work = context.resolve_table("core.work")
    evidence = context.resolve_table("core.evidence")
    profile = context.resolve_table("staging.profile")
    index = phrase_index(
        context.fetchdf("SELECT specialty, rule_id, field, phrase_key FROM ref.rule_phrase"),
        context.fetchdf("SELECT specialty, rule_id, phrase_key FROM ref.rule_exclude"),
    )
    works = f"""SELECT e.evidence_id, e.title, w.abstract FROM {evidence} AS e
        INNER JOIN {work} AS w ON e.evidence_id = w.work_id WHERE e.kind <> 'profile'"""
    counted = context.fetchdf(f"SELECT COUNT(*) AS n FROM {evidence} WHERE kind <> 'profile'")
    for condition in work_batches("e.evidence_id", int(counted["n"][0])):
        frame = text_match(context.fetchdf(f"{works} AND {condition}"), index)
        if not frame.empty:
            yield frame
    frame = profile_match(
        context.fetchdf(
            f"""SELECT e.evidence_id, p.bio FROM {evidence} AS e
            INNER JOIN {profile} AS p ON e.evidence_id = p.source || ':profile:' || p.profile_id
            WHERE e.kind = 'profile'"""
        ),
        index,
    )
    if not frame.empty:
        yield frame
