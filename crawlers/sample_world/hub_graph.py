"""Who likes, follows, commits, discusses and collects what on the model hub, and what users declare of themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from crawlers.sample_world import hub_papers
from crawlers.sample_world.careers import SAMPLE_SUFFIX
from crawlers.sample_world.hub_model import (
    HubCollection,
    HubCommit,
    HubDiscussion,
    HubFollow,
    HubGraph,
    HubLike,
    HubPaper,
    HubProfile,
)
from crawlers.sample_world.model import HubAccount, HubRepo, Person, Work
from crawlers.sample_world.phrases import BANKS
from crawlers.sample_world.rng import chance, hex_id, slug, stream, weighted

_SUBJECTS = (
    "Update README.md",
    "Upload model",
    "Fix config",
    "Add evaluation results",
    "Add inference example",
)
_TOPICS = (
    "Licence?",
    "How was this evaluated?",
    "Update README.md",
    "Add ONNX export",
    "Cannot load the tokenizer",
)
_HARDWARE = (
    ("GPU", "NVIDIA", "RTX 4090", 24), ("GPU", "NVIDIA", "H100", 80), ("GPU", "AMD", "MI300X", 192),
    ("APPLE_SILICON", "-", "Apple M3 Max", 64), ("CPU", "Intel", "Xeon 4th Gen", 0),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pools:
    """What there is to choose from, with cumulative weights by popularity: all, and by specialty."""

    accounts: list[HubAccount]
    repos: dict[str, tuple[list[HubRepo], list[float]]]
    followed: dict[str, tuple[list[HubAccount], list[float]]]
    specialty: dict[str, str]  # of an account id


def _pools(people: tuple[Person, ...], accounts: list[HubAccount], repos: list[HubRepo]) -> Pools:
    fields = {p.id: p.specialty for p in people}
    specialty = {a.id: fields[a.person] for a in accounts if a.person}
    repo_groups: dict[str, tuple[list[HubRepo], list[float]]] = {"": ([], [])}
    for repo in repos:
        if repo.private or repo.kind == "bucket":
            continue
        field = fields.get(repo.author or "", "none")
        for key in ("", field):
            chosen, weights = repo_groups.setdefault(key, ([], []))
            chosen.append(repo)
            # A few likes must go to a kind that came later.
            weight = 25.0 if repo.kind == "kernel" else 0.3 + repo.likes
            weights.append((weights[-1] if weights else 0.0) + weight)
    account_groups: dict[str, tuple[list[HubAccount], list[float]]] = {"": ([], [])}
    live = [a for a in accounts if a.state == "active"]
    for account in live:
        for key in ("", specialty.get(account.id, "none")):
            chosen_, weights = account_groups.setdefault(key, ([], []))
            chosen_.append(account)
            weights.append((weights[-1] if weights else 0.0) + 1.0 + account.followers)
    return Pools(live, repo_groups, account_groups, specialty)


def _after(r: Random, first: str, today: date) -> str:
    """A time between `first` (ISO 8601) and the evening before `today`."""
    start = datetime.fromisoformat(first).date()
    day = start + timedelta(days=r.randint(0, max(0, (today - start).days - 1)))
    stamp = f"{day.isoformat()}T{r.randrange(24):02d}:{r.randrange(60):02d}:{r.randrange(60):02d}.000Z"
    return max(first, stamp)


def _likes(seed: int, pools: Pools, today: date) -> Iterator[HubLike]:
    for account in pools.accounts:
        if account.kind != "user" or account.noise in ("mill", "hostile"):
            continue
        r = stream(seed, "likes", account.id)
        mean = 1.5 if account.noise else 9.0
        field = pools.specialty.get(account.id, "")
        chosen: dict[str, HubRepo] = {}
        for _ in range(min(120, int(r.expovariate(1 / mean)))):
            key = field if field in pools.repos and chance(r, 0.65) else ""
            rows, weights = pools.repos[key]
            if rows:
                repo = r.choices(rows, cum_weights=weights)[0]
                chosen.setdefault(repo.id, repo)
        rows_ = [HubLike(account.id, repo.id, _after(r, repo.created_at, today)) for repo in chosen.values()]
        yield from sorted(rows_, key=lambda like: (like.at, like.repo), reverse=True)


def _follows(seed: int, pools: Pools) -> Iterator[HubFollow]:
    for account in pools.accounts:
        if account.kind != "user" or account.noise in ("mill", "hostile"):
            continue
        r = stream(seed, "follows", account.id)
        field = pools.specialty.get(account.id, "")
        chosen: dict[str, None] = {}
        for _ in range(min(150, int(r.expovariate(1 / (1.0 if account.noise else 9.0))))):
            key = field if field in pools.followed and chance(r, 0.6) else ""
            rows, weights = pools.followed[key]
            other = r.choices(rows, cum_weights=weights)[0]
            if other.id != account.id:
                chosen.setdefault(other.id)
        for followed in chosen:
            yield HubFollow(account.id, followed)


def _commits(
    seed: int, users: dict[str, HubAccount], people: dict[str, Person], repos: list[HubRepo]
) -> Iterator[HubCommit]:
    """Commits of each repository, oldest first; the person behind an organisation's repository is in them."""
    staff: dict[str, list[str]] = {}
    for person in people.values():
        if person.id in users:
            staff.setdefault(person.places[-1].organisation, []).append(person.id)
    for repo in repos:
        r = stream(seed, "commits", repo.id)
        who = people.get(repo.author or "")
        maker = users.get(repo.author or "")
        alone = repo.noise is not None or who is None
        last = datetime.fromisoformat(repo.last_modified).date()
        for n in range(1 if alone else r.randint(1, 4)):
            at = repo.created_at if n == 0 else _after(r, repo.created_at, last)
            title = "initial commit" if n == 0 else r.choice(_SUBJECTS)
            account, name = (maker.id, maker.name) if maker else (None, "")
            if who is None:
                account, name = repo.owner, ""
            elif chance(r, 0.1) or maker is None:
                # Git knows a name and an address that belongs to no account.
                account, name = None, r.choice(who.name.variants())
            elif n and chance(r, 0.15):
                colleague = r.choice(staff[who.places[-1].organisation])
                account, name = users[colleague].id, users[colleague].name
            yield HubCommit(repo.id, account, name, title, at)


