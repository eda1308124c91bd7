"""One test over every source: what its parser makes of a few small recorded documents, reviewed once and kept.

A source is tested by being there: `tests/recorded/<source>/documents.yml` lists its documents in the order in which a
crawl meets them, each with `file`, `kind` and `name` (the address, or file:<path>); `zipped_as` wraps the file into a
zip under that member name. The documents are hand-made in the upstream's wire format about invented people, and hold
the private fields that upstream sends, to prove that they are dropped. `expected.json` is written when it is missing.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.records import RECORD_TYPES, Record
from config.settings import SourceConfig
from config.yamlfile import read_yaml
from crawlers.source import Document, DocumentSource, Fetch, Item, Reject, Source, Unread, load_source

RECORDED = Path(__file__).parent / "recorded"
CONFIGURED = Path(__file__).parent.parent / "config" / "sources"
MODULES = Path(__file__).parent.parent / "crawlers" / "sources"
AS_OF = date(2026, 11, 1)
NAMES = sorted(path.stem for path in CONFIGURED.glob("*.yml"))
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+|[\w.]+ ?[(\[]at[)\]] ?\w+", re.ASCII)
FORBIDDEN = re.compile(
    r"e?_?mail|phone|gender|pronoun|birth|photo|avatar|image|postcode|postal|rating|reviewer", re.IGNORECASE
)


def new_source(name: str) -> Source:
    source, version = load_source(name, read_yaml(CONFIGURED / f"{name}.yml", SourceConfig))
    assert version >= 1
    return source


def recorded_documents(name: str) -> list[Document]:
    folder = RECORDED / name
    listing = folder / "documents.yml"
    assert listing.is_file(), f"{name} has no {listing}: record a few small documents of this source"
    documents = []
    for entry in yaml.safe_load(listing.read_text(encoding="utf-8")):
        body = (folder / entry["file"]).read_bytes()
        if member := entry.get("zipped_as"):
            wrapped = io.BytesIO()
            with zipfile.ZipFile(wrapped, "w") as archive:
                archive.writestr(member, body)
            body = wrapped.getvalue()
        documents.append(Document.of(entry["name"], entry["kind"], body, AS_OF))
    return documents


def parsed(name: str) -> dict[str, list[Item]]:
    """Every recorded document's items, by document name, from a fresh source."""
    source = new_source(name)
    found: dict[str, list[Item]] = {}
    for document in recorded_documents(name):
        if isinstance(source, DocumentSource) and document.kind in source.context_kinds:
            source.learn(document)
        found[document.name] = list(source.parse(document))
    return found


def plain(item: Item) -> dict[str, Any]:
    if isinstance(item, Record):
        return {"record": item.record_type, **item.model_dump(mode="json", exclude_none=True)}
    if isinstance(item, Reject):
        return {"reject": item.record_type, "key": item.key, "reason": item.reason}
    if isinstance(item, Fetch):
        return {"fetch": item.url, "kind": item.kind}
    assert isinstance(item, Unread)
    return {"unread": item.field, "count": item.count}


@pytest.mark.parametrize("name", NAMES)
def test_parser_makes_of_the_recorded_documents_what_was_reviewed(name: str) -> None:
    result = {document: [plain(item) for item in items] for document, items in parsed(name).items()}
    expected = RECORDED / name / "expected.json"
    if not expected.is_file():
        expected.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        pytest.fail(f"{expected} was missing and is written now: review it, then run again")
    assert result == json.loads(expected.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_recorded_records_keep_the_rules_of_every_source(name: str) -> None:
    config = read_yaml(CONFIGURED / f"{name}.yml", SourceConfig)
    first, second = parsed(name), parsed(name)
    assert first == second, "parse is not pure: the same documents gave other items"
    kinds = set()
    for document, items in first.items():
        records = [item for item in items if isinstance(item, Record)]
        kinds |= {record.record_type for record in records}
        for record in records:
            fields = record.model_dump(mode="json")
            assert fields["url"].startswith(("https://", "http://")), (
                f"{document}: {record.key_text()} has no address"
            )
            assert not EMAIL.search(json.dumps(fields, ensure_ascii=False)), f"{document}: e-mail in {fields}"
        keys = [(r.record_type, r.key_text()) for r in records]
        assert len(keys) == len(set(keys)), f"{document}: keys are not unique"
    assert kinds, "no record at all in the recorded documents"
    assert kinds <= set(config.records), "sources/*.yml: 'records' does not name every type that is landed"
    assert set(config.records) <= set(RECORD_TYPES)
    for floors in config.floors.values():
        assert set(floors) <= set(config.records), "a floor for a type that the source does not land"
    assert set(config.floors) >= set(config.profiles), "a profile without a floor cannot fail"
    if {"sample", "live"} & set(config.profiles):
        assert config.origins, "a source that goes over HTTP names its origins"


def test_every_source_is_whole() -> None:
    """A YAML, a module and a recorded folder: nothing else, and nothing registered."""
    modules = sorted(path.stem for path in MODULES.glob("*.py") if path.stem != "__init__")
    recorded = sorted(path.name for path in RECORDED.iterdir() if path.is_dir())
    assert modules == NAMES
    assert recorded == NAMES


def test_no_record_type_has_a_field_for_what_is_never_stored() -> None:
    fields = [f"{kind}.{field}" for kind, record in RECORD_TYPES.items() for field in record.model_fields]
    assert not [field for field in fields if FORBIDDEN.search(field)]
