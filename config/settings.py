"""Typed settings: settings.yml, sources/*.yml, specialties/*.yml, geography/metros.yml, ranking.yml, pay.yml.

Everything is frozen and refuses unknown keys; see `config.yamlfile` for how a mistake is reported.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator, model_validator

from config.errors import UserError
from config.specialties import Metros, Pay, Ranking, Specialty
from config.yamlfile import ConfigModel, read_yaml

CONFIG_VARIABLE = "TALENTATLAS_CONFIG"
DATA_VARIABLE = "TALENTATLAS_DATA"
REAL_DATA_VARIABLE = "TALENTATLAS_REAL_DATA"

ProfileName = Literal["sample", "live", "real"]
PROFILES: tuple[ProfileName, ...] = ("sample", "live", "real")
Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Positive = Annotated[int, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1)]


class SampleWorldSettings(ConfigModel):
    seed: int
    people: Annotated[int, Field(ge=100, le=100_000)]
    today: date  # the world's present day; also the default as_of of the sample profile
    hub_window_seconds: Annotated[float, Field(gt=0)] = (
        300  # its model hub's rate limit window; the real one's is 300
    )


class ProfileSettings(ConfigModel):
    as_of: date | None = None  # None: the day of the run
    contact: str | None = (
        None  # how an upstream's operator reaches whoever runs the crawl; part of the user agent
    )

    @field_validator("contact")
    @classmethod
    def _reachable(cls, value: str | None) -> str | None:
        if value is not None and "@" not in value and not value.startswith("https://"):
            raise ValueError("give an e-mail address or an https:// page where the operator can be reached")
        return value


class NightlySettings(ConfigModel):
    cron: str
    timezone: str
    parallel_sources: Positive
    stop_grace_seconds: Positive  # between asking a child to end and killing its process group
    leads_wanted: Annotated[int, Field(ge=0)] = 50  # of each specialty; a night that has fewer says so


class WarehouseSettings(ConfigModel):
    memory_limit: Annotated[str, StringConstraints(pattern=r"^\d+(\.\d+)?(MB|GB)$")]
    threads: Positive


class PublishSettings(ConfigModel):
    max_drop: Share  # a source or mart that lost more of its rows than this stops publication
    keep_builds: Positive
    minimum_cell: Positive  # a density cell of fewer people is suppressed


class RetentionSettings(ConfigModel):
    """How long a night's leftovers stay; published builds are counted by `publish.keep_builds`."""

    landing_days: Positive = (
        90  # older source runs are deleted once no current row, mark or validator needs them
    )
    logs_days: Positive = 30
    state_copies: Annotated[int, Field(ge=0)] = 7  # dated copies of the state, one per publication; 0: none


class Settings(ConfigModel):
    profiles: dict[ProfileName, ProfileSettings]
    sample_world: SampleWorldSettings
    nightly: NightlySettings
    warehouse: WarehouseSettings
    publish: PublishSettings
    retention: RetentionSettings = RetentionSettings()

    @model_validator(mode="after")
    def _all_profiles(self) -> Settings:
        missing = [name for name in PROFILES if name not in self.profiles]
        if missing:
            raise ValueError(f"profiles lacks {', '.join(missing)}")
        return self


class Licence(ConfigModel):
    id: str  # SPDX id where there is one
    url: str | None = None
    attribution: str  # the line to print where the data is shown


class Terms(ConfigModel):
    url: str | None = None
    note: Annotated[str, StringConstraints(min_length=20)]  # what was read, and what follows from it
    read_on: date | None = None


class Limits(ConfigModel):
    delay_seconds: Annotated[float, Field(ge=0)] = 1.0  # between requests to one origin
    concurrency: Positive = 1
    retries: Annotated[int, Field(ge=0, le=20)] = 5
    request_timeout_seconds: Positive = 60
    time_limit_minutes: Positive = 30
    max_requests: Positive | None = None  # per run; None: no budget


class SourceFile(ConfigModel):
    """A file of the `real` profile: below the folder that TALENTATLAS_REAL_DATA names."""

    path: str  # plain, .gz, .zip or .tar.gz
    member: str | None = None  # glob over the members of an archive
    kind: Identifier  # what the parser calls this sort of document
    as_of: date


