"""Writes what is true of a world as CSV files, to measure a pipeline's output against."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from crawlers.sample_world import upstreams
from crawlers.sample_world.model import Person, World


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _person(p: Person) -> list[object]:
    last = p.places[-1]
    return [
        p.id, p.name.full, p.name.native, " | ".join(p.name.variants()), p.specialty, p.role_kind,
        p.career_start,
        last.organisation, last.city.metro, last.city.country, p.homonym_group, p.no_recruiters, p.writes,
        p.releases,
    ]  # fmt: skip


def planted(world: World) -> list[tuple[str, int]]:
    """Counts per kind of defect: those in the population and those on the wire."""
    return sorted([*world.planted, *upstreams.planted(world).items()])


def write_truth(world: World, out_dir: Path) -> None:
    """Write people, accounts, places, mentions, organisations and planted (.csv) into `out_dir` (made if
    missing).
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    people = (
        "person_id", "name", "native_name", "variants", "specialty", "role_kind", "career_start",
        "organisation_id", "metro",
        "country", "homonym_group", "no_recruiters", "writes", "releases",
    )  # fmt: skip
    _write(out_dir / "people.csv", people, (_person(p) for p in world.people))
    accounts: list[tuple[str, str, str]] = []
    formers = {a.person: a.former_names for a in world.hub_accounts if a.person}
    for p in world.people:
        a = p.accounts
        kinds = (("acl", a.acl_id), ("orcid", a.orcid), ("hf_id", a.hub_id), ("hf_user", a.hub_user),
                 ("github", a.github), ("homepage", a.homepage))  # fmt: skip
        accounts += [(p.id, "hf_former_user", former) for former in formers.get(p.id, ())]
        accounts += [(p.id, kind, value) for kind, value in kinds if value]
    _write(out_dir / "accounts.csv", ("person_id", "kind", "value"), accounts)
    places = ("person_id", "from_year", "to_year", "organisation_id", "position", "city", "country", "metro")
    _write(
        out_dir / "places.csv",
        places,
        (
            (
                p.id,
                q.from_year,
                q.to_year,
                q.organisation,
                q.position,
                q.city.name,
                q.city.country,
                q.city.metro,
            )
            for p in world.people
            for q in p.places
        ),
    )
    _write(out_dir / "mentions.csv", ("artifact_id", "position", "person_id"), upstreams.mentions(world))
    organisations = (
        "organisation_id", "ror", "name", "kind", "status", "registered", "city", "country", "metro",
        "geonames_id", "twin",
    )  # fmt: skip
    _write(
        out_dir / "organisations.csv",
        organisations,
        (
            (o.id, o.ror, o.name, o.kind, o.status, o.registered, o.seat.name, o.seat.country, o.seat.metro,
             o.seat.geonames_id, o.twin)
            for o in world.organisations
        ),
    )  # fmt: skip
    _write(out_dir / "planted.csv", ("kind", "count"), planted(world))
