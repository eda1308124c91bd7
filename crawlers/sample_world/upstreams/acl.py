"""The ACL Anthology's data repository: XML collections, people.json and venues, as files on GitHub.

Schema: `data/schema.rnc` of the PyPI package acl-anthology 1.3 (Apache-2.0). Ids have the
real Anthology's form; DOIs carry a test prefix, names of proceedings say that they are invented.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from functools import lru_cache
from random import Random
from xml.sax.saxutils import escape, quoteattr

from crawlers.sample_world.model import INVENTED, Mention, Person, Work, World
from crawlers.sample_world.origins import Mount
from crawlers.sample_world.rng import chance, slug, stream, weighted
from crawlers.sample_world.venues import VENUES, Venue

REPOSITORY = ("acl-org", "acl-anthology", "master")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_ADDRESSES = (
    "Vienna, Austria",
    "Online",
    "Bangkok, Thailand",
    "Miami, Florida",
)  # of the venue, not of authors
_TOKEN = re.compile(r"\$([^$]+)\$|(https?://[^\s<>\"]+[^\s<>\".,])|([^\s$]+|\s+|\$)")
_BAD_PAPERS = (
    ("acl_paper_without_title", '<author><first>Untitled</first><last>Record</last></author>'),
    ("acl_paper_without_title", '<title/><author><first>Untitled</first><last>Record</last></author>'),
    ("acl_paper_without_id", '<title>A Paper without a Number</title><author><last>Record</last></author>'),
    ("acl_author_without_name", '<title>An Author without a Name</title><author><first/><last/></author>'),
    ("acl_orcid_checksum", '<title>A Wrong Check Character</title><author id="wrong-checksum"'
     ' orcid="0009-0090-0000-0001">'
     '<first>Wrong</first><last>Checksum</last></author>'),
    ("acl_paper_without_authors", '<title>Nobody Wrote This</title>'),
)  # fmt: skip


def _fixed(word: str) -> bool:
    core = word.strip(".,:;?!()")
    return len(core) > 1 and sum(c.isupper() for c in core) >= 2 and core.replace("-", "").isalnum()


def markup(text: str, *, title: bool) -> str:
    """Anthology markup of plain text.

    `$tex$`, links, and in titles <fixed-case> around names with inner capitals.
    """
    parts: list[str] = []
    for match in _TOKEN.finditer(text):
        tex, url, word = match.groups()
        if tex:
            parts.append(f"<tex-math>{escape(tex)}</tex-math>")
        elif url:
            parts.append(f"<url>{escape(url)}</url>")
        elif title and _fixed(word):
            core = word.strip(".,:;?!()")
            head, _, tail = word.partition(core)
            parts.append(f"{escape(head)}<fixed-case>{escape(core)}</fixed-case>{escape(tail)}")
        else:
            parts.append(escape(word))
    joined = "".join(parts)
    if not title:
        joined = joined.replace(" in practice", " <i>in practice</i>").replace(
            "five datasets", "<b>five</b> datasets"
        )
    return joined


def _names(first: str, last: str) -> str:
    return (f"<first>{escape(first)}</first>" if first else "") + f"<last>{escape(last)}</last>"


def _author(mention: Mention, person: Person, r: Random) -> str:
    accounts, name = person.accounts, person.name
    attributes = ""
    if mention.explicit_id and accounts.acl_id:
        attributes = f" id={quoteattr(accounts.acl_id)}"
        if accounts.orcid:
            attributes += f' orcid="{accounts.orcid}"'
    inner = _names(mention.given, mention.family)
    if name.native and chance(r, 0.12):
        native = _names(name.native_given, name.native_family)
        inner += f'<variant script="{name.script}">{native}</variant>'
    if mention.affiliation:
        inner += f"<affiliation>{escape(mention.affiliation)}</affiliation>"
    return f"      <author{attributes}>{inner}</author>"


def _bibkey(work: Work, seen: set[str]) -> str:
    lead = slug(work.authors[0].family) or "anonymous"
    middle = "-etal" if len(work.authors) > 2 else ""
    word = next((w for w in slug(work.title).split("-") if len(w) > 3), "paper")
    base = key = f"{lead}{middle}-{work.year}-{word}"
    n = 2
    while key in seen:
        key, n = f"{base}-{n}", n + 1
    seen.add(key)
    return key


def _paper(world: World, work: Work, anthology_id: str, people: dict[str, Person], keys: set[str]) -> str:
    r = stream(world.seed, "acl", work.id)
    number = anthology_id.rsplit(".", 1)[1]
    page = 1 + 12 * (int(number) - 1)
    day = f"{work.year}-{work.month:02d}-20"
    lines = [
        f'    <paper id="{number}">',
        f"      <title>{markup(work.title, title=True)}</title>",
        *(_author(m, people[m.person], r) for m in work.authors),
        f"      <pages>{page}–{page + 11}</pages>",
        f"      <abstract>{markup(work.abstract, title=False)}</abstract>" if not chance(r, 0.04) else "",
        f'      <url hash="{zlib.crc32(anthology_id.encode()):08x}">{anthology_id}</url>',
        f"      <bibkey>{_bibkey(work, keys)}</bibkey>",
        f"      <doi>10.5555/sample/{anthology_id}</doi>" if not chance(r, 0.1) else "",
        f"      <award>{escape(work.award)}</award>" if work.award else "",
        f'      <retracted date="{day}">Retracted in the {INVENTED}.</retracted>'
        if work.status == "retracted"
        else "",
        f'      <removed date="{day}">Removed in the {INVENTED}.</removed>'
        if work.status == "removed"
        else "",
        "    </paper>",
    ]
    return "\n".join(line for line in lines if line)


def _volume(
    world: World, venue: Venue, key: str, works: list[tuple[str, Work]], people: dict[str, Person]
) -> str:
    year, month = works[0][1].year, works[0][1].month
    r = stream(world.seed, "acl-volume", venue.key, key, year)
    editors = [r.choice(world.people) for _ in range(2)]
    front = works[0][0].rsplit(".", 1)[0] + ".0"
    keys: set[str] = set()
    lines = [
        f'  <volume id="{key}" ingest-date="{year}-{month:02d}-15" type="proceedings">',
        "    <meta>",
        f"      <booktitle>Proceedings of the {escape(venue.name)} {year}: {key} ({INVENTED})</booktitle>",
        *(f"      <editor>{_names(e.name.given, e.name.family)}</editor>" for e in editors),
        f"      <publisher>Sample World Press ({INVENTED})</publisher>",
        f"      <address>{r.choice(_ADDRESSES)}</address>",
        f"      <month>{_MONTHS[month - 1]}</month>",
        f"      <year>{year}</year>",
        f"      <venue>{venue.key}</venue>",
        "    </meta>",
        "    <frontmatter>",
        f'      <url hash="{zlib.crc32(front.encode()):08x}">{front}</url>',
        f"      <bibkey>{venue.key}-{year}-{key}</bibkey>",
        "    </frontmatter>",
        *(_paper(world, work, anthology_id, people, keys) for anthology_id, work in works),
    ]
    return "\n".join(lines)


def _bad_papers() -> str:
    rows = []
    for n, (kind, inner) in enumerate(_BAD_PAPERS, 9001):
        attribute = "" if kind == "acl_paper_without_id" else f' id="{n}"'
        rows.append(f"    <paper{attribute}>\n      {inner}\n    </paper>")
    return "\n".join(rows)


@lru_cache(maxsize=4)
def _placed(works: tuple[Work, ...], seed: int) -> dict[str, dict[str, list[tuple[str, Work]]]]:
    """Collection -> volume -> (anthology id, work), everything sorted."""
    drawn: dict[str, dict[str, list[Work]]] = {}
    for work in works:
        venue = VENUES[work.venue]
        if venue.acl:
            volume = weighted(stream(seed, "acl-place", work.id), venue.volumes)
            drawn.setdefault(f"{work.year}.{venue.key}", {}).setdefault(volume, []).append(work)
    return {
        collection: {
            volume: [
                (f"{collection}-{volume}.{n}", work) for n, work in enumerate(drawn[collection][volume], 1)
            ]
            for volume in sorted(drawn[collection])
        }
        for collection in sorted(drawn)
    }


def anthology_ids(world: World) -> dict[str, str]:
    """Anthology id of each work that is in the Anthology, by work id."""
    placed = _placed(world.works, world.seed)
    return {work.id: aid for volumes in placed.values() for rows in volumes.values() for aid, work in rows}


def collections(world: World) -> dict[str, bytes]:
    """Every collection's XML, by collection id. The newest ACL collection also holds the bad records."""
    people = {p.id: p for p in world.people}
    placed = _placed(world.works, world.seed)
    rendered: dict[str, bytes] = {}
    worst = max((c for c in placed if c.endswith(".acl")), default=None)
    for collection, volumes in placed.items():
        venue = VENUES[collection.split(".", 1)[1]]
        parts = [_volume(world, venue, key, rows, people) for key, rows in volumes.items()]
        if collection == worst:
            parts[0] += "\n" + _bad_papers()
        body = "\n".join(part + "\n  </volume>" for part in parts)
        head = f"<?xml version='1.0' encoding='UTF-8'?>\n<collection id=\"{collection}\">"
        text = f"{head}\n{body}\n</collection>\n"
        rendered[collection] = text.encode()
    return rendered


