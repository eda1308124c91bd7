"""The truth about the invented world.

People, organisations and what people made. Knows nothing of wire formats.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from crawlers.sample_world.hub_model import HubGraph

SPECIALTIES = (
    "computer_vision",
    "nlp_llm",
    "mlops_platform",
    "rl_research",
    "robotics",
    "speech_audio",
    "general_ml",
)
ROLE_KINDS = ("industry", "faculty", "postdoc", "student")
INVENTED = "invented sample world"


@dataclass(frozen=True, slots=True)
class City:
    """A real city (GeoNames id, WGS84 degrees, ISO 3166-2 subdivision without the country prefix)."""

    geonames_id: int
    name: str
    country: str
    country_name: str
    continent: str
    continent_name: str
    admin1_code: str
    admin1_name: str
    lat: float
    lng: float
    metro: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """An invented organisation.

    `registered`: the organisation registry holds it. First office is the seat.
    """

    id: str
    ror: str
    name: str
    kind: str  # university | institute | company | lab | other
    offices: tuple[City, ...]
    acronym: str | None
    aliases: tuple[str, ...]
    labels: tuple[tuple[str, str], ...]  # (ISO 639-1, name)
    status: str  # active | inactive | withdrawn
    established: int
    domain: str
    registered: bool
    successor: str | None = None
    parent: str | None = None
    twin: str | None = None  # the organisation of the same name elsewhere

    @property
    def seat(self) -> City:
        """The registered city."""
        return self.offices[0]


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name in Latin letters, and in its own script if that is another one."""

    given: str
    middle: str
    family: str
    locale: str
    script: str = "latn"
    native_given: str = ""
    native_family: str = ""
    family_first: bool = False

    @property
    def full(self) -> str:
        """Given, middle and family name in Latin letters."""
        return " ".join(part for part in (self.given, self.middle, self.family) if part)

    @property
    def native(self) -> str:
        """The name in its own script ("" if that is Latin)."""
        if not self.native_family:
            return ""
        joined = self.script in ("hani", "hira", "kore")
        parts = (
            (self.native_family, self.native_given)
            if self.family_first
            else (self.native_given, self.native_family)
        )
        return ("" if joined else " ").join(part for part in parts if part)

    def variants(self) -> tuple[str, ...]:
        """Forms under which the same person is met.

        Full, no middle name, initials, "Last, First", own script.
        """
        given = self.given
        forms = [self.full]
        if given:
            forms += [f"{given} {self.family}", f"{given[0]}. {self.family}", f"{self.family}, {given}"]
        if self.native:
            forms.append(self.native)
        return tuple(dict.fromkeys(forms))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person was from `from_year` to `to_year` (None: still)."""

    from_year: int
    to_year: int | None
    organisation: str
    city: City
    position: str


@dataclass(frozen=True, slots=True)
class Accounts:
    """A person's identifiers at the sources; None where there is none."""

    acl_id: str | None = None
    acl_verified: bool = False
    orcid: str | None = None
    hub_id: str | None = None
    hub_user: str | None = None
    github: str | None = None
    homepage: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """One invented human being. There is no gender, birth year, e-mail, phone or photo to leak."""

    id: str
    name: Name
    specialty: str
    role_kind: str
    career_start: int
    writes: bool
    releases: bool
    productivity: float
    places: tuple[Place, ...]
    accounts: Accounts = field(default_factory=Accounts)
    no_recruiters: bool = False
    homonym_group: str | None = None

    @property
    def github(self) -> str | None:
        """The login under which open-source projects know this person."""
        return self.accounts.github

    def place_in(self, year: int) -> Place:
        """The place held in `year` (the nearest one before the first or after the last)."""
        for place in self.places:
            if place.from_year <= year and (place.to_year is None or year < place.to_year):
                return place
        return self.places[0] if year < self.places[0].from_year else self.places[-1]


@dataclass(frozen=True, slots=True)
class Mention:
    """A person as printed on a work: position from 1, name and affiliation as of that time."""

    person: str
    position: int
    given: str
    family: str
    affiliation: str | None
    organisations: tuple[str, ...]
    explicit_id: bool


@dataclass(frozen=True, slots=True)
class Work:
    """A paper. `venue` is a key of `venues.VENUES`; `title` may hold `$tex$`."""

    id: str
    title: str
    abstract: str
    year: int
    month: int
    venue: str
    track: str
    specialty: str
    authors: tuple[Mention, ...]
    arxiv_id: str | None
    code_url: str | None
    status: str = "published"  # published | retracted | removed
    award: str | None = None


@dataclass(frozen=True, slots=True)
class HubAccount:
    """A user or organisation of the model hub.

    `state`: active | deleted | merged (then `merged_into` is the account that goes on);
    `former_names`: before a rename.
    """

    id: str
    name: str
    kind: str  # user | org
    fullname: str
    details: str
    is_pro: bool
    created_at: str
    followers: int
    person: str | None = None
    organisation: str | None = None
    members: tuple[str, ...] = ()  # ids of user accounts
    state: str = "active"
    former_names: tuple[str, ...] = ()
    noise: str | None = None  # mill | bot | course | reupload | hostile
    merged_into: str | None = None


@dataclass(frozen=True, slots=True)
class HubRepo:
    """A model, dataset, space, or something of a kind that came later (kernel, bucket).

    Times are ISO 8601 as the hub prints them; downloads are those of 30 days.
    """

    id: str
    kind: str  # model | dataset | space | kernel | bucket
    owner: str  # account id
    name: str
    pipeline_tag: str | None
    library: str | None
    tags: tuple[str, ...]
    downloads: int
    likes: int
    trending: int
    created_at: str
    last_modified: str
    gated: str | None = None
    sdk: str | None = None
    empty_card: bool = False
    author: str | None = None  # the person who made it
    noise: str | None = None
    private: bool = False
    datasets: tuple[str, ...] = ()  # "owner/name" of what it was trained on
    languages: tuple[str, ...] = ()  # ISO 639-1
    results: tuple[tuple[str, str, str, float], ...] = ()  # evaluation: (task, dataset, metric, value)
    quantised: str | None = None  # how: gguf, awq, gptq, onnx, …
    calls_hosted_api: bool = False  # a space that only forwards to somebody's hosted model
    former_paths: tuple[str, ...] = ()  # "owner/name" before it was moved or renamed


@dataclass(frozen=True, slots=True)
class Talk:
    """A conference talk by one or two people; no paper stands behind it."""

    id: str
    title: str
    event: str
    year: int
    speakers: tuple[str, ...]
    specialty: str


@dataclass(frozen=True, slots=True)
class World:
    """Everything that is true. Tuples are in a fixed order; `planted` counts the defects that were put in."""

    seed: int
    today: date
    people: tuple[Person, ...]
    organisations: tuple[Organisation, ...]
    works: tuple[Work, ...]
    hub_accounts: tuple[HubAccount, ...]
    hub_repos: tuple[HubRepo, ...]
    planted: tuple[tuple[str, int], ...]
    hub: HubGraph = field(default_factory=HubGraph)
    talks: tuple[Talk, ...] = ()

    def __hash__(self) -> int:
        """Cheap: upstreams cache by world, and a world has a hundred thousand parts."""
        return hash((self.seed, self.today, len(self.people)))

    def emptied(self) -> World:
        """The same world with nobody in it (an upstream that answers, and has nothing)."""
        return replace(
            self,
            people=(),
            organisations=(),
            works=(),
            hub_accounts=(),
            hub_repos=(),
            hub=HubGraph(),
            talks=(),
        )
