"""Research Organization Registry: organisations with names, places and relations.

Reads schema v2 (https://ror.readme.io/docs/ror-data-structure), schema v1, and the v1 shape of January 2022 that lacks
addresses. Live, the newest dump is asked of Zenodo. E-mail addresses and postcodes of v1 are not read.
"""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import ijson

from config.records import Organisation
from crawlers.parse import load_json
from crawlers.source import BadDocument, Document, DocumentSource, Fetch, Item, Reject, Unread, checked

PARSER_VERSION = 1

LISTING = "https://zenodo.org/api/communities/ror-data/records?q=&sort=newest&size=1"
_V2_FIELDS = frozenset(
    (
        "admin", "domains", "established", "external_ids", "id", "links", "locations", "names", "relationships",
        "status", "types",
    )
)  # fmt: skip
_V1_FIELDS = frozenset(
    (
        "id", "name", "email_address", "ip_addresses", "established", "types", "relationships", "addresses", "links",
        "aliases", "acronyms", "status", "wikipedia_url", "labels", "country", "external_ids",
    )
)  # fmt: skip
_RELATIONS = frozenset(("parent", "child", "related", "predecessor", "successor"))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


_NAME_KINDS = (("ror_display", "display"), ("label", "label"), ("alias", "alias"), ("acronym", "acronym"))
_Name = tuple[str, str, str | None]  # value, kind, language


def _names_v2(record: Mapping[str, Any]) -> Iterator[_Name]:
    for entry in record["names"] or ():
        types = entry["types"]
        # One name may be label and display name at once; the stronger use is kept.
        kind = next((kind for name, kind in _NAME_KINDS if name in types), "label")
        yield entry["value"], kind, entry.get("lang")


def _names_v1(record: Mapping[str, Any]) -> Iterator[_Name]:
    yield record.get("name") or "", "display", None
    for entry in record.get("labels") or ():
        yield entry["label"], "label", entry.get("iso639")
    for kind, key in (("alias", "aliases"), ("acronym", "acronyms")):
        for value in record.get(key) or ():
            yield value, kind, None


