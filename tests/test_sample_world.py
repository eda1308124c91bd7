"""The sample world: deterministic, plausible, invented; it speaks upstreams' wire formats over real HTTP."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from hashlib import sha1, sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from config.errors import UserError
from crawlers.sample_world import Limits, World, generate, serve, write_truth
from crawlers.sample_world.__main__ import main
from crawlers.sample_world.model import SPECIALTIES
from crawlers.sample_world.origins import Quota
from crawlers.sample_world.rng import orcid, orcid_check, stream
from crawlers.sample_world.server import Server
from crawlers.sample_world.truth import planted
from crawlers.sample_world.upstreams import acl, github, huggingface, mentions, mount, zenodo

TODAY = date(2026, 11, 23)
HUB, API, RAW, ZENODO = huggingface.URL, github.API, github.RAW, zenodo.URL
TREES = "/repos/acl-org/acl-anthology/git/trees/"


class Answer:
    """Status, headers (lower case) and body of one request."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, {k.lower(): v for k, v in headers.items()}, body

    @property
    def json(self) -> object:
        return json.loads(self.body)


def get(base: str, path: str, **headers: str) -> Answer:
    request = urllib.request.Request(
        base + path, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as response:
            return Answer(response.status, dict(response.headers), response.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, dict(error.headers), error.read())


@pytest.fixture(scope="module")
def world() -> World:
    return generate(7, TODAY)


@pytest.fixture(scope="module")
def small() -> World:
    return generate(3, TODAY, people=80)


@pytest.fixture(scope="module")
def server(world: World) -> Iterator[Server]:
    with serve(world, limits=Limits.calm()) as running:
        yield running


def digest(world: World) -> str:
    """Hash of everything that goes over the wire or into the truth."""
    made = mount(world, Limits())
    total = sha256(repr(world).encode())
    for key, files in sorted(made.files.items()):
        for path, content in sorted(files.items()):
            total.update(repr(key).encode() + path.encode() + content)
    release = zenodo.dump(world.organisations, TODAY, "v2.9")
    total.update(release + repr(planted(world)).encode() + repr(list(mentions(world))).encode())
    return total.hexdigest()


# -- the population --------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_bytes_under_another_hash_seed(small: World) -> None:
    assert generate(3, TODAY, people=80) == small
    code = (
        "from datetime import date; from tests.test_sample_world import digest; "
        "from crawlers.sample_world import generate; "
        "print(digest(generate(3, date(2026, 11, 23), people=80)))"
    )
    env = {**os.environ, "PYTHONHASHSEED": "4711", "PYTHONDONTWRITEBYTECODE": "1"}
    root = Path(__file__).parents[1]
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=env, cwd=root, check=True
    )
    assert out.stdout.strip() == digest(small)


def test_another_seed_gives_another_world_and_another_day_of_the_month_the_same(small: World) -> None:
    assert generate(4, TODAY, people=80).people != small.people
    later = generate(3, TODAY.replace(day=30), people=80)
    assert (later.people, later.works, later.hub_repos) == (small.people, small.works, small.hub_repos)


def test_too_few_people_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 50"):
        generate(1, TODAY, people=10)


def test_every_specialty_has_evidence_in_the_anthology(world: World) -> None:
    people = {p.id: p for p in world.people}
    ids = acl.anthology_ids(world)
    seen: dict[str, set[str]] = {}
    for work in world.works:
        if work.id in ids:
            for mention in work.authors:
                if people[mention.person].specialty == work.specialty:
                    seen.setdefault(work.specialty, set()).add(mention.person)
    assert set(seen) == set(SPECIALTIES)
    assert all(len(who) >= 60 for who in seen.values()), {k: len(v) for k, v in seen.items()}
    assert 1300 <= len(world.works) <= 1700
    assert {w.year for w in world.works} == set(range(2019, 2027))


def test_shares_of_roles_papers_and_releases(world: World) -> None:
    roles = Counter(p.role_kind for p in world.people)
    assert roles["industry"] > roles["student"] > roles["postdoc"] > 20
    platform = [p for p in world.people if p.specialty == "mlops_platform"]
    assert 0.3 < sum(not p.writes for p in platform) / len(platform) < 0.6
    assert sum(p.releases for p in platform) / len(platform) > 0.7
    serving = {"onnx", "openvino", "tensorrt", "vllm", "text-generation-inference"}
    makers = {r.author for r in world.hub_repos if serving & set(r.tags)}
    assert len(makers & {p.id for p in platform}) > 40


