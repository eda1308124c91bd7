"""core.work_artifact: see warehouse.identity.works."""

from __future__ import annotations

import typing as t

from sqlmesh import ExecutionContext, model


@model(
    "core.work_artifact",
    kind="FULL",
    description="Which work an artifact is, one row a source and artifact; one paper at three sources is one work.",
    depends_on={"staging.artifact", "staging.artifact_external_id"},
    columns={"source": "text", "artifact_id": "text", "work_id": "text", "basis": "text"},
    column_descriptions={
        "source": "name of the source",
        "artifact_id": "the source's id of the work",
        "work_id": "the work: hash of its least artifact",
        "basis": "why it belongs to the work: shared_id, title_and_year, or own if nothing else does",
    },
    grain=["source", "artifact_id"],
    audits=["work_artifact_maps_every_artifact_once"],
)
def execute(context: ExecutionContext, **kwargs: t.Any) -> t.Iterator[t.Any]:
    from warehouse.identity.frames import work_artifact

    artifact = context.resolve_table("staging.artifact")
    external_id = context.resolve_table("staging.artifact_external_id")
    frame = work_artifact(
        context.fetchdf(f"SELECT source, artifact_id, kind, title, year FROM {artifact}"),
        context.fetchdf(f"SELECT source, artifact_id, scheme, value FROM {external_id}"),
    )
    if not frame.empty:
        yield frame
