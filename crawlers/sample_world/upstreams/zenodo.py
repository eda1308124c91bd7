"""Zenodo's community ror-data: releases of the organisation registry, as a list of records and zip files.

Record shape: https://developers.zenodo.org; dump: ROR schema v2.1 (one JSON array) with the v1 files
beside it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response

from crawlers.sample_world.model import INVENTED, Organisation, World
from crawlers.sample_world.origins import Mount, Quota, conditional, dumps, json_response, refuse, weak_etag

URL = "https://zenodo.org"
_TYPES = {
    "university": ["education", "funder"],
    "institute": ["facility"],
    "company": ["company"],
    "lab": ["facility"],
    "other": ["government"],
}
_RELEASES = 3


def _record(one: Organisation, by_id: dict[str, Organisation], release: date) -> dict[str, object]:
    """One organisation in schema v2.1."""
    names: list[dict[str, object]] = [{"lang": "en", "types": ["label", "ror_display"], "value": one.name}]
    names += [{"lang": None, "types": ["alias"], "value": alias} for alias in one.aliases]
    names += [{"lang": lang, "types": ["label"], "value": label} for lang, label in one.labels]
    if one.acronym:
        names.append({"lang": None, "types": ["acronym"], "value": one.acronym})
    # Only the seat is registered, as ROR does for nearly every organisation.
    locations = [
        {
            "geonames_details": {
                "continent_code": one.seat.continent,
                "continent_name": one.seat.continent_name,
                "country_code": one.seat.country,
                "country_name": one.seat.country_name,
                "country_subdivision_code": one.seat.admin1_code or None,
                "country_subdivision_name": one.seat.admin1_name or None,
                "lat": one.seat.lat,
                "lng": one.seat.lng,
                "name": one.seat.name,
            },
            "geonames_id": one.seat.geonames_id,
        }
    ]
    relationships: list[dict[str, str]] = []
    for kind, other in (("successor", one.successor), ("parent", one.parent)):
        if other is not None and by_id[other].registered:
            relationships.append({"label": by_id[other].name, "type": kind, "id": by_id[other].ror})
    for child in by_id.values():
        if child.registered and one.id in (child.parent, child.successor):
            kind = "child" if child.parent == one.id else "predecessor"
            relationships.append({"label": child.name, "type": kind, "id": child.ror})
    return {
        "admin": {
            "created": {"date": f"{2019 + one.established % 5}-05-13", "schema_version": "1.0"},
            "last_modified": {"date": (release - timedelta(days=40)).isoformat(), "schema_version": "2.1"},
        },
        "domains": [one.domain],
        "established": one.established,
        "external_ids": [],
        "id": one.ror,
        "links": [{"type": "website", "value": f"https://www.{one.domain}/"}],
        "locations": locations,
        "names": names,
        "relationships": relationships,
        "status": one.status,
        "types": _TYPES[one.kind],
    }


def _bad(good: dict[str, object]) -> list[tuple[str, dict[str, object]]]:
    without_id = {key: value for key, value in good.items() if key != "id"}
    base = "https://ror.org/0zzzzzz"
    return [
        (
            "ror_without_id",
            {**without_id, "names": [{"lang": "en", "types": ["ror_display"], "value": "Nameless Ledger"}]},
        ),
        ("ror_without_id", {**good, "id": None}),
        ("ror_without_names", {**good, "id": f"{base}10", "names": []}),
        ("ror_without_location", {**good, "id": f"{base}20", "locations": []}),
    ]


def _v1(record: dict[str, object], one: Organisation) -> dict[str, object]:
    """The same organisation in schema v1."""
    return {
        "id": one.ror,
        "name": one.name,
        "email_address": None,
        "ip_addresses": [],
        "established": one.established,
        "types": [str(kind).capitalize() for kind in _TYPES[one.kind]],
        "relationships": record["relationships"],
        "addresses": [
            {
                "lat": one.seat.lat,
                "lng": one.seat.lng,
                "state": None,
                "state_code": None,
                "city": one.seat.name,
                "geonames_city": {"id": one.seat.geonames_id, "city": one.seat.name},
                "postcode": None,
                "primary": False,
                "line": None,
            }
        ],
        "links": [f"https://www.{one.domain}/"],
        "aliases": list(one.aliases),
        "acronyms": [one.acronym] if one.acronym else [],
        "status": one.status,
        "wikipedia_url": "",
        "labels": [{"label": label, "iso639": lang} for lang, label in one.labels],
        "country": {"country_name": one.seat.country_name, "country_code": one.seat.country},
        "external_ids": {},
    }


def _csv(organisations: list[Organisation]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["id", "name", "types", "status", "established", "country.country_code"])
    for one in organisations:
        types = ";".join(kind.capitalize() for kind in _TYPES[one.kind])
        writer.writerow([one.ror, one.name, types, one.status, one.established, one.seat.country])
    return out.getvalue().encode()


def release_date(today: date, back: int) -> date:
    """Day of the release that is `back` months old: the 16th, so that it changes once a month."""
    month = today.year * 12 + today.month - 2 - back
    return date(month // 12, month % 12 + 1, 16)


@lru_cache(maxsize=8)
def dump(organisations: tuple[Organisation, ...], released: date, version: str) -> bytes:
    """The zip file of one release."""
    by_id = {one.id: one for one in organisations}
    registered = [one for one in organisations if one.registered]
    records = [_record(one, by_id, released) for one in registered]
    old = [_v1(record, one) for record, one in zip(records, registered, strict=True)]
    if records:
        records += [record for _, record in _bad(records[0])]
    stem = f"{version}-{released.isoformat()}-ror-data"
    out = io.BytesIO()
    # Stored, not deflated: compressors differ between builds of zlib, and the bytes must not.
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in (
            (f"{stem}.json", json.dumps(old, ensure_ascii=False, indent=4).encode()),
            (f"{stem}.csv", _csv(registered)),
            (f"{stem}_schema_v2.json", json.dumps(records, ensure_ascii=False, indent=4).encode()),
        ):
            archive.writestr(
                zipfile.ZipInfo(name, (released.year, released.month, released.day, 0, 0, 0)), content
            )
    return out.getvalue()


class _Release:
    """One release: number 0 is the newest; older ones lack the organisations that were added since."""

    def __init__(self, world: World, back: int) -> None:
        day = release_date(world.today, back)
        self.date = day
        self.version = (
            f"v2.{(day.year - 2026) * 12 + day.month}" if day.year >= 2026 else f"v1.{60 + day.month}"
        )
        self.id = 90_000_000 + day.year * 100 + day.month
        self.key = f"{self.version}-{day.isoformat()}-ror-data.zip"
        keep = len(world.organisations) - 20 * back
        self._kept = tuple(replace_links(world.organisations[: max(0, keep)]))

    def content(self) -> bytes:
        """The zip file."""
        return dump(self._kept, self.date, self.version)

    def hit(self) -> dict[str, object]:
        """The record as Zenodo lists it."""
        content = self.content()
        return {
            "id": self.id,
            "conceptrecid": "90000000",
            "created": f"{self.date}T10:00:00.000000+00:00",
            "modified": f"{self.date}T10:00:05.000000+00:00",
            "title": f"ROR Data ({INVENTED})",
            "doi": f"10.5555/sample.{self.id}",
            "metadata": {
                "title": f"ROR Data ({INVENTED})",
                "doi": f"10.5555/sample.{self.id}",
                "publication_date": self.date.isoformat(),
                "description": f"<p>Invented organisations of the {INVENTED}.</p>",
                "access_right": "open",
                "creators": [{"name": INVENTED, "affiliation": None}],
                "version": self.version,
                "license": {"id": "cc-zero"},
                "resource_type": {"title": "Dataset", "type": "dataset"},
            },
            "files": [
                {
                    "id": f"00000000-0000-4000-8000-{self.id:012d}",
                    "key": self.key,
                    "size": len(content),
                    "checksum": f"md5:{hashlib.md5(content, usedforsecurity=False).hexdigest()}",
                    "links": {"self": f"{URL}/api/records/{self.id}/files/{self.key}/content"},
                }
            ],
            "links": {"self": f"{URL}/api/records/{self.id}", "self_html": f"{URL}/records/{self.id}"},
            "status": "published",
            "submitted": True,
        }


def replace_links(organisations: tuple[Organisation, ...]) -> Iterator[Organisation]:
    """Organisations without references to others that are not among them."""
    known = {one.id for one in organisations}
    for one in organisations:
        yield replace(
            one,
            successor=one.successor if one.successor in known else None,
            parent=one.parent if one.parent in known else None,
        )


def mount(world: World, mount: Mount) -> None:
    """Serve the community's records and their files."""
    releases = [_Release(world, back) for back in range(_RELEASES)] if world.organisations else []

    async def records(request: Request) -> Response:
        try:
            size, page = (
                int(request.query_params.get("size", "10")),
                int(request.query_params.get("page", "1")),
            )
        except ValueError:
            return refuse(400, {"status": 400, "message": "Invalid querystring parameters."})
        ordered = releases if request.query_params.get("sort", "bestmatch") != "oldest" else releases[::-1]
        hits = [release.hit() for release in ordered[(page - 1) * size : page * size]]
        body = dumps({"hits": {"hits": hits, "total": len(releases)}, "aggregations": {}, "links": {}})
        return conditional(request, body, "application/json", weak_etag(body))

    async def content(request: Request) -> Response:
        wanted = (str(request.path_params["record"]), request.path_params["key"])
        for release in releases:
            if (str(release.id), release.key) == wanted:
                body = release.content()
                digest = hashlib.md5(body, usedforsecurity=False).hexdigest()
                headers = {"content-disposition": f"attachment; filename={release.key}"}
                return conditional(request, body, "application/octet-stream", f'"{digest}"', headers)
        return json_response(
            {"status": 404, "message": "The persistent identifier does not exist."}, status=404
        )

    origin = mount.origin(URL)
    origin.get("/api/communities/ror-data/records", records)
    origin.get("/api/records/{record}/files/{key}/content", content)
    origin.quotas["guest"] = Quota("guest", mount.limits.zenodo, mount.limits.zenodo_window)
    origin.bucket = lambda path: "guest"
    origin.quota_headers = lambda quota, now: {
        "x-ratelimit-limit": str(quota.limit),
        "x-ratelimit-remaining": str(quota.remaining),
        "x-ratelimit-reset": str(quota.reset_in(now)),
        "retry-after": str(quota.reset_in(now)),
    }


def planted(world: World) -> dict[str, int]:
    """Bad records in the newest release."""
    kinds = [kind for kind, _ in _bad({})]
    return {kind: kinds.count(kind) for kind in sorted(set(kinds))}


def mentions(world: World) -> Iterator[tuple[str, int, str]]:
    """The registry names no people."""
    yield from ()