def _relations(record: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for entry in record.get("relationships") or ():
        kind = entry["type"].lower()
        if kind in _RELATIONS and entry.get("id"):
            yield {"kind": kind, "organisation_id": entry["id"], "label": entry.get("label") or None}


def _place_v2(record: Mapping[str, Any]) -> dict[str, Any]:
    location = _dict(next(iter(_list(record.get("locations"))), None))
    details = _dict(location.get("geonames_details"))
    return {
        "country_code": details.get("country_code") or None,
        "admin1_code": details.get("country_subdivision_code") or None,
        "city": details.get("name") or None,
        "geonames_id": location.get("geonames_id"),
        "latitude": details.get("lat"),
        "longitude": details.get("lng"),
    }


def _admin1_v1(address: Mapping[str, Any], country: str | None) -> str | None:
    """ISO 3166-2 without the country. GeoNames' own codes equal it in the United States only."""
    state = address.get("state_code")
    if isinstance(state, str) and "-" in state:
        return state.split("-", 1)[1] or None
    code = _dict(_dict(address.get("geonames_city")).get("geonames_admin1")).get("code")
    return (
        code.split(".", 1)[1]
        if country == "US" and isinstance(code, str) and code.startswith("US.")
        else None
    )


def _place_v1(record: Mapping[str, Any]) -> dict[str, Any]:
    country = _dict(record.get("country")).get("country_code") or None
    address = _dict(next(iter(_list(record.get("addresses"))), None))
    return {
        "country_code": country,
        "admin1_code": _admin1_v1(address, country),
        "city": address.get("city") or None,
        "geonames_id": _dict(address.get("geonames_city")).get("id"),
        "latitude": address.get("lat"),
        "longitude": address.get("lng"),
    }


def _website(record: Mapping[str, Any]) -> str | None:
    for link in _list(record.get("links")):
        if isinstance(link, str) and link:
            return link
        if isinstance(link, dict) and link.get("type") == "website" and link.get("value"):
            return str(link["value"])
    return None


def _last_change(record: Mapping[str, Any], otherwise: date) -> date:
    modified = _dict(_dict(record.get("admin")).get("last_modified")).get("date")
    try:
        return date.fromisoformat(str(modified))
    except ValueError:
        return otherwise


def organisation(record: Mapping[str, Any], as_of: date) -> Item:
    """One registry entry of any schema version as a record (true as of `as_of`), or the reason why not."""
    identifier = record.get("id")
    if not isinstance(identifier, str) or not identifier:
        return Reject("organisation", "(none)", "id: missing")
    v2 = "names" in record
    try:
        found = _names_v2(record) if v2 else _names_v1(record)
        names = tuple(dict.fromkeys(name for name in found if name[0].strip()))
        relations = tuple(_relations(record))
    except (KeyError, TypeError, AttributeError):
        return Reject("organisation", identifier, "names or relationships: not of the documented form")
    display = next((value for value, kind, _ in names if kind == "display"), names[0][0] if names else None)
    return checked(
        Organisation,
        identifier,
        {
            "organisation_id": identifier,
            "name": display,
            "names": tuple(
                {"value": value, "kind": kind, "language": language} for value, kind, language in names
            ),
            "types": tuple(str(kind).lower() for kind in _list(record.get("types"))),
            "status": record.get("status"),
            **(_place_v2(record) if v2 else _place_v1(record)),
            "website": _website(record),
            "domains": tuple(str(domain) for domain in _list(record.get("domains"))),
            "established": record.get("established"),
            "relations": relations,
            "url": identifier,
            "as_of": as_of,
        },
    )


class Ror(DocumentSource):
    """Kinds: `listing` (Zenodo's newest record), `dump` (its zip file, whole), `records` (JSON lines of updates)."""

    listing_kinds = frozenset(("listing",))

    def seeds(self) -> Iterable[Fetch]:
        return (Fetch(LISTING, "listing"),)

    def parse(self, document: Document) -> Iterator[Item]:
        if document.kind == "listing":
            yield from _dump_address(document)
        elif document.kind == "dump":
            yield from _organisations(_dump_records(document), lambda record: document.as_of)
        elif document.kind == "records":
            # Lines gathered from many updates: each is true as of its own last change, where it says so (schema v2).
            yield from _organisations(
                _line_records(document), lambda record: _last_change(record, document.as_of)
            )
        else:
            yield from super().parse(document)


def _dump_address(document: Document) -> Iterator[Fetch]:
    try:
        hits = load_json(document.body)["hits"]["hits"]
        if hits:
            (address,) = [f["links"]["self"] for f in hits[0]["files"] if str(f["key"]).endswith(".zip")]
            yield Fetch(address, "dump")
    except (ValueError, KeyError, TypeError):
        raise BadDocument("not Zenodo's list of records with one zip file") from None


def _dump_records(document: Document) -> Iterator[Any]:
    try:
        with document.opener() as stream, zipfile.ZipFile(stream) as archive:
            names = archive.namelist()
            chosen = [n for n in names if n.endswith("_schema_v2.json")] or [
                n
                for n in names
                if n.endswith(".json")  # a dump of one schema only
            ]
            if len(chosen) != 1:
                raise BadDocument(f"the dump holds {len(chosen)} files named *_schema_v2.json instead of one")
            with archive.open(chosen[0]) as member:
                yield from ijson.items(member, "item", use_float=True)
    except (zipfile.BadZipFile, ijson.JSONError) as error:
        raise BadDocument(f"the dump cannot be read: {error}") from None


def _line_records(document: Document) -> Iterator[Any]:
    for line in document.lines():
        try:
            yield json.loads(line)
        except ValueError:
            yield None


def _organisations(records: Iterable[Any], as_of: Callable[[dict[str, Any]], date]) -> Iterator[Item]:
    unread: Counter[str] = Counter()
    for record in records:
        if not isinstance(record, dict):
            yield Reject("organisation", "(none)", "not a JSON object")
            continue
        unread.update(record.keys() - (_V2_FIELDS if "names" in record else _V1_FIELDS))
        yield organisation(record, as_of(record))
    for field, count in sorted(unread.items()):
        yield Unread(field, count)
