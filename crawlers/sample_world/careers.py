"""One person's career: role, places over time, and the accounts under which the sources know them."""

from __future__ import annotations

from random import Random

from crawlers.sample_world import cities
from crawlers.sample_world.model import Accounts, City, Name, Organisation, Place
from crawlers.sample_world.rng import ascii_fold, chance, hex_id, orcid, slug, weighted

# No account of the sample world may lead to somebody's real one.
SAMPLE_SUFFIX = "-smpl"
_SHARES = {
    "computer_vision": 0.18, "nlp_llm": 0.22, "mlops_platform": 0.17, "rl_research": 0.13, "robotics": 0.1,
    "speech_audio": 0.1, "general_ml": 0.1,
}  # fmt: skip
_ROLES: dict[str, tuple[float, float, float, float]] = {  # industry, faculty, postdoc, student
    "computer_vision": (0.46, 0.15, 0.08, 0.31),
    "nlp_llm": (0.46, 0.16, 0.08, 0.30),
    "mlops_platform": (0.86, 0.04, 0.02, 0.08),
    "rl_research": (0.40, 0.16, 0.12, 0.32),
    "robotics": (0.40, 0.18, 0.12, 0.30),
    "speech_audio": (0.45, 0.18, 0.08, 0.29),
    "general_ml": (0.40, 0.20, 0.08, 0.32),
}
# Share who write papers, and share who release models, datasets or spaces.
_WRITES = {"mlops_platform": 0.56}
_RELEASES = {
    "mlops_platform": 0.82,
    "nlp_llm": 0.7,
    "computer_vision": 0.55,
    "speech_audio": 0.5,
    "rl_research": 0.45,
}

_TITLES = {
    "computer_vision": (
        "Computer Vision Engineer",
        "Research Scientist",
        "Perception Engineer",
        "Software Engineer",
    ),
    "nlp_llm": ("Machine Learning Engineer", "Research Scientist", "Applied Scientist", "NLP Engineer"),
    "mlops_platform": (
        "MLOps Engineer",
        "ML Platform Engineer",
        "Site Reliability Engineer",
        "Staff Software Engineer",
    ),
    "rl_research": ("Research Scientist", "Research Engineer", "Machine Learning Engineer"),
    "robotics": ("Robotics Engineer", "Research Scientist", "Autonomy Engineer"),
    "speech_audio": ("Speech Scientist", "Research Scientist", "Machine Learning Engineer"),
    "general_ml": ("Data Scientist", "Research Scientist", "Machine Learning Engineer"),
}


def specialty_shares() -> list[tuple[str, float]]:
    """Share of each specialty in the population."""
    return list(_SHARES.items())


def role_kind(r: Random, specialty: str) -> str:
    """A role kind in the specialty's proportions."""
    return weighted(
        r, list(zip(("industry", "faculty", "postdoc", "student"), _ROLES[specialty], strict=True))
    )


def writes(r: Random, specialty: str, role: str) -> bool:
    """Whether this person writes papers at all."""
    return chance(r, 0.96 if role != "industry" else _WRITES.get(specialty, 0.86))


def releases(r: Random, specialty: str) -> bool:
    """Whether this person releases something on the model hub."""
    return chance(r, _RELEASES.get(specialty, 0.4))


def career_start(r: Random, role: str, year: int) -> int:
    """First year of the public record."""
    low, high = {"student": (1, 5), "postdoc": (5, 9), "faculty": (8, 28), "industry": (2, 20)}[role]
    return year - r.randint(low, high)


class Employers:
    """Organisations by metro and kind, to draw employers from."""

    def __init__(self, organisations: tuple[Organisation, ...]) -> None:
        self._by: dict[tuple[str, str], list[tuple[Organisation, City]]] = {}
        self._ended: list[tuple[Organisation, City]] = []
        self._outside: list[tuple[Organisation, City]] = []
        for one in organisations:
            if one.kind == "other":
                continue
            if one.status != "active":
                self._ended.append((one, one.seat))
                continue
            if not one.seat.metro:
                self._outside.append((one, one.seat))
                continue
            kind = "university" if one.kind in ("university", "institute") else "company"
            for office in one.offices:
                self._by.setdefault((office.metro, kind), []).append((one, office))

    def draw(
        self, r: Random, specialty: str, kind: str, metro: str | None = None
    ) -> tuple[Organisation, City]:
        """An organisation of `kind` (university | company) and its office, in `metro` if it has one there."""
        if kind == "university" and chance(r, 0.04):
            return r.choice(self._outside)
        where = metro or weighted(r, cities.metro_weights(specialty))
        return r.choice(self._by.get((where, kind)) or self._by[("bay_area", kind)])

    def ended(self, r: Random) -> tuple[Organisation, City]:
        """An organisation that has closed or was withdrawn since."""
        return r.choice(self._ended)


