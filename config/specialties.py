"""Types of config/specialties/*.yml, geography/metros.yml, ranking.yml and pay.yml."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from config.yamlfile import ConfigModel

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Positive = Annotated[int, Field(gt=0)]
HubHandle = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$")]
Family = Literal["research", "release", "production", "community"]
"""Families of evidence are kept apart, so that no single number hides that somebody has papers but never shipped."""


class SignalRule(ConfigModel):
    """One reason to credit (or, as noise, to discredit) a work to a specialty.

    `any_of` are phrases matched on whole words (after `config.text.match_key`) in title and text, or exact values of
    venue, tag, pipeline tag, library and fact. A rule fires once per work. A fact (`quantised`, `runs_own_model` …)
    tells how a work was made and not what it is about: rules on facts fire only where another rule of the specialty
    credits the work.
    """

    id: Identifier
    family: Family
    field: Literal[
        "venue",
        "title",
        "text",
        "tag",
        "pipeline_tag",
        "library",
        "keyword",
        "github_topic",
        "profile_text",
        "fact",
    ]
    any_of: tuple[Annotated[str, StringConstraints(min_length=1)], ...] = Field(min_length=1)
    points: int  # negative for noise
    artifact_kinds: tuple[str, ...] = ()  # empty: any
    camp: Identifier | None = None
    why: Annotated[str, StringConstraints(min_length=10)]  # shown to sourcers beside the evidence
    exclude_if: tuple[str, ...] = ()  # silent on a work whose title or text holds one of these phrases


class Camp(ConfigModel):
    id: Identifier
    name: str
    description: str


class Community(ConfigModel):
    name: str
    kind: Literal["online", "conference", "chat", "meetup", "open_source"]
    url: str | None = None
    crawled: bool  # false: a place for people to go, never for a crawler (terms)
    note: str | None = None


class InterviewQuestion(ConfigModel):
    id: Identifier
    competency: str
    question: str
    strong_signal: str
    weak_signal: str
    source: str


class GeographyClaim(ConfigModel):
    """A belief about where a specialty lives, to be checked against the data."""

    id: Identifier
    statement: str
    areas: tuple[Identifier, ...] = ()  # metro ids; empty: a claim about dispersion
    kind: Literal["concentrated", "rising", "dispersed"]


class Specialty(ConfigModel):
    """config/specialties/<id>.yml."""

    name: str
    sourced: bool  # false: recognised, so that it is not mistaken for another, but no lead list is made
    summary: str
    search_title: str  # what the role is called in a job title
    tracks: tuple[Literal["research", "applied"], ...]
    camps: tuple[Camp, ...] = ()
    signals: tuple[SignalRule, ...] = ()
    noise: tuple[SignalRule, ...] = ()
    what_to_look_for: tuple[str, ...] = ()  # resume signals that public data may not show
    what_misleads: tuple[str, ...] = ()
    communities: tuple[Community, ...] = ()
    adjacent_backgrounds: tuple[str, ...] = ()
    hub_organisations: tuple[HubHandle, ...] = ()  # Hugging Face; the crawl asks about their people first
    interview: tuple[InterviewQuestion, ...] = ()
    geography: tuple[GeographyClaim, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Specialty:
        camps = {camp.id for camp in self.camps}
        ids = [rule.id for rule in (*self.signals, *self.noise)]
        for duplicate in {rule_id for rule_id in ids if ids.count(rule_id) > 1}:
            raise ValueError(f"rule id '{duplicate}' is given twice")
        handles = [handle.lower() for handle in self.hub_organisations]
        for duplicate in {handle for handle in handles if handles.count(handle) > 1}:
            raise ValueError(f"hub organisation '{duplicate}' is given twice")
        for rule in (*self.signals, *self.noise):
            if rule.camp is not None and rule.camp not in camps:
                raise ValueError(f"rule '{rule.id}' names the camp '{rule.camp}', which is not defined")
        if any(rule.points <= 0 for rule in self.signals):
            raise ValueError("signals need positive points; put a discredit under noise")
        if any(rule.points >= 0 for rule in self.noise):
            raise ValueError("noise needs negative points")
        if self.sourced and not self.signals:
            raise ValueError("a sourced specialty needs signals")
        return self


class MetroAnchor(ConfigModel):
    geonames_id: int
    km: Positive  # places within this great-circle distance belong to the metro


class Metro(ConfigModel):
    """A metro area over GeoNames places: within reach of an anchor, in the country and, if given, its regions."""

    id: Identifier
    name: str
    country_code: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
    admin1_codes: tuple[str, ...] = ()  # GeoNames admin1 codes; empty: any
    anchors: tuple[MetroAnchor, ...] = Field(min_length=1)
    exclude: tuple[int, ...] = ()  # GeoNames ids that are near but another metro


class Metros(ConfigModel):
    metros: tuple[Metro, ...]
    countries: dict[str, str] = {}  # noqa: RUF012 (pydantic copies defaults) policy names where ISO names mislead

    @model_validator(mode="after")
    def _unique(self) -> Metros:
        ids = [metro.id for metro in self.metros]
        for duplicate in {metro_id for metro_id in ids if ids.count(metro_id) > 1}:
            raise ValueError(f"metro '{duplicate}' is given twice")
        return self


class FamilyWeight(ConfigModel):
    weight_percent: Positive  # 100 = points count as they are
    cap: Positive  # a person's points of one family never count for more
    half_life_months: Positive


class Ranking(ConfigModel):
    """How evidence becomes a score: set by people, versioned, a plain sum."""

    version: Positive
    families: dict[Family, FamilyWeight]
    active_within_months: Positive  # applied lists ask for evidence this recent
    past_after_months: Positive  # an employer or place older than this is shown as past
    minimum_score: Annotated[int, Field(ge=0)]
    first_or_last_author_percent: Positive  # of a work's points; other positions count 100 %

    @model_validator(mode="after")
    def _all_families(self) -> Ranking:
        missing = [f for f in ("research", "release", "production", "community") if f not in self.families]
        if missing:
            raise ValueError(f"families lacks {', '.join(missing)}")
        return self


class PayPremium(ConfigModel):
    """A premium is meaningless without its baseline; `rank` orders pay for equal seniority (1 = highest)."""

    rank: Positive
    specialty: Identifier
    camp: str | None = None
    level: str
    low_percent: int | None = None
    high_percent: int | None = None
    baseline: str
    condition: str | None = None
    note: str
    year: int
    geography: str
    component: Literal["base", "total", "unstated"]
    source: str
    reliability: Literal["low", "medium", "high"]


class Pay(ConfigModel):
    as_of: date
    premiums: tuple[PayPremium, ...]
