"""The sample world's next night: deterministic, small, truthful about what changed, served on the same ports."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from crawlers.sample_world import Change, Changes, Limits, World, mutate, serve
from crawlers.sample_world.__main__ import main
from crawlers.sample_world.changes import KINDS
from tests import sample_world_kit as kit
from tests.sample_world_kit import HUB, get, walk


@pytest.fixture(scope="module")
def night() -> tuple[World, Changes]:
    """A night in which enough changes to meet every kind."""
    return mutate(kit.middling(), share=0.6, seed=5)


def of_kind(changes: Changes, kind: str) -> Change:
    return next(change for change in changes.changes if change.kind == kind)


def test_a_night_is_deterministic_and_of_the_share_asked_for() -> None:
    later, changes = mutate(kit.middling(), share=0.02, seed=1)
    assert mutate(kit.middling(), share=0.02, seed=1) == (later, changes)
    assert mutate(kit.middling(), share=0.02, seed=2)[1] != changes
    living = [
        a for a in kit.middling().hub_accounts if a.kind == "user" and a.state == "active" and not a.noise
    ]
    assert len(changes.accounts) == len(changes.changes) == round(0.02 * len(living))
    assert (later.today - kit.middling().today).days == 1
    assert mutate(later)[1].day == later.today.replace(day=later.today.day + 1)


@pytest.mark.parametrize("share", [0, -0.1, 1.5])
def test_a_wrong_share_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="share"):
        mutate(kit.small(), share=share)


def test_only_what_is_said_to_change_changes(night: tuple[World, Changes]) -> None:
    later, changes = night
    before = {a.id: a for a in kit.middling().hub_accounts}
    touched = {a.id for a in later.hub_accounts if a != before[a.id]}
    assert touched <= set(changes.accounts)
    assert {c.account for c in changes.changes if c.kind in ("changed_bio", "renamed", "deleted")} <= touched
    repos = {p.id: p for p in kit.middling().hub_repos}
    fresh = [p for p in later.hub_repos if p.id not in repos]
    new = [c for c in changes.changes if c.kind == "new_repo"]
    names = {a.id: a.name for a in later.hub_accounts}
    assert {f"{names[p.owner]}/{p.name}" for p in fresh} == {c.subject for c in new}
    assert later.people == kit.middling().people
    assert set(Counter(c.kind for c in changes.changes)) == {kind for kind, _ in KINDS}


def test_the_truth_of_what_lists_reveal(night: tuple[World, Changes]) -> None:
    later, changes = night
    assert {c.kind for c in changes.listed} == {"new_repo", "updated_repo"}
    mark = kit.TODAY.isoformat()
    with serve(later, limits=Limits.calm()) as server:
        for kind in ("model", "dataset", "space"):
            rows, _ = walk(server, f"/api/{kind}s?sort=lastModified&expand=lastModified&limit=1000")
            newer = {row["id"] for row in rows if "id" in row and mark <= row["lastModified"] < "3"}
            assert newer == {c.subject for c in changes.listed if c.listed_by == f"/api/{kind}s"}


def test_each_kind_is_seen_where_the_truth_says(night: tuple[World, Changes]) -> None:
    _, changes = night
    with serve(kit.middling(), limits=Limits.calm()) as server:
        base = server.origins[HUB]
        old = {kind: get(base, of_kind(changes, kind).seen_at) for kind, _ in KINDS}
        answer = get(base, "/__world__/advance", data=b'{"share": 0.6, "seed": 5}')
        assert answer.status == 200
        assert len(answer.json["changes"]) == len(changes.changes)
        new = {kind: get(base, of_kind(changes, kind).seen_at) for kind, _ in KINDS}
        stats = get(base, "/__world__/stats").json[HUB]
        assert stats["by_class"]["/api/users/{name}/likes"] == 2, "counters go on"
        assert stats["by_quota"]["api"]["requests"] == 2 * len(KINDS)
        renamed = of_kind(changes, "renamed")
        assert get(base, f"/api/users/{renamed.old_name}/overview").status == 404
        assert server.world.today == changes.day
    assert (old["new_repo"].status, new["new_repo"].status) == (401, 200)
    assert (old["renamed"].status, new["renamed"].status) == (404, 200)
    assert new["renamed"].json["_id"] == renamed.account
    assert (old["deleted"].status, new["deleted"].status) == (200, 404)
    assert old["updated_repo"].json["lastModified"] < new["updated_repo"].json["lastModified"]
    assert old["changed_bio"].json.get("details") != new["changed_bio"].json["details"]
    assert new["new_like"].json[0]["repo"]["name"] == of_kind(changes, "new_like").subject
    assert len(new["new_follower"].json) == len(old["new_follower"].json) + 1


def test_advance_wants_post_and_sense() -> None:
    with serve(kit.small(), limits=Limits.calm()) as server:
        base = server.origins[HUB]
        assert get(base, "/__world__/advance").status == 405
        for body in (b"[]", b"no", b'{"share": 7}', b'{"share": "x"}'):
            assert get(base, "/__world__/advance", data=body).status == 400
        assert server.world.today == kit.TODAY


def test_the_truth_of_later_nights_is_written(tmp_path: Path) -> None:
    flags = ["--people", "60", "--seed", "3", "--today", "2026-11-23"]
    assert main(["truth", *flags, "--night", "2", "--out", str(tmp_path)]) == 0
    with (tmp_path / "changes.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["day"] for row in rows} == {"2026-11-24", "2026-11-25"}
    assert main(["truth", *flags, "--night", "-1", "--out", str(tmp_path)]) == 2
