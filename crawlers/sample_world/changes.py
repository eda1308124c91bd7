"""The next night: a later world in which a small share of the hub's accounts has changed, and what changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from crawlers.sample_world import text
from crawlers.sample_world.hub_cards import new_repo
from crawlers.sample_world.hub_model import HubCommit, HubFollow, HubLike
from crawlers.sample_world.model import HubAccount, HubRepo, World
from crawlers.sample_world.rng import stream, weighted

KINDS: tuple[tuple[str, float], ...] = (
    ("new_repo", 30), ("updated_repo", 20), ("changed_bio", 18), ("new_like", 12), ("new_follower", 10),
    ("renamed", 6), ("deleted", 4),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One change of an account.

    `name` is the account's name now, `old_name` that of the night before. `subject` is the repository ("owner/name") or
    the account that is concerned, "" if none. `listed_by` is the global list that shows it when read by its newest
    entries ("/api/models" …); None if no such list does. `seen_at` is the path where it can be seen.
    """

    kind: str
    account: str
    name: str
    old_name: str
    subject: str
    subject_kind: str
    listed_by: str | None
    seen_at: str
    at: str


@dataclass(frozen=True, slots=True)
class Changes:
    """All changes of one night, by account in the order of the world."""

    day: date
    changes: tuple[Change, ...]

    @property
    def accounts(self) -> tuple[str, ...]:
        """Ids of the changed accounts."""
        return tuple(dict.fromkeys(change.account for change in self.changes))

    @property
    def listed(self) -> tuple[Change, ...]:
        """The changes that a global list reveals."""
        return tuple(change for change in self.changes if change.listed_by is not None)


@dataclass(slots=True)
class _Night:
    """The world while it changes."""

    world: World
    day: date
    accounts: dict[str, HubAccount]
    repos: dict[str, HubRepo]
    visible: list[str]
    live: list[str]
    specialty: dict[str, str]
    likes: list[HubLike] = field(default_factory=list)
    follows: list[HubFollow] = field(default_factory=list)
    commits: list[HubCommit] = field(default_factory=list)
    own: dict[str, list[str]] = field(default_factory=dict)

    def at(self, r: Random) -> str:
        """A time of the day before the new night."""
        day = self.day - timedelta(days=1)
        return f"{day.isoformat()}T{r.randrange(24):02d}:{r.randrange(60):02d}:{r.randrange(60):02d}.000Z"

    def change(
        self, kind: str, account: HubAccount, seen_at: str, at: str, *, subject: str = "",
        subject_kind: str = "", listed_by: str | None = None, old_name: str | None = None,
    ) -> Change:  # fmt: skip
        """A record of what was done to `account`, as it is now."""
        return Change(
            kind,
            account.id,
            account.name,
            old_name or account.name,
            subject,
            subject_kind,
            listed_by,
            seen_at,
            at,
        )


def _new_repo(r: Random, night: _Night, account: HubAccount) -> Change:
    at = night.at(r)
    kind = weighted(r, [("model", 7), ("space", 2), ("dataset", 1)])
    taken = {night.repos[i].name.lower() for i in night.own.get(account.id, [])}
    made = new_repo(r, account, night.specialty.get(account.id, "nlp_llm"), kind, at, taken)
    night.repos[made.id] = made
    night.own.setdefault(account.id, []).append(made.id)
    night.commits.append(HubCommit(made.id, account.id, account.name, "initial commit", at))
    path = f"{account.name}/{made.name}"
    return night.change(
        "new_repo", account, f"/api/{kind}s/{path}", at, subject=path, subject_kind=kind,
        listed_by=f"/api/{kind}s",
    )  # fmt: skip


def _updated_repo(r: Random, night: _Night, account: HubAccount) -> Change | None:
    kept = [i for i in night.own.get(account.id, []) if i in night.repos]
    mine = [
        i for i in kept if not night.repos[i].private and night.repos[i].kind in ("model", "dataset", "space")
    ]
    if not mine:
        return None
    repo, at = night.repos[r.choice(mine)], night.at(r)
    tags = tuple(dict.fromkeys([*repo.tags[:-1], "onnx", *repo.tags[-1:]]))
    night.repos[repo.id] = replace(repo, last_modified=at, tags=tags, empty_card=False)
    night.commits.append(HubCommit(repo.id, account.id, account.name, "Add ONNX export", at))
    path = f"{account.name}/{repo.name}"
    return night.change(
        "updated_repo", account, f"/api/{repo.kind}s/{path}", at, subject=path, subject_kind=repo.kind,
        listed_by=f"/api/{repo.kind}s",
    )  # fmt: skip


