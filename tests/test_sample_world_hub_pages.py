"""Papers, search, pages and files of the hub in the sample world, and the hub's own client reading all of it."""

from __future__ import annotations

import json
import urllib.parse
from collections import Counter
from typing import Any

import pytest
from huggingface_hub import HfApi
from huggingface_hub.errors import RepositoryNotFoundError
from lxml import etree

from crawlers.sample_world import Limits, World, serve
from crawlers.sample_world.hub_cards import UNKNOWN_PIPELINE
from crawlers.sample_world.model import HubRepo
from crawlers.sample_world.server import Server
from crawlers.sample_world.upstreams._hub_papers import eastern
from tests import sample_world_kit as kit
from tests.sample_world_kit import HUB, get


def owner_of(world: World, repo: HubRepo) -> str:
    return next(a.name for a in world.hub_accounts if a.id == repo.owner)


# -- papers ----------------------------------------------------------------------------------------------


def test_daily_papers_are_wrapped_and_a_day_early(server: Server, world: World) -> None:
    base = server.origins[HUB]
    listed = [p for p in world.hub.papers if p.listed_at]
    seen: list[str] = []
    number = 0
    while rows := get(base, f"/api/daily_papers?limit=40&p={number}").json:
        seen += [row["paper"]["id"] for row in rows]
        number += 1
    assert sorted(seen) == sorted(p.arxiv_id for p in listed)
    (row,) = get(base, "/api/daily_papers?limit=1").json
    inner = row["paper"]
    assert row["publishedAt"][:10] < inner["publishedAt"][:10], "US Eastern time names the day before"
    assert "submittedOnDailyAt" in inner
    assert "authors" not in row
    day = str(listed[0].listed_at)[:10]
    on_day = get(base, f"/api/daily_papers?date={day}").json
    assert {r["paper"]["submittedOnDailyAt"][:10] for r in on_day} == {day}
    by = next(r for r in get(base, "/api/daily_papers?limit=100").json if "submittedBy" in r)
    assert "user" not in by["submittedBy"]
    assert by["paper"]["submittedOnDailyBy"]["user"] == by["submittedBy"]["name"]
    assert get(base, "/api/daily_papers?p=-1").status == 400


@pytest.mark.parametrize(
    ("utc", "shown"),
    [
        ("2026-07-23T00:00:00.000Z", "2026-07-22T20:00:00.000Z"),
        ("2026-01-23T00:00:00.000Z", "2026-01-22T19:00:00.000Z"),
        ("2026-03-08T12:00:00.000Z", "2026-03-08T08:00:00.000Z"),
        ("2026-11-01T12:00:00.000Z", "2026-11-01T07:00:00.000Z"),
    ],
)
def test_eastern_time_changes_with_the_season(utc: str, shown: str) -> None:
    assert eastern(utc) == shown


def test_one_paper_is_flat_and_links_authors_with_a_status(server: Server, world: World) -> None:
    base = server.origins[HUB]
    statuses: Counter[str] = Counter()
    for paper in world.hub.papers[:120]:
        record = get(base, f"/api/papers/{paper.arxiv_id}").json
        assert "paper" not in record
        assert record["numTotalModels"] >= len(record["linkedModels"])
        for author, link in zip(record["authors"], paper.links, strict=True):
            assert author["hidden"] == link.hidden
            if author.get("user"):
                assert author["user"]["_id"] == link.account
                assert author["user"]["name"] == author["user"]["user"]
                statuses[author["status"]] += 1
    assert set(statuses) == {"claimed_verified", "admin_assigned", "extracted_pending"}
    tagged = next(
        p for p in world.hub_repos if p.kind == "model" and any(t.startswith("arxiv:") for t in p.tags)
    )
    arxiv = next(t[6:] for t in tagged.tags if t.startswith("arxiv:"))
    assert tagged.id in {m["_id"] for m in get(base, f"/api/arxiv/{arxiv}/repos").json["models"]}
    title = next(w.title for w in world.works if w.id == world.hub.papers[5].work)
    query = urllib.parse.quote(title)
    hits = get(base, f"/api/papers/search?q={query}&limit=3").json
    assert world.hub.papers[5].arxiv_id in [hit["paper"]["id"] for hit in hits]
    assert get(base, "/api/papers/9901.00001").status == 404


# -- search and pages ------------------------------------------------------------------------------------


def test_quicksearch_and_tags(server: Server, world: World) -> None:
    base = server.origins[HUB]
    person = next(a for a in world.hub_accounts if a.person and a.state == "active")
    found = get(base, f"/api/quicksearch?q={person.name}&type=user").json
    assert person.id in {row["_id"] for row in found["users"]}
    assert "usersCount" not in found
    whole = get(base, "/api/quicksearch?q=e&limit=2").json
    assert len(whole["models"]) == 2 < whole["modelsCount"]
    assert get(base, "/api/quicksearch?q=e&type=cow").status == 400
    tags = get(base, "/api/models-tags-by-type").json
    assert UNKNOWN_PIPELINE in {tag["id"] for tag in tags["pipeline_tag"]}
    assert all(tag["type"] == group for group, rows in tags.items() for tag in rows)


