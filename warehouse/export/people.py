"""Finding a person in the published file: by person id (also a former one), name, login, ORCID iD or address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

import duckdb

from config.errors import UserError
from config.keyed_hash import load_suppression
from config.paths import ProfilePaths
from config.text import match_key
from warehouse.export.lead_list import merged_ids
from warehouse.memory import follow

MANY = 50
"""So many people at most are listed for one name."""

_PEOPLE = """
    SELECT p.person_id, p.name, r.employer, m.name AS metro, c.name AS country, p.n_members, p.contact_route
    FROM core.person AS p
    LEFT JOIN core.person_role AS r ON p.person_id = r.person_id
    LEFT JOIN core.person_place AS l ON p.person_id = l.person_id AND l.is_current
    LEFT JOIN ref.metro AS m ON l.metro_id = m.metro_id
    LEFT JOIN ref.country AS c ON l.country_code = c.country_code
    WHERE list_contains(?, p.person_id)
    ORDER BY p.n_members DESC, p.person_id
"""
_BY_LOGIN = """
    SELECT DISTINCT person_id FROM core.person_member
    WHERE ends_with(lower(member_key), ':profile:' || lower(?))
    UNION SELECT person_id FROM core.person_member WHERE lower(member_key) = 'orcid:' || lower(?)
    UNION SELECT person_id FROM (SELECT person_id, unnest(string_split(lower(profiles), ' ')) AS url FROM core.person)
    WHERE regexp_extract(url, '([^/]+)/?$', 1) = lower(?)
    ORDER BY person_id
"""
_BY_WORK = """
    SELECT DISTINCT c.person_id FROM core.contribution AS c INNER JOIN core.work AS w ON c.work_id = w.work_id
    WHERE rtrim(w.url, '/') = ? OR rtrim(c.url, '/') = ? ORDER BY c.person_id
"""


@dataclass(frozen=True)
class Candidate:
    """A person as shown when several fit."""

    person_id: str
    name: str | None
    employer: str | None
    metro: str | None
    country: str | None
    members: int
    contact_route: str | None

    def line(self) -> str:
        where = self.metro or self.country or "place unknown"
        parts = [self.person_id, self.name or "no name", self.employer or "employer unknown", where]
        return "  ".join([*parts, f"{self.members} members", self.contact_route or ""]).rstrip()


def find(connection: duckdb.DuckDBPyConnection, paths: ProfilePaths, text: str) -> list[Candidate]:
    """Everybody whom `text` may mean, best known first; the first way of reading it that fits anybody decides.

    Ways, in order: person id (following merges), address of a profile or work, login or ORCID iD, whole name, all words
    of a name. People who asked to be left out are never found.
    """
    text = text.strip()
    if not text:
        return []
    for ids in _readings(connection, text):
        found = _candidates(connection, paths, ids)
        if found:
            return found
    return []


def find_one(connection: duckdb.DuckDBPyConnection, paths: ProfilePaths, text: str) -> Candidate:
    """The one person whom `text` means. Raises UserError if it is nobody or several, naming them by id."""
    found = find(connection, paths, text)
    if not found:
        raise UserError(f"nobody is known as '{_short(text)}'; give a person_id, name, login or address")
    if len(found) > 1:
        some = "; ".join(
            f"{c.person_id} ({c.employer or c.metro or c.country or 'unknown'})" for c in found[:5]
        )
        raise UserError(f"'{_short(text)}' fits {len(found)} people; give one person_id of: {some}")
    return found[0]


def _short(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text)[:80]


def _readings(connection: duckdb.DuckDBPyConnection, text: str) -> Iterable[list[str]]:
    known = connection.execute("SELECT 1 FROM core.person WHERE person_id = ?", [text]).fetchone()
    yield [text] if known else sorted(follow(text, merged_ids(connection)) - {text})
    if "://" in text or text.lower().startswith("www."):
        yield _by_address(connection, text)
        return
    if " " not in text:
        login = text.removeprefix("@")
        yield [str(person) for (person,) in connection.execute(_BY_LOGIN, [login, login, login]).fetchall()]
    yield from _by_name(connection, text)


def _by_address(connection: duckdb.DuckDBPyConnection, text: str) -> list[str]:
    wanted = _address(text)
    rows = connection.execute(
        "SELECT person_id, coalesce(profiles, '') || ' ' || coalesce(contact_route, '') FROM core.person "
        "WHERE profiles IS NOT NULL OR contact_route IS NOT NULL ORDER BY person_id"
    ).fetchall()
    found = [str(person) for person, addresses in rows if wanted in {_address(a) for a in addresses.split()}]
    if found:
        return found
    plain = text.rstrip("/")
    return [str(person) for (person,) in connection.execute(_BY_WORK, [plain, plain]).fetchall()]


def _address(url: str) -> str:
    """An address as it is compared: without scheme, ``www.``, trailing slash, query, and case of the host."""
    parts = urlsplit(url if "://" in url else f"https://{url}")
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}"


def _by_name(connection: duckdb.DuckDBPyConnection, text: str) -> Iterable[list[str]]:
    wanted = match_key(text)
    if not wanted:
        return
    rows = connection.execute(
        "SELECT person_id, name FROM core.person WHERE name IS NOT NULL ORDER BY person_id"
    ).fetchall()
    keys = [(str(person), match_key(name)) for person, name in rows]
    yield [person for person, key in keys if key == wanted]
    words = set(wanted.split())
    yield [person for person, key in keys if words <= set(key.split())]


def _candidates(
    connection: duckdb.DuckDBPyConnection, paths: ProfilePaths, ids: list[str]
) -> list[Candidate]:
    if not ids:
        return []
    suppression = load_suppression(paths.suppression_list, paths.suppression_key)
    if suppression.hashes:
        members = connection.execute(
            "SELECT person_id, member_key FROM core.person_member WHERE list_contains(?, person_id)", [ids]
        ).fetchall()
        hidden = {person for person, member in members if suppression.matches([member])}
        ids = [person for person in ids if person not in hidden]
    return [Candidate(*row) for row in connection.execute(_PEOPLE, [ids]).fetchall()]
