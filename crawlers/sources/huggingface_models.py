"""Hugging Face models from files: a list in the shape of /api/models, as somebody published it.

Its owners stay unknown, for the file names no accounts. The live crawl, with accounts, is the source `huggingface`.
"""

from __future__ import annotations

from collections.abc import Iterator

from crawlers.huggingface import repositories
from crawlers.parse import load_json
from crawlers.source import Document, DocumentSource, Item

PARSER_VERSION = 2


class HuggingfaceModels(DocumentSource):
    """Kind: `models`."""

    def parse(self, document: Document) -> Iterator[Item]:
        if document.kind != "models":
            yield from super().parse(document)
            return
        yield from repositories.models(load_json(document.body), document.as_of)
