"""Who is whom: works, clusters, people and the ids that stay."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import UserError
from warehouse.identity.clusters import Clusters, Edge, cluster
from warehouse.identity.ids import Registered, assign_ids, person_id
from warehouse.identity.people import Claim, Decision, Mention, Profile, resolve_people
from warehouse.identity.works import normal_id, resolve_works, work_id

DAY = date(2026, 11, 1)
EARLIER = date(2026, 6, 1)


def mention(
    paper: str, position: int, name: str = "Ada Lovelace", *, source: str = "acl", work: str | None = None,
    profile: str | None = None, orcid: str | None = None, n_authors: int = 3,
) -> Mention:  # fmt: skip
    return Mention(source, paper, position, n_authors, name, work or f"w_{paper}", profile, orcid)


def together(clusters: Clusters, *members: str) -> bool:
    return len({clusters.cluster_of[member] for member in members}) == 1


# --- works


def test_one_paper_at_two_sources_is_one_work_and_a_model_is_its_own() -> None:
    artifacts = [
        ("acl", "2024.acl-long.1", "paper", "Attention to Everything", 2024),
        ("pmlr", "v1/x", "paper", "attention  to: EVERYTHING", 2024),
        ("arxiv", "2401.00001", "paper", "Attention to Everything (extended)", 2024),
        ("hub", "m", "model", "Attention to Everything", 2024),
        ("acl", "2020.acl-long.1", "paper", "Attention to Everything", 2020),
    ]
    ids = [("acl", "2024.acl-long.1", "arxiv", "2401.00001v2"), ("arxiv", "2401.00001", "arxiv", "arXiv:2401.00001"),
           ("hub", "m", "arxiv", "2401.00001")]  # fmt: skip
    found = {
        (source, artifact): (work, basis) for source, artifact, work, basis in resolve_works(artifacts, ids)
    }
    same = {found[key][0] for key in (("acl", "2024.acl-long.1"), ("pmlr", "v1/x"), ("arxiv", "2401.00001"))}
    assert same == {work_id("acl:artifact:2024.acl-long.1")}
    assert found[("hub", "m")][0] not in same
    assert found[("acl", "2020.acl-long.1")][0] not in same
    assert found[("pmlr", "v1/x")][1] == "title_and_year"
    assert found[("arxiv", "2401.00001")][1] == "shared_id"
    assert found[("hub", "m")][1] == "own"


def test_short_titles_join_nothing() -> None:
    works = resolve_works(
        [("a", "1", "paper", "Invited talk", 2024), ("b", "1", "paper", "Invited talk", 2024)], []
    )
    assert len({work for _, _, work, _ in works}) == 2


@pytest.mark.parametrize(
    ("scheme", "value", "expected"),
    [
        ("doi", "https://doi.org/10.1000/ABC", "10.1000/abc"),
        ("arxiv", "arXiv:2401.00001v3", "2401.00001"),
        ("acl", "2024.acl-long.1 ", "2024.acl-long.1"),
    ],
)
def test_identifiers_are_compared_in_one_form(scheme: str, value: str, expected: str) -> None:
    assert normal_id(scheme, value) == expected


# --- clusters

_MEMBERS = [f"m{n}" for n in range(8)]
_EDGES = st.lists(
    st.tuples(st.sampled_from(_MEMBERS), st.sampled_from(_MEMBERS), st.sampled_from(["a", "b"]))
)
_PAIRS = st.lists(
    st.tuples(st.sampled_from(_MEMBERS), st.sampled_from(_MEMBERS)).filter(lambda p: p[0] != p[1]), max_size=3
)


@given(_EDGES, _PAIRS, st.randoms())
def test_clusters_do_not_depend_on_the_order_of_rows_and_keep_apart_what_must(
    edges: list[tuple[str, str, str]], apart: list[tuple[str, str]], chance: object
) -> None:
    slots = {member: ("list", place % 4) for place, member in enumerate(_MEMBERS)}
    given_edges = [Edge(*edge) for edge in edges]
    shuffled = list(reversed(given_edges))
    first = cluster(_MEMBERS, given_edges, ("a", "b"), slots=slots, apart=apart)
    second = cluster(list(reversed(_MEMBERS)), shuffled, ("a", "b"), slots=slots, apart=apart)
    assert first.cluster_of == second.cluster_of
    assert set(first.refused) == set(second.refused)
    for group in first.members().values():
        assert len({slots[member] for member in group}) <= 1 or len(group) == 1
        assert group[0] == min(group) == first.cluster_of[group[0]]
    assert all(not together(first, *pair) for pair in apart)


def test_an_edge_that_would_give_one_person_two_places_of_a_list_is_refused() -> None:
    found = resolve_people([], [mention("p", 1, orcid="O"), mention("p", 2, orcid="O")], [])
    assert not together(found, "acl:work:p#1", "acl:work:p#2")
    assert found.refused == (Edge("acl:work:p#2", "orcid:O", "orcid"),)


# --- people


def test_nothing_is_merged_by_name() -> None:
    found = resolve_people([], [mention("p", 1), mention("q", 1)], [])
    assert not together(found, "acl:work:p#1", "acl:work:q#1")


def test_profile_orcid_and_claims_merge_what_they_name() -> None:
    profiles = [
        Profile("acl", "ada", None),
        Profile("huggingface_models", "66f", "ada-l"),
        Profile("openreview", "~Ada1", None),
    ]
    mentions = [
        mention("p", 1, profile="ada"),
        mention("q", 2, orcid="0000"),
        mention("r", 1, profile="not-landed"),
    ]
    claims = [
        Claim("acl", "ada", "orcid", "0000", "declared"),
        Claim("openreview", "~Ada1", "huggingface", "ADA-L", "declared"),
        Claim("huggingface_models", "66f", "openreview", "~Ada1", "declared"),
    ]
    found = resolve_people(profiles, mentions, claims)
    assert together(found, "acl:profile:ada", "acl:work:p#1", "orcid:0000", "acl:work:q#2")
    assert together(found, "openreview:profile:~Ada1", "huggingface_models:profile:66f")
    assert together(found, "acl:work:r#1", "acl:profile:not-landed")
    assert not together(found, "acl:profile:ada", "openreview:profile:~Ada1")
    assert found.joined_by["acl:work:q#2"] == "orcid"


@pytest.mark.parametrize(
    ("strength", "merged"), [("declared", False), ("extracted", False), ("verified", True)]
)
def test_a_claim_of_one_side_alone_must_be_verified(strength: str, merged: bool) -> None:
    profiles = [Profile("openreview", "~Ada1", None), Profile("huggingface_models", "66f", "ada-l")]
    found = resolve_people(profiles, [], [Claim("openreview", "~Ada1", "huggingface", "ada-l", strength)])
    assert together(found, "openreview:profile:~Ada1", "huggingface_models:profile:66f") is merged


def test_two_accounts_that_claim_one_third_account_are_one_person_but_not_by_a_homepage() -> None:
    profiles = [Profile("a", "1", None), Profile("b", "1", None), Profile("c", "1", None)]
    claims = [
        Claim("a", "1", "github", "Ada", "declared"),
        Claim("b", "1", "github", "ada", "declared"),
        Claim("b", "1", "homepage", "https://lab.example", "declared"),
        Claim("c", "1", "homepage", "https://lab.example", "declared"),
    ]
    found = resolve_people(profiles, [], claims)
    assert together(found, "a:profile:1", "b:profile:1")
    assert not together(found, "b:profile:1", "c:profile:1")


def test_a_github_account_that_the_hub_and_a_projects_list_name_is_one_person() -> None:
    profiles = [
        Profile("huggingface", "66f", "osier-ml"),
        Profile("kubeflow", "osier", "OSier"),
        Profile("cncf_maintainers", "osier", "OSier"),
        Profile("kubeflow", "willow", "willow"),
    ]
    claims = [
        Claim("huggingface", "66f", "github", "OSier", "declared"),  # as typed on the person's own page
        Claim("kubeflow", "osier", "github", "osier", "declared"),
        Claim("cncf_maintainers", "osier", "github", "osier", "declared"),
        Claim("kubeflow", "willow", "github", "willow", "declared"),
    ]
    found = resolve_people(profiles, [], claims)
    assert together(
        found, "huggingface:profile:66f", "kubeflow:profile:osier", "cncf_maintainers:profile:osier"
    )
    assert not together(found, "huggingface:profile:66f", "kubeflow:profile:willow")


@pytest.mark.parametrize(
    ("strength", "merged"),
    [("verified", True), ("admin_assigned", False), ("declared", False), ("extracted", False)],
)
def test_a_place_in_an_author_list_joins_its_account_only_when_verified(strength: str, merged: bool) -> None:
    found = resolve_people(
        [Profile("huggingface", "66f", "ada-l")],
        [mention("2609.1", 1, source="huggingface"), mention("2609.1", 1, source="pmlr", work="other")],
        [Claim("huggingface", "66f", "paper_author", "2609.1#1", strength)],
    )
    assert together(found, "huggingface:profile:66f", "huggingface:work:2609.1#1") is merged
    assert not together(found, "huggingface:profile:66f", "pmlr:work:2609.1#1")


@pytest.mark.parametrize("claimed", [[("a", "p#1"), ("a", "p#2")], [("a", "p#1"), ("b", "p#1")]])
def test_verified_places_that_contradict_each_other_join_nobody(claimed: list[tuple[str, str]]) -> None:
    found = resolve_people(
        [Profile("huggingface", account, account) for account in "ab"],
        [mention("p", place, source="huggingface") for place in (1, 2)],
        [Claim("huggingface", account, "paper_author", value, "verified") for account, value in claimed],
    )
    assert len(set(found.cluster_of.values())) == 4
    assert found.refused == ()


def test_one_account_at_two_sources_of_a_platform_is_one_and_no_person_at_one_of_them_is_none() -> None:
    profiles = [
        Profile("huggingface", "1", "new-name"),
        Profile("huggingface_models", "1", "old-name"),
        Profile("huggingface", "2", "mill"),
        Profile("huggingface_models", "2", "mill", "bot"),
        Profile("huggingface_models", "3", "gone", "deleted"),
        Profile("pmlr", "1", "new-name"),
    ]
    found = resolve_people(profiles, [mention("p", 1, source="huggingface", profile="3")], [])
    assert together(found, "huggingface:profile:1", "huggingface_models:profile:1")
    assert not together(found, "huggingface:profile:1", "pmlr:profile:1")
    assert set(found.cluster_of) == {
        "huggingface:profile:1", "huggingface_models:profile:1", "pmlr:profile:1", "huggingface:work:p#1",
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["organisation", "bot", "unknown", "deleted"])
def test_an_account_that_is_no_person_is_no_member(kind: str) -> None:
    found = resolve_people(
        [Profile("hub", "1", "acme", kind)], [mention("p", 1, source="hub", profile="1")], []
    )
    assert "hub:profile:1" not in found.cluster_of
    assert "hub:work:p#1" in found.cluster_of


def test_the_same_place_of_a_work_at_two_sources_is_one_person_if_the_names_agree() -> None:
    left = [mention("p", 1, "Ada Lovelace", work="w"), mention("p", 2, "Wei Li", work="w")]
    right = [
        mention("x", 1, "Lovelace, A.", source="pmlr", work="w"),
        mention("x", 2, "Bo Zhang", source="pmlr", work="w"),
    ]
    found = resolve_people([], [*left, *right], [])
    assert together(found, "acl:work:p#1", "pmlr:work:x#1")
    assert not together(found, "acl:work:p#2", "pmlr:work:x#2")


def test_decisions_win_and_unknown_ones_are_refused() -> None:
    mentions = [mention("p", 1, orcid="O"), mention("q", 1, orcid="O"), mention("p", 2)]
    decisions = [
        Decision("acl:work:q#1", "orcid:O", "different"),
        Decision("acl:work:p#1", "acl:work:p#2", "same"),
    ]
    found = resolve_people([], mentions, [], decisions)
    assert not together(found, "acl:work:q#1", "orcid:O")
    assert together(found, "acl:work:p#1", "acl:work:p#2")
    with pytest.raises(UserError, match=r"write same or different"):
        resolve_people([], mentions, [], [Decision("a", "b", "perhaps")])


# --- ids


def of(*groups: str) -> Clusters:
    """Clusters of one-letter members: ``of("ab", "c")``."""
    return Clusters({member: min(group) for group in groups for member in group}, {}, ())


def ids(
    clusters: Clusters, registry: dict[str, Registered], merged: dict[str, str] | None = None
) -> dict[str, str]:
    return {m.member_key: m.person_id for m in assign_ids(clusters, registry, merged or {}, DAY)}


def test_a_person_keeps_the_id_when_members_come_and_go() -> None:
    first = assign_ids(of("b", "d"), {}, {}, EARLIER)
    registry = {m.member_key: Registered(m.person_id, m.first_seen) for m in first}
    later = assign_ids(of("abc", "d"), registry, {}, DAY)
    by_member = {m.member_key: m for m in later}
    assert by_member["a"].person_id == by_member["b"].person_id == registry["b"].person_id == person_id("b")
    assert by_member["b"].first_seen == EARLIER
    assert by_member["a"].first_seen == DAY
    assert {m.previous_person_id for m in later} == {None}


def test_a_merge_keeps_the_oldest_id_and_says_where_the_other_went() -> None:
    registry = {"a": Registered("p_young", DAY), "b": Registered("p_old", EARLIER)}
    merged = assign_ids(of("ab"), registry, {}, DAY)
    assert {m.person_id for m in merged} == {"p_old"}
    assert {m.member_key: m.previous_person_id for m in merged} == {"a": "p_young", "b": None}


def test_a_split_leaves_the_id_with_most_members_and_never_reuses_one() -> None:
    registry = {member: Registered("p_1", EARLIER) for member in "abc"}
    found = ids(of("bc", "a"), registry)
    assert found["b"] == found["c"] == "p_1"
    assert found["a"] == person_id("a")
    used = {
        "a": Registered(person_id("a"), EARLIER),
        "b": Registered(person_id("a"), EARLIER),
        "c": Registered(person_id("a"), EARLIER),
    }
    found = ids(of("bc", "a"), used)
    assert found["b"] == person_id("a")
    assert found["a"] == person_id("a", 1)


def test_a_member_that_returns_after_its_person_was_merged_follows_history() -> None:
    registry = {"a": Registered("p_gone", EARLIER), "b": Registered("p_kept", EARLIER)}
    found = ids(of("a", "b"), registry, {"p_gone": "p_mid", "p_mid": "p_kept"})
    assert sorted(person == "p_kept" for person in found.values()) == [False, True]
    assert "p_gone" not in found.values()
    assert "p_gone" not in ids(of("ab"), registry, {"p_gone": "p_kept"}).values()


@given(st.lists(st.sampled_from("abcdefgh"), unique=True, min_size=1), st.data())
def test_no_two_clusters_share_an_id_and_a_second_build_changes_nothing(
    members: list[str], data: st.DataObject
) -> None:
    labels = data.draw(st.lists(st.integers(0, 3), min_size=len(members), max_size=len(members)))
    old = data.draw(st.lists(st.integers(0, 2), min_size=len(members), max_size=len(members)))
    groups: dict[int, str] = {}
    for member, label in zip(members, labels, strict=True):
        groups[label] = groups.get(label, "") + member
    clusters = of(*groups.values())
    registry = {m: Registered(f"p_{n}", EARLIER) for m, n in zip(members, old, strict=True) if n}
    rows = assign_ids(clusters, registry, {}, DAY)
    by_cluster = {(clusters.cluster_of[m.member_key], m.person_id) for m in rows}
    assert len(by_cluster) == len(groups) == len({person for _, person in by_cluster})
    again = assign_ids(clusters, {m.member_key: Registered(m.person_id, m.first_seen) for m in rows}, {}, DAY)
    assert {m.member_key: m.person_id for m in again} == {m.member_key: m.person_id for m in rows}
