"""The hub's world, indexed as its API needs it; user and organisation overviews and lists of accounts."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TypeVar

from crawlers.sample_world.hub_model import (
    HubCollection,
    HubCommit,
    HubDiscussion,
    HubLike,
    HubPaper,
    HubProfile,
)
from crawlers.sample_world.model import HubAccount, HubRepo, World
from crawlers.sample_world.rng import stream
from crawlers.sample_world.upstreams import _hub_repos as shapes
from crawlers.sample_world.upstreams._hub_http import Json

KINDS = ("model", "dataset", "space")
T = TypeVar("T")


def avatar(account: HubAccount) -> str:
    """A picture's address, relative to the site for half of the accounts."""
    digest = hashlib.md5(account.name.encode(), usedforsecurity=False).hexdigest()
    if int(digest[0], 16) % 2:
        return f"/avatars/{digest}.svg"
    return f"https://cdn-avatars.huggingface.co/v1/production/uploads/{account.id}/{digest[:12]}.png"


def _grouped(rows: Iterable[T], key: Callable[[T], str | None]) -> dict[str, list[T]]:
    groups: defaultdict[str, list[T]] = defaultdict(list)
    for row in rows:
        name = key(row)
        if name is not None:
            groups[name].append(row)
    return dict(groups)


class Hub:
    """The world by name, id, owner and kind. Names are compared in lower case, as the hub does."""

    def __init__(self, world: World) -> None:
        live = [a for a in world.hub_accounts if a.state == "active"]
        self.world = world
        self.seed = world.seed
        # A deleted account's models are still listed for a while: the overview then answers 404.
        self.owners = {account.id: account for account in world.hub_accounts}
        self.by_id = {account.id: account for account in live}
        self.by_name = {account.name.lower(): account for account in live}
        self.repos = {repo.id: repo for repo in world.hub_repos if repo.owner in self.owners}
        self.employers: dict[str, list[HubAccount]] = {}
        for account in live:
            for member in account.members:
                self.employers.setdefault(member, []).append(account)
        self._index_repos()
        self._index_graph()

    def _index_repos(self) -> None:
        make = {"model": shapes.model, "dataset": shapes.dataset, "space": shapes.space}
        self.counts: dict[tuple[str, str], int] = {}
        self.listed: dict[str, list[Json]] = {kind: [] for kind in KINDS}
        # Kind and lower-case path -> repository, and -> the path that it has now.
        self.by_path: dict[tuple[str, str], HubRepo] = {}
        self.redirects: dict[tuple[str, str], str] = {}
        self.records: dict[str, Json] = {}
        for repo in self.repos.values():
            owner = self.owners[repo.owner]
            path = f"{owner.name}/{repo.name}"
            self.by_path[repo.kind, path.lower()] = repo
            former = (*repo.former_paths, *(f"{old}/{repo.name}" for old in owner.former_names))
            self.redirects.update({(repo.kind, old.lower()): path for old in former})
            if repo.private:
                continue
            self.counts[repo.owner, repo.kind] = self.counts.get((repo.owner, repo.kind), 0) + 1
            if repo.kind in make:
                record = make[repo.kind](repo, owner)
                self.records[repo.id] = record
                self.listed[repo.kind].append(record)
        if self.listed["model"]:
            self.listed["model"] += [record for _, record in shapes.bad_models()]
        self._sorted: dict[tuple[str, str], list[Json]] = {}
        self._by_author = {
            kind: _grouped(rows, lambda row: str(row.get("author", "")).lower())
            for kind, rows in self.listed.items()
        }

    def _index_graph(self) -> None:
        graph = self.world.hub
        visible = [
            like for like in graph.likes if like.repo in self.repos and not self.repos[like.repo].private
        ]
        self.likes: dict[str, list[HubLike]] = _grouped(visible, lambda like: like.account)
        self.likers: dict[str, list[HubLike]] = _grouped(visible, lambda like: like.repo)
        pairs = [f for f in graph.follows if f.follower in self.by_id and f.followed in self.by_id]
        self.followers = _grouped(pairs, lambda f: f.followed)
        self.following = _grouped(pairs, lambda f: f.follower)
        self.commits: dict[str, list[HubCommit]] = _grouped(graph.commits, lambda c: c.repo)
        self.discussions: dict[str, list[HubDiscussion]] = _grouped(graph.discussions, lambda d: d.repo)
        self.collections: list[HubCollection] = [c for c in graph.collections if c.owner in self.by_id]
        self.papers: dict[str, HubPaper] = {paper.arxiv_id: paper for paper in graph.papers}
        self.profiles: dict[str, HubProfile] = {profile.account: profile for profile in graph.profiles}
        self.works = {work.id: work for work in self.world.works}
        self._discussed = _grouped(graph.discussions, lambda d: d.account)
        links = [link for paper in graph.papers for link in paper.links if not link.hidden]
        self._linked = _grouped(links, lambda link: link.account)
        self.by_arxiv: dict[str, list[HubRepo]] = {}
        for repo in self.repos.values():
            for tag in repo.tags:
                if tag.startswith("arxiv:") and not repo.private:
                    self.by_arxiv.setdefault(tag[6:], []).append(repo)

    def path(self, repo: HubRepo) -> str:
        """`owner/name` of today."""
        return f"{self.owners[repo.owner].name}/{repo.name}"

    def ordered(self, kind: str, sort: str, author: str = "") -> list[Json]:
        """Records of a kind by a property, highest first; those of one author only if one is given."""
        rows = self._by_author[kind].get(author.lower(), []) if author else self.listed[kind]
        if author:
            return _ordered(rows, sort)
        if (kind, sort) not in self._sorted:
            self._sorted[kind, sort] = _ordered(rows, sort)
        return self._sorted[kind, sort]

    def _number(self, account: HubAccount, label: str, top: int) -> int:
        return int(stream(self.seed, "hub-number", account.id, label).random() ** 5 * top)

    def user(self, account: HubAccount) -> Json:
        """`/api/users/{user}/overview`."""
        orgs = self.employers.get(account.id, [])
        following = [self.by_id[f.followed].kind for f in self.following.get(account.id, [])]
        made: Json = {
            "_id": account.id, "avatarUrl": avatar(account), "isPro": account.is_pro,
            "fullname": account.fullname,
            "numModels": self.counts.get((account.id, "model"), 0),
            "numDatasets": self.counts.get((account.id, "dataset"), 0),
            "numSpaces": self.counts.get((account.id, "space"), 0),
            "numKernels": self.counts.get((account.id, "kernel"), 0),
            "numBuckets": self.counts.get((account.id, "bucket"), 0),
            "numDiscussions": len(self._discussed.get(account.id, [])),
            "numPapers": len(self._linked.get(account.id, [])),
            "numUpvotes": self._number(account, "upvotes", 200),
            "numLikes": len(self.likes.get(account.id, [])),
            "numFollowers": len(self.followers.get(account.id, [])),
            "numFollowing": following.count("user"),
            "numFollowingOrgs": following.count("org"),
            "orgs": [
                {"id": o.id, "name": o.name, "fullname": o.fullname, "avatarUrl": avatar(o)} for o in orgs
            ],
            "user": account.name, "type": "user", "isFollowing": False, "createdAt": account.created_at,
        }  # fmt: skip
        if account.details:
            made["details"] = account.details
        elif account.id[1] < "4":
            made["details"] = "" if account.id[1] < "2" else None
        if orgs:
            made["primaryOrgAvatarUrl"] = avatar(orgs[0])
        return made

    def organisation(self, account: HubAccount) -> Json:
        """`/api/organizations/{name}/overview`."""
        return {
            "_id": account.id, "avatarUrl": avatar(account), "fullname": account.fullname,
            "name": account.name, "details": account.details, "isVerified": int(account.id[0], 16) > 7,
            "isFollowing": False, "plan": None, "numUsers": len(account.members),
            "numModels": self.counts.get((account.id, "model"), 0),
            "numSpaces": self.counts.get((account.id, "space"), 0),
            "numDatasets": self.counts.get((account.id, "dataset"), 0),
            "numKernels": self.counts.get((account.id, "kernel"), 0),
            "numBuckets": self.counts.get((account.id, "bucket"), 0),
            "numPapers": sum(paper.organisation == account.id for paper in self.papers.values()),
            "numFollowers": len(self.followers.get(account.id, [])),
        }  # fmt: skip

    def brief(self, ids: Iterable[str]) -> list[Json]:
        """Items of lists of users: members, followers, following, likers. Accounts that are gone are left out."""
        return [
            {"avatarUrl": avatar(a), "fullname": a.fullname, "isPro": a.is_pro, "user": a.name,
             "type": "user", "_id": a.id}
            for a in (self.by_id[i] for i in ids if i in self.by_id)
            if a.kind == "user"
        ]  # fmt: skip

    def named(self, account: HubAccount) -> Json:
        """A user where the hub writes `name` beside `user` (papers, daily list)."""
        return {
            "_id": account.id, "avatarUrl": avatar(account), "isPro": account.is_pro,
            "fullname": account.fullname, "user": account.name, "type": account.kind, "name": account.name,
        }  # fmt: skip


def _ordered(rows: list[Json], sort: str) -> list[Json]:
    def key(row: Json) -> tuple[float, str]:
        value = row.get(sort)
        return (float(value) if isinstance(value, int) else 0.0, str(value))

    return sorted(sorted(rows, key=lambda row: str(row["_id"])), key=key, reverse=True)