def people_json(world: World) -> bytes:
    """`data/json/people.json`: the people whose identity the Anthology has verified."""
    groups: dict[str, list[str]] = {}
    for person in world.people:
        if person.homonym_group and person.accounts.acl_id:
            groups.setdefault(person.homonym_group, []).append(person.accounts.acl_id)
    entries: dict[str, dict[str, object]] = {}
    for person in world.people:
        accounts, name = person.accounts, person.name
        if not accounts.acl_id:
            continue
        given = " ".join(part for part in (name.given, name.middle) if part)
        names: list[dict[str, str]] = [
            {"first": given, "last": name.family} if given else {"last": name.family}
        ]
        if given:
            names.append({"first": f"{given[0]}.", "last": name.family})
        if name.native:
            names.append({"first": name.native_given, "last": name.native_family, "script": name.script})
        entry: dict[str, object] = {"names": names}
        if accounts.orcid:
            entry["orcid"] = accounts.orcid
        similar = [other for other in groups.get(person.homonym_group or "", []) if other != accounts.acl_id]
        if similar:
            entry["similar"] = similar
        if person.homonym_group:
            entry["disable_name_matching"] = True
        entry["comment"] = INVENTED
        entries[accounts.acl_id] = entry
    return (json.dumps(dict(sorted(entries.items())), ensure_ascii=False, indent=2) + "\n").encode()


