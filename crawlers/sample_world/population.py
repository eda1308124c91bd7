"""Generates the invented population: the same seed, day and size give the same world on every machine."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from random import Random

from crawlers.sample_world import (
    careers,
    hub,
    hub_cards,
    hub_graph,
    organisations,
    planting,
    talks,
    works,
)
from crawlers.sample_world.model import Name, Organisation, Person, World
from crawlers.sample_world.names import NameMaker
from crawlers.sample_world.rng import chance, stream, weighted

DEFAULT_PEOPLE = 2000
_NO_RECRUITERS = 0.01
_HOMONYMS = 0.03


def _names(seed: int, count: int) -> tuple[list[Name], list[str | None]]:
    """Names of `count` people.

    Some names are given to two to four of them, whose homonym group is then set.
    """
    maker = NameMaker(stream(seed, "names"))
    made = [maker.make() for _ in range(count)]
    groups: list[str | None] = [None] * count
    r = stream(seed, "homonyms")
    wanted = max(1, round(count * _HOMONYMS / 2.5))
    order = list(range(count))
    r.shuffle(order)
    for n in range(wanted):
        size = weighted(r, [(2, 6), (3, 2), (4, 1)])
        members, order = order[:size], order[size:]
        for member in members:
            made[member], groups[member] = made[members[0]], f"homonym-{n + 1:02d}"
    return made, groups


def _specialties(seed: int, count: int) -> list[str]:
    """Specialties in exact proportion (largest remainder), in random order."""
    shares = careers.specialty_shares()
    counts = {key: int(share * count) for key, share in shares}
    for key, _ in sorted(shares, key=lambda item: -(item[1] * count % 1))[: count - sum(counts.values())]:
        counts[key] += 1
    drawn = [key for key, _ in shares for _ in range(counts[key])]
    stream(seed, "specialties").shuffle(drawn)
    return drawn


def _person(
    r: Random, n: int, name: Name, group: str | None, specialty: str, year: int, employers: careers.Employers
) -> Person:
    role = careers.role_kind(r, specialty)
    start = careers.career_start(r, role, year)
    return Person(
        id=f"person-{n:05d}",
        name=name,
        specialty=specialty,
        role_kind=role,
        career_start=start,
        writes=careers.writes(r, specialty, role),
        releases=careers.releases(r, specialty),
        productivity=0.2 + r.random() ** 2 * (works.MAX_PRODUCTIVITY - 0.2),
        places=careers.places(r, employers, specialty, role, start, year),
        homonym_group=group,
    )


def _people(seed: int, count: int, year: int, organisations_: tuple[Organisation, ...]) -> tuple[Person, ...]:
    employers = careers.Employers(organisations_)
    names, groups = _names(seed, count)
    specialties = _specialties(seed, count)
    made: list[Person] = []
    hub_names: set[str] = set()
    git_names: set[str] = set()
    slugs: set[str] = set()
    for n in range(count):
        # One stream per person: a change in one career does not move the next one.
        r = stream(seed, "person", n)
        person = _person(r, n + 1, names[n], groups[n], specialties[n], year, employers)
        accounts = careers.accounts(
            r,
            person.name,
            person.specialty,
            writes=person.writes,
            releases=person.releases,
            hub=hub_names,
            git=git_names,
            slugs=slugs,
        )
        silent = accounts.hub_user is not None and chance(r, _NO_RECRUITERS / 0.75)
        made.append(replace(person, accounts=accounts, no_recruiters=silent))
    if not any(p.no_recruiters for p in made):
        at = next((i for i, p in enumerate(made) if p.accounts.hub_user), None)
        if at is not None:
            made[at] = replace(made[at], no_recruiters=True)
    return tuple(made)


def generate(seed: int, today: date, people: int = DEFAULT_PEOPLE) -> World:
    """The world of `seed` as it stands on `today`, with `people` people (at least 50).

    It is the same on every day of a month, so that a second nightly run meets unchanged pages.

    Raises ValueError if `people` is below 50: the planted cases would not fit.
    """
    if people < 50:
        raise ValueError("people must be at least 50")
    employers = organisations.organisations(seed)
    everybody = _people(seed, people, today.year, employers)
    counts: Counter[str] = Counter()
    papers = planting.works(works.works(seed, everybody, employers, (today.year, today.month)), counts)
    anchor = today.replace(day=1)
    accounts, repos = hub.build(seed, everybody, employers, papers, anchor)
    repos = hub_cards.enrich(seed, repos, accounts, counts)
    accounts, repos = hub_cards.merged(seed, accounts, repos, counts)
    accounts = planting.accounts(seed, accounts, counts)
    repos = planting.repos(seed, repos, accounts, counts)
    graph, accounts, repos = hub_graph.build(seed, everybody, papers, accounts, repos, anchor)
    planting.people(everybody, counts)
    planting.reach(everybody, counts)
    planting.links(graph, counts)
    counts["organisation_inactive"] = sum(o.status == "inactive" for o in employers)
    counts["organisation_withdrawn"] = sum(o.status == "withdrawn" for o in employers)
    counts["organisation_unregistered"] = sum(not o.registered for o in employers)
    counts["organisation_homonym"] = sum(o.twin is not None for o in employers)
    return World(
        seed=seed,
        today=today,
        people=everybody,
        organisations=employers,
        works=tuple(papers),
        hub_accounts=tuple(accounts),
        hub_repos=tuple(repos),
        planted=tuple(sorted(counts.items())),
        hub=graph,
        talks=talks.build(seed, everybody, today.year),
    )
