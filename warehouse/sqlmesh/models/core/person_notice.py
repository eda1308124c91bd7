"""core.person_notice: see warehouse.memory."""

from __future__ import annotations

import typing as t

from sqlmesh import ExecutionContext, model


@model(
    "core.person_notice",
    kind="FULL",
    description="Who was told that their data is held (GDPR Art. 14), one row a person.",
    depends_on={"core.person_history"},
    columns={"person_id": "text", "told_on": "date", "channel": "text"},
    column_descriptions={
        "person_id": "the person, by the id of this build",
        "told_on": "the day of the first notice",
        "channel": "how; empty if it was not recorded",
    },
    grain=["person_id"],
)
def execute(context: ExecutionContext, **kwargs: t.Any) -> t.Iterator[t.Any]:
    from warehouse.memory_frames import notice_frame

    history = context.resolve_table("core.person_history")
    frame = notice_frame(
        context.fetchdf('SELECT person_id, "on", channel FROM ref.notice'),
        context.fetchdf(f"SELECT old_person_id, new_person_id, reason FROM {history}"),
    )
    if not frame.empty:
        yield frame
