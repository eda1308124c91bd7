"""What both kinds of crawl know about the network: allowed origins, where they really are, who we are, how long."""

from __future__ import annotations

import email.utils
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from urllib.parse import urlsplit, urlunsplit

from config.errors import UserError
from config.settings import Limits, ProfileName

ROBOTS_NAME = "talent-atlas"
MAX_BODY_BYTES = 1024**3
GATES = (401, 403, 405, 451)
"""Answers that refuse automated access; 405 with a page is how one upstream's challenge answers."""
_RATE_LIMIT = re.compile(r"\br=(\d+)\s*;\s*t=(\d+)")


class RefusedOrigin(Exception):
    """An address at an origin that the source's YAML does not list (perhaps after a redirect)."""


def origin_of(url: str) -> str:
    """scheme://host[:port] of a URL, lower case."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


@dataclass(frozen=True)
class Network:
    """How a source run may reach upstream.

    `mapped` sends a real origin's requests to another address (the sample world); landed URLs stay the real ones.
    """

    allowed: tuple[str, ...]
    limits: Limits
    user_agent: str
    mapped: Mapping[str, str] = field(default_factory=dict)
    deadline: float = float("inf")  # time.monotonic(); after it no request starts

    @property
    def is_loopback(self) -> bool:
        return bool(self.mapped)

    @property
    def delay(self) -> float:
        """Seconds between two requests to one origin; none on loopback, where nobody is burdened."""
        return 0.0 if self.is_loopback else self.limits.delay_seconds

    @property
    def seconds_left(self) -> float:
        return self.deadline - time.monotonic()

    def address(self, url: str) -> str:
        """The address that really answers for `url`. Raises RefusedOrigin if it may not be asked."""
        origin = origin_of(url)
        if origin not in self.allowed:
            raise RefusedOrigin(f"{origin} is not among the origins of this source")
        if not self.mapped:
            return url
        if origin not in self.mapped:
            # Never fall through to the real network from a run that was told to stay on loopback.
            raise RefusedOrigin(f"{origin} has no address in the origins map")
        there = urlsplit(self.mapped[origin])
        return urlunsplit(urlsplit(url)._replace(scheme=there.scheme, netloc=there.netloc))


def user_agent(profile: ProfileName, contact: str | None) -> str:
    """Who we are. Raises UserError for `live` without a contact."""
    try:
        version = metadata.version("talent-atlas")
    except metadata.PackageNotFoundError:
        version = "0"
    if profile != "live":
        return f"{ROBOTS_NAME}/{version} (sample world)"
    if not contact:
        raise UserError(
            "settings.yml: profiles.live.contact is missing; give an e-mail address or https:// page, so that an "
            "upstream's operator can reach you"
        )
    return f"{ROBOTS_NAME}/{version} (+{contact})"


def retry_after_seconds(value: str | None, now: datetime | None = None) -> float | None:
    """Seconds that a Retry-After header asks for (RFC 9110, 10.2.3: seconds or a date); None if it says nothing."""
    if not value:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        when = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - (now or datetime.now(UTC))).total_seconds())


def window_seconds_left(value: str | None) -> float | None:
    """Seconds until a used-up rate limit window ends; None while it holds requests, or if the header says nothing.

    `value` is a RateLimit field, such as "pages";r=0;t=55 (IETF draft-ietf-httpapi-ratelimit-headers-09).
    """
    found = _RATE_LIMIT.search(value or "")
    return float(found[2]) if found and found[1] == "0" else None
