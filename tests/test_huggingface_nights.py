"""Nights of the Hugging Face source against the sample world: what is found, at what cost, and what a kill leaves."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from config.paths import ProfilePaths
from crawlers.sample_world import Changes, Limits, World, generate, serve
from tests.crawl_kit import ROOT
from tests.hub_kit import (
    DAY,
    HUB,
    command,
    hub_config,
    newest,
    night,
    over_limit,
    requests,
    rows,
    segments,
)

MAX_AGE = timedelta(days=28)
OVERVIEW = "/api/users/{name}/overview"


@dataclass
class Nights:
    """A first night, a second after a fiftieth of the accounts have changed, and one when every overview is due."""

    world: World
    changes: Changes
    paths: ProfilePaths
    asked: tuple[Counter[str], Counter[str], Counter[str]]
    verdicts: tuple[str, str, str]
    over: Any
    budget: int


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    folder = tmp_path_factory.mktemp("hub")
    paths = ProfilePaths(folder / "data")
    windows, quota = 11, 400
    config = hub_config(folder / "config", api_windows=windows)
    world = generate(5, DAY, 250)
    limits = replace(Limits(), hub_api=quota, hub_window=1.0, retry_after=1)
    with serve(world, limits=limits) as server:
        asked, verdicts = [Counter[str]()], []
        verdicts.append(night(paths, config, server)["verdict"])
        asked.append(requests(server))
        changes = server.advance(0.02, 3)
        verdicts.append(night(paths, config, server, DAY + timedelta(days=1))["verdict"])
        asked.append(requests(server))
        verdicts.append(night(paths, config, server, DAY + MAX_AGE + timedelta(days=1))["verdict"])
        asked.append(requests(server))
        one, two, three = (after - before for before, after in pairwise(asked))
        yield Nights(
            world,
            changes,
            paths,
            (one, two, three),
            (verdicts[0], verdicts[1], verdicts[2]),
            over_limit(server),
            windows * quota,
        )


def test_the_first_night_finds_the_planted_accounts_within_its_budget(nights: Nights) -> None:
    planted = [a for a in nights.world.hub_accounts if a.state == "active"]
    met = {row["document_url"].lower() for row in rows(nights.paths, "seen") if row["outcome"] != "gone"}
    folder = {"user": "users", "org": "organizations"}
    found = [a for a in planted if f"{HUB}/api/{folder[a.kind]}/{a.name.lower()}/overview" in met]
    assert len(found) >= 0.99 * len(planted)
    landed = {row["profile_id"] for row in rows(nights.paths, "profile")}
    unwilling = {a.id for a in planted if "no recruiters" in a.details.lower()}
    unreadable = {a.id for a in planted if a.noise == "hostile"}
    assert unwilling
    assert not unwilling & landed
    assert {a.id for a in found} - unwilling - unreadable <= landed
    assert sum(nights.asked[0].values()) <= nights.budget
    assert nights.verdicts == ("ok", "ok", "ok")


def test_nobody_who_wants_no_recruiters_is_left_in_any_segment(nights: Nights) -> None:
    """Their repositories, papers and names in lists landed before their text was read."""
    unwilling = [
        a for a in nights.world.hub_accounts if "no recruiters" in a.details.lower() and a.kind == "user"
    ]
    handles, identifiers = {a.name.lower() for a in unwilling}, {a.id for a in unwilling}
    owned = {repo.id for repo in nights.world.hub_repos if repo.owner in identifiers}
    assert owned
    for kind, column, hidden in (
        ("profile", "profile_id", identifiers),
        ("candidate", "handle", handles),
        ("candidate", "profile_id", identifiers),
        ("artifact", "owner_handle", handles),
        ("artifact", "artifact_id", owned),
        ("metric", "artifact_id", owned),
        ("author_mention", "profile_id", identifiers),
        ("identity_claim", "profile_id", identifiers),
        ("affiliation", "profile_id", identifiers),
    ):
        found = {str(row[column]).lower() for row in rows(nights.paths, kind) if row["run_as_of"] == DAY}
        assert not found & hidden, f"{kind}.{column}"
    assert len(segments(nights.paths)) > 3  # in more than one segment a night
    named = {part.path for m in segments(nights.paths) for part in m.parts}
    on_disk = {
        p.relative_to(nights.paths.landing).as_posix() for p in nights.paths.landing.rglob("*.parquet")
    }
    assert named == on_disk


def test_no_request_is_sent_past_the_limit(nights: Nights) -> None:
    assert sum(nights.asked[0].values()) > 500  # more than one window
    assert nights.over == 0


def test_the_second_night_costs_a_tenth_and_finds_what_lists_reveal(nights: Nights) -> None:
    first, second = (sum(asked.values()) for asked in nights.asked[:2])
    assert second <= 0.1 * first
    listed = nights.changes.listed
    landed = {
        row["url"].removeprefix(f"{HUB}/") for row in rows(nights.paths, "artifact", DAY + timedelta(days=1))
    }
    prefix = {"model": "", "dataset": "datasets/", "space": "spaces/"}
    found = [c for c in listed if prefix[c.subject_kind] + c.subject in landed]
    assert listed
    assert len(found) >= 0.95 * len(listed)


def test_every_changed_overview_is_known_within_its_max_age(nights: Nights) -> None:
    profiles = newest(nights.paths, "profile", "profile_id")
    after = {a.id: a for a in nights.world.hub_accounts}
    changed = [c for c in nights.changes.changes if c.kind in ("changed_bio", "renamed", "deleted")]
    assert changed
    for change in changed:
        row = profiles.get(change.account)
        if row is None:
            assert "no recruiters" in after[change.account].details.lower()
        elif change.kind == "deleted":
            assert (row["status"], row["name"], row["bio"]) == ("deleted", None, None)
        elif change.kind == "changed_bio":
            assert "(since 2026-11-02)" in row["bio"]
        else:
            assert (row["handle"], row["status"]) == (change.name, "active")


def test_what_has_not_changed_is_asked_for_conditionally(nights: Nights) -> None:
    late = [row for row in rows(nights.paths, "seen", DAY + MAX_AGE) if "/overview" in row["document_url"]]
    outcomes = Counter(row["outcome"] for row in late)
    assert outcomes["not_modified"] > 10 * outcomes["delivered"]


def test_a_renamed_account_is_one_account_with_its_works_and_a_deleted_one_a_tombstone(
    tmp_path: Path,
) -> None:
    paths, config = ProfilePaths(tmp_path / "data"), hub_config(tmp_path / "config")
    with serve(generate(11, DAY, 120), limits=Limits.calm()) as server:
        night(paths, config, server)
        before = newest(paths, "profile", "profile_id")
        changes = [c for seed in range(4) for c in server.advance(0.3, seed).changes]
        night(paths, config, server, DAY + MAX_AGE + timedelta(days=4))
        world = server.world
    profiles, artifacts = newest(paths, "profile", "profile_id"), newest(paths, "artifact", "artifact_id")
    names = {a.id: a for a in world.hub_accounts}
    renamed = {c.account for c in changes if c.kind == "renamed"} & before.keys()
    renamed = {identifier for identifier in renamed if names[identifier].state == "active"}
    deleted = {c.account for c in changes if c.kind == "deleted"} & before.keys()
    assert renamed
    assert deleted
    for identifier in renamed:
        assert profiles[identifier]["handle"] == names[identifier].name
        assert profiles[identifier]["status"] == "active"
    for repo in world.hub_repos:
        if repo.owner in renamed and repo.id in artifacts and not repo.private:
            assert artifacts[repo.id]["owner_handle"] == names[repo.owner].name
    for identifier in deleted:
        assert profiles[identifier]["status"] == "deleted"
        assert profiles[identifier]["name"] is None


def wait_for_a_segment(paths: ProfilePaths, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while not segments(paths):
        assert process.poll() is None, "the run ended before it was killed"
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_killed_run_goes_on_where_its_last_segment_ended(tmp_path: Path) -> None:
    """Nothing is lost, and nothing that was committed is asked for again."""
    config = hub_config(tmp_path / "config")
    killed, whole = ProfilePaths(tmp_path / "killed"), ProfilePaths(tmp_path / "whole")
    with serve(generate(3, DAY, 300), limits=Limits.calm()) as server:
        night(whole, config, server)
        uninterrupted = requests(server)
        process = subprocess.Popen(command(killed, config, server, DAY), cwd=ROOT, stdout=subprocess.DEVNULL)
        wait_for_a_segment(killed, process)
        time.sleep(0.3)
        process.send_signal(signal.SIGKILL)
        process.wait()
        committed = segments(killed)
        assert {m.verdict for m in committed} == {"partial"}
        before = requests(server)
        assert night(killed, config, server)["verdict"] == "ok"
        rest = sum((requests(server) - before).values())
    assert rest < sum(uninterrupted.values()) - 400
    for kind, key in (("profile", "profile_id"), ("artifact", "artifact_id")):
        assert newest(killed, kind, key).keys() == newest(whole, kind, key).keys()
    asked = Counter(row["document_url"] for row in rows(killed, "seen") if row["outcome"] == "delivered")
    # The first page of a list of changes is asked for by every run: it says whether there is any.
    again = {url for url, count in asked.items() if count > 1 and "sort=lastModified" not in url}
    assert not {url for url in again if "daily_papers" not in url}
    mentions = Counter((r["artifact_id"], r["position"]) for r in rows(killed, "author_mention"))
    once = Counter((r["artifact_id"], r["position"]) for r in rows(whole, "author_mention"))
    assert mentions.keys() == once.keys()


def test_a_challenge_on_pages_is_gated_and_leaves_what_the_interface_gave(tmp_path: Path) -> None:
    paths = ProfilePaths(tmp_path / "data")
    config = hub_config(tmp_path / "config", pages_windows=1)
    limits = replace(Limits.calm({HUB: "challenge:3"}), hub_pages=20)
    with serve(generate(5, DAY, 100), limits=limits) as server:
        event = night(paths, config, server)
        asked = requests(server)
    assert event["verdict"] == "gated"
    assert "405" in event["reasons"][0]
    assert asked["/{name}"] == 4  # stopped at the first challenge
    by_verdict = {m.verdict: m for m in segments(paths)}
    assert by_verdict["ok"].landed
    assert not by_verdict["gated"].records
    assert newest(paths, "profile", "profile_id")


def test_pages_of_shortlisted_people_give_their_declared_handles(tmp_path: Path) -> None:
    paths = ProfilePaths(tmp_path / "data")
    config = hub_config(tmp_path / "config", pages_windows=1)
    # More than a window of pages: the spider must wait for the next one, as the header says.
    limits = replace(Limits.calm(), hub_pages=40, hub_window=1.0)
    world = generate(5, DAY, 100)
    with serve(world, limits=limits) as server:
        event = night(paths, config, server)
        asked, over = requests(server), over_limit(server)
    assert event["verdict"] == "ok"
    assert asked["/{name}"] > 40
    assert over == 0
    claims = {(r["profile_id"], r["scheme"], r["value"]) for r in rows(paths, "identity_claim")}
    read = {r["document_url"].split("#")[1] for r in rows(paths, "seen") if "#" in r["document_url"]}
    unwilling = {a.id for a in world.hub_accounts if "no recruiters" in a.details.lower()}
    assert not read & unwilling
    declared = {
        (p.account, scheme, value.lower())
        for p in world.hub.profiles
        if p.account in read
        for scheme, value in (("github", p.github), ("linkedin", p.linkedin), ("twitter", p.twitter))
        if value
    }
    assert declared
    assert declared <= claims
    assert {r["name"] for r in rows(paths, "profile_fact")} == {"hardware", "organisation_role"}


def test_a_token_makes_the_nights_budget_that_of_its_plan(tmp_path: Path) -> None:
    paths = ProfilePaths(tmp_path / "data")
    config = hub_config(tmp_path / "config", api_windows=1)
    limits = replace(Limits.calm(), hub_api=100, hub_token_api=200, hub_window=60.0)
    with serve(generate(5, DAY, 100), limits=limits) as server:
        night(paths, config, server, HF_TOKEN="")
        without = server.stats()[HUB]["by_quota"]
        night(ProfilePaths(tmp_path / "other"), config, server, HF_TOKEN="hf_sample_token")
        quotas: Any = server.stats()[HUB]["by_quota"]
        assert over_limit(server) == 0
    assert isinstance(without, dict)
    assert 95 <= without["api"]["requests"] <= 100
    assert quotas["api"] == without["api"]
    assert 195 <= quotas["api+token"]["requests"] <= 200


def test_what_one_night_does_not_reach_the_next_ones_do(tmp_path: Path) -> None:
    paths = ProfilePaths(tmp_path / "data")
    config = hub_config(tmp_path / "config", api_windows=2)
    world = generate(5, DAY, 100)
    with serve(world, limits=replace(Limits.calm(), hub_api=120, hub_window=0.5)) as server:
        found: list[int] = []
        waiting: list[int] = []
        for number in range(4):
            event = night(paths, config, server, DAY + timedelta(days=number))
            assert event["verdict"] == "ok"
            found.append(len(newest(paths, "profile", "profile_id")))
            waiting.append(int(segments(paths)[-1].statistics.get("waiting account", 0)))
        assert over_limit(server) == 0
    assert found == sorted(found)
    assert found[-1] > 1.3 * found[0]
    assert waiting[0] > waiting[-1] == 0


@pytest.mark.parametrize(
    ("fault", "verdict", "reason"),
    [
        ("down", "failed", "api/models"),
        ("error", "failed", "api/models"),
        ("empty", "empty", "had no record"),
        ("gated", "gated", "answered 403"),
    ],
)
def test_a_hub_that_does_not_answer_well(tmp_path: Path, fault: str, verdict: str, reason: str) -> None:
    paths = ProfilePaths(tmp_path / "data")
    with serve(generate(7, DAY, 100), limits=Limits.calm({HUB: fault})) as server:
        event = night(paths, hub_config(tmp_path / "config"), server)
    assert event["verdict"] == verdict
    assert reason in json.dumps(event["reasons"])
    assert not any(m.marks for m in segments(paths))
