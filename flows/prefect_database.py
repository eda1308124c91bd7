"""What Prefect 3.8's scheduler needs to work with SQLAlchemy 2.1.

The scheduler inserts runs and their states in bulk, with the values `state` and `data`, which are hybrid attributes of
the mapped classes and no columns. SQLAlchemy 2.0 ignored such keys; 2.1 refuses them unless the attribute has a bulk
setter, so that no scheduled run is ever made. The setters added here ignore them again. With SQLAlchemy 2.0, or a
Prefect that brings setters of its own, this changes nothing.
"""

from __future__ import annotations

from typing import Any


def _ignore(cls: Any, mapping: Any, value: Any) -> None:
    """Columns are filled from the other keys."""


def accept_bulk_inserts() -> int:
    """Give Prefect's hybrid attributes the setters they lack; returns how many did."""
    from prefect.server.database import orm_models
    from sqlalchemy import inspect
    from sqlalchemy.ext.hybrid import hybrid_property

    mended = 0
    for mapped in (orm_models.FlowRun, orm_models.FlowRunState):
        mapper: Any = inspect(mapped)
        for attribute in mapper.all_orm_descriptors.values():
            if (
                isinstance(attribute, hybrid_property)
                and getattr(attribute, "bulk_dml_setter", _ignore) is None
            ):
                attribute.bulk_dml_setter = _ignore
                mended += 1
    return mended
