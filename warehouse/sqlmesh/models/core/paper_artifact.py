"""core.paper_artifact: see warehouse.identity.works."""

from __future__ import annotations

import typing as t

from sqlmesh import ExecutionContext, model


@model(
    "core.paper_artifact",
    kind="FULL",
    description="Which work a paper or talk is, one row a source and artifact; one paper at three sources is one work.",
    depends_on={"staging.artifact", "staging.artifact_external_id"},
    columns={"source": "text", "artifact_id": "text", "work_id": "text", "basis": "text"},
    column_descriptions={
        "source": "name of the source",
        "artifact_id": "the source's id of the paper or talk",
        "work_id": "the work: hash of its least artifact",
        "basis": "why it belongs to the work: shared_id, title_and_year, or own if nothing else does",
    },
    grain=["source", "artifact_id"],
)
def execute(context: ExecutionContext, **kwargs: t.Any) -> t.Iterator[t.Any]:
    from warehouse.identity.frames import work_artifact

    artifact = context.resolve_table("staging.artifact")
    external_id = context.resolve_table("staging.artifact_external_id")
    papers = f"SELECT source, artifact_id, kind, title, year FROM {artifact} WHERE kind IN ('paper', 'talk')"
    frame = work_artifact(
        context.fetchdf(papers),
        context.fetchdf(
            f"""SELECT e.source, e.artifact_id, e.scheme, e.value FROM {external_id} AS e
            INNER JOIN ({papers}) AS p ON e.source = p.source AND e.artifact_id = p.artifact_id"""
        ),
    )
    if not frame.empty:
        yield frame
