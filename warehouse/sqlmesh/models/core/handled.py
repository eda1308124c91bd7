"""core.handled: see warehouse.memory."""

from __future__ import annotations

import typing as t

from sqlmesh import ExecutionContext, model


@model(
    "core.handled",
    kind="FULL",
    description="Who is kept off a list by a sourcer's mark on the day of the build, one row a person and specialty.",
    depends_on={"core.person_history"},
    columns={"person_id": "text", "specialty": "text", "status": "text", "until": "date"},
    column_descriptions={
        "person_id": "the person, by the id of this build",
        "specialty": "the list",
        "status": "in_process, contacted, not_a_fit or later",
        "until": "the day on which the person comes back; null if the mark has no end",
    },
    grain=["person_id", "specialty"],
)
def execute(context: ExecutionContext, **kwargs: t.Any) -> t.Iterator[t.Any]:
    from warehouse.memory_frames import handled_frame

    history = context.resolve_table("core.person_history")
    frame = handled_frame(
        context.fetchdf("SELECT person_id, search, status, until FROM ref.decision_leads"),
        context.fetchdf(f"SELECT old_person_id, new_person_id, reason FROM {history}"),
        context.fetchdf("SELECT specialty FROM ref.specialty WHERE sourced"),
        context.fetchdf("SELECT CAST(as_of AS TEXT) AS as_of FROM ref.build"),
    )
    if not frame.empty:
        yield frame
