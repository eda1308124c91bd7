"""Writes what is true of a world as CSV files, to measure a pipeline's output against."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from crawlers.sample_world import upstreams
from crawlers.sample_world.changes import Changes
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


def _community(world: World, out_dir: Path) -> None:
    """Who gave which talk, and what the hub's links between authors and accounts truly are."""
    _write(
        out_dir / "talks.csv",
        ("talk_id", "person_id", "title", "event", "year"),
        ((t.id, who, t.title, t.event, t.year) for t in world.talks for who in t.speakers),
    )
    authors = {work.id: work.authors for work in world.works}
    _write(
        out_dir / "author_links.csv",
        ("arxiv_id", "position", "person_id", "hf_id", "status", "hidden", "true"),
        (
            (
                p.arxiv_id,
                k.position,
                authors[p.work][k.position - 1].person,
                k.account,
                k.status,
                k.hidden,
                k.true,
            )
            for p in world.hub.papers
            for k in p.links
            if k.account
        ),
    )


def _changes(nights: Iterable[Changes], out_dir: Path) -> None:
    header = (
        "day",
        "kind",
        "hf_id",
        "name",
        "old_name",
        "subject",
        "subject_kind",
        "listed_by",
        "seen_at",
        "at",
    )
    _write(
        out_dir / "changes.csv",
        header,
        (
            (n.day.isoformat(), c.kind, c.account, c.name, c.old_name, c.subject, c.subject_kind, c.listed_by,
             c.seen_at, c.at)
            for n in nights
            for c in n.changes
        ),
    )  # fmt: skip


def write_truth(world: World, out_dir: Path, nights: Iterable[Changes] = ()) -> None:
    """Write the truth as CSV files into `out_dir` (made if missing).

    people, accounts, places, mentions, organisations, talks, author_links, planted, and the changes of
    `nights`.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    people = (
        "person_id", "name", "native_name", "variants", "specialty", "role_kind", "career_start",
        "organisation_id", "metro",
        "country", "homonym_group", "no_recruiters", "writes", "releases",
    )  # fmt: skip
    _write(out_dir / "people.csv", people, (_person(p) for p in world.people))
    accounts: list[tuple[str, str, str]] = []
    profiles = {profile.account: profile for profile in world.hub.profiles}
    formers = {a.person: a.former_names for a in world.hub_accounts if a.person}
    for p in world.people:
        a = p.accounts
        kinds = (("acl", a.acl_id), ("orcid", a.orcid), ("hf_id", a.hub_id), ("hf_user", a.hub_user),
                 ("github", a.github), ("homepage", a.homepage))  # fmt: skip
        accounts += [(p.id, "hf_former_user", former) for former in formers.get(p.id, ())]
        accounts += [(p.id, kind, value) for kind, value in kinds if value]
        if (declared := profiles.get(a.hub_id or "")) is not None:
            handles = (("declared_github", declared.github), ("declared_homepage", declared.homepage),
                       ("twitter", declared.twitter), ("linkedin", declared.linkedin),
                       ("bluesky", declared.bluesky))  # fmt: skip
            accounts += [(p.id, kind, value) for kind, value in handles if value]
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
    _community(world, out_dir)
    _changes(nights, out_dir)
    _write(out_dir / "planted.csv", ("kind", "count"), planted(world))
