"""What a source run is told, and where it finds its configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from config.errors import UserError
from config.paths import ProfilePaths
from config.settings import ProfileName, Settings, SourceConfig
from config.yamlfile import read_yaml
from crawlers.network import Network, user_agent

_TIME_FOR_LANDING = 0.1  # share of the time limit that is kept for writing what was crawled


@dataclass(frozen=True)
class Job:
    """What to run."""

    source: str
    profile: ProfileName
    paths: ProfilePaths
    config_directory: Path
    as_of: date
    run_id: str
    origins: Mapping[str, str]


def read_settings(directory: Path) -> Settings:
    """settings.yml alone: a crawl needs no more of the configuration than this and its source."""
    return read_yaml(directory / "settings.yml", Settings)


def read_source(directory: Path, name: str) -> SourceConfig:
    """config/sources/<name>.yml. Raises UserError naming the sources there are if it is none of them."""
    path = directory / "sources" / f"{name}.yml"
    if not path.is_file():
        names = ", ".join(sorted(p.stem for p in (directory / "sources").glob("*.yml")))
        raise UserError(f"no source '{name}' in {directory / 'sources'}; there are: {names or 'none'}")
    return read_yaml(path, SourceConfig)


def network_of(job: Job, config: SourceConfig, clock: float) -> Network:
    """How the run may reach upstream; `clock` is when it started, in monotonic seconds.

    Raises UserError if the origins map does not fit the profile, or a live run names no contact.
    """
    if job.profile == "sample" and not job.origins:
        raise UserError(
            "the sample profile needs the sample world's origins; 'talentatlas nightly' starts it"
        )
    if job.profile == "live" and job.origins:
        raise UserError("the live profile takes no origins map; it asks the real origins")
    contact = read_settings(job.config_directory).profiles[job.profile].contact
    return Network(
        allowed=config.origins,
        limits=config.limits,
        user_agent=user_agent(job.profile, contact),
        mapped=job.origins,
        deadline=clock + config.limits.time_limit_minutes * 60 * (1 - _TIME_FOR_LANDING),
    )
