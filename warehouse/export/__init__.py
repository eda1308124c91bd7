"""Lead lists, density tables and query results out of the published file, as Arrow tables and as files."""

from warehouse.export.read import density, leads
from warehouse.export.write import FORMATS, write

__all__ = ["FORMATS", "density", "leads", "write"]
