"""What lands: one class per record type. Grain, key and redaction are stated here and nowhere else.

A parser yields these; validation redacts free text, so that nothing unredacted can reach a file. Landing adds the
envelope columns (`ENVELOPE`). The Arrow schemas are generated from the classes; they change by addition only.
Deliberately absent everywhere: e-mail, phone, gender, pronouns, year of birth, photo or avatar, postcode, ratings.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal, Union, get_args, get_origin

import pyarrow as pa
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from config.redaction import clean_line, clean_text, remove_contacts, remove_emails

SCHEMA_VERSION = 2  # counts additions of columns; a column is never renamed, removed or given another meaning


def _cleaned_line(value: object) -> object:
    return remove_emails(clean_line(value)) if isinstance(value, str) else value


def _cleaned_text(value: object) -> object:
    return remove_emails(clean_text(value)).strip() if isinstance(value, str) else value


def _without_contacts(value: object) -> object:
    return remove_contacts(clean_text(value)).strip() if isinstance(value, str) else value


def _none_if_empty(value: object) -> object:
    return None if value == "" else value


Id = Annotated[str, StringConstraints(min_length=1, max_length=500)]
"""A raw, stable source field, never cleaned: a change of cleaning code must not change ids."""

Name = Annotated[str, BeforeValidator(_cleaned_line), StringConstraints(min_length=1, max_length=300)]
Line = Annotated[str, BeforeValidator(_cleaned_line), StringConstraints(min_length=1, max_length=2000)]
OptionalLine = Annotated[
    Annotated[str, StringConstraints(min_length=1, max_length=2000)] | None,
    BeforeValidator(_none_if_empty),
    BeforeValidator(_cleaned_line),
]
Prose = Annotated[
    Annotated[str, StringConstraints(max_length=50_000)] | None,
    BeforeValidator(_none_if_empty),
    BeforeValidator(_cleaned_text),
]
"""Text about a work: e-mail addresses are removed."""
SelfDescription = Annotated[
    Annotated[str, StringConstraints(max_length=20_000)] | None,
    BeforeValidator(_none_if_empty),
    BeforeValidator(_without_contacts),
]
"""Text somebody wrote about themselves: e-mail addresses and phone numbers are removed."""
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Orcid = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$")]
Url = Annotated[str, StringConstraints(min_length=1, max_length=2000), AfterValidator(remove_emails)]
Count = Annotated[int, Field(ge=0, lt=2**63)]  # what a column of 64 bits holds


class Part(BaseModel):
    """A nested value inside a record (an Arrow struct)."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ExternalId(Part):
    """An identifier of a work: scheme doi, arxiv, acl, openreview, huggingface …; `value` as the scheme writes it."""

    scheme: Id
    value: Id


class OrganisationName(Part):
    value: Line
    kind: Literal["display", "label", "alias", "acronym"]
    language: str | None = None


class OrganisationRelation(Part):
    kind: Literal["parent", "child", "related", "predecessor", "successor"]
    organisation_id: Id
    label: OptionalLine = None


