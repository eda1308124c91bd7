"""Records of the hub as its API prints them: models, user and organisation overviews, members."""

from __future__ import annotations

import hashlib

from crawlers.sample_world.model import HubAccount, HubRepo, World
from crawlers.sample_world.rng import stream

Json = dict[str, object]


def _avatar(account: HubAccount) -> str:
    digest = hashlib.md5(account.name.encode(), usedforsecurity=False).hexdigest()
    if int(digest[0], 16) % 2:
        return f"/avatars/{digest}.svg"
    return f"https://cdn-avatars.huggingface.co/v1/production/uploads/{account.id}/{digest[:12]}.png"


class Hub:
    """The world, indexed as the API needs it."""

    def __init__(self, world: World) -> None:
        live = [a for a in world.hub_accounts if a.state == "active"]
        self.seed = world.seed
        # A deleted account's models are still listed for a while: the overview then answers 404.
        self.owners = {account.id: account for account in world.hub_accounts}
        self.by_id = {account.id: account for account in live}
        self.by_name = {account.name.lower(): account for account in live}
        self.counts: dict[tuple[str, str], int] = {}
        self.employers: dict[str, list[HubAccount]] = {}
        for account in live:
            for member in account.members:
                self.employers.setdefault(member, []).append(account)
        models: list[Json] = []
        for repo in world.hub_repos:
            if repo.owner in self.owners:
                self.counts[repo.owner, repo.kind] = self.counts.get((repo.owner, repo.kind), 0) + 1
                if repo.kind == "model":
                    models.append(self._model(repo))
        if models:
            models += [record for _, record in bad_models()]
        self.models = models

    def _model(self, repo: HubRepo) -> Json:
        """All properties of a model; what upstream leaves out when it is unknown is left out."""
        owner = self.owners[repo.owner]
        digest = hashlib.sha1(repo.id.encode(), usedforsecurity=False).hexdigest()
        path = f"{owner.name}/{repo.name}"
        bases = [
            t.split(":", 2)[2]
            for t in repo.tags
            if t.startswith(("base_model:finetune:", "base_model:quantized:"))
        ]
        made: Json = {
            "_id": repo.id,
            "id": path,
            "modelId": path,
            "author": owner.name,
            "gated": repo.gated or False,
            "lastModified": repo.last_modified,
            "likes": repo.likes,
            "private": False,
            "disabled": False,
            "sha": digest,
            "downloads": repo.downloads,
            "downloadsAllTime": repo.downloads * (3 + int(digest[0], 16)),
            "tags": list(repo.tags),
            "createdAt": repo.created_at,
            "trendingScore": repo.trending,
            "siblings": [
                {"rfilename": ".gitattributes"},
                {"rfilename": "README.md"},
                {"rfilename": "config.json"},
            ],
            "usedStorage": int(digest[:8], 16),
            "spaces": [],
        }
        if repo.pipeline_tag:
            made["pipeline_tag"] = repo.pipeline_tag
        if repo.library:
            made["library_name"] = repo.library
        if not repo.empty_card:
            licences = [t.split(":", 1)[1] for t in repo.tags if t.startswith("license:")]
            card: Json = {"license": licences[0]} if licences else {}
            if bases:
                card["base_model"] = bases[0]
            if repo.pipeline_tag:
                card["pipeline_tag"] = repo.pipeline_tag
            made["cardData"] = card
        if bases:
            relation = next(
                t.split(":")[1] for t in repo.tags if t.startswith("base_model:") and t.count(":") > 1
            )
            made["baseModels"] = {
                "relation": relation,
                "models": [{"_id": digest[:24], "id": b} for b in bases],
            }
        return made

    def _number(self, account: HubAccount, label: str, top: int) -> int:
        return int(stream(self.seed, "hub-number", account.id, label).random() ** 5 * top)

    def user(self, account: HubAccount) -> Json:
        """`/api/users/{user}/overview`."""
        orgs = self.employers.get(account.id, [])
        made: Json = {
            "_id": account.id,
            "avatarUrl": _avatar(account),
            "isPro": account.is_pro,
            "fullname": account.fullname,
            "numModels": self.counts.get((account.id, "model"), 0),
            "numDatasets": self.counts.get((account.id, "dataset"), 0),
            "numSpaces": self.counts.get((account.id, "space"), 0),
            "numKernels": 0,
            "numBuckets": 0,
            "numDiscussions": self._number(account, "discussions", 80),
            "numPapers": self._number(account, "papers", 12),
            "numUpvotes": self._number(account, "upvotes", 200),
            "numLikes": self._number(account, "likes", 400),
            "numFollowers": account.followers,
            "numFollowing": self._number(account, "following", 120),
            "numFollowingOrgs": self._number(account, "following-orgs", 20),
            "orgs": [
                {"id": o.id, "name": o.name, "fullname": o.fullname, "avatarUrl": _avatar(o)} for o in orgs
            ],
            "user": account.name,
            "type": "user",
            "isFollowing": False,
            "createdAt": account.created_at,
        }
        if account.details:
            made["details"] = account.details
        if orgs:
            made["primaryOrgAvatarUrl"] = _avatar(orgs[0])
        return made

    def organisation(self, account: HubAccount) -> Json:
        """`/api/organizations/{name}/overview`."""
        return {
            "_id": account.id,
            "avatarUrl": _avatar(account),
            "fullname": account.fullname,
            "name": account.name,
            "details": account.details,
            "isVerified": int(account.id[0], 16) > 7,
            "isFollowing": False,
            "plan": None,
            "numUsers": len(account.members),
            "numModels": self.counts.get((account.id, "model"), 0),
            "numSpaces": self.counts.get((account.id, "space"), 0),
            "numDatasets": self.counts.get((account.id, "dataset"), 0),
            "numKernels": 0,
            "numBuckets": 0,
            "numPapers": self._number(account, "papers", 60),
            "numFollowers": account.followers,
        }

    def members(self, account: HubAccount) -> list[Json]:
        """`/api/organizations/{name}/members`."""
        return [
            {
                "avatarUrl": _avatar(self.by_id[m]),
                "fullname": self.by_id[m].fullname,
                "isPro": self.by_id[m].is_pro,
                "user": self.by_id[m].name,
                "type": "user",
                "_id": m,
            }
            for m in account.members
            if m in self.by_id
        ]


def bad_models() -> list[tuple[str, Json]]:
    """Model records that break a naive reader, with their kind."""
    day = "2025-05-05T05:05:05.000Z"
    base: Json = {
        "likes": 1, "private": False, "downloads": 2, "tags": ["license:mit"],
        "pipeline_tag": "text-generation",
        "library_name": "transformers", "createdAt": day, "lastModified": day,
        "author": "broken-records-smpl",
        "gated": False,
        "trendingScore": 0,
    }  # fmt: skip

    def make(n: int, **changes: object) -> Json:
        name = f"broken-records-smpl/record-{n}"
        return {"_id": f"{n:024x}", "id": name, "modelId": name, **base, **changes}

    without = make(3)
    del without["id"], without["modelId"]
    return [
        ("hub_model_null_tags", make(1, tags=None)),
        ("hub_model_null_tags", make(2, tags=None)),
        ("hub_model_without_id", without),
        ("hub_model_bad_date", make(4, createdAt="yesterday", lastModified="yesterday")),
        ("hub_model_text_downloads", make(5, downloads="many", likes="1k")),
        ("hub_model_lone_surrogate", make(6, tags=["emoji \ud83d", "license:mit"])),
    ]