def props(page: bytes, target: str) -> dict[str, Any]:
    (node,) = etree.HTML(page.decode()).xpath(f'//*[@data-target="{target}"]')
    loaded = json.loads(node.get("data-props"))
    assert isinstance(loaded, dict)
    return loaded


def test_profile_pages_carry_props_escaped_once(server: Server, world: World) -> None:
    base = server.origins[HUB]
    live = {a.id: a for a in world.hub_accounts if a.state == "active"}
    profile = next(p for p in world.hub.profiles if p.account in live and p.github and p.roles and p.hardware)
    page = get(base, f"/{live[profile.account].name}")
    data = props(page.body, "UserProfile")
    signup = data["u"]["signup"]
    assert signup["github"] == profile.github
    assert signup.get("homepage") == profile.homepage
    assert {org["userRole"] for org in data["u"]["orgs"]} == {role for _, role in profile.roles}
    assert data["hardwareItems"][0]["sku"] == list(profile.hardware[0][:3])
    assert {"csrf", "session"} <= set(data), "session-like keys, to be stripped by whoever reads"
    assert f'href="https://github.com/{profile.github}"'.encode() in page.body
    markup = next(a for a in world.hub_accounts if a.name == "hostile-markup-smpl")
    hostile = get(base, f"/{markup.name}")
    assert props(hostile.body, "UserProfile")["u"]["fullname"] == markup.fullname
    assert b"<script>alert" not in hostile.body
    org = next(a for a in live.values() if a.kind == "org")
    shown = props(get(base, f"/{org.name}").body, "OrgProfile")
    assert shown["org"]["name"] == org.name
    assert shown["userCount"] == len(org.members)
    assert get(base, "/nobody-here").status == 404


def test_space_files_tell_who_calls_a_hosted_model(server: Server, world: World) -> None:
    base = server.origins[HUB]
    spaces = [p for p in world.hub_repos if p.kind == "space" and not p.private and p.sdk != "static"]
    for hosted in (True, False):
        space = next(p for p in spaces if p.calls_hosted_api == hosted and not p.former_paths)
        path = f"/spaces/{owner_of(world, space)}/{space.name}/resolve/main"
        needs = get(base, f"{path}/requirements.txt")
        assert needs.headers["ratelimit-policy"].startswith('"fixed window";"resolvers"')
        assert ("torch" in needs.body.decode()) != hosted
        compile(get(base, f"{path}/app.py").body, "app.py", "exec")
        assert get(base, f"{path}/nothing.py").headers["x-error-code"] == "EntryNotFound"


def test_accounts_that_are_gone(server: Server, world: World) -> None:
    base = server.origins[HUB]
    merged = [a for a in world.hub_accounts if a.state == "merged"]
    assert merged
    for account in merged:
        assert get(base, f"/api/users/{account.name}/overview").status == 404
        assert get(base, f"/{account.name}").status == 404
        kept = next(a for a in world.hub_accounts if a.id == account.merged_into)
        moved = next(
            p for p in world.hub_repos if any(f.startswith(f"{account.name}/") for f in p.former_paths)
        )
        location = get(base, f"/api/models/{moved.former_paths[0]}").headers["location"]
        assert location == f"/api/models/{kept.name}/{moved.name}"


def test_the_hubs_own_client_reads_every_shape() -> None:
    world = kit.small()
    names = {a.id: a.name for a in world.hub_accounts}
    live = [a for a in world.hub_accounts if a.state == "active"]
    with serve(world, limits=Limits.calm()) as server:
        api = HfApi(endpoint=server.origins[HUB], token=False)
        for account in [a for a in live if a.kind == "user"][:12]:
            assert api.get_user_overview(account.name).username == account.name
            total = api.list_liked_repos(account.name).total
            assert total == len([like for like in world.hub.likes if like.account == account.id])
        for org in [a for a in live if a.kind == "org"][:3]:
            assert api.get_organization_overview(org.name).num_users == len(org.members)
        for repo in world.hub_repos[::7]:
            if repo.kind in ("model", "dataset", "space") and not repo.private:
                path = f"{names[repo.owner]}/{repo.name}"
                assert api.repo_info(path, repo_type=repo.kind).id == path
        discussed = next(p for p in world.hub_repos if p.id == world.hub.discussions[0].repo)
        path = f"{names[discussed.owner]}/{discussed.name}"
        found = list(api.get_repo_discussions(path, repo_type=discussed.kind))
        assert len(found) == sum(d.repo == discussed.id for d in world.hub.discussions)
        assert len(api.list_repo_commits(path, repo_type=discussed.kind)) >= 1
        slugs = [collection.slug for collection in api.list_collections(limit=100)]
        assert {api.get_collection(slug).slug for slug in slugs} == set(slugs)
        assert len(list(api.list_daily_papers(limit=5))) == 5
        paper = world.hub.papers[0]
        assert len(api.paper_info(paper.arxiv_id).authors or ()) == len(paper.links)
        with pytest.raises(RepositoryNotFoundError):
            api.model_info("nobody/nothing")
