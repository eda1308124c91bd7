"""The sample world is deterministic, plausible and invented, and its truth can be written down."""

from __future__ import annotations

import csv
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.sample_world import Limits, World, generate, write_truth
from crawlers.sample_world.__main__ import main
from crawlers.sample_world.model import SPECIALTIES
from crawlers.sample_world.rng import orcid, orcid_check, stream
from crawlers.sample_world.truth import planted
from crawlers.sample_world.upstreams import acl, mount
from tests.sample_world_kit import API, HUB, RAW, TODAY, ZENODO, digest, get

# -- the population --------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_bytes_under_another_hash_seed(small: World) -> None:
    assert generate(3, TODAY, people=80) == small
    code = (
        "from datetime import date; from tests.sample_world_kit import digest; "
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


def test_the_default_world_is_large_and_of_realistic_shares() -> None:
    started = time.process_time()
    made = generate(20261101, date(2026, 11, 1))
    mount(made, Limits())
    assert time.process_time() - started < 12, "a start must stay quick, also on a slow and busy machine"
    assert len(made.people) >= 2000
    roles = Counter(p.role_kind for p in made.people)
    assert roles["industry"] > roles["student"] > roles["faculty"] > roles["postdoc"] > 100
    counts = dict(planted(made))
    assert counts["people_without_papers_mlops"] > 80
    assert counts["people_with_only_a_login"] > 15
    assert 40 <= counts["homonym_people"] <= 120
    assert 10 <= counts["no_recruiters_people"] <= 40
    movers = sum(len({q.city.metro for q in p.places}) > 1 for p in made.people)
    assert movers > 500
    assert sum(len(o.offices) > 1 for o in made.organisations) > 20
    speakers = {who for talk in made.talks for who in talk.speakers}
    assert any(not p.writes for p in made.people if p.id in speakers)


def test_the_graph_agrees_with_what_it_links(world: World) -> None:
    accounts = {a.id: a for a in world.hub_accounts}
    repos = {p.id: p for p in world.hub_repos}
    followers = Counter(f.followed for f in world.hub.follows)
    assert all(a.followers == followers[a.id] for a in accounts.values())
    likes = Counter(like.repo for like in world.hub.likes)
    assert all(p.likes == likes[p.id] for p in repos.values())
    assert all(like.at >= repos[like.repo].created_at for like in world.hub.likes)
    people = {p.id: p for p in world.people}
    works = {w.id: w for w in world.works}
    for paper in world.hub.papers:
        for link, mention in zip(paper.links, works[paper.work].authors, strict=True):
            if link.account is not None:
                assert link.true == (people[mention.person].accounts.hub_id == link.account)
                assert link.true or link.status == "extracted_pending"
    behind = {c.account for c in world.hub.commits if accounts[repos[c.repo].owner].kind == "org"}
    assert len(behind - {None}) > 20, "commits name people behind organisations' repositories"


def test_nobody_declares_a_real_account(world: World) -> None:
    for profile in world.hub.profiles:
        for handle in (profile.github, profile.twitter, profile.linkedin):
            assert handle is None or handle.endswith(("-smpl", "_smpl"))
        assert profile.bluesky is None or profile.bluesky.endswith(".example.org")


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


# -- command line and truth -----------------------------------------------------------------------------


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
        assert set(origins) >= {HUB, API, RAW, ZENODO}
        assert get(origins[HUB], "/robots.txt").status == 200
        child.stdin.close()
        assert child.wait(timeout=5) == 0


def test_truth_files_agree_with_the_world(small: World, tmp_path: Path) -> None:
    write_truth(small, tmp_path / "truth")
    rows = {
        p.stem: list(csv.DictReader(p.open(encoding="utf-8"))) for p in (tmp_path / "truth").glob("*.csv")
    }
    assert set(rows) == {
        "people", "accounts", "places", "mentions", "organisations", "planted", "talks", "author_links",
        "changes",
    }  # fmt: skip
    assert [r["person_id"] for r in rows["people"]] == [p.id for p in small.people]
    held = {(r["person_id"], r["kind"]): r["value"] for r in rows["accounts"]}
    assert all(held.get((p.id, "orcid")) == p.accounts.orcid for p in small.people)
    assert {r["person_id"] for r in rows["mentions"]} <= {p.id for p in small.people}
    assert {r["kind"] for r in rows["planted"]} >= {
        "acl_paper_without_title",
        "ror_without_id",
        "hub_model_null_tags",
    }