def _venue_rows() -> Iterator[tuple[str, Venue]]:
    yield from sorted((key, venue) for key, venue in VENUES.items() if venue.acl)


def venues_yaml() -> bytes:
    """`data/yaml/venues.yaml`."""
    lines: list[str] = []
    for key, venue in _venue_rows():
        lines += [f"{key}:", f"  acronym: {key.upper()}", f"  name: {venue.name}"]
        if not venue.workshop:
            lines += ["  is_acl: true", "  is_toplevel: true"]
    return ("\n".join(lines) + "\n").encode()


def mount(world: World, mount: Mount) -> None:
    """Register the repository's files."""
    files = {
        "README.md": f"# ACL Anthology ({INVENTED})\n\nEvery person and paper here is invented.\n".encode(),
        "data/xml/schema.rnc": b"start = Collection\n",
        "data/json/people.json": people_json(world),
        "data/yaml/venues.yaml": venues_yaml(),
    }
    files |= {f"data/xml/{collection}.xml": text for collection, text in collections(world).items()}
    for path, content in files.items():
        mount.add_file(*REPOSITORY, path, content)


def planted(world: World) -> dict[str, int]:
    """Bad papers in the newest ACL collection."""
    kinds = [kind for kind, _ in _BAD_PAPERS]
    return {kind: kinds.count(kind) for kind in sorted(set(kinds))}


def mentions(world: World) -> Iterator[tuple[str, int, str]]:
    """(artifact id, position, person id) of every true author."""
    ids = anthology_ids(world)
    for work in world.works:
        if work.id in ids:
            for mention in work.authors:
                yield f"acl:{ids[work.id]}", mention.position, mention.person