def test_geography_follows_the_field_notes(world: World) -> None:
    def share(specialty: str, *metros: str) -> float:
        here = [p.places[-1].city.metro for p in world.people if p.specialty == specialty]
        return sum(metro in metros for metro in here) / len(here)

    assert share("computer_vision", "boston", "pittsburgh", "bay_area") > 1.3 * share(
        "nlp_llm", "boston", "pittsburgh", "bay_area"
    )
    assert share("nlp_llm", "seattle", "new_york", "toronto", "austin") > 0.15
    assert share("rl_research", "london", "montreal", "edmonton", "bay_area") > 0.25
    top = Counter(p.places[-1].city.metro for p in world.people if p.specialty == "mlops_platform")
    assert max(top.values()) / top.total() < 0.15


def test_planted_defects_are_there(world: World) -> None:
    counts = dict(planted(world))
    assert 14 <= counts["homonym_people"] <= 42
    assert 2 <= counts["no_recruiters_people"] <= 14
    names = Counter(p.name.full for p in world.people if p.homonym_group)
    assert all(n >= 2 for n in names.values())
    assert any(len({p.specialty for p in world.people if p.name.full == n}) > 1 for n in names)
    for kind in ("affiliation_email", "hub_bio_email", "hub_account_deleted", "hub_account_renamed",
                 "work_retracted", "hub_created_sentinel", "organisation_homonym", "organisation_withdrawn",
                 "hub_repo_mill"):  # fmt: skip
        assert counts[kind] > 0, kind
    assert max(len(a.fullname) for a in world.hub_accounts) > 10_000
    assert any(w.title.startswith("=HYPERLINK(") for w in world.works)


def test_user_names_are_unique_without_case(world: World) -> None:
    names = [a.name.lower() for a in world.hub_accounts]
    assert len(names) == len(set(names))
    handles = [p.accounts.github.lower() for p in world.people if p.accounts.github]
    assert len(handles) == len(set(handles))
    assert all(h.endswith("-smpl") for h in handles), "no handle may be that of a real account"


def test_places_are_in_order_and_reach_today(world: World) -> None:
    for person in world.people:
        assert person.places[-1].to_year is None
        for before, after in zip(person.places, person.places[1:], strict=False):
            assert before.to_year == after.from_year


# -- nothing is real -------------------------------------------------------------------------------------

REAL = {
    "stanford", "mit", "cmu", "carnegie", "berkeley", "oxford", "harvard", "princeton", "google",
    "deepmind", "openai", "meta", "microsoft", "nvidia", "apple", "amazon", "baidu", "tencent",
    "alibaba", "tsinghua", "peking", "eth", "epfl", "mila", "inria", "cohere", "anthropic",
    "mistral", "samsung", "naver", "kaist", "ibm", "intel", "databricks", "hugging", "adobe",
    "huawei", "bytedance", "salesforce", "toronto", "edinburgh", "cambridge", "sorbonne",
    "technion", "weizmann",
}  # fmt: skip


def test_organisations_are_invented(world: World) -> None:
    for one in world.organisations:
        words = set(re.findall(r"\w+", one.name.lower()))
        assert one.acronym not in {"MIT", "CIT", "CMU", "UCL", "NTU", "NUS", "IBM", "JD", "TUM", "UT", "KIT"}
        assert not words & REAL, one.name
        assert one.domain.endswith(".example.org")
        assert re.fullmatch(r"https://ror\.org/0z[0-9a-hjkmnp-tv-z]{5}\d{2}", one.ror)


def test_mail_addresses_are_of_reserved_domains(world: World) -> None:
    wire = b"".join(acl.collections(world).values()).decode()
    wire += "".join(f"{a.details} {a.fullname} " for a in world.hub_accounts)
    found = re.findall(r"[\w.]+@([\w.-]+\w)", wire)
    assert len(found) >= 10
    assert all(domain.endswith((".example.org", ".example.invalid", "example.org")) for domain in found), (
        found
    )


def test_orcids_are_valid_and_of_an_unused_block(world: World) -> None:
    held = [p.accounts.orcid for p in world.people if p.accounts.orcid]
    assert len(held) > 200
    for value in held:
        assert re.fullmatch(r"0009-009\d-\d{4}-\d{3}[\dX]", value)
        assert value[-1] == orcid_check(value.replace("-", "")[:15])


