"""How the sample world limits and disturbs its clients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

FAULTS = ("down", "empty", "error", "gated", "challenge")


@dataclass(frozen=True, slots=True)
class Limits:
    """Quotas per fixed window (the real ones by default), injected failures and faults.

    `inject` maps an origin to the ordinals (from 1, robots.txt not counted) of the requests that get a 429
    and a 503; other origins use `inject_429_at` and `inject_503_at`, None switches one off. `faults` maps an
    origin to one of `down` (connection refused), `empty` (answers, and has nothing), `error` (500), `gated`
    (403), `slow:<seconds>`, or `challenge` (its bot wall: 405 with a page; on the hub for pages only, the API
    goes on), `challenge:<n>` after n such requests. `hub_token_*` hold for clients that send
    `Authorization: Bearer hf_sample…`, in windows of their own. Raises ValueError for an unknown fault or a quota
    that is not positive.
    """

    hub_api: int = 500
    hub_resolvers: int = 3000
    hub_pages: int = 100
    hub_token_api: int = 1000
    hub_token_resolvers: int = 5000
    hub_token_pages: int = 200
    hub_window: float = 300.0
    github: int = 60
    github_window: float = 3600.0
    zenodo: int = 60
    zenodo_window: float = 60.0
    inject_429_at: int | None = 2
    inject_503_at: int | None = 4
    retry_after: int = 1
    # A nightly run asks Zenodo twice and sees both failures all the same.
    inject: Mapping[str, tuple[int | None, int | None]] = field(
        default_factory=lambda: {"https://zenodo.org": (1, 3)}
    )
    faults: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("hub_api", "hub_resolvers", "hub_pages", "hub_token_api", "hub_token_resolvers",
                     "hub_token_pages", "hub_window", "github", "github_window", "zenodo", "zenodo_window",
                     "retry_after"):  # fmt: skip
            value = getattr(self, name)
            if not isinstance(value, int | float) or isinstance(value, bool) or value <= 0:
                raise ValueError(f"{name}: {value!r} is not a positive number")
        for origin, fault in self.faults.items():
            head, _, number = fault.partition(":")
            if head == "slow":
                float(number)
            elif head == "challenge" and number:
                int(number)
            elif fault not in FAULTS:
                raise ValueError(
                    f"faults[{origin!r}]: {fault!r} is not one of {', '.join(FAULTS)}, "
                    "challenge:<n>, slow:<seconds>"
                )

    @classmethod
    def calm(cls, faults: Mapping[str, str] | None = None) -> Limits:
        """Generous quotas and no injected failures: for tests of something else."""
        return cls(
            hub_api=10**6,
            hub_resolvers=10**6,
            hub_pages=10**6,
            github=10**6,
            zenodo=10**6,
            inject_429_at=None,
            inject_503_at=None,
            inject={},
            faults=faults or {},
        )

    def ordinals(self, origin: str) -> tuple[int | None, int | None]:
        """Request ordinals of the injected 429 and 503 of one origin."""
        return self.inject.get(origin, (self.inject_429_at, self.inject_503_at))
