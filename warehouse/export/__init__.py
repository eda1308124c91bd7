"""Lead lists, density tables and query results out of the published file, as Arrow tables and as files."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from config.marks import Mark
from config.paths import ProfilePaths
from warehouse.export.lead_list import LeadList, lead_list
from warehouse.export.read import density
from warehouse.export.sift import LeadFilters
from warehouse.export.write import FORMATS, write

__all__ = ["FORMATS", "LeadFilters", "LeadList", "density", "lead_list", "leads", "write"]


def leads(
    paths: ProfilePaths, specialty: str, limit: int | None = None, *, marks: Iterable[Mark] = ()
) -> pa.Table:
    """The rows of `lead_list` without further filters: the mark, then the columns of mart.leads."""
    return lead_list(paths, specialty, marks=marks, limit=limit).table
