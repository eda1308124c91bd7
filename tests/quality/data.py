"""Truth files, and the real data that the product's own parsers read beside them."""

from __future__ import annotations

import csv
import gzip
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from config.errors import UserError
from config.records import Record
from config.settings import REAL_DATA_VARIABLE, Config
from crawlers.files import documents
from crawlers.source import BadDocument, load_source

csv.field_size_limit(sys.maxsize)


def read_truth(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """Rows of a CSV (or CSV.gz). Raises UserError if it is missing or lacks one of `columns`."""
    if not path.is_file():
        raise UserError(f"{path}: no such truth file")
    with (
        gzip.open(path, "rt", encoding="utf-8", newline="")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8", newline="")
    ) as stream:
        reader = csv.DictReader(stream)
        missing = [column for column in columns if column not in (reader.fieldnames or ())]
        if missing:
            raise UserError(f"{path}:1: the column {', '.join(missing)} is missing")
        return [{key: value or "" for key, value in row.items()} for row in reader]


def data_folder(truth: Path) -> Path:
    """The folder of real data: what TALENTATLAS_REAL_DATA names, else the one that holds the truth's folder."""
    named = os.environ.get(REAL_DATA_VARIABLE)
    folder = Path(named) if named else truth.absolute().parent.parent
    if not folder.is_dir():
        raise UserError(f"{folder}: no such folder; set {REAL_DATA_VARIABLE}")
    return folder


def records(config: Config, source: str, folder: Path) -> Iterator[Record]:
    """Everything that a source's own parser finds in its files of the real profile."""
    parser, _ = load_source(source, config.source(source))
    for document in documents(config.source(source), folder):
        try:
            yield from (item for item in parser.parse(document) if isinstance(item, Record))
        except BadDocument:
            continue