class SourceConfig(ConfigModel):
    """config/sources/<name>.yml; the name is the file's stem."""

    title: str
    summary: Annotated[str, StringConstraints(min_length=30)]
    homepage: str
    licence: Licence
    terms: Terms
    profiles: tuple[ProfileName, ...]  # where it runs
    origins: tuple[str, ...] = ()  # every scheme://host it may ask; anything else is refused
    robots: Literal["obey"] = "obey"
    mode: Literal["full", "delta"]
    records: tuple[str, ...]  # record types it lands
    floors: dict[ProfileName, dict[str, Positive]]  # fewer records of a type than this and the run is not ok
    max_age_days: Positive  # older than this, its evidence is flagged stale
    limits: Limits = Limits()
    files: tuple[SourceFile, ...] = ()
    parameters: dict[str, int | float | bool | str | tuple[str, ...]] = {}  # noqa: RUF012 (pydantic copies defaults)
    export_fields: tuple[str, ...] = ()  # what an export may show of it; never more

    @field_validator("floors")
    @classmethod
    def _has_floors(cls, value: dict[ProfileName, dict[str, int]]) -> dict[ProfileName, dict[str, int]]:
        if not value:
            raise ValueError(
                "give floors: a source without a floor cannot fail, and an empty crawl would pass"
            )
        return value


@dataclass(frozen=True)
class Config:
    """All configuration, read once; the paths are those of the files that were read."""

    directory: Path
    settings: Settings
    sources: dict[str, SourceConfig]
    specialties: dict[str, Specialty]
    metros: Metros
    ranking: Ranking
    pay: Pay
    digest: str  # SHA-256 over all YAML files: an input of the build id

    def source(self, name: str) -> SourceConfig:
        try:
            return self.sources[name]
        except KeyError:
            raise UserError(f"no source '{name}'; there are: {', '.join(sorted(self.sources))}") from None

    def sources_of(self, profile: ProfileName) -> dict[str, SourceConfig]:
        return {name: source for name, source in sorted(self.sources.items()) if profile in source.profiles}


def config_directory() -> Path:
    """TALENTATLAS_CONFIG, else ./config if it holds a settings.yml, else the defaults that came with the package."""
    named = os.environ.get(CONFIG_VARIABLE)
    if named:
        return Path(named)
    here = Path("config")
    return here if (here / "settings.yml").is_file() else Path(__file__).parent


def load_config(directory: Path | None = None) -> Config:
    """Read and check the whole configuration. Raises UserError naming file, line and key of the first mistake."""
    directory = directory or config_directory()
    if not directory.is_dir():
        raise UserError(f"{directory}: no such configuration folder; 'talentatlas init' writes the defaults")
    files = sorted(
        path for path in directory.rglob("*.yml") if path.relative_to(directory).parts[0] != "decisions"
    )
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.relative_to(directory).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return Config(
        directory=directory,
        settings=read_yaml(directory / "settings.yml", Settings),
        sources={p.stem: read_yaml(p, SourceConfig) for p in sorted((directory / "sources").glob("*.yml"))},
        specialties=load_specialties(directory),
        metros=read_yaml(directory / "geography" / "metros.yml", Metros),
        ranking=read_yaml(directory / "ranking.yml", Ranking),
        pay=read_yaml(directory / "pay.yml", Pay),
        digest=digest.hexdigest(),
    )


def load_specialties(directory: Path) -> dict[str, Specialty]:
    """The specialties of a configuration folder. Raises UserError if it has none."""
    specialties = {p.stem: read_yaml(p, Specialty) for p in sorted((directory / "specialties").glob("*.yml"))}
    if not specialties:
        raise UserError(
            f"{directory / 'specialties'}: holds no specialty; 'talentatlas init' writes the defaults"
        )
    return specialties


def real_data_directory() -> Path:
    """The folder that TALENTATLAS_REAL_DATA names. Raises UserError if it is unset or not there."""
    named = os.environ.get(REAL_DATA_VARIABLE)
    if not named:
        raise UserError(f"{REAL_DATA_VARIABLE} is not set; point it at the folder that holds the real files")
    folder = Path(named)
    if not folder.is_dir():
        raise UserError(f"{REAL_DATA_VARIABLE}={named}: no such folder")
    return folder