class Record(BaseModel):
    """Base of all landed records."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    record_type: ClassVar[str]
    key: ClassVar[tuple[str, ...]]
    """Columns that, with `source`, identify a row."""

    def identifiers(self, source: str) -> Iterator[str]:
        """Identifiers that suppression hashes; never a bare name."""
        return iter(())

    def key_text(self) -> str:
        """The key as one string, for rejects and logs."""
        return "/".join(str(getattr(self, column)) for column in self.key)


class Profile(Record):
    """One row per account at a source."""

    record_type: ClassVar[str] = "profile"
    key: ClassVar[tuple[str, ...]] = ("profile_id",)

    profile_id: Id  # the source's stable id, not the renameable handle
    handle: Id | None = None
    name: Name | None = None
    kind: Literal["person", "organisation", "bot", "unknown"]
    bio: SelfDescription = None
    location_text: OptionalLine = None
    homepage: Url | None = None
    created_at: datetime | None = None
    followers: Count | None = None
    following: Count | None = None  # accounts that this one follows
    works: Count | None = None  # artifacts that the source counts for the account
    status: Literal["active", "renamed", "deleted"] = "active"
    url: Url
    as_of: date | None = None

    def identifiers(self, source: str) -> Iterator[str]:
        yield f"{source}:profile:{self.profile_id}"
        if self.handle:
            yield f"{source}:handle:{self.handle.lower()}"


class Organisation(Record):
    """One row per organisation of a registry."""

    record_type: ClassVar[str] = "organisation"
    key: ClassVar[tuple[str, ...]] = ("organisation_id",)

    organisation_id: Id
    name: Line
    names: tuple[OrganisationName, ...] = ()
    types: tuple[str, ...] = ()
    status: Literal["active", "inactive", "withdrawn"]
    country_code: CountryCode | None = None
    admin1_code: str | None = None  # ISO 3166-2 subdivision without the country, e.g. CA
    city: OptionalLine = None
    geonames_id: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    website: Url | None = None
    domains: tuple[str, ...] = ()
    established: int | None = None
    relations: tuple[OrganisationRelation, ...] = ()
    url: Url
    as_of: date | None = None


class Artifact(Record):
    """One row per paper, model, dataset, space, repository or talk as one source shows it; no authors inside."""

    record_type: ClassVar[str] = "artifact"
    key: ClassVar[tuple[str, ...]] = ("artifact_id",)

    artifact_id: Id
    kind: Literal["paper", "model", "dataset", "space", "repository", "talk", "other"]
    title: Line
    abstract: Prose = None
    venue_id: str | None = None  # the source's venue slug
    venue: OptionalLine = None
    year: Annotated[int, Field(ge=1950, le=2100)] | None = None
    published_on: date | None = None
    updated_at: datetime | None = None
    owner_handle: Id | None = None  # the namespace it lives in: a user or an organisation
    ids: tuple[ExternalId, ...] = ()
    tags: tuple[str, ...] = ()  # "pipeline_tag:…", "library:…", "tag:…", "keyword:…", "track:…"
    language: str | None = None
    status: Literal["active", "retracted", "removed", "rejected", "withdrawn"] = "active"
    url: Url
    as_of: date | None = None

    def identifiers(self, source: str) -> Iterator[str]:
        yield f"{source}:artifact:{self.artifact_id}"
        if self.owner_handle:
            yield f"{source}:handle:{self.owner_handle.lower()}"


class AuthorMention(Record):
    """One row per artifact and author position: the name and affiliation as printed."""

    record_type: ClassVar[str] = "author_mention"
    key: ClassVar[tuple[str, ...]] = ("artifact_id", "position")

    artifact_id: Id
    position: Annotated[int, Field(ge=1)]  # 1-based
    n_authors: Annotated[int, Field(ge=1)]
    name: Name
    given_name: OptionalLine = None
    family_name: OptionalLine = None
    native_name: OptionalLine = None  # the name in its own script where the source prints it
    affiliation: OptionalLine = None  # as of the work, not a current employer
    profile_id: Id | None = None
    profile_basis: Literal["explicit", "name_matched_by_source"] | None = None
    orcid: Orcid | None = None
    url: Url
    as_of: date | None = None

    def identifiers(self, source: str) -> Iterator[str]:
        yield f"{source}:work:{self.artifact_id}#{self.position}"
        if self.profile_id:
            yield f"{source}:profile:{self.profile_id}"
        if self.orcid:
            yield f"orcid:{self.orcid}"


class Affiliation(Record):
    """One row per account and organisation, as the account states it."""

    record_type: ClassVar[str] = "affiliation"
    key: ClassVar[tuple[str, ...]] = ("profile_id", "organisation", "from_date", "position")

    profile_id: Id
    organisation: Line
    organisation_id: Id | None = None
    position: OptionalLine = None
    from_date: date | None = None
    to_date: date | None = None
    url: Url
    as_of: date | None = None

    def identifiers(self, source: str) -> Iterator[str]:
        yield f"{source}:profile:{self.profile_id}"


class IdentityClaim(Record):
    """One row per statement "this account is also that": `strength` says who vouches for it."""

    record_type: ClassVar[str] = "identity_claim"
    key: ClassVar[tuple[str, ...]] = ("profile_id", "scheme", "value")

    profile_id: Id
    scheme: Id  # orcid, github, twitter, linkedin, homepage, huggingface, openreview, paper_author …
    value: Id
    strength: Literal["verified", "declared", "admin_assigned", "extracted"]
    url: Url
    as_of: date | None = None

    def identifiers(self, source: str) -> Iterator[str]:
        yield f"{source}:profile:{self.profile_id}"
        yield f"{self.scheme}:{self.value}"


class Metric(Record):
    """One row per artifact, measure and day."""

    record_type: ClassVar[str] = "metric"
    key: ClassVar[tuple[str, ...]] = ("artifact_id", "name", "as_of")

    artifact_id: Id
    name: Id  # e.g. downloads_30d, likes
    value: Count
    url: Url
    as_of: date

    def identifiers(self, source: str) -> Iterator[str]:
        yield f"{source}:artifact:{self.artifact_id}"


class Seen(Record):
    """One row per document asked for in a run.

    `delivered`: its records of this run replace all earlier ones of this document. `not_modified`: what it delivered
    last still holds. `gone`: the source no longer has it.
    """

    record_type: ClassVar[str] = "seen"
    key: ClassVar[tuple[str, ...]] = ("document_url",)

    document_url: Id
    outcome: Literal["delivered", "not_modified", "gone"]
    records: Count = 0
    etag: Id | None = (
        None  # RFC 9110 validator, kept here by sources that ask for too many documents for a manifest
    )


class ProfileFact(Record):
    """One row per account, kind of fact and value, as the account states it on its own page."""

    record_type: ClassVar[str] = "profile_fact"
    key: ClassVar[tuple[str, ...]] = ("profile_id", "name", "value")

    profile_id: Id
    name: Literal["hardware", "organisation_role"]
    value: Line  # "4 x NVIDIA H100, 80 GB"; "<organisation's handle>: write"
    url: Url
    as_of: date | None = None

    def identifiers(self, source: str) -> Iterator[str]:
        yield f"{source}:profile:{self.profile_id}"


class Candidate(Record):
    """One row per account that a list named and reason to ask about it: where a crawl may go on.

    Holds no more than is needed to ask. It is no evidence of anything; the warehouse does not read it.
    """

    record_type: ClassVar[str] = "candidate"
    key: ClassVar[tuple[str, ...]] = ("handle", "reason")

    handle: Id
    profile_id: Id | None = None
    account_kind: Literal["person", "organisation", "unknown"]
    reason: Literal[
        "committer",
        "author",
        "member",
        "employer",
        "discussant",
        "curator",
        "submitter",
        "liker",
        "follower",
        "owner",
    ]
    url: Url  # the page that names it
    as_of: date | None = None

    def identifiers(self, source: str) -> Iterator[str]:
        yield f"{source}:handle:{self.handle.lower()}"
        if self.profile_id:
            yield f"{source}:profile:{self.profile_id}"


RECORD_TYPES: dict[str, type[Record]] = {
    record.record_type: record
    for record in (
        Profile,
        Organisation,
        Artifact,
        AuthorMention,
        Affiliation,
        IdentityClaim,
        ProfileFact,
        Metric,
        Candidate,
        Seen,
    )
}

ENVELOPE: tuple[pa.Field, ...] = (
    pa.field("source", pa.string(), nullable=False),
    pa.field("run_id", pa.string(), nullable=False),
    pa.field(
        "document", pa.string(), nullable=False
    ),  # the address fetched, or file:<path in the data folder>
    pa.field("retrieved_at", pa.timestamp("us", tz="UTC"), nullable=False),
    pa.field("licence", pa.string(), nullable=False),
    pa.field("parser_version", pa.int32(), nullable=False),
    pa.field("schema_version", pa.int32(), nullable=False),
)

REJECT_SCHEMA = pa.schema(
    [
        *ENVELOPE[:4],
        pa.field("record_type", pa.string(), nullable=False),
        pa.field("record_key", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
    ]
)

_SCALARS: dict[object, pa.DataType] = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    datetime: pa.timestamp("us", tz="UTC"),
    date: pa.date32(),
}


def _arrow_type(annotation: Any) -> pa.DataType:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _arrow_type(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        (inner,) = [argument for argument in get_args(annotation) if argument is not type(None)]
        return _arrow_type(inner)
    if origin is Literal:
        return pa.string()
    if origin is tuple:
        return pa.list_(_arrow_type(get_args(annotation)[0]))
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return pa.struct(
            [pa.field(name, _arrow_type(field.annotation)) for name, field in annotation.model_fields.items()]
        )
    return _SCALARS[annotation]


def arrow_schema(record: type[Record]) -> pa.Schema:
    """The Parquet schema of a record type: the envelope, then the class's fields in order."""
    return pa.schema(
        [*ENVELOPE, *(pa.field(name, _arrow_type(f.annotation)) for name, f in record.model_fields.items())]
    )


def to_arrow(
    records: Iterable[Record], envelope: Mapping[str, list[Any] | pa.Array], record: type[Record]
) -> pa.Table:
    """Records of one type with their envelope columns (each a list or array as long as `records`) as an Arrow table."""
    rows = list(records)
    schema = arrow_schema(record)
    columns: dict[str, Any] = dict(envelope)
    for name, field in record.model_fields.items():
        values = [getattr(row, name) for row in rows]
        columns[name] = [_plain(value) for value in values] if _holds_parts(field.annotation) else values
    arrays = {
        name: values
        if isinstance(values := columns[name], pa.Array)
        else pa.array(values, schema.field(name).type)
        for name in schema.names
    }
    return pa.table(arrays, schema=schema)


def _holds_parts(annotation: Any) -> bool:
    return any(isinstance(a, type) and issubclass(a, Part) for a in get_args(annotation))


def _plain(value: Any) -> Any:
    return [part.__dict__ for part in value]
