"""What the next crawl of a source would ask, from what has landed: `talentatlas crawl SOURCE --plan`."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pyarrow as pa

from config.errors import UserError
from config.paths import profile_paths
from config.settings import Config, ProfileName, load_config
from flows.night import NightRequest, as_of_date, new_run_id

if TYPE_CHECKING:
    from crawlers.source import PlanLine

PLAN_SCHEMA = pa.schema(
    [
        ("what", pa.string()),
        ("bucket", pa.string()),  # the rate limit that it counts towards: api, pages or resolvers
        ("waiting", pa.int64()),  # requests that are due
        ("tonight", pa.int64()),  # of these, within the budget of one night without a token
        ("tomorrow", pa.int64()),
    ]
)


def source_plan(profile: ProfileName, source: str, as_of: date | None) -> tuple[pa.Table, list[str]]:
    """The plan as a table of PLAN_SCHEMA and in words. Raises UserError for a source that has none."""
    config = load_config()
    lines = _plan(config, profile, source, as_of_date(config, NightRequest(profile, as_of)))
    rows = [
        {
            "what": line.what,
            "bucket": line.bucket,
            "waiting": line.waiting,
            "tonight": line.tonight,
            "tomorrow": line.waiting - line.tonight,
        }
        for line in lines
    ]
    return pa.Table.from_pylist(rows, schema=PLAN_SCHEMA), in_words(lines)


def plans_ahead(config: Config, profile: ProfileName, sources: list[str], as_of: date) -> list[str]:
    """What the next night would ask of those sources that have a plan, a line each."""
    if profile == "real":
        return []
    found = []
    for source in sources:
        try:
            lines = _plan(config, profile, source, as_of + timedelta(days=1))
        except UserError:
            continue
        found.append(f"{source}: {'; '.join(in_words(lines))}")
    return found


def _plan(config: Config, profile: ProfileName, source: str, as_of: date) -> tuple[PlanLine, ...]:
    from crawlers.job import Job
    from crawlers.run import plan

    config.source(source)
    return plan(Job(source, profile, profile_paths(profile), config.directory, as_of, new_run_id(), {}))


def in_words(lines: tuple[PlanLine, ...]) -> list[str]:
    """Requests and minutes of the night, with and without a token, and what is left for tomorrow."""
    from crawlers.huggingface.budget import ANONYMOUS, FREE_ACCOUNT, minutes

    tonight, left = Counter[str](), Counter[str]()
    for line in lines:
        tonight[line.bucket] += line.tonight
        left[line.bucket] += line.waiting - line.tonight
    parts = ", ".join(f"{count:,} {bucket}" for bucket, count in tonight.items())
    words = [
        f"{tonight.total():,} requests ({parts}), about {minutes(tonight, ANONYMOUS)} minutes without a token, "
        f"{minutes(tonight, FREE_ACCOUNT)} with one"
    ]
    rest = ", ".join(f"{count:,} {bucket}" for bucket, count in left.items() if count)
    if not rest:
        return [*words, "nothing is left for the night after"]
    nights = max((math.ceil(left[bucket] / count) for bucket, count in tonight.items() if count), default=0)
    return [*words, f"left for the nights after: {rest}; at least {max(1, nights)} more"]
