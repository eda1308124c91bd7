"""How many requests a night may cost, by the hub's own rate limit buckets.

The hub counts requests to its API, to its pages and to files (`resolvers`) apart, in fixed windows of five minutes
(https://huggingface.co/docs/hub/rate-limits, read in November 2026). What a window holds depends on the plan and is
read from the RateLimit headers; the values here are those without an account and serve until the first answer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from huggingface_hub.utils._http import RateLimitInfo

WINDOW_SECONDS = 300
ANONYMOUS: Mapping[str, int] = {"api": 500, "pages": 100, "resolvers": 3000}
FREE_ACCOUNT: Mapping[str, int] = {"api": 1000, "pages": 100, "resolvers": 5000}
"""With the token of a free account. It would double the pages, too, but pages are read without it."""


def bucket_of(url: str) -> str:
    """Which of the three buckets a request draws on."""
    path = urlsplit(url).path
    return "resolvers" if "/resolve/" in path else "api" if path.startswith("/api/") else "pages"


@dataclass
class Budget:
    """What tonight may still cost. `windows`: how many windows' worth of requests a bucket may use; absent: any."""

    windows: Mapping[str, int]
    quota: dict[str, int] = field(default_factory=lambda: dict(ANONYMOUS))
    window: dict[str, float] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ANONYMOUS, 0))
    _not_before: dict[str, float] = field(default_factory=dict)

    def count(self, bucket: str, limit: RateLimitInfo | None, now: float) -> None:
        """One request was answered at `now` (monotonic seconds), with that header."""
        self.used[bucket] += 1
        if limit is None:
            return
        if limit.limit:
            self.quota[bucket] = limit.limit
        if limit.window_seconds:
            self.window[bucket] = limit.window_seconds
        if limit.remaining == 0:
            # A second more, for the header's seconds are rounded.
            self._not_before[bucket] = now + limit.reset_in_seconds + 1

    def left(self, bucket: str) -> int:
        """Requests that tonight's budget still holds."""
        if bucket not in self.windows:
            return 2**31
        return max(0, self.windows[bucket] * self.quota[bucket] - self.used[bucket])

    def not_before(self, bucket: str | None = None) -> float:
        """Monotonic seconds before which no request may go to the bucket, or to the one that waits longest."""
        if bucket is None:
            return max(self._not_before.values(), default=0.0)
        return self._not_before.get(bucket, 0.0)

    def pace(self, bucket: str, delay: float) -> float:
        """Seconds between two requests: `delay`, or less where the window of a better plan allows it."""
        if bucket not in self.window:
            return delay
        return min(delay, self.window[bucket] / self.quota[bucket])


def minutes(requests: Mapping[str, int], quota: Mapping[str, int]) -> int:
    """Whole minutes that so many requests to each bucket take; the buckets run beside each other only within a window,
    so that the answer is the sum."""
    windows = sum(math.ceil(count / quota[bucket]) for bucket, count in requests.items() if count)
    return math.ceil(windows * WINDOW_SECONDS / 60)
