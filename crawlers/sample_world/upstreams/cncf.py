"""The Cloud Native Computing Foundation's list of maintainers, a CSV file on GitHub.

Format: `project-maintainers.csv` of github.com/cncf/foundation: maturity and project stand in the first row of a block
only. The projects' names are real, for rules look for them; the people and companies in it are invented.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from crawlers.sample_world.model import INVENTED, Person, World
from crawlers.sample_world.origins import Mount
from crawlers.sample_world.rng import chance, slug, stream

REPOSITORY = ("cncf", "foundation", "main")
PATH = "project-maintainers.csv"
_HEADER = ("", "Project", "Maintainer Name", "Company", "Github Name", "OWNERS/MAINTAINERS")
# (maturity, project, share of the maintainers)
_PROJECTS = (
    ("Graduated", "Kubeflow", 14),
    ("Graduated", "Knative", 4),
    ("Graduated", "Steering Committee", 2),
    ("Incubating", "KServe", 12),
    ("Incubating", "Volcano", 8),
    ("Incubating", "Fluid", 5),
    ("Incubating", "HAMi", 5),
    ("Sandbox ", "KAITO", 7),
    ("Sandbox", "ModelPack", 5),
    ("Sandbox", "KAI Scheduler", 6),
    ("Sandbox", "llm-d", 9),
    ("Sandbox", "Argo: Workflows (non-voting)", 6),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A maintainer as printed. `person` is None for a planted defect."""

    name: str
    company: str
    login: str
    person: str | None


def _maintainers(world: World) -> list[Person]:
    """People of the platform specialty with a login, and a few others: those who run things, not those who publish."""
    chosen = []
    for person in world.people:
        share = 0.85 if person.specialty == "mlops_platform" else 0.05
        r = stream(world.seed, "cncf", person.id)
        if person.accounts.github and person.role_kind == "industry" and chance(r, share):
            chosen.append(person)
    return chosen


def _row(world: World, person: Person, project: str, companies: dict[str, str]) -> Row:
    r = stream(world.seed, "cncf-row", person.id, project)
    name = person.name
    printed = r.choice(
        (name.full, name.full, f"{name.given} {name.family}".strip(), f"{name.full} {name.native}".strip())
    )
    company = companies[person.place_in(world.today.year).organisation]
    login = person.accounts.github or ""
    if chance(r, 0.08):
        login, company = f" {login}", f" {company}"
    elif chance(r, 0.03):
        login = f"@{login}"
    elif chance(r, 0.03):
        login = ""  # some give a name alone
    return Row(printed, "Independent" if chance(r, 0.05) else company, login, person.id)


@lru_cache(maxsize=4)
def blocks(world: World) -> tuple[tuple[str, str, tuple[Row, ...]], ...]:
    """(maturity, project, rows) in the order of the list."""
    companies = {o.id: o.name for o in world.organisations}
    people = _maintainers(world)
    drawn: list[list[Row]] = [[] for _ in _PROJECTS]
    weights = [share for _, _, share in _PROJECTS]
    for person in people:
        r = stream(world.seed, "cncf-projects", person.id)
        places = set(r.choices(range(len(_PROJECTS)), weights, k=2 if chance(r, 0.25) else 1))
        for at in sorted(places):
            drawn[at].append(_row(world, person, _PROJECTS[at][1], companies))
    if drawn[0]:
        first = drawn[0][0]
        drawn[0].append(Row(first.name, first.company, first.login, None))  # the same person again
        drawn[0].append(Row("", "", "nameless-smpl", None))
        drawn[0].append(Row("Not A Login", f"Unlisted Works ({INVENTED})", "Not A Login", None))
    return tuple((m, p, tuple(rows)) for (m, p, _), rows in zip(_PROJECTS, drawn, strict=True) if rows)


def maintainers_csv(world: World) -> bytes:
    """The file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_HEADER)
    for maturity, project, rows in blocks(world):
        for n, row in enumerate(rows):
            owners = f"https://github.com/invented-sample-world/{slug(project)}/blob/main/OWNERS"
            head = (maturity, project, owners) if n == 0 else ("", "", "")
            writer.writerow((head[0], head[1], row.name, row.company, row.login, head[2]))
    return out.getvalue().encode()


def mount(world: World, mount: Mount) -> None:
    """Register the file."""
    mount.add_file(*REPOSITORY, PATH, maintainers_csv(world))
    mount.add_file(*REPOSITORY, "README.md", f"# Foundation ({INVENTED})\n".encode())


def planted(world: World) -> dict[str, int]:
    """Bad rows of the first project."""
    if not blocks(world):
        return {}
    return {"cncf_doubled_maintainer": 1, "cncf_row_without_name": 1, "cncf_login_is_no_login": 1}


def mentions(world: World) -> Iterator[tuple[str, int, str]]:
    """(project, position in its list, person id)."""
    above = ""
    for _, project, rows in blocks(world):
        name = f"{above}: {project}" if project == "Steering Committee" else project
        above = above if project == "Steering Committee" else project
        for position, row in enumerate(rows, 1):
            if row.person:
                yield f"cncf:{slug(name)}", position, row.person