def test_orcid_check_matches_published_examples() -> None:
    # https://support.orcid.org: structure of the ORCID identifier
    assert orcid_check("000000021825009") == "7"
    assert orcid_check("000000021694233") == "X"


@given(
    st.integers(min_value=0), st.integers(min_value=0, max_value=14), st.integers(min_value=1, max_value=9)
)
def test_a_changed_digit_breaks_the_orcid_checksum(seed: int, at: int, shift: int) -> None:
    digits = orcid(stream(seed, "t")).replace("-", "")
    wrong = digits[:at] + str((int(digits[at]) + shift) % 10) + digits[at + 1 : 15]
    assert orcid_check(wrong) != digits[15]


def test_no_gender_or_birth_year_exists() -> None:
    from crawlers.sample_world import model

    fields = {f for cls in (model.Person, model.Name, model.Accounts) for f in cls.__slots__}
    assert not {f for f in fields if re.search("gender|sex|birth|pronoun|mail|phone|photo|avatar", f)}


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
    assert (missing.status, dict(missing.json)["message"]) == (404, "Not Found")  # type: ignore[call-overload]


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


# -- Hugging Face ----------------------------------------------------------------------------------------


def walk(server: Server, path: str) -> tuple[list[dict[str, object]], list[int]]:
    """All rows of a paged list, and the page sizes. Follows absolute links as upstream sends them."""
    rows: list[dict[str, object]] = []
    sizes: list[int] = []
    while path:
        answer = get(server.origins[HUB], path)
        assert answer.status == 200
        page = answer.json
        assert isinstance(page, list)
        rows += page
        sizes.append(len(page))
        link = re.fullmatch(r'<https://huggingface\.co(/.+)>; rel="next"', answer.headers.get("link", ""))
        path = link.group(1) if link else ""
    return rows, sizes


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
    assert dict(get(base, f"/api/organizations/{org.name}/overview").json)["numUsers"] == len(org.members)  # type: ignore[call-overload]
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


def test_a_port_in_use_is_one_line_and_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code = main(
            ["serve", "--people", "50", "--today", "2026-11-23", "--ports-json", json.dumps({HUB: port})]
        )
    assert code == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert str(port) in error
    assert HUB in error


def test_unknown_origin_is_refused(small: World) -> None:
    with pytest.raises(UserError, match=r"nowhere\.example\.org"):
        serve(small, ports={"https://nowhere.example.org": 0})


@pytest.mark.parametrize("flag", ["--ports-json", "--limits-json"])
@pytest.mark.parametrize("text", ["{", "[]", '{"a": "b"}'])
def test_wrong_json_is_refused(flag: str, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--people", "50", "--today", "2026-11-23", flag, text]) == 2
    assert capsys.readouterr().err.startswith("error: ")


def test_the_process_serves_and_ends_with_its_lifeline() -> None:
    command = [sys.executable, "-m", "crawlers.sample_world", "serve", "--seed", "3", "--today", "2026-11-23",
               "--people", "60", "--lifeline"]  # fmt: skip
    root = Path(__file__).parents[1]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root
    ) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        origins = json.loads(child.stdout.readline())["origins"]
        assert set(origins) == {HUB, API, RAW, ZENODO}
        assert get(origins[HUB], "/robots.txt").status == 200
        child.stdin.close()
        assert child.wait(timeout=5) == 0


def test_truth_files_agree_with_the_world(small: World, tmp_path: Path) -> None:
    write_truth(small, tmp_path / "truth")
    rows = {
        p.stem: list(csv.DictReader(p.open(encoding="utf-8"))) for p in (tmp_path / "truth").glob("*.csv")
    }
    assert set(rows) == {"people", "accounts", "places", "mentions", "organisations", "planted"}
    assert [r["person_id"] for r in rows["people"]] == [p.id for p in small.people]
    held = {(r["person_id"], r["kind"]): r["value"] for r in rows["accounts"]}
    assert all(held.get((p.id, "orcid")) == p.accounts.orcid for p in small.people)
    assert {r["person_id"] for r in rows["mentions"]} <= {p.id for p in small.people}
    assert {r["kind"] for r in rows["planted"]} >= {
        "acl_paper_without_title",
        "ror_without_id",
        "hub_model_null_tags",
    }
