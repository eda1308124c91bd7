"""Papers: who wrote what with whom, and how each author was printed on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from crawlers.sample_world import text, venues
from crawlers.sample_world.model import Mention, Organisation, Person, Work
from crawlers.sample_world.rng import ascii_fold, chance, slug, stream, weighted

YEARS = 8
PAPERS_PER_PERSON = 2.15
MAX_PRODUCTIVITY = 3.2
_DEPARTMENTS = ("Department of Computer Science", "School of Computing", "Dept. of EECS", "AI Laboratory")


@dataclass(frozen=True, slots=True)
class Roster:
    """Writers, and who is near whom in a year (filled year by year): organisation, metro, specialty."""

    people: tuple[Person, ...]
    organisations: dict[str, Organisation]
    near: dict[int, dict[tuple[str, str], list[Person]]]

    def around(self, year: int, specialty: str, where: str) -> list[Person]:
        """Active writers of a specialty at an organisation (its id), in a metro, or anywhere ("*")."""
        if year not in self.near:
            groups: dict[tuple[str, str], list[Person]] = {}
            for person in self.people:
                if person.career_start <= year:
                    place = person.place_in(year)
                    for key in (place.organisation, place.city.metro, "*"):
                        groups.setdefault((person.specialty, key), []).append(person)
            self.near[year] = groups
        return self.near[year].get((specialty, where), [])


def roster(people: tuple[Person, ...], organisations: tuple[Organisation, ...]) -> Roster:
    """Index the people who write papers."""
    return Roster(tuple(p for p in people if p.writes), {o.id: o for o in organisations}, {})


def _team(r: Random, first: Person, year: int, all_: Roster) -> list[Person]:
    """Co-authors of `first`: mostly of the specialty, often of the place, the senior one last."""
    size = weighted(r, [(1, 0.6), (2, 1.6), (3, 2.4), (4, 2.2), (5, 1.4), (6, 0.8), (8, 0.3)])
    place = first.place_in(year)
    team = {first.id: first}
    for _ in range(12 * size):
        if len(team) == size:
            break
        where = weighted(r, [(place.organisation, 0.4), (place.city.metro, 0.2), ("*", 0.32), ("", 0.08)])
        pool = all_.around(year, first.specialty, where) if where else all_.people
        other = r.choice(pool or [first])
        # Accepting by productivity draws in proportion to it without weighing everybody each time.
        if other.career_start <= year and chance(r, other.productivity / MAX_PRODUCTIVITY):
            team.setdefault(other.id, other)
    members = list(team.values())
    seniors = sorted(members[1:], key=lambda p: (p.role_kind == "faculty", -p.career_start))
    return [first, *seniors]


def _typo(r: Random, words: str) -> str:
    at = r.randrange(2, max(3, len(words) - 2))
    return words[: at - 1] + words[at : at + 1] + words[at - 1 : at] + words[at + 1 :]


def print_organisation(r: Random, organisation: Organisation, city: str, country: str) -> str:
    """An affiliation as authors print it.

    Full, with department and city, abbreviated, an alias, with a typing error.
    """
    name = organisation.name
    forms: list[tuple[str, float]] = [
        (name, 5),
        (f"{name}, {city}, {country}", 2.5),
        (f"{name} ({country})", 0.5),
    ]
    if organisation.kind in ("university", "institute"):
        department = r.choice(_DEPARTMENTS)
        short = name.replace("University", "Univ.").replace("Institute of Technology", "Inst. of Tech.")
        forms += [(f"{department}, {name}, {city}, {country}", 2.5), (f"Dept. of CS, {short}", 0.8)]
    if organisation.acronym:
        forms.append((organisation.acronym, 0.5))
    forms += [(alias, 0.5) for alias in organisation.aliases]
    forms += [(label, 0.4) for _, label in organisation.labels]
    chosen = weighted(r, forms)
    return _typo(r, chosen) if chance(r, 0.015) and len(chosen) > 12 else chosen


def _affiliation(r: Random, person: Person, year: int, all_: Roster) -> tuple[str | None, tuple[str, ...]]:
    """The printed affiliation, and the organisations that it names."""
    share = 0.93 if year >= 2024 else 0.6 if year >= 2021 else 0.3
    place = person.place_in(year)
    organisation = all_.organisations[place.organisation]
    printed = print_organisation(r, organisation, place.city.name, place.city.country_name)
    named = [organisation.id]
    if chance(r, 0.06):
        second = r.choice(person.places)
        if second.organisation != place.organisation:
            other = all_.organisations[second.organisation]
            printed = f"{printed} and {other.name}"
            named.append(other.id)
    if chance(r, 0.012):
        box = f"{ascii_fold(slug(person.name.family)) or 'author'}@{organisation.domain}"
        printed = f"{printed}, {box}"
    return (printed, tuple(named)) if chance(r, share) else (None, ())


def _mention(r: Random, person: Person, position: int, year: int, all_: Roster) -> Mention:
    name = person.name
    given = " ".join(part for part in (name.given, name.middle) if part)
    form = weighted(r, [("full", 0.84), ("initial", 0.05), ("short", 0.06), ("plain", 0.05)])
    family = name.family
    if form == "initial" and name.given:
        given = f"{name.given[0]}."
    elif form == "short":
        given = name.given
    elif form == "plain":
        given, family = ascii_fold(given), ascii_fold(family)
    affiliation, named = _affiliation(r, person, year, all_)
    share = 0.9 if year >= 2025 else 0.35 if year >= 2022 else 0.1
    explicit = person.accounts.acl_verified and chance(r, share)
    return Mention(person.id, position, given, family, affiliation, named, explicit)


def _years(r: Random, last: int) -> Iterator[int]:
    weights = [(last - back, 1.0 + 0.9 * (YEARS - 1 - back) / (YEARS - 1)) for back in range(YEARS)]
    while True:
        yield weighted(r, weights)


def _venue(r: Random, specialty: str, year: int, *, acl_only: bool) -> str:
    return weighted(
        r, [(k, w) for k, w in venues.mix(specialty, year) if venues.VENUES[k].acl or not acl_only]
    )


def _work(
    r: Random,
    n: int,
    first: Person,
    year: int,
    all_: Roster,
    titles: set[str],
    last: tuple[int, int],
    *,
    acl_only: bool,
) -> Work:
    specialty = first.specialty
    position = first.place_in(year).position
    industry = "rofessor" not in position and "student" not in position and "octoral" not in position
    track = "applied" if industry and chance(r, 0.65) else "research"
    title, abstract = text.paper(r, specialty, track)
    while title in titles:
        title, abstract = text.paper(r, specialty, track)
    titles.add(title)
    venue = _venue(r, specialty, year, acl_only=acl_only)
    if (year, venues.VENUES[venue].month) > last:
        year -= 1
        venue = _venue(r, specialty, year, acl_only=acl_only)
    month = venues.VENUES[venue].month
    team = _team(r, first, year, all_)
    # Five digits from 90000 on have a valid form and have never been handed out.
    arxiv = f"{year % 100:02d}{max(1, month - 3):02d}.{90000 + n % 10000:05d}" if chance(r, 0.55) else None
    owner = next((p.accounts.github for p in team if p.accounts.github), None)
    code = (
        f"https://github.com/{owner}/{slug(title.split(':')[0])[:40]}" if owner and chance(r, 0.4) else None
    )
    if code:
        abstract += f" Code is available at {code}."
    return Work(
        id=f"work-{n:05d}",
        title=title,
        abstract=abstract,
        year=year,
        month=month,
        venue=venue,
        track=track,
        specialty=specialty,
        authors=tuple(_mention(r, p, i, year, all_) for i, p in enumerate(team, 1)),
        arxiv_id=arxiv,
        code_url=code,
        status=weighted(r, [("published", 995), ("retracted", 3), ("removed", 2)]),
        award="Best Paper Award (invented)" if chance(r, 0.01) else None,
    )


def works(
    seed: int, people: tuple[Person, ...], organisations: tuple[Organisation, ...], last: tuple[int, int]
) -> list[Work]:
    """All papers of the last eight years up to `last` (year, month).

    Every writer is first author at least once.
    """
    all_ = roster(people, organisations)
    r = stream(seed, "works")
    titles: set[str] = set()
    made: list[Work] = []
    years = _years(r, last[0])
    firsts = list(all_.people)
    r.shuffle(firsts)
    total = round(len(people) * PAPERS_PER_PERSON)
    cumulative = list(accumulate(p.productivity for p in all_.people))
    for n in range(1, total + 1):
        person = firsts[n - 1] if n <= len(firsts) else r.choices(all_.people, cum_weights=cumulative)[0]
        year = next(years)
        if year < person.career_start:
            year = min(last[0], person.career_start + r.randrange(0, 3))
        # The first round is in the ACL Anthology: whoever writes has evidence in at least that source.
        made.append(_work(r, n, person, year, all_, titles, last, acl_only=n <= len(firsts)))
    return made
