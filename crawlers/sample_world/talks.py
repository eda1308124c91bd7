"""Conference talks: evidence of people who may never have written a paper. Events are invented."""

from __future__ import annotations

from crawlers.sample_world import text
from crawlers.sample_world.model import Person, Talk
from crawlers.sample_world.rng import chance, stream

_YEARS = 4
_EVENTS = ("Sample Platform Days", "Sample Inference Summit", "Invented Data Forum")
_TITLES = (
    "What We Learnt Running {name} for Two Years",
    "{method} in Production: {task} at Scale",
    "From Notebook to Service: {task}",
)


def build(seed: int, people: tuple[Person, ...], year: int) -> tuple[Talk, ...]:
    """Talks of the last years, each of one speaker or two of one specialty; platform people speak most."""
    made: list[Talk] = []
    before: dict[str, str] = {}
    for person in people:
        r = stream(seed, "talks", person.id)
        share = 0.2 if person.specialty == "mlops_platform" else 0.03
        if person.role_kind == "student" or not chance(r, share):
            continue
        name = text.coin(r, person.specialty)
        title = r.choice(_TITLES).format(name=name, **text.words(r, person.specialty))
        other = before.get(person.specialty)
        speakers = (person.id, other) if other and chance(r, 0.25) else (person.id,)
        before[person.specialty] = person.id
        when = max(person.career_start, year - r.randrange(_YEARS))
        key = f"talk-{len(made) + 1:04d}"
        made.append(Talk(key, title, r.choice(_EVENTS), when, speakers, person.specialty))
    return tuple(made)