def places(
    r: Random, employers: Employers, specialty: str, role: str, start: int, year: int
) -> tuple[Place, ...]:
    """Places from `start` to `year`: study first, then posts; moves stay in the metro more often than not."""
    if role == "student":
        organisation, city = employers.draw(r, specialty, "university")
        title = "PhD student" if year - start >= 2 or chance(r, 0.6) else "MS student"
        return (Place(start, None, organisation.id, city, title),)
    made: list[Place] = []
    now, metro = start, None
    # Platform people often come from infrastructure work, without a doctorate.
    studied = role != "industry" or chance(r, 0.35 if specialty == "mlops_platform" else 0.75)
    if studied:
        length = min(r.choice((4, 5, 5, 6)), max(1, year - start))
        old = chance(r, 0.04)
        organisation, city = employers.ended(r) if old else employers.draw(r, specialty, "university")
        made.append(Place(now, now + length, organisation.id, city, "PhD student"))
        now, metro = now + length, city.metro or None
    kind = "company" if role == "industry" else "university"
    final = {
        "faculty": ("Assistant Professor", "Associate Professor", "Professor"),
        "postdoc": ("Postdoctoral Researcher",),
    }
    while True:
        stay = metro if metro and chance(r, 0.45) else None
        organisation, city = employers.draw(r, specialty, kind, stay)
        length = r.randint(2, 7) if role == "industry" else r.randint(6, 30)
        last = now + length >= year
        titles = final.get(role) or _TITLES[specialty]
        title = titles[min(len(titles) - 1, (year - start) // 10)] if role == "faculty" else r.choice(titles)
        made.append(Place(now, None if last else now + length, organisation.id, city, title))
        if last:
            return tuple(made)
        now, metro = now + length, city.metro or None


def _handles(name: Name, specialty: str, r: Random) -> list[str]:
    given, family = slug(name.given).replace("-", ""), slug(name.family).replace("-", "")
    word = {"mlops_platform": "ops", "rl_research": "rl", "computer_vision": "cv", "nlp_llm": "nlp"}.get(
        specialty, "ml"
    )
    first = given[:1] or "x"
    return [
        f"{given}{family}", f"{first}{family}", f"{given}-{family}", f"{family}{first}",
        f"{given}{r.randint(10, 99)}",
        f"{family}-{word}", f"{first}{family}{r.randint(1, 9)}", f"{word}-{given or family}",
    ]  # fmt: skip


def handle(r: Random, name: Name, specialty: str, taken: set[str]) -> str:
    """A user name not in `taken` (compared without case), which it is added to."""
    for handle_ in sorted(_handles(name, specialty, r), key=lambda _: r.random()):
        candidate = handle_ + SAMPLE_SUFFIX
        if len(handle_) >= 4 and candidate.lower() not in taken:
            taken.add(candidate.lower())
            return candidate.capitalize() if chance(r, 0.12) else candidate
    while True:
        candidate = f"{slug(name.family).replace('-', '') or 'user'}{r.randint(100, 99999)}{SAMPLE_SUFFIX}"
        if candidate.lower() not in taken:
            taken.add(candidate.lower())
            return candidate


def accounts(
    r: Random,
    name: Name,
    specialty: str,
    *,
    writes: bool,
    releases: bool,
    hub: set[str],
    git: set[str],
    slugs: set[str],
) -> Accounts:
    """Accounts of one person. `hub`, `git` and `slugs` hold the names already taken, and grow.

    A verified ACL id is `<slug>-<last four of ORCID>`, or the bare slug for people without an ORCID.
    """
    identifier = orcid(r) if chance(r, 0.55 if writes else 0.08) else None
    base = slug(name.full if chance(r, 0.3) else f"{name.given} {name.family}") or "unknown"
    acl = None
    verified = False
    if writes:
        verified = chance(r, 0.75 if identifier else 0.25)
        if identifier and verified:
            acl = f"{base}-{identifier[-4:].lower()}"
        elif verified and base not in slugs:
            acl = base
        verified = acl is not None and acl not in slugs
        acl = acl if verified else None
        slugs.update({base, acl or base})
    on_hub = releases or chance(r, 0.25)
    user = handle(r, name, specialty, hub) if on_hub else None
    github: str | None = None
    if chance(r, 0.75 if specialty == "mlops_platform" or releases else 0.4):
        same = user is not None and chance(r, 0.6) and user.lower() not in git
        github = user if same else handle(r, name, specialty, git)
        git.add(str(github).lower())
    home = f"https://{ascii_fold(slug(name.full))}.example.org/" if chance(r, 0.35) else None
    return Accounts(acl, verified, identifier, hex_id(r) if user else None, user, github, home)
