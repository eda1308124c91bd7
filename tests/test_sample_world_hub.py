"""The sample world speaks the hub's wire formats over real HTTP."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from crawlers.sample_world import Limits, World, serve
from crawlers.sample_world.hub_cards import LEGACY_PIPELINES, UNKNOWN_PIPELINE
from crawlers.sample_world.model import HubRepo
from crawlers.sample_world.origins import Quota
from crawlers.sample_world.server import Server
from tests.sample_world_kit import HUB, get, walk


def test_model_list_pages_by_link_with_short_pages(server: Server, world: World) -> None:
    rows, sizes = walk(server, "/api/models?limit=100&sort=downloads&expand=downloads&expand=author")
    assert len({row["_id"] for row in rows}) == len(rows) > 1200
    assert 99 in sizes[:-1], "a short page that is not the last"
    good = [row for row in rows if isinstance(row["downloads"], int)]
    assert [row["downloads"] for row in good] == sorted(
        (int(str(r["downloads"])) for r in good), reverse=True
    )
    assert set(good[0]) == {"_id", "id", "downloads", "author"}


def test_model_list_shapes(server: Server) -> None:
    (plain,) = walk(server, "/api/models?limit=1000&author=gguf-mill-smpl")[0][:1]
    assert "author" not in plain
    assert "lastModified" not in plain
    assert plain["modelId"] == plain["id"]
    (full,) = walk(server, "/api/models?limit=1000&author=GGUF-Mill-SMPL&full=True")[0][:1]
    assert {"author", "lastModified", "siblings", "sha", "gated"} <= set(full)
    assert get(server.origins[HUB], "/api/models?expand=nonsense").status == 400
    assert get(server.origins[HUB], "/api/models?cursor=AAAA").status == 400
    assert get(server.origins[HUB], "/api/models?author=nobody-here").json == []


def test_bad_model_records_are_on_the_wire(server: Server) -> None:
    rows, _ = walk(
        server, "/api/models?author=broken-records-smpl&expand=tags&expand=createdAt&expand=downloads"
    )
    assert sum(row["tags"] is None for row in rows) == 2
    assert sum("id" not in row for row in rows) == 1
    assert sum(row["createdAt"] == "yesterday" for row in rows) == 1
    assert sum(isinstance(row["downloads"], str) for row in rows) == 1


def test_user_and_organisation_overviews(server: Server, world: World) -> None:
    base = server.origins[HUB]
    person = next(a for a in world.hub_accounts if a.person and a.state == "active" and a.details)
    overview = get(base, f"/api/users/{person.name.upper()}/overview").json
    assert isinstance(overview, dict)
    assert overview["_id"] == person.id
    assert overview["details"] == person.details
    assert overview["avatarUrl"]
    assert not {"email", "location", "github", "twitter"} & set(overview)
    org = next(a for a in world.hub_accounts if a.kind == "org" and len(a.members) > 2)
    assert get(base, f"/api/organizations/{org.name}/overview").json["numUsers"] == len(org.members)
    members, sizes = walk(server, f"/api/organizations/{org.name}/members?limit=2")
    assert {m["_id"] for m in members} <= set(org.members)
    assert len(sizes) > 1
    assert set(members[0]) == {"avatarUrl", "fullname", "isPro", "user", "type", "_id"}


def test_missing_accounts_and_repositories(server: Server, world: World) -> None:
    base = server.origins[HUB]
    gone = next(a for a in world.hub_accounts if a.state == "deleted")
    renamed = next(a for a in world.hub_accounts if a.former_names)
    org = next(a for a in world.hub_accounts if a.kind == "org")
    for name in (gone.name, renamed.former_names[0], org.name):
        assert get(base, f"/api/users/{name}/overview").status == 404
    assert get(base, f"/api/users/{renamed.name}/overview").status == (
        404 if renamed.state == "deleted" else 200
    )
    missing = get(base, "/api/models/nobody/nothing")
    assert (missing.status, missing.headers["x-error-code"]) == (401, "RepoNotFound")
    assert missing.json == {"error": "Invalid username or password."}


def test_hub_rate_limit_headers_and_429(small: World) -> None:
    limits = Limits(hub_api=3, hub_window=60, inject_429_at=None, inject_503_at=None)
    with serve(small, limits=limits) as server:
        answers = [get(server.origins[HUB], "/api/models?limit=1") for _ in range(4)]
        assert get(server.origins[HUB], "/robots.txt").status == 200
    assert [a.status for a in answers] == [200, 200, 200, 429]
    assert re.fullmatch(r'"api";r=2;t=\d+', answers[0].headers["ratelimit"])
    assert answers[0].headers["ratelimit-policy"] == '"fixed window";"api";q=3;w=60'
    assert answers[3].headers["ratelimit"].startswith('"api";r=0;t=')


def test_a_quota_opens_again_after_its_window() -> None:
    quota = Quota("api", 2, 10)
    assert [quota.take(now) for now in (0.0, 1.0, 2.0, 9.9)] == [True, True, False, False]
    assert quota.reset_in(7.5) == 3
    assert quota.take(10.0)
    assert quota.remaining == 1


def test_requests_past_the_limit_are_counted_by_bucket(small: World) -> None:
    limits = Limits(
        hub_api=2, hub_pages=1, hub_token_api=3, hub_window=60, inject_429_at=None, inject_503_at=None
    )
    with serve(small, limits=limits) as server:
        base = server.origins[HUB]
        plain = [get(base, "/api/models?limit=1").status for _ in range(4)]
        pages = [get(base, "/nobody-here").status for _ in range(2)]
        token = [get(base, "/api/models?limit=1", Authorization="Bearer hf_sample_x") for _ in range(4)]
        file = get(base, "/spaces/no/thing/resolve/main/app.py")
        stats = server.stats()[HUB]
    assert plain == [200, 200, 429, 429]
    assert pages == [404, 429]
    assert [a.status for a in token] == [200, 200, 200, 429]
    assert token[0].headers["ratelimit-policy"] == '"fixed window";"api";q=3;w=60'
    assert file.headers["ratelimit"].startswith('"resolvers";r=2999;')
    assert stats["over_limit"] == 4
    assert stats["by_quota"] == {
        "api": {"requests": 4, "over_limit": 2},
        "api+token": {"requests": 4, "over_limit": 1},
        "pages": {"requests": 2, "over_limit": 1},
        "resolvers": {"requests": 1, "over_limit": 0},
    }


def test_the_bot_wall_stands_before_pages_only(small: World) -> None:
    user = next(a.name for a in small.hub_accounts if a.person and a.state == "active")
    with serve(small, limits=Limits.calm({HUB: "challenge:1"})) as server:
        base = server.origins[HUB]
        answers = [get(base, f"/{user}") for _ in range(3)]
        assert [a.status for a in answers] == [200, 405, 405]
        assert b"awswaf" in answers[1].body
        assert answers[1].headers["content-type"].startswith("text/html")
        assert get(base, f"/api/users/{user}/overview").status == 200


# -- repositories ----------------------------------------------------------------------------------------


def owner_of(world: World, repo: HubRepo) -> str:
    return next(a.name for a in world.hub_accounts if a.id == repo.owner)


@pytest.mark.parametrize(
    ("kind", "keys", "absent"),
    [
        ("model", {"modelId", "downloads", "trendingScore"}, {"author", "lastModified"}),
        ("dataset", {"author", "lastModified", "description", "key"}, {"cardData"}),
        ("space", {"sdk", "trendingScore"}, {"author", "downloads", "lastModified"}),
    ],
)
def test_lists_have_the_shape_of_their_kind(
    server: Server, world: World, kind: str, keys: set[str], absent: set[str]
) -> None:
    rows, sizes = walk(server, f"/api/{kind}s?limit=40&sort=lastModified")
    visible = [p for p in world.hub_repos if p.kind == kind and not p.private]
    assert {p.id for p in visible} <= {row["_id"] for row in rows}
    assert not {p.id for p in world.hub_repos if p.private} & {row["_id"] for row in rows}
    assert 39 in sizes[:-1]
    (first,) = [row for row in rows if row["_id"] == visible[0].id]
    assert keys <= set(first)
    assert not absent & set(first)
    expanded = get(server.origins[HUB], f"/api/{kind}s?limit=1&expand=lastModified&expand=sha").json
    assert set(expanded[0]) == {"_id", "id", "lastModified", "sha"}
    by_owner, _ = walk(server, f"/api/{kind}s?author={owner_of(world, visible[0]).upper()}&limit=2")
    assert {row["_id"] for row in by_owner} == {p.id for p in visible if p.owner == visible[0].owner}
    assert get(server.origins[HUB], "/api/spaces?sort=downloads").status == 400


def test_unknown_kinds_tags_and_nulls_are_on_the_wire(server: Server, world: World) -> None:
    rows, _ = walk(
        server, "/api/models?expand=pipeline_tag&expand=library_name&expand=cardData&expand=tags&limit=1000"
    )
    pipelines = {row.get("pipeline_tag") for row in rows}
    assert {UNKNOWN_PIPELINE, *LEGACY_PIPELINES} <= pipelines
    assert any("pipeline_tag" not in row for row in rows)
    assert any("pipeline_tag" in row and row["pipeline_tag"] is None for row in rows)
    cards = [row["cardData"] for row in rows if row.get("cardData")]
    assert {type(card["language"]) for card in cards if "language" in card} == {str, list}
    assert any("model-index" in card and "datasets" in card for card in cards)
    kinds = {p.kind for p in world.hub_repos}
    assert {"kernel", "bucket"} <= kinds
    keeper = next(p for p in world.hub_repos if p.kind == "kernel")
    assert get(server.origins[HUB], f"/api/users/{owner_of(world, keeper)}/overview").json["numKernels"] >= 1
    liked = {
        row["repo"]["type"]
        for like in world.hub.likes
        if next(p for p in world.hub_repos if p.id == like.repo).kind == "kernel"
        for name in [next(a.name for a in world.hub_accounts if a.id == like.account)]
        for row in walk(server, f"/api/users/{name}/likes")[0]
    }
    assert "kernel" in liked


def test_one_repository_private_moved_and_gated(server: Server, world: World) -> None:
    base = server.origins[HUB]
    plain = next(p for p in world.hub_repos if p.kind == "model" and not p.private and not p.gated)
    path = f"{owner_of(world, plain)}/{plain.name}"
    record = get(base, f"/api/models/{path.upper()}").json
    assert (record["_id"], record["author"]) == (plain.id, owner_of(world, plain))
    assert get(base, f"/api/models/{path}/revision/main").json == record
    assert get(base, f"/api/models/{path}/revision/nope").headers["x-error-code"] == "RevisionNotFound"
    assert set(get(base, f"/api/models/{path}?expand=likes").json) == {"_id", "id", "likes"}
    private = next(p for p in world.hub_repos if p.private and p.kind == "model")
    assert get(base, f"/api/models/{owner_of(world, private)}/{private.name}").status == 401
    moved = next(p for p in world.hub_repos if p.former_paths and p.kind == "model")
    now = f"/api/models/{owner_of(world, moved)}/{moved.name}"
    for below in ("", "/likers", "/commits/main", "/discussions"):
        answer = get(base, f"/api/models/{moved.former_paths[0]}{below}?x=1")
        assert (answer.status, answer.headers["location"]) == (307, f"{now}{below}?x=1")
    gated = next(p for p in world.hub_repos if p.gated and not p.private)
    gated_path = f"{owner_of(world, gated)}/{gated.name}"
    assert get(base, f"/api/models/{gated_path}").json["gated"] in ("auto", "manual")
    refused = get(base, f"/{gated_path}/resolve/main/README.md")
    assert (refused.status, refused.headers["x-error-code"]) == (401, "GatedRepo")


def test_likers_and_likes_are_two_sides(server: Server, world: World) -> None:
    live = {a.id for a in world.hub_accounts if a.state == "active"}
    repo = max((p for p in world.hub_repos if p.kind == "model" and not p.private), key=lambda p: p.likes)
    path = f"{owner_of(world, repo)}/{repo.name}"
    likers, sizes = walk(server, f"/api/models/{path}/likers?limit=5")
    truth = {like.account for like in world.hub.likes if like.repo == repo.id}
    assert {row["_id"] for row in likers} == truth & live
    assert 4 in sizes[:-1]
    rows, _ = walk(server, f"/api/users/{likers[0]['user']}/likes?limit=3")
    assert path in [row["repo"]["name"] for row in rows]
    assert [row["createdAt"] for row in rows] == sorted((row["createdAt"] for row in rows), reverse=True)
    overview = get(server.origins[HUB], f"/api/users/{likers[0]['user']}/overview").json
    assert overview["numLikes"] == len(rows)


def test_followers_and_following(server: Server, world: World) -> None:
    live = [a for a in world.hub_accounts if a.state == "active"]
    for kind, folder in (("user", "users"), ("org", "organizations")):
        known = max((a for a in live if a.kind == kind), key=lambda a: a.followers)
        rows, _ = walk(server, f"/api/{folder}/{known.name}/followers?limit=7")
        overview = get(server.origins[HUB], f"/api/{folder}/{known.name}/overview").json
        assert len(rows) == overview["numFollowers"] > 3
        following, _ = walk(server, f"/api/users/{rows[0]['user']}/following")
        assert (known.id in {row["_id"] for row in following}) == (kind == "user")
    assert get(server.origins[HUB], "/api/users/nobody-here/followers").status == 404


def test_commits_name_accounts_or_plain_names(server: Server, world: World) -> None:
    orgs = {a.id for a in world.hub_accounts if a.kind == "org"}
    mine = [p for p in world.hub_repos if p.owner in orgs and p.kind == "model" and not p.private][:25]
    authors = []
    for repo in mine:
        rows, _ = walk(server, f"/api/models/{owner_of(world, repo)}/{repo.name}/commits/main?limit=2")
        assert [row["date"] for row in rows] == sorted((row["date"] for row in rows), reverse=True)
        authors += [author for row in rows for author in row["authors"]]
    assert {"_id" in author for author in authors} == {True, False}
    users = {a.id for a in world.hub_accounts if a.person}
    assert {author["_id"] for author in authors if "_id" in author} <= users


def test_discussions_page_by_p_and_lose_their_authors(server: Server, world: World) -> None:
    base = server.origins[HUB]
    counts = Counter(d.repo for d in world.hub.discussions)
    repos = {p.id: p for p in world.hub_repos if not p.private}
    most = max((i for i in counts if i in repos), key=lambda i: counts[i])
    path = f"/api/{repos[most].kind}s/{owner_of(world, repos[most])}/{repos[most].name}/discussions"
    pages = [get(base, f"{path}?p={p}").json for p in range(3)]
    assert [(p["count"], p["start"], len(p["discussions"])) for p in pages] == [
        (30, 0, 25), (30, 25, 5), (30, 50, 0),
    ]  # fmt: skip
    pulls = get(base, f"{path}?type=pull_request&status=open").json["discussions"]
    assert pulls
    assert all(d["isPullRequest"] and d["status"] in ("open", "draft") for d in pulls)
    seen = []
    for identifier in list(counts)[:60]:
        if identifier in repos:
            repo = repos[identifier]
            one = f"/api/{repo.kind}s/{owner_of(world, repo)}/{repo.name}/discussions"
            seen += get(base, one).json["discussions"]
    names = {d.get("author", {}).get("name") for d in seen}
    assert {"deleted", None} <= names
    assert get(base, f"{path}?p=x").status == 400


def test_collections_are_cut_in_lists_and_whole_alone(server: Server) -> None:
    rows, _ = walk(server, "/api/collections?limit=20")
    long = next(row for row in rows if len(row["items"]) == 4)
    assert max(len(row["items"]) for row in rows) == 4
    assert "position" not in long, "the hub's own client numbers them"
    assert isinstance(long["owner"], dict)
    whole = [get(server.origins[HUB], f"/api/collections/{row['slug']}").json for row in rows[:20]]
    assert max(len(row["items"]) for row in whole) > 4
    assert all(row["position"] == 0 for row in whole)
    mine, _ = walk(server, f"/api/collections?owner={long['owner']['name']}")
    assert long["slug"] in {row["slug"] for row in mine}
    assert {item["type"] for row in whole for item in row["items"]} >= {"model", "paper"}
    assert get(server.origins[HUB], "/api/collections/x/y-0").status == 404
