"""Invented universities, companies and laboratories in real cities.

No name is that of a real organisation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from crawlers.sample_world import cities
from crawlers.sample_world.model import City, Organisation
from crawlers.sample_world.rng import chance, ror_id, slug, stream, weighted

_HEADS = (
    "Bramble", "Brindle", "Cobble", "Dapple", "Ember", "Fennel", "Gorse", "Hazzel", "Inkle", "Juniper",
    "Kestel", "Larkin",
    "Marrow", "Nettle", "Osier", "Pippin", "Quill", "Rushel", "Sorrel", "Teasel", "Umber", "Vetch",
    "Wimble", "Yarrow",
    "Zephel", "Thistle", "Sable", "Tansy", "Mallow", "Cindle",
)  # fmt: skip
_TAILS = (
    "haven",
    "mere",
    "wick",
    "crest",
    "fold",
    "strand",
    "combe",
    "spire",
    "march",
    "garth",
    "hythe",
    "moor",
)

_UNIVERSITY = {
    "": ("University of {}", "{} Institute of Technology", "{} State University", "{} Polytechnic",
         "{} University"),
    "DE": ("Technische Universität {}", "Universität {}"), "CH": ("Technische Hochschule {}",),
    "FR": ("Université de {}",),
    "ES": ("Universidad de {}",), "BR": ("Universidade Federal de {}",), "TR": ("{} Teknik Üniversitesi",),
    "PL": ("Politechnika {}",), "NL": ("Universiteit {}",), "SE": ("{} Tekniska Högskola",),
    "VN": ("Đại học {}",),
    "EE": ("{} Ülikool",), "RO": ("Universitatea {}",),
}  # fmt: skip
_COMPANY = (
    "{} AI", "{} Labs", "{} Robotics", "{} Systems", "{} Data", "{} Cloud", "{} Inc.", "{} Motors",
    "{} Research",
    "{} Analytics", "{} Games", "{} Logistics", "{} Health",
)  # fmt: skip
_OTHER = (
    "{} General Hospital",
    "{} Research Council",
    "{} Museum of Natural History",
    "Ministry of Fisheries of {}",
)

# Seats whose names are not Latin: city, Latin name, own-script name, language, acronym
_NATIVE = (
    ("Beijing", "Yunque University of Technology", "云雀理工大学（虚构）", "zh", "YQUT"),
    ("Shanghai", "Qingji Normal University", "青蓟师范大学（虚构）", "zh", "QJNU"),
    ("Shenzhen", "Huangmei Intelligence", "黄梅智能科技（虚构）", "zh", None),
    ("Tokyo", "Azamino Hibari Institute of Technology", "薊雲雀工業大学（架空）", "ja", "AHIT"),
    ("Tokyo", "Hibari Kikai", "ひばり機械（架空）", "ja", None),
    ("Seoul", "Gasigol Institute of Science", "가시골과학기술원（가상）", "ko", "GIS"),
    ("Seoul", "Jongdal AI", "종달인공지능（가상）", "ko", None),
    ("Tel Aviv", "Givat HaDardar University", "אוניברסיטת גבעת הדרדר", "he", "GHU"),
    ("Hyderabad", "Kanta Vidyapeeth", "काँटा विद्यापीठ", "hi", "KVP"),
    ("Abu Dhabi", "Shawk Al Wadi University", "جامعة شوك الوادي", "ar", "SAWU"),
    ("Tartu", "Ohakamäe Ülikool", "Чертопольский университет", "ru", None),
)


def _roots(r: Random) -> Iterator[str]:
    """Invented place names, each once."""
    names = [head + tail for head in _HEADS for tail in _TAILS]
    r.shuffle(names)
    yield from names


def acronym_of(name: str) -> str | None:
    """Initials of the capitalised words of `name`, if there are at least two.

    An invented place name gives two letters ("Marrowwick": MW), so that no acronym is a famous real one.
    """
    letters: list[str] = []
    for word in (w for w in name.replace("(", "").split() if w[0].isupper()):
        tail = next((t for t in _TAILS if word.endswith(t)), "")
        letters.append(word[0] + tail[:1].upper())
    return "".join(letters) if len(letters) >= 2 else None


def _aliases(name: str, city: City) -> tuple[str, ...]:
    aliases = []
    if name.startswith("University of "):
        aliases += [f"Univ. of {name[14:]}", f"{name[14:]} University"]
    if "Institute of Technology" in name:
        aliases.append(name.replace("Institute of Technology", "Tech"))
    if name.startswith("Technische Universität "):
        aliases += [f"TU {name[23:]}", f"Technical University of {name[23:]}"]
    if name.endswith(" AI"):
        aliases.append(f"{name[:-3]} Artificial Intelligence ({city.country_name})")
    return tuple(aliases)


def _make(
    r: Random,
    name: str,
    kind: str,
    offices: tuple[City, ...],
    *,
    registered: bool = True,
    status: str = "active",
) -> Organisation:
    words = slug(name)
    return Organisation(
        id="",
        ror=ror_id(r),
        name=name,
        kind=kind,
        offices=offices,
        acronym=acronym_of(name) if chance(r, 0.6) or kind == "university" else None,
        aliases=_aliases(name, offices[0]),
        labels=(),
        status=status,
        established=r.randint(1850, 1995) if kind in ("university", "other") else r.randint(1998, 2021),
        domain=f"{words}.example.org",
        registered=registered,
    )


def _university(r: Random, root: str, city: City) -> str:
    local = _UNIVERSITY.get(city.country)
    patterns = local if local and chance(r, 0.7) else _UNIVERSITY[""]
    return r.choice(patterns).format(root)


def _in_hubs(r: Random, roots: Iterator[str], metros: dict[str, tuple[City, ...]]) -> Iterator[Organisation]:
    """Universities and companies of each metro, in proportion to its size."""
    weights = cities.metro_weights()
    for metro, weight in weights:
        group = metros[metro]
        for n in range(1 + int(weight // 3)):
            city = group[n % len(group)]
            yield _make(r, _university(r, next(roots), city), "university", (city,))
        for _ in range(2 + int(weight // 2)):
            seat = r.choice(group)
            extra = [metros[weighted(r, weights)][0] for _ in range(weighted(r, [(0, 6), (1, 2), (3, 1.5)]))]
            offices = (seat, *(c for c in dict.fromkeys(extra) if c.metro != seat.metro))
            pattern = r.choice(_COMPANY)
            kind = "lab" if "Labs" in pattern or "Research" in pattern else "company"
            yield _make(r, pattern.format(next(roots)), kind, offices, registered=chance(r, 0.85))


def _native(r: Random, by_name: dict[str, City]) -> Iterator[Organisation]:
    for city, latin, label, language, acronym in _NATIVE:
        kind = "company" if acronym is None and language != "ru" else "university"
        made = _make(r, latin, kind, (by_name[city],), registered=city != "Tartu")
        yield replace(made, labels=((language, label),), acronym=acronym)


def _twins(
    r: Random, roots: Iterator[str], metros: dict[str, tuple[City, ...]]
) -> Iterator[list[Organisation]]:
    """Pairs of one name in two countries."""
    pairs = (
        ("pittsburgh", "london"),
        ("toronto", "bengaluru"),
        ("boston", "singapore"),
        ("austin", "sydney"),
    )
    for (first, second), pattern in zip(pairs, _UNIVERSITY[""], strict=False):
        name = pattern.format(next(roots))
        yield [_make(r, name, "university", (metros[m][0],)) for m in (first, second)]


def organisations(seed: int) -> tuple[Organisation, ...]:
    """All invented organisations, ids `org-0001`…; successors, parents and twins refer to these ids."""
    r = stream(seed, "organisations")
    metros = cities.by_metro()
    by_name = {city.name: city for city in reversed(cities.load())}
    roots = _roots(r)
    made = [*_in_hubs(r, roots, metros), *_native(r, by_name)]
    pairs = list(_twins(r, roots, metros))
    made += [one for pair in pairs for one in pair]
    made += [
        _make(r, _university(r, next(roots), city), "university", (city,), registered=False)
        for city in metros[""]
    ]
    gone = [
        _make(r, f"{next(roots)} College of Engineering", "university", (metros[m][0],))
        for m in list(metros)[:6]
    ]
    made += [replace(one, status="inactive") for one in gone]
    made += [
        replace(_make(r, f"{next(roots)} Institute", "institute", (metros[m][0],)), status="withdrawn")
        for m in list(metros)[6:9]
    ]
    made += [
        _make(r, r.choice(_OTHER).format(next(roots)), "other", (r.choice(cities.load()[:40]),))
        for _ in range(45)
    ]
    numbered = [replace(one, id=f"org-{n:04d}") for n, one in enumerate(made, 1)]
    return tuple(_related(numbered))


def _related(made: list[Organisation]) -> Iterator[Organisation]:
    """Fill in twins (same name), successors of what has ended, and parents of laboratories."""
    by_name: dict[str, list[str]] = {}
    for one in made:
        by_name.setdefault(one.name, []).append(one.id)
    active = [one for one in made if one.status == "active" and one.registered]
    for one in made:
        twins = [other for other in by_name[one.name] if other != one.id]
        near = [o for o in active if o.seat.metro == one.seat.metro and o.id != one.id]
        universities = [o for o in near if o.kind == "university"]
        companies = [o for o in near if o.kind == "company"]
        yield replace(
            one,
            twin=twins[0] if twins else None,
            successor=universities[0].id if one.status == "inactive" and universities else None,
            parent=companies[0].id if one.kind == "lab" and one.registered and companies else None,
        )
