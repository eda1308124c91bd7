"""Kubeflow's organisation and community files on GitHub.

Formats: `github-orgs/kubeflow/org.yaml` (peribolos, logins only) of github.com/kubeflow/internal-acls; `wgs.yaml` and
`OWNERS_ALIASES` of github.com/kubeflow/community. The working groups' names are real, everybody in them is invented.
The mail fields are filled here, though upstream leaves them empty, to prove that they are not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import yaml

from crawlers.sample_world.model import INVENTED, Person, World
from crawlers.sample_world.origins import Mount
from crawlers.sample_world.rng import chance, stream

ACLS = ("kubeflow", "internal-acls", "master")
COMMUNITY = ("kubeflow", "community", "master")
_GROUPS = (
    ("wg-data", "Data", ("hub", "spark-operator")),
    ("wg-notebooks", "Notebooks", ("Kubeflow Notebooks",)),
    ("wg-pipelines", "Pipelines", ("pipelines",)),
    ("wg-training", "Training", ("katib", "trainer")),
)
_TEAMS = (("release-team", 6), ("kubeflow-trainer-team", 5), ("security-team", 9))
_BOTS = ("google-oss-robot", "kubeflow-bot")


def login(person: Person) -> str:
    """The person's GitHub login; everybody here has one."""
    return person.accounts.github or ""


@lru_cache(maxsize=4)
def members(world: World) -> tuple[Person, ...]:
    """People of the platform specialty with a login, and some students and others who use the platform."""
    return tuple(
        person
        for person in world.people
        if person.accounts.github
        and chance(
            stream(world.seed, "kubeflow", person.id), 0.7 if person.specialty == "mlops_platform" else 0.06
        )
    )


@lru_cache(maxsize=4)
def chairs(world: World) -> dict[str, tuple[Person, ...]]:
    """Working group -> its chairs: people in industry who have been at it for long."""
    seniors = sorted(
        (p for p in members(world) if p.role_kind == "industry"), key=lambda p: (p.career_start, p.id)
    )[:14]
    found: dict[str, tuple[Person, ...]] = {}
    for folder, _, _ in _GROUPS:
        r = stream(world.seed, "kubeflow-chairs", folder)
        found[folder] = tuple(sorted(r.sample(seniors, min(4, len(seniors))), key=login))
    return found


def org_yaml(world: World) -> bytes:
    """Admins, members and teams: logins, no names."""
    people = members(world)
    logins = sorted((login(p) for p in people), key=str.lower)
    teams: dict[str, object] = {}
    for team, size in _TEAMS:
        r = stream(world.seed, "kubeflow-team", team)
        chosen = sorted(login(p) for p in r.sample(people, min(size, len(people))))
        teams[team] = {"description": f"{team} ({INVENTED})", "members": chosen, "privacy": "closed"}
    for folder, _, _ in _GROUPS:
        leads = [login(p) for p in chairs(world)[folder]]
        repositories = {"community": "read", folder.removeprefix("wg-"): "write"}
        teams[f"{folder}-chairs"] = {"description": "Chairs", "members": leads, "repos": repositories}
    admins = [*logins[:3], *_BOTS] if logins else []
    org = {
        "admins": admins,
        "billing_email": "billing@kubeflow.invalid",
        "company": "",
        "description": f"Kubeflow ({INVENTED})",
        "email": "info@kubeflow.invalid",
        "location": "",
        "members": [*logins[3:], "not a login"] if logins else [],
        "name": "Kubeflow",
        "teams": teams,
    }
    return b"# Please keep members alphabetized\n" + _dump({"orgs": {"kubeflow": org}})


def wgs_yaml(world: World) -> bytes:
    """Working groups with chairs: login, name and company."""
    companies = {o.id: o.name for o in world.organisations}
    groups = [
        {
            "dir": folder,
            "name": name,
            "mission_statement": f"The WG {name} looks after its part of Kubeflow ({INVENTED}).\n",
            "charter_link": "charter.md",
            "label": "",
            "leadership": {
                "chairs": [
                    {
                        "github": login(p),
                        "name": p.name.full,
                        "company": companies[p.place_in(world.today.year).organisation],
                    }
                    for p in chairs(world)[folder]
                ]
            },
            "meetings": [],
            "contact": {
                "mailing_list": "https://groups.example.org/kubeflow",
                "teams": [{"name": f"{folder}-chairs"}],
            },
            "subprojects": [{"name": project, "owners": []} for project in projects],
        }
        for folder, name, projects in _GROUPS
    ]
    return _dump({"sigs": [], "workinggroups": groups, "usergroups": [], "committees": []})


def aliases_yaml(world: World) -> bytes:
    """`OWNERS_ALIASES`: leads by working group."""
    aliases = {f"{folder}-leads": [login(p) for p in chairs(world)[folder]] for folder, _, _ in _GROUPS}
    return _dump({"aliases": aliases}) + b"## BEGIN CUSTOM CONTENT\n\n## END CUSTOM CONTENT\n"


def _dump(content: dict[str, object]) -> bytes:
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, indent=4, width=88).encode()


def mount(world: World, mount: Mount) -> None:
    """Register the three files."""
    mount.add_file(*ACLS, "github-orgs/kubeflow/org.yaml", org_yaml(world))
    mount.add_file(*COMMUNITY, "wgs.yaml", wgs_yaml(world))
    mount.add_file(*COMMUNITY, "OWNERS_ALIASES", aliases_yaml(world))


def planted(world: World) -> dict[str, int]:
    """A member who is no login."""
    return {"kubeflow_member_is_no_login": 1} if members(world) else {}


def mentions(world: World) -> Iterator[tuple[str, int, str]]:
    """(working group, position, person id) of the chairs."""
    for folder, people in chairs(world).items():
        for position, person in enumerate(people, 1):
            yield f"kubeflow:kubeflow/{folder}", position, person.id
