"""The sample world speaks the wire formats of the ACL Anthology, GitHub and Zenodo over real HTTP, and misbehaves."""

from __future__ import annotations

import io
import json
import urllib.error
import zipfile
from hashlib import sha1

import pytest
from lxml import etree

from config.errors import UserError
from crawlers.sample_world import Limits, World, serve
from crawlers.sample_world.server import Server
from crawlers.sample_world.upstreams import acl, github, mentions
from tests.sample_world_kit import API, HUB, RAW, ZENODO, get

TREES = "/repos/acl-org/acl-anthology/git/trees/"


# -- ACL Anthology and GitHub ----------------------------------------------------------------------------


def test_anthology_is_well_formed_and_says_the_truth(world: World) -> None:
    truth = {
        (artifact, position): who
        for artifact, position, who in mentions(world)
        if artifact.startswith("acl:")
    }
    people = {p.id: p for p in world.people}
    seen = 0
    for text in acl.collections(world).values():
        root = etree.fromstring(text)
        for paper in root.iter("paper"):
            for position, author in enumerate(paper.findall("author"), 1):
                who = truth.get((f"acl:{paper.findtext('url')}", position))
                if who is None:
                    continue
                seen += 1
                if author.get("id"):
                    assert author.get("id") == people[who].accounts.acl_id
                if author.get("orcid"):
                    assert author.get("id")
                    assert author.get("orcid") == people[who].accounts.orcid
    assert seen == len(truth) > 3000


def test_anthology_shows_what_readers_stumble_over(world: World) -> None:
    wire = b"".join(acl.collections(world).values()).decode()
    for piece in ("<tex-math>", "<fixed-case>", "<b>five</b>", '<variant script="hani">', "<frontmatter>",
                  "<editor>", " and ", "<retracted date=", "<removed date=", "<affiliation>",
                  "<url>https://", "&lt;script&gt;", "(invented sample world)"):  # fmt: skip
        assert piece in wire, piece
    roots = [etree.fromstring(text) for text in acl.collections(world).values()]
    papers = [paper for root in roots for paper in root.iter("paper")]
    titles = ["".join(title.itertext()) for paper in papers for title in paper.findall("title")]
    assert len(titles) - titles.count("") == len(papers) - 2
    assert sum(paper.get("id") is None for paper in papers) == 1
    assert any(a.find("first") is None and a.findtext("last") for p in papers for a in p.findall("author"))


def test_people_json_holds_the_verified(world: World) -> None:
    entries = json.loads(acl.people_json(world))
    assert set(entries) == {p.accounts.acl_id for p in world.people if p.accounts.acl_id}
    for identifier, entry in entries.items():
        if "orcid" in entry:
            assert identifier.endswith("-" + entry["orcid"][-4:].lower())
    assert any(entry.get("disable_name_matching") for entry in entries.values())


def test_git_trees_lead_to_files_with_true_git_ids(server: Server) -> None:
    sha = "master"
    for folder in ("data", "xml"):
        listing = get(server.origins[API], TREES + sha).json
        assert isinstance(listing, dict)
        assert listing["truncated"] is False
        entry = next(e for e in listing["tree"] if e["path"] == folder)
        assert (entry["type"], entry["mode"]) == ("tree", "040000")
        sha = entry["sha"]
    listing = get(server.origins[API], TREES + sha).json
    assert isinstance(listing, dict)
    for row in [e for e in listing["tree"] if e["path"].endswith(".xml")][:3]:
        content = get(server.origins[RAW], f"/acl-org/acl-anthology/master/data/xml/{row['path']}").body
        assert len(content) == row["size"]
        assert sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest() == row["sha"]


def test_tree_id_is_that_of_git() -> None:
    # `git write-tree` of a.txt ("a\n") and the folder b with c.txt ("c\n")
    tree = github.build_tree({"a.txt": b"a\n", "b/c.txt": b"c\n"})
    assert tree.blobs["a.txt"][0] == "78981922613b2afb6025042ff6bd878ac1994e85"
    assert tree.sha == GIT_TREE


GIT_TREE = "c2daa5be1e28bc1bca9f595f0471c39598232e72"


