"""The files that every night leaves: a lead list per specialty and the density table."""

from __future__ import annotations

from pathlib import Path

from config.marks import read_marks
from config.paths import ProfilePaths
from config.settings import Config
from warehouse.export.lead_list import lead_list
from warehouse.export.read import density, published, reading, sourced
from warehouse.export.write import write


def write_all(config: Config, paths: ProfilePaths) -> list[Path]:
    """Write exports/leads-<specialty>.csv for every sourced specialty and exports/density.csv, each by rename.

    People whom a mark of a sourcer keeps off a list are not in it. Lists of specialties that are no longer sourced are
    deleted: nobody would renew them, or take anybody out of them.
    Raises UserError if nothing is published or a mark is bad.
    """
    marks = read_marks(config)
    with reading(published(paths)) as connection:
        names = [name for name in sourced(connection) if name in config.specialties]
    paths.exports.mkdir(parents=True, exist_ok=True)
    written = []
    for specialty in names:
        target = paths.exports / f"leads-{specialty}.csv"
        write(lead_list(paths, specialty, marks=marks).table, "csv", target)
        written.append(target)
    target = paths.exports / "density.csv"
    write(density(paths, source=None), "csv", target)
    written.append(target)
    for stale in set(paths.exports.glob("leads-*.csv")) - set(written):
        stale.unlink()
    return written
