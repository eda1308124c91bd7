"""Proceedings of Machine Learning Research: a GitHub repository a volume, with a YAML post a paper.

Format: https://proceedings.mlr.press/spec.html and the repositories' `_config.yml`. Volume numbers are the real ones of
those conferences; papers, people and forum ids are invented. The files lie on the default branch, which GitHub also
serves as HEAD.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import yaml

from crawlers.sample_world.model import INVENTED, Mention, Work, World
from crawlers.sample_world.origins import Mount
from crawlers.sample_world.rng import chance, slug, stream
from crawlers.sample_world.venues import VENUES

OWNER, BRANCH = "mlresearch", "HEAD"
# volume -> (venue key, short name, year of the conference); "" is a volume that is announced and not yet filled.
_VOLUMES: dict[str, tuple[str, str, int]] = {
    "v162": ("icml", "ICML", 2022),
    "v202": ("icml", "ICML", 2023),
    "v205": ("corl", "CoRL", 2022),
    "v229": ("corl", "CoRL", 2023),
    "v235": ("icml", "ICML", 2024),
    "v256": ("", "AutoML", 2024),
    "v267": ("icml", "ICML", 2025),
    "v270": ("corl", "CoRL", 2024),
    "v305": ("corl", "CoRL", 2025),
}
_BAD_POSTS = (
    (
        "pmlr_post_without_title",
        "untitled99a",
        "title:\nid: untitled99a\nauthor:\n- given: Untitled\n  family: Record\n",
    ),
    (
        "pmlr_post_without_id",
        "noid99a",
        "title: A Post without an Id\nid:\nauthor:\n- given: Idless\n  family: Record\n",
    ),
    (
        "pmlr_consortium",
        "consortium99a",
        "title: The Work of a Consortium\nid: consortium99a\nauthor:\n- consortium: The Invented Consortium\n"
        "- given: No\n  family: 'Null'\n  suffix: Jr.\n",
    ),
)


def _published(year: int, month: int) -> date:
    """Volumes appear two months after the conference: those of November in the next year."""
    return date(year, month, 9) + timedelta(days=64)


def placed(world: World) -> dict[str, list[tuple[str, Work]]]:
    """Volume -> (id of the post, work), in the order of the works."""
    by_venue = {(key, year): volume for volume, (key, _, year) in _VOLUMES.items() if key}
    found: dict[str, list[tuple[str, Work]]] = {volume: [] for volume in _VOLUMES}
    taken: set[tuple[str, str]] = set()
    for work in world.works:
        volume = by_venue.get((work.venue, work.year))
        if volume is None or _published(work.year, work.month) > world.today:
            continue
        year = _published(work.year, work.month).year
        base = f"{slug(work.authors[0].family).replace('-', '') or 'anonymous'}{year % 100}"
        letter = next(c for c in "abcdefghijklmnopqrstuvwxyz" if (volume, base + c) not in taken)
        taken.add((volume, base + letter))
        found[volume].append((base + letter, work))
    return found


def _author(mention: Mention) -> dict[str, str]:
    # A name of one word is a family name, as in BibTeX.
    return {"given": mention.given, "family": mention.family} if mention.given else {"family": mention.family}


def _post(world: World, volume: str, identifier: str, work: Work, order: int) -> bytes:
    r = stream(world.seed, "pmlr", work.id)
    day = _published(work.year, work.month)
    forum = "".join(r.choice("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789") for _ in range(10))
    page = 1 + 14 * order
    front: dict[str, object] = {
        "title": work.title,
        "section": "Poster" if chance(r, 0.9) else "Oral",
        "openreview": forum,
        "abstract": work.abstract,
        "layout": "inproceedings",
        "series": f"Proceedings of Machine Learning Research ({INVENTED})",
        "publisher": "PMLR",
        "issn": "2640-3498",
        "id": identifier,
        "month": 0,
        "tex_title": work.title,
        "firstpage": page,
        "lastpage": page + 13,
        "page": f"{page}-{page + 13}",
        "order": page,
        "cycles": False,
        "bibtex_author": " and ".join(", ".join(p for p in (m.family, m.given) if p) for m in work.authors),
        "author": [_author(m) for m in work.authors],
        "date": day,
        "address": None,
        "container-title": f"Proceedings of the {work.year} {VENUES[work.venue].name}",
        "volume": volume.removeprefix("v"),
        "genre": "inproceedings",
        "issued": {"date-parts": [day.year, day.month, day.day]},
        "pdf": f"https://raw.githubusercontent.com/{OWNER}/{volume}/main/assets/{identifier}/{identifier}.pdf",
        "extras": [],
    }
    if work.code_url:
        front["software"] = work.code_url
    return b"---\n" + _dump(front) + b"# Format based on citeproc YAML\n---\n"


def _config(volume: str, short: str, year: int, name: str) -> bytes:
    start = date(year, 7, 21)
    content = {
        "booktitle": f"Proceedings of the {year} {name} ({INVENTED})",
        "shortname": short,
        "year": str(year),
        "volume": volume.removeprefix("v"),
        "start": start,
        "layout": "proceedings",
        "publisher": "PMLR",
        "email": "",
        "url": "https://proceedings.mlr.press",
        "baseurl": f"/{volume}",
        "github_username": OWNER,
        "conference": {"name": name, "url": f"https://{short.lower()}.example.org/", "dates": [start]},
    }
    return b"---\n" + _dump(content) + b"# Site settings\n"


def _dump(content: dict[str, object]) -> bytes:
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=80).encode()


def mount(world: World, mount: Mount) -> None:
    """Register the files of every volume. Bad posts stand in the newest volume that has papers."""
    volumes = placed(world)
    worst = next((volume for volume in reversed(_VOLUMES) if volumes[volume]), None)
    for volume, (key, short, year) in _VOLUMES.items():
        name = VENUES[key].name if key else "International Conference on Automated Machine Learning"
        mount.add_file(OWNER, volume, BRANCH, "_config.yml", _config(volume, short, year, name))
        mount.add_file(OWNER, volume, BRANCH, "README.md", f"# {volume} ({INVENTED})\n".encode())
        for order, (identifier, work) in enumerate(volumes[volume]):
            day = _published(work.year, work.month).isoformat()
            path = f"_posts/{day}-{identifier}.md"
            mount.add_file(OWNER, volume, BRANCH, path, _post(world, volume, identifier, work, order))
        if volume == worst:
            for _, identifier, text in _BAD_POSTS:
                body = f"---\n{text}date: {year + 1}-01-12\n---\n".encode()
                mount.add_file(OWNER, volume, BRANCH, f"_posts/{year + 1}-01-12-{identifier}.md", body)


def planted(world: World) -> dict[str, int]:
    """Bad posts of the newest volume."""
    return {kind: 1 for kind, _, _ in _BAD_POSTS} if any(placed(world).values()) else {}


def mentions(world: World) -> Iterator[tuple[str, int, str]]:
    """(artifact id, position, person id) of every true author."""
    for volume, works in placed(world).items():
        for identifier, work in works:
            for mention in work.authors:
                yield f"pmlr:{volume}/{identifier}", mention.position, mention.person