def _changed_bio(r: Random, night: _Night, account: HubAccount) -> Change:
    specialty = night.specialty.get(account.id, "general_ml")
    details = f"{text.interests(r, specialty)} (since {night.day.isoformat()})".strip()
    if "No recruiters" in account.details:
        details += " No recruiters, please."
    made = replace(account, details=details)
    night.accounts[account.id] = made
    return night.change("changed_bio", made, f"/api/users/{made.name}/overview", night.at(r))


def _new_like(r: Random, night: _Night, account: HubAccount) -> Change | None:
    held = {like.repo for like in night.world.hub.likes if like.account == account.id}
    free = [i for i in night.visible if i not in held and i in night.repos]
    if not free:
        return None
    repo, at = night.repos[r.choice(free)], night.at(r)
    night.likes.append(HubLike(account.id, repo.id, at))
    night.repos[repo.id] = replace(repo, likes=repo.likes + 1)
    path = f"{night.accounts[repo.owner].name}/{repo.name}"
    return night.change(
        "new_like", account, f"/api/users/{account.name}/likes", at, subject=path, subject_kind=repo.kind
    )


def _new_follower(r: Random, night: _Night, account: HubAccount) -> Change | None:
    held = {f.follower for f in night.world.hub.follows if f.followed == account.id} | {account.id}
    free = [i for i in night.live if i not in held and night.accounts[i].state == "active"]
    if not free:
        return None
    other = night.accounts[r.choice(free)]
    night.follows.append(HubFollow(other.id, account.id))
    made = replace(account, followers=account.followers + 1)
    night.accounts[account.id] = made
    return night.change(
        "new_follower", made, f"/api/users/{made.name}/followers", night.at(r), subject=other.name,
        subject_kind="user",
    )  # fmt: skip


def _renamed(r: Random, night: _Night, account: HubAccount) -> Change | None:
    name = f"new-{account.name}"
    if any(a.name.lower() == name.lower() for a in night.accounts.values()):
        return None
    made = replace(account, name=name, former_names=(*account.former_names, account.name))
    night.accounts[account.id] = made
    path = f"/api/users/{made.name}/overview"
    return night.change("renamed", made, path, night.at(r), old_name=account.name)


def _deleted(r: Random, night: _Night, account: HubAccount) -> Change:
    night.accounts[account.id] = replace(account, state="deleted")
    for identifier in night.own.get(account.id, []):
        night.repos.pop(identifier, None)
    return night.change("deleted", account, f"/api/users/{account.name}/overview", night.at(r))


_DOERS: dict[str, Callable[[Random, _Night, HubAccount], Change | None]] = {
    "new_repo": _new_repo,
    "updated_repo": _updated_repo,
    "changed_bio": _changed_bio,
    "new_like": _new_like,
    "new_follower": _new_follower,
    "renamed": _renamed,
    "deleted": _deleted,
}


def _night(world: World) -> _Night:
    fields = {p.id: p.specialty for p in world.people}
    own: dict[str, list[str]] = {}
    for repo in world.hub_repos:
        own.setdefault(repo.owner, []).append(repo.id)
    people = [a for a in world.hub_accounts if a.kind == "user" and a.state == "active" and a.noise is None]
    return _Night(
        world=world,
        day=world.today + timedelta(days=1),
        accounts={a.id: a for a in world.hub_accounts},
        repos={p.id: p for p in world.hub_repos},
        visible=[p.id for p in world.hub_repos if not p.private and p.kind in ("model", "dataset", "space")],
        live=[a.id for a in people],
        specialty={a.id: fields[a.person] for a in people if a.person},
        own=own,
    )


def mutate(world: World, share: float = 0.02, seed: int = 1) -> tuple[World, Changes]:
    """The world one day later, in which `share` of the living user accounts has changed (at least one of them).

    The same world, share and seed give the same night. Raises ValueError if `share` is not in (0, 1].
    """
    if not 0 < share <= 1:
        raise ValueError(f"share: {share!r} is not above 0 and up to 1")
    night = _night(world)
    r = stream(world.seed, "night", world.today.isoformat(), seed)
    chosen = set(r.sample(night.live, min(len(night.live), max(1, round(len(night.live) * share)))))
    made: list[Change] = []
    for identifier in (i for i in night.live if i in chosen):
        own = stream(world.seed, "night", world.today.isoformat(), seed, identifier)
        account = night.accounts[identifier]
        change = _DOERS[weighted(own, KINDS)](own, night, account)
        # Whoever has nothing to update makes something new.
        made.append(change or _new_repo(own, night, account))
    graph = world.hub
    later = replace(
        world,
        today=night.day,
        hub_accounts=tuple(night.accounts.values()),
        hub_repos=tuple(night.repos.values()),
        hub=replace(
            graph,
            # Newest first within an account, as the hub lists them.
            likes=(*reversed(night.likes), *graph.likes),
            follows=(*graph.follows, *night.follows),
            commits=(*graph.commits, *night.commits),
        ),
    )
    return later, Changes(night.day, tuple(made))