def _discussions(seed: int, pools: Pools, repos: list[HubRepo], today: date) -> Iterator[HubDiscussion]:
    users = [a for a in pools.accounts if a.person]
    for repo in repos:
        r = stream(seed, "discussions", repo.id)
        if not users or repo.kind in ("kernel", "bucket") or not chance(r, 0.02 if repo.noise else 0.14):
            continue
        count = 30 if chance(r, 0.02) else r.randint(1, 4)
        for num in range(1, count + 1):
            pull = chance(r, 0.4)
            status = weighted(r, [("open", 5), ("closed", 4), ("merged", 4 if pull else 0), ("draft", pull)])
            author = None if chance(r, 0.06) else r.choice(users).id
            at = _after(r, repo.created_at, today)
            yield HubDiscussion(repo.id, num, r.choice(_TOPICS), status, author, pull, at)


def _collections(
    seed: int, pools: Pools, papers: tuple[HubPaper, ...], today: date
) -> Iterator[HubCollection]:
    for account in pools.accounts:
        r = stream(seed, "collections", account.id)
        if account.noise or not chance(r, 0.12):
            continue
        field = pools.specialty.get(account.id, "nlp_llm")
        for _ in range(r.choice((1, 1, 1, 2))):
            rows, weights = pools.repos[field if field in pools.repos else ""]
            chosen = r.choices(rows, cum_weights=weights, k=r.randint(1, 12)) if rows else []
            items = [(repo.kind, repo.id) for repo in chosen]
            if papers and chance(r, 0.4):
                items.append(("paper", r.choice(papers).arxiv_id))
            yield HubCollection(
                id=hex_id(r),
                owner=account.id,
                title=f"{r.choice(BANKS[field].tasks)} picks",
                description=r.choice(("", "Worth reading.", "What we use.")),
                items=tuple(dict.fromkeys(items)),
                updated=_after(r, account.created_at, today),
                upvotes=int(r.random() ** 4 * 60),
            )


def _profiles(seed: int, users: dict[str, HubAccount], accounts: list[HubAccount],
              people: tuple[Person, ...]) -> Iterator[HubProfile]:  # fmt: skip
    employers: dict[str, list[str]] = {}
    for account in accounts:
        for member in account.members:
            employers.setdefault(member, []).append(account.id)
    for person in people:
        if person.id not in users:
            continue
        r = stream(seed, "profile", person.id)
        base = slug(f"{person.name.given} {person.name.family}").replace("-", "") or "user"
        base += f"{r.randint(10, 99)}{SAMPLE_SUFFIX}"
        github = person.github if chance(r, 0.55) else None
        homepage = person.accounts.homepage if chance(r, 0.8) else None
        if homepage is None and github and chance(r, 0.05):
            homepage = f"https://github.com/{github}"
        hardware = r.sample(_HARDWARE, r.choice((1, 1, 2))) if chance(r, 0.15) else []
        own = users[person.id].id
        roles = [("read", 1.0), ("contributor", 3.0), ("write", 4.0), ("admin", 2.0)]
        yield HubProfile(
            account=own,
            homepage=homepage,
            github=github,
            # No more than 15 letters, digits and underscores: what that site allows.
            twitter=f"{base[:10].replace('-', '_')}_smpl" if chance(r, 0.25) else None,
            linkedin=base if chance(r, 0.2) else None,
            bluesky=f"{base}.example.org" if chance(r, 0.08) else None,
            hardware=tuple((*item, r.randint(1, 4)) for item in hardware),
            roles=tuple((org, weighted(r, roles)) for org in employers.get(own, [])),
        )


def build(
    seed: int,
    people: tuple[Person, ...],
    works: list[Work],
    accounts: list[HubAccount],
    repos: list[HubRepo],
    today: date,
) -> tuple[HubGraph, list[HubAccount], list[HubRepo]]:
    """The graph, and accounts and repositories whose counts of followers and likes are those of the graph."""
    users = {a.person: a for a in accounts if a.person and a.state != "merged"}
    pools = _pools(people, accounts, repos)
    papers = hub_papers.build(seed, works, users, accounts, today)
    graph = HubGraph(
        likes=tuple(_likes(seed, pools, today)),
        follows=tuple(_follows(seed, pools)),
        commits=tuple(_commits(seed, users, {p.id: p for p in people}, repos)),
        discussions=tuple(_discussions(seed, pools, repos, today)),
        collections=tuple(_collections(seed, pools, papers, today)),
        papers=papers,
        profiles=tuple(_profiles(seed, users, accounts, people)),
    )
    liked = Counter(like.repo for like in graph.likes)
    followed = Counter(follow.followed for follow in graph.follows)
    return (
        graph,
        [replace(a, followers=followed[a.id]) for a in accounts],
        [replace(p, likes=liked[p.id]) for p in repos],
    )
