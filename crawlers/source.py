"""What a source is: a YAML file, a module of the same name with one class, and a pure `parse`.

The same `parse` reads what came over HTTP and what came from a file. It yields records, rejects (one bad record, with
its reason), fetches (a listing names further documents) and what it left unread; it never touches the network or disk.
"""

from __future__ import annotations

import importlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import ModuleType
from typing import Any, BinaryIO, ClassVar, Protocol, TypeVar

import pyarrow as pa
from pydantic import ValidationError

from config.errors import UserError
from config.records import Record
from config.settings import SourceConfig
from config.specialties import Specialty

RUN_AS_OF = "run_as_of"
"""Column of `Earlier.table`: the day of the run that landed the row."""
RecordT = TypeVar("RecordT", bound=Record)


@dataclass(frozen=True, slots=True)
class Document:
    """One fetched page, dump or file member; read whole by `body` or as a stream by `opener`."""

    name: str  # the real URL, or file:<path>[!<member>]
    kind: str  # what the parser calls this sort of document
    as_of: date
    opener: Callable[[], BinaryIO]
    etag: str | None = None  # RFC 9110 validator of the answer
    following: str | None = None  # of a page: the address of the next one

    @staticmethod
    def of(
        name: str,
        kind: str,
        body: bytes,
        as_of: date,
        *,
        etag: str | None = None,
        following: str | None = None,
    ) -> Document:
        return Document(name, kind, as_of, lambda: io.BytesIO(body), etag, following)

    @property
    def body(self) -> bytes:
        with self.opener() as stream:
            return stream.read()

    def lines(self) -> Iterator[bytes]:
        """Non-empty lines, one at a time."""
        with self.opener() as stream:
            for line in stream:
                if line := line.strip():
                    yield line


@dataclass(frozen=True, slots=True)
class Fetch:
    """A document to ask for."""

    url: str
    kind: str


@dataclass(frozen=True, slots=True)
class Reject:
    """One record that could not be used; the run goes on."""

    record_type: str  # a record type, or "document"
    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A field that the parser does not know, and how often it met it: counted, so that news upstream are seen."""

    field: str
    count: int


Item = Record | Reject | Fetch | Unread


class BadDocument(Exception):
    """The document as a whole cannot be read; the message says why."""


class Unavailable(Exception):
    """One document could not be had, in spite of retries; the session has noted it."""


class Unchanged(Exception):
    """One document is as it was when its validator was issued; the session has noted it."""


class Source:
    """Base of all sources."""

    def __init__(self, config: SourceConfig) -> None:
        self.config = config

    def parse(self, document: Document) -> Iterator[Item]:
        """Records, rejects and further fetches of one document. Raises BadDocument if it is unreadable."""
        raise BadDocument(f"no parser for documents of kind '{document.kind}'")


class DocumentSource(Source):
    """A source that is a set of documents, each with records of its own."""

    context_kinds: ClassVar[frozenset[str]] = frozenset()
    """Documents that other documents are read with. They are fetched first, whole and every time (a 304 would give no
    content); if their content changed, the others are fetched unconditionally, for their records may change with it."""

    listing_kinds: ClassVar[frozenset[str]] = frozenset()
    """Documents that only name others: fetched every time, since a 304 would hide what they name."""

    def seeds(self) -> Iterable[Fetch]:
        """Where a crawl starts."""
        return ()

    def learn(self, document: Document) -> None:
        """Take in a context document. Raises BadDocument if it is unreadable."""


class Session(Protocol):
    """What an API source crawls through; see `crawlers.huggingface.session`."""

    def get(self, url: str, kind: str, etag: str | None = None) -> Document | None:
        """The document, or None if it is gone. Raises Unchanged if `etag` still names it."""
        ...

    def pages(self, url: str, kind: str) -> Iterator[Document]:
        """The pages of a list, as long as there is a next one."""
        ...

    def left(self, bucket: str) -> int:
        """Requests that tonight's budget of a rate limit bucket still holds."""
        ...


class LandedTable(Protocol):
    """How a source asks for what has landed."""

    def __call__(
        self, record_type: str, columns: tuple[str, ...], each: Callable[[pa.Table], pa.Table] = ...
    ) -> pa.Table:
        """All landed rows of a record type, those columns and RUN_AS_OF, oldest run first.

        `each` is applied to one file at a time, so that what is not kept need not fit into memory.
        """
        ...


@dataclass(frozen=True, slots=True)
class Earlier:
    """What earlier landed runs know, and what people have configured."""

    as_of: date  # the day of the run that asks
    marks: Mapping[str, str]  # of the last landed run
    table: LandedTable
    is_suppressed: Callable[[Iterable[str]], bool]
    specialties: Callable[[], Mapping[str, Specialty]]


@dataclass(frozen=True, slots=True)
class PlanLine:
    """Part of what a crawl would do next: requests of one sort, and how many of them fit into one night."""

    what: str
    bucket: str
    waiting: int
    tonight: int


class ApiSource(Source):
    """A source that is asked question by question."""

    marks: dict[str, str]
    """High-water marks and cursors as they stand after `crawl`; committed with the manifest."""
    notes: list[str]
    """What the crawl had to leave out, one line each: the run is then partial."""
    statistics: dict[str, int]
    """Counts worth keeping with the manifest."""
    windows: Mapping[str, int]
    """Rate limit windows that a night may use up, by bucket."""

    def __init__(self, config: SourceConfig) -> None:
        super().__init__(config)
        self.marks = {}
        self.notes = []
        self.statistics = {}
        self.windows = {}

    def crawl(self, session: Session, earlier: Earlier) -> Iterator[Document]:
        """Documents in the order in which they are to be landed."""
        return iter(())

    def learn(self, record: Record) -> None:
        """Take in a record that was parsed from the document just yielded, so that the crawl can go on from it."""

    def pages(self) -> Sequence[Fetch]:
        """Web pages to read after the crawl, politely and apart: a refusal there leaves what the API gave alone."""
        return ()

    def plan(self, earlier: Earlier) -> Sequence[PlanLine]:
        """What the next crawl would ask, from what has landed; nothing is asked."""
        raise UserError(
            f"the source '{self.config.title}' has no plan: it reads the same documents every night"
        )


def checked(record: type[RecordT], key: str, values: Mapping[str, Any]) -> RecordT | Reject:
    """The validated record, or a reject that names field and fault but not the value (it may be personal)."""
    try:
        return record.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        return Reject(record.record_type, key, f"{field}: {first['msg']}")


def source_module(name: str) -> ModuleType:
    """crawlers/sources/<name>.py. Raises UserError if there is none."""
    try:
        return importlib.import_module(f"crawlers.sources.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"crawlers.sources.{name}":
            raise
        raise UserError(
            f"config/sources/{name}.yml has no crawlers/sources/{name}.py beside it; add it"
        ) from None


def load_source(name: str, config: SourceConfig) -> tuple[Source, int]:
    """The source's object and the version of its parser, found by name: the one class that its module defines."""
    module = source_module(name)
    classes = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Source) and value.__module__ == module.__name__
    ]
    if len(classes) != 1:
        raise UserError(f"crawlers/sources/{name}.py: defines {len(classes)} sources; it must define one")
    version: int = module.PARSER_VERSION
    return classes[0](config), version
