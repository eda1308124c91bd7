"""A small landing of invented people that meets the models' cases: one of each, by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Literal

from config.paths import ProfilePaths
from config.records import (
    Affiliation,
    Artifact,
    AuthorMention,
    ExternalId,
    IdentityClaim,
    Metric,
    Organisation,
    OrganisationName,
    Profile,
    ProfileFact,
    Record,
)
from tests.warehouse_toys import land

AS_OF = date(2026, 11, 1)
HUB, ACL, PMLR, ROR = "huggingface_models", "acl_anthology", "pmlr", "ror"
PEOPLE, CNCF = "huggingface", "cncf_maintainers"
SEEN_AT = datetime(2026, 10, 20, tzinfo=UTC)


def url(*parts: object) -> str:
    return "https://example.org/" + "/".join(map(str, parts))


def organisation(key: str, name: str, city: str, geonames_id: int, country: str, kind: str) -> Organisation:
    return Organisation(
        organisation_id=key, name=name, types=(kind,), status="active", country_code=country, city=city,
        geonames_id=geonames_id, names=(OrganisationName(value=name, kind="label"),), url=url("ror", key), as_of=AS_OF,
    )  # fmt: skip


def profile(key: str, handle: str, kind: Literal["person", "organisation", "bot"] = "person") -> Profile:
    return Profile(
        profile_id=key,
        handle=handle,
        name=f"Name of {handle}",
        kind=kind,
        url=url("hub", handle),
        as_of=AS_OF,
    )


def paper(key: str, title: str, on: date, *, abstract: str | None = None, doi: str | None = None) -> Artifact:
    return Artifact(
        artifact_id=key, kind="paper", title=title, abstract=abstract, year=on.year, published_on=on,
        url=url("paper", key),
        ids=(ExternalId(scheme="doi", value=doi),) if doi else (), as_of=AS_OF,
    )  # fmt: skip


def model(key: str, owner: str, *tags: str) -> Artifact:
    return Artifact(
        artifact_id=key, kind="model", title=key, owner_handle=owner, tags=tags, published_on=date(2026, 9, 1),
        updated_at=SEEN_AT, url=url("model", key), as_of=AS_OF,
    )  # fmt: skip


def mention(
    key: str, position: int, n: int, name: str, affiliation: str | None = None, profile_id: str | None = None
) -> AuthorMention:
    return AuthorMention(
        artifact_id=key, position=position, n_authors=n, name=name, affiliation=affiliation, profile_id=profile_id,
        profile_basis="explicit" if profile_id else None, url=url("paper", key),
    )  # fmt: skip


def repository(
    path: str,
    *tags: str,
    kind: Literal["model", "dataset", "space"] = "model",
    on: date | None = date(2026, 9, 1),
    likes: int = 0,
) -> list[Record]:
    """A repository of the hub and its likes; its id is `id-<path>`, its title the name without the owner."""
    owner, title = path.split("/")
    return [
        Artifact(
            artifact_id=f"id-{path}", kind=kind, title=title, owner_handle=owner, tags=tags, published_on=on,
            updated_at=SEEN_AT, url=url(kind, path), as_of=AS_OF,
        ),
        Metric(artifact_id=f"id-{path}", name="likes", value=likes, url=url(kind, path), as_of=AS_OF),
    ]  # fmt: skip


def claim(
    profile_id: str,
    scheme: str,
    value: str,
    strength: Literal["verified", "declared", "admin_assigned", "extracted"] = "declared",
) -> IdentityClaim:
    return IdentityClaim(
        profile_id=profile_id, scheme=scheme, value=value, strength=strength, url=url("account", profile_id)
    )


DETECTION = "Object Detection and Instance Segmentation for Point Clouds"
TWICE = "Semantic Segmentation that Two Sources Show"
TAKEN_BACK = paper("a3", "Object Detection that was Taken Back", date(2026, 1, 1)).model_copy(
    update={"status": "retracted"}
)
ENGINEER = Affiliation(
    profile_id="1",
    organisation="Gull Robotics",
    position="Research Engineer",
    url=url("hub", "wreed"),
    as_of=AS_OF,
)
VISION = "pipeline_tag:object-detection"
LANGUAGE = "pipeline_tag:text-generation"
GONE = profile("9", "left-us").model_copy(update={"status": "deleted"})
MOVED = profile("8", "old-stone").model_copy(update={"status": "renamed"})
HUB_REPOSITORIES: list[Record] = [
    # whose it is
    *repository("left-us/net", VISION),
    *repository("osier/net", VISION),
    *repository("fern-lab/net-two", VISION),
    # how it was made
    *repository("osier/small-chat", LANGUAGE, "fact:quantised", "fact:empty_card"),
    *repository("osier/mill-chat", LANGUAGE, "tag:gguf", "fact:quantised"),
    *repository("osier/demo", "tag:rag", "fact:runs_own_model", kind="space"),
    *repository("osier/quiet", "fact:runs_own_model", "fact:empty_card", kind="space"),
    # whose it was first
    *repository("base-lab/tiny-detector", VISION, on=date(2025, 1, 1), likes=10),
    *repository("copycat/Tiny-Detector", VISION, likes=10),
    *repository("second-cat/base-lab-tiny-detector", VISION, likes=3),
    *repository("third-cat/base-lab_tiny-detector", VISION),
    *repository("honest/tiny-detector", VISION, "tag:base_model:finetune:base-lab/tiny-detector"),
    *repository("frank/tiny-detector", VISION, "fact:base_model:base-lab/tiny-detector"),
    *repository("rival/tiny-detector", VISION, likes=50),
    *repository("twin/tiny-detector", VISION, on=date(2025, 1, 1), likes=0),
    *repository("base-lab/base-lab-tiny-detector", VISION),
    *repository("ancient/mystery", VISION, on=None),
    *repository("later/mystery", VISION),
    *repository("copycat/tiny-set", kind="dataset"),
    *repository("base-lab/tiny-set", kind="dataset", on=date(2025, 1, 1), likes=10),
]
HUB_PEOPLE: list[Record] = [
    profile("1", "wreed"),
    model("wreed/detector", "wreed", VISION),
    profile("7", "osier"),
    claim("7", "github", "OSier"),
    claim("7", "homepage", "https://osier.example.org"),
    claim("7", "paper_author", "2609.00001#1", "verified"),
    ProfileFact(profile_id="7", name="hardware", value="2 x NVIDIA L4", url=url("hub", "osier"), as_of=AS_OF),
    profile("8", "pstone"),
    claim("8", "paper_author", "2609.00001#2", "admin_assigned"),
    GONE,
    *HUB_REPOSITORIES,
    paper("2609.00001", "Chats that are Small", date(2026, 9, 5)),
    mention("2609.00001", 1, 2, "Olga M. Sier"),
    mention("2609.00001", 2, 2, "Piet Stone"),
    # commits: the name is the account's handle
    mention("id-left-us/net", 1, 2, "left-us", None, "9"),
    mention("id-left-us/net", 2, 2, "osier", None, "7"),
    mention("id-osier/net", 1, 2, "OSier", None, "7"),
    mention("id-osier/net", 2, 2, "mill-bot", None, "3"),
    mention("id-fern-lab/net-two", 1, 3, "osier", None, "7"),
    mention("id-fern-lab/net-two", 2, 3, "quietfern", None, "77"),
    mention("id-fern-lab/net-two", 3, 3, "left-us", None, "9"),
]
LANDED: dict[str, list[Record]] = {
    ROR: [
        organisation("o-fern", "Fernhill University", "Pittsburgh", 5206379, "US", "education"),
        organisation("o-gull", "Gull Robotics", "Boston", 4930956, "US", "company"),
    ],
    ACL: [
        paper("a1", DETECTION, date(2026, 7, 1), abstract="We do object detection."),
        paper("a2", TWICE, date(2025, 7, 1), doi="10.1/TWICE"),
        TAKEN_BACK,
        mention("a1", 1, 2, "Wilma Reed", "Dept. of CS, Fernhill University", "wilma"),
        mention("a1", 2, 2, "Otto Moss", "Gull Robotics, Boston, MA, USA"),
        mention("a2", 1, 1, "Wilma Reed", None, "wilma"),
        mention("a3", 1, 1, "Wilma Reed", None, "wilma"),
        Profile(profile_id="wilma", name="Wilma Reed", kind="person", url=url("acl", "wilma"), as_of=AS_OF),
        claim("wilma", "huggingface", "wreed"),
        Profile(profile_id="same-name", name="Wilma Reed", kind="person", url=url("acl", "same-name"), as_of=AS_OF),
    ],
    PMLR: [
        paper("b2", TWICE, date(2025, 7, 1), doi="https://doi.org/10.1/twice"),
        mention("b2", 1, 1, "Reed, W."),
    ],
    HUB: [
        profile("1", "wreed"),
        profile("2", "acme", "organisation"),
        profile("3", "mill-bot", "bot"),
        MOVED,
        claim("1", "acl", "wilma"),
        ENGINEER,
        model("wreed/detector", "wreed", "pipeline_tag:object-detection", "library:transformers"),
        model("acme/detector", "acme", "pipeline_tag:object-detection"),
        model("mill-bot/detector", "mill-bot", "pipeline_tag:object-detection"),
    ],
    PEOPLE: HUB_PEOPLE,
    CNCF: [
        profile("osier", "osier").model_copy(update={"name": "Olga Sier"}),
        claim("osier", "github", "osier"),
    ],
}  # fmt: skip


def land_everything(paths: ProfilePaths) -> None:
    """Land `LANDED` as one run a source."""
    for source, records in LANDED.items():
        land(paths, records, source=source, as_of=AS_OF)