@pytest.mark.parametrize(
    ("origin", "path"),
    [
        (API, TREES + "master"),
        (RAW, "/acl-org/acl-anthology/master/data/json/people.json"),
        (ZENODO, "/api/communities/ror-data/records?q=&sort=newest&size=1"),
        (HUB, "/api/models?limit=5"),
    ],
)
def test_a_held_entity_tag_gives_304(server: Server, origin: str, path: str) -> None:
    first = get(server.origins[origin], path)
    assert first.status == 200
    again = get(server.origins[origin], path, If_None_Match=first.headers["etag"])
    assert (again.status, again.body, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert get(server.origins[origin], path, If_None_Match='W/"other"').status == 200


def test_unknown_paths_are_not_found(server: Server) -> None:
    assert get(server.origins[RAW], "/acl-org/acl-anthology/master/data/yaml/people.yaml").status == 404
    missing = get(server.origins[API], "/repos/acl-org/nothing/git/trees/master")
    assert (missing.status, missing.json["message"]) == (404, "Not Found")


def test_github_quota_is_enforced(small: World) -> None:
    with serve(small, limits=Limits(github=2, inject_429_at=None, inject_503_at=None)) as server:
        answers = [get(server.origins[API], TREES + "master") for _ in range(3)]
    assert [a.status for a in answers] == [200, 200, 403]
    assert [a.headers["x-ratelimit-remaining"] for a in answers] == ["1", "0", "0"]
    assert b"rate limit exceeded" in answers[2].body


# -- Zenodo ----------------------------------------------------------------------------------------------


def test_newest_registry_release_is_listed_and_downloads(server: Server, world: World) -> None:
    listing = get(server.origins[ZENODO], "/api/communities/ror-data/records?q=&sort=newest&size=1").json
    assert isinstance(listing, dict)
    (hit,) = listing["hits"]["hits"]
    file = hit["files"][0]
    assert file["links"]["self"].startswith("https://zenodo.org/api/records/")
    assert file["key"] == f"{hit['metadata']['version']}-{hit['metadata']['publication_date']}-ror-data.zip"
    answer = get(server.origins[ZENODO], file["links"]["self"].removeprefix(ZENODO))
    assert len(answer.body) == file["size"]
    assert answer.headers["etag"] == f'"{file["checksum"].removeprefix("md5:")}"'
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        names = archive.namelist()
        (v2,) = [n for n in names if n.endswith("_schema_v2.json")]
        records = json.loads(archive.read(v2))
        assert len(json.loads(archive.read(v2.replace("_schema_v2", "")))) == len(records) - 4
    assert sum(not r.get("id") for r in records) == 2
    assert {r["status"] for r in records} == {"active", "inactive", "withdrawn"}
    cities = {loc["geonames_details"]["name"] for r in records for loc in r["locations"]}
    assert {"San Francisco", "Zürich", "Bengaluru", "Singapore"} <= cities
    assert "Tartu" not in cities
    assert {n["lang"] for r in records for n in r["names"]} >= {"zh", "ja", "ko", "he", "ar"}
    missing = [o.name for o in world.organisations if not o.registered]
    shown = {n["value"] for r in records for n in r["names"]}
    assert missing
    assert not shown & set(missing)


# -- the server ------------------------------------------------------------------------------------------


def test_robots_at_every_root_and_traps_are_counted(small: World) -> None:
    with serve(small, limits=Limits.calm()) as server:
        for base in server.origins.values():
            robots = get(base, "/robots.txt")
            assert robots.status == 200
            assert b"Disallow: /no-robots/" in robots.body
        assert get(server.origins[HUB], "/no-robots/here").status == 403
        stats = get(server.origins[API], "/__world__/stats").json
    assert isinstance(stats, dict)
    assert set(stats) == set(server.origins)
    assert stats[HUB] == {
        "requests": 2,
        "by_class": {"robots.txt": 1, "trap": 1},
        "by_status": {"200": 1, "403": 1},
        "by_quota": {},
        "over_limit": 0,
    }


def test_each_origin_fails_twice_by_default_and_recovers(small: World) -> None:
    with serve(small) as server:
        hub = [get(server.origins[HUB], "/api/models?limit=1") for _ in range(5)]
        zenodo_ = [
            get(server.origins[ZENODO], "/api/communities/ror-data/records?size=1").status for _ in range(4)
        ]
    assert [a.status for a in hub] == [200, 429, 200, 503, 200]
    assert hub[1].headers["retry-after"] == "1"
    assert zenodo_ == [429, 200, 503, 200]


def test_faults(small: World) -> None:
    faults = {API: "down", HUB: "empty", ZENODO: "gated", RAW: "slow:0.2"}
    with serve(small, limits=Limits.calm(faults)) as server:
        with pytest.raises(urllib.error.URLError):
            get(server.origins[API], TREES + "master")
        assert get(server.origins[HUB], "/api/models").json == []
        assert get(server.origins[ZENODO], "/api/communities/ror-data/records").status == 403
        assert get(server.origins[RAW], "/acl-org/acl-anthology/master/data/yaml/venues.yaml").status == 200
    with pytest.raises(ValueError, match="slow"):
        Limits(faults={HUB: "tired"})


def test_unknown_origin_is_refused(small: World) -> None:
    with pytest.raises(UserError, match=r"nowhere\.example\.org"):
        serve(small, ports={"https://nowhere.example.org": 0})
