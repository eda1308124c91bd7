"""The one door to landed data, so that another engine can keep it elsewhere."""

from __future__ import annotations

from sqlglot import exp
from sqlmesh import macro


@macro()
def landing(evaluator, name):  # type: ignore[no-untyped-def]  # SQLMesh reads annotations as SQL types to coerce to
    """The table of a landed record type; its schema is ``landing`` unless the gateway's variable names another."""
    return exp.table_(name.name, db=evaluator.var("landing_schema", "landing"))
