"""Parsers of the hub's answers: the traps of its wire format, one test each."""

from __future__ import annotations

import html
import json
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest

from config.records import (
    Affiliation,
    Artifact,
    AuthorMention,
    Candidate,
    IdentityClaim,
    Metric,
    Profile,
    ProfileFact,
    Record,
)
from crawlers.huggingface import activity, kinds, profile_page, repositories
from crawlers.source import BadDocument, Document, Reject, Unread
from tests.hub_documents import (
    AS_OF,
    DOCUMENTS,
    HUB,
    USER,
    author,
    body,
    content,
    of_type,
    paper_of,
    read,
)

# -- traps of the facts page, by number


def test_1_what_the_library_drops_from_wrapped_papers_is_read() -> None:
    items = read("daily_papers", content("daily_papers.json"))
    artifact = of_type(items, Artifact)[0]
    assert "fact:code:https://github.com/quillon-smpl/letters" in artifact.tags
    assert "fact:project_page" in artifact.tags
    assert "keyword:dense retrieval" in artifact.tags
    submitters = {c.handle for c in of_type(items, Candidate) if c.reason == "submitter"}
    assert submitters == {"nilsson-smpl"}


def test_1_wrapped_and_flat_papers_give_the_same_records() -> None:
    wrapped = [
        item for item in read("daily_papers", content("daily_papers.json")) if isinstance(item, Record)
    ]
    flat = [item for item in read("paper", content("paper.json")) if isinstance(item, Record)]
    assert wrapped[: len(flat)] == flat


def test_2_a_paper_is_dated_by_itself_and_not_by_the_wrapper_in_eastern_time() -> None:
    (item,) = read("daily_papers", [{"publishedAt": "2026-07-22T20:00:00.000Z", "paper": paper_of()}])
    assert isinstance(item, Artifact)
    assert item.published_on is None
    dated = paper_of(publishedAt="2026-07-23T00:00:00.000Z")
    (item,) = read("daily_papers", [{"publishedAt": "2026-07-22T20:00:00.000Z", "paper": dated}])
    assert isinstance(item, Artifact)
    assert item.published_on == date(2026, 7, 23)
    assert item.year == 2026


@pytest.mark.parametrize(
    ("status", "strength", "explicit"),
    [
        ("claimed_verified", "verified", True),
        ("admin_assigned", "admin_assigned", True),
        ("extracted_pending", "extracted", False),
        ("extracted_confirmed", "extracted", False),
        ("of_tomorrow", "extracted", False),
        (None, "extracted", False),
        (7, "extracted", False),
    ],
)
def test_3_only_confirmed_links_name_an_author(status: Any, strength: str, explicit: bool) -> None:
    items = read("paper", paper_of(authors=[author("Ottilie Fernhollow", "ottilie-smpl", status)]))
    (claim,) = of_type(items, IdentityClaim)
    assert (claim.scheme, claim.value) == ("paper_author", "2407.99001#1")
    assert (claim.profile_id, claim.strength) == ("id-ottilie-smpl", strength)
    (mention,) = of_type(items, AuthorMention)
    assert mention.profile_id == ("id-ottilie-smpl" if explicit else None)
    assert mention.profile_basis == ("explicit" if explicit else None)
    assert [c.handle for c in of_type(items, Candidate)] == ["ottilie-smpl"]


@pytest.mark.parametrize(
    ("printed", "fullname", "agree"),
    [
        ("Ottilie Fernhollow", "O. Fernhollow", True),
        ("Ottilie Fernhollow", "Bram Vexley", False),
        ("A. Fernhollow", "a", False),
        ("A. Fernhollow", "A. Vexley", False),
        ("Zoë Ånström", "zoe", True),
        ("李 明示", "明示", True),
        ("李 明示", "李 海", True),
        ("李 明示", "王 海", False),
        ("Ottilie Fernhollow", "🧪", False),
        ("Ottilie Fernhollow", None, False),
    ],
)
def test_3_a_link_set_by_hand_counts_only_if_the_names_agree(
    printed: str, fullname: str | None, agree: bool
) -> None:
    row = author(printed, "x-smpl", "admin_assigned")
    row["user"]["fullname"] = fullname
    items = read("paper", paper_of(authors=[row]))
    assert (of_type(items, AuthorMention)[0].profile_id is not None) == agree
    assert of_type(items, IdentityClaim)[0].strength == "admin_assigned"


def test_3_one_account_on_two_authors_is_no_authors_account() -> None:
    rows = [
        author("Peng Haozhi", "haozhi-smpl", "claimed_verified"),
        author("Shiloh Zhangwell", "haozhi-smpl", "admin_assigned"),
        author("Ottilie Fernhollow", "ottilie-smpl", "claimed_verified"),
    ]
    items = read("paper", paper_of(authors=rows))
    assert [m.profile_id for m in of_type(items, AuthorMention)] == [None, None, "id-ottilie-smpl"]
    claims = {c.value: c.strength for c in of_type(items, IdentityClaim)}
    assert claims == {"2407.99001#1": "extracted", "2407.99001#2": "extracted", "2407.99001#3": "verified"}


def test_3_hidden_authors_leave_no_row_and_move_nobodys_place() -> None:
    rows = [
        author("One"),
        author("Hidden", "haozhi-smpl", "claimed_verified", hidden=True),
        author("Three", "haozhi-smpl", "claimed_verified"),
    ]
    items = read("paper", paper_of(authors=rows))
    assert [(m.position, m.n_authors, m.name) for m in of_type(items, AuthorMention)] == [
        (1, 3, "One"),
        (3, 3, "Three"),
    ]
    # A hidden link is withdrawn: it does not make the account's other one doubtful.
    assert [c.value for c in of_type(items, IdentityClaim)] == ["2407.99001#3"]
    assert of_type(items, AuthorMention)[1].profile_id == "id-haozhi-smpl"


def test_3_a_deleted_account_leaves_the_author_and_no_claim() -> None:
    items = read("paper", paper_of(authors=[author("Gone Away", None, "claimed_verified")]))
    assert [m.name for m in of_type(items, AuthorMention)] == ["Gone Away"]
    assert not of_type(items, IdentityClaim)
    assert not of_type(items, Candidate)


@pytest.mark.parametrize(
    ("kind", "wrap"),
    [
        ("members", lambda account: [account]),
        ("likers", lambda account: [account]),
        ("collections", lambda account: [{"owner": account, "items": []}]),
        ("discussions", lambda account: {"discussions": [{"author": account}]}),
        (
            "daily_papers",
            lambda account: [{"paper": paper_of(), "submittedBy": {**account, "type": "user"}}],
        ),
    ],
)
@pytest.mark.parametrize("key", ["user", "name"])
def test_4_the_handle_is_found_under_either_key(kind: str, wrap: Any, key: str) -> None:
    items = read(kind, wrap({key: "fernhollow-smpl", "_id": USER}))
    (found,) = of_type(items, Candidate)
    assert (found.handle, found.profile_id) == ("fernhollow-smpl", USER)


def test_4_an_account_is_known_by_its_id_and_a_handle_in_any_case_is_one() -> None:
    renamed = {**content("user.json"), "user": "Fern-SMPL"}
    before = of_type(read("user", content("user.json")), Profile)[0]
    after = of_type(read("user", renamed), Profile)[0]
    assert before.profile_id == after.profile_id == USER
    assert after.handle == "Fern-SMPL"
    members = read("members", [{"user": "Fern-SMPL", "_id": USER}, {"user": "fern-smpl", "_id": USER}])
    assert len(members) == 1


def test_4_organisations_of_a_user_have_id_without_underscore() -> None:
    items = read("user", content("user.json"))
    affiliations = of_type(items, Affiliation)
    assert [a.organisation_id for a in affiliations[:2]] == [
        "630000000000000000000001",
        "630000000000000000000002",
    ]
    employers = of_type(items, Candidate)
    assert [(c.handle, c.reason, c.account_kind) for c in employers] == [
        ("quillon-smpl", "employer", "organisation"),
        ("lit-smpl", "employer", "organisation"),
    ]
    assert employers[0].profile_id == "630000000000000000000001"


def test_5_id_and_creation_of_an_account_are_kept() -> None:
    profile = of_type(read("user", content("user.json")), Profile)[0]
    assert profile.profile_id == USER
    assert profile.created_at == datetime(2021, 2, 3, 4, 5, 6, tzinfo=UTC)


def test_6_a_repository_of_an_organisation_names_no_person() -> None:
    for file in ("models_expand.json", "datasets.json", "spaces.json"):
        items = read(DOCUMENTS[file][0], content(file), DOCUMENTS[file][1])
        assert not of_type(items, AuthorMention)
        assert not of_type(items, Profile)


def test_6_members_are_candidates_and_carry_nothing_else() -> None:
    items = read("members", content("members.json"), DOCUMENTS["members.json"][1])
    assert {type(item) for item in items} == {Candidate, Reject}
    assert {c.reason for c in of_type(items, Candidate)} == {"member"}
    assert {c.url for c in of_type(items, Candidate)} == {DOCUMENTS["members.json"][1]}


def test_7_the_default_shape_has_no_author_and_no_change() -> None:
    shape = content("models_pipeline_tags.json")[0]
    assert not {"author", "lastModified"} & set(shape)
    artifact = of_type(read("models", [shape]), Artifact)[0]
    assert artifact.owner_handle == "taskbench-smpl"
    assert artifact.updated_at is None


@pytest.mark.parametrize("kind", ["models", "datasets", "spaces"])
@pytest.mark.parametrize("written", ["2022-03-02T23:29:04.000Z", "2022-03-02T23:29:04+00:00"])
def test_7_the_sentinel_is_no_date_of_creation(kind: str, written: str) -> None:
    items = read(kind, [{"_id": "1", "id": "a-smpl/b", "createdAt": written}])
    assert of_type(items, Artifact)[0].published_on is None
    items = read(kind, [{"_id": "1", "id": "a-smpl/b", "createdAt": "2022-03-02T23:29:05.000Z"}])
    assert of_type(items, Artifact)[0].published_on == date(2022, 3, 2)


def test_7_downloads_are_those_of_thirty_days() -> None:
    shape = {"_id": "1", "id": "a-smpl/b", "downloads": 3, "downloadsAllTime": 900, "likes": 2}
    for kind, expected in (
        ("models", {"downloads_30d": 3, "likes": 2}),
        ("datasets", {"downloads_30d": 3, "likes": 2}),
        ("spaces", {"likes": 2}),
    ):
        metrics = of_type(read(kind, [shape]), Metric)
        assert {metric.name: metric.value for metric in metrics} == expected


def test_10_a_collection_of_a_list_shows_some_of_its_items_and_any_number_is_read() -> None:
    items = [{"type": "model", "id": f"owner{n}-smpl/m"} for n in range(9)]
    found = read("collections", [{"owner": {"name": "keeper-smpl", "type": "user"}, "items": items}])
    assert len([c for c in of_type(found, Candidate) if c.reason == "owner"]) == 9


def test_12_props_are_unescaped_once() -> None:
    page = body("profile_page.html")
    assert b"&amp;quot;" in page
    props = profile_page.user_props(page)
    assert props["u"]["orgs"][0]["details"] == "Texts about &quot;HTML&quot; &amp; <b>entities</b>"
    twice = html.unescape(html.unescape(re.findall(r'data-props="([^"]*)"', page.decode())[2]))
    with pytest.raises(ValueError):
        json.loads(twice)


def test_12_the_component_with_a_user_is_taken_whatever_its_classes() -> None:
    page = body("profile_page.html").replace(b"SVELTE_HYDRATER contents", b"x")
    assert page.count(b'data-target="UserProfile"') == 2
    assert profile_page.user_props(page)["u"]["user"] == "fernhollow-smpl"


@pytest.mark.parametrize(
    "key", ["csrf", "CSRF", "csrfToken", "jwt", "JWT", "accessToken", "hf_token", "session"]
)
def test_12_session_keys_are_gone_at_any_depth_before_anything_is_read(key: str) -> None:
    props = content("profile_page.html")
    secret = "opens-nothing"
    props["u"]["orgs"][0][key] = secret
    props["u"]["signup"][key] = {"github": secret}
    props[key] = [secret]
    page = f'<div data-target="UserProfile" data-props="{html.escape(json.dumps(props))}"></div>'
    assert secret not in json.dumps(profile_page.user_props(page.encode()))
    # Gone before fields are counted, too: not even the key's name is left.
    assert not [i for i in read("profile_page", props) if isinstance(i, Unread) and key in i.field]


def test_12_nothing_of_a_recorded_session_is_left() -> None:
    assert body("profile_page.html").count(b"opens-nothing") == 4
    assert "opens-nothing" not in json.dumps(content("profile_page.html"))


def test_13_what_an_account_clicked_changes_no_record() -> None:
    clicks = ("numUpvotes", "numLikes", "numFollowingOrgs", "numDiscussions", "numPapers")
    plain = content("user.json")
    clicked = {**plain, **dict.fromkeys(clicks, 9999)}
    assert read("user", clicked) == read("user", plain)
    props = content("profile_page.html")
    changed = {**props, "communityScore": 9999, "upvotes": 9999, "numFollowingUsers": 1, "theme": "x"}
    assert read("profile_page", changed) == read("profile_page", props)


@pytest.mark.parametrize("kind", [kind for kind in kinds.KINDS if kind != "profile_page"])
def test_14_an_error_in_place_of_an_answer_is_no_document(kind: str) -> None:
    for answer in ({"error": "Invalid username or password."}, {}, "gone", None, 7):
        if kind == "paper_repositories" and isinstance(answer, dict):
            assert read(kind, answer) == []  # no list of any kind is an empty answer
            continue
        with pytest.raises(BadDocument):
            read(kind, answer)


@pytest.mark.parametrize(
    "page",
    [
        b"",
        b"\x00\xff",
        b'<html><script src="https://edge.sdk.awswaf.com/x/challenge.js"></script></html>',
        b'<div data-target="OrgProfile" data-props="{}"></div>',
        b'<div data-target="UserProfile"></div>',
        b'<div data-target="UserProfile" data-props="{&quot;u&quot;:"></div>',
        b'<div data-target="UserProfile" data-props="{&quot;u&quot;:{}}"></div>',
        b'<div data-target="UserProfile" data-props="{&quot;u&quot;:{&quot;user&quot;:7}}"></div>',
        b'<div data-target="UserProfile" data-props="' + b"[" * 100_000 + b'"></div>',
    ],
)
def test_14_a_wall_or_another_page_is_no_profile(page: bytes) -> None:
    with pytest.raises(BadDocument):
        list(profile_page.profile_page(page, USER, AS_OF))


def test_14_an_account_that_is_gone_keeps_its_id_and_loses_the_rest() -> None:
    grave = {"_id": USER, "user": "gone-smpl", "kind": "person", "status": "deleted"}
    (profile,) = read("tombstone", grave | {"fullname": "Ottilie", "details": "bio"})
    assert isinstance(profile, Profile)
    assert (profile.profile_id, profile.status, profile.name, profile.bio) == (USER, "deleted", None, None)
    (profile,) = read("tombstone", grave | {"status": "renamed"})
    assert isinstance(profile, Profile)
    assert profile.status == "renamed"
    with pytest.raises(BadDocument):
        read("tombstone", grave | {"status": "active"})


@pytest.mark.parametrize("details", ["", None, "absent", 7, "   "])
def test_15_no_details_are_none(details: Any) -> None:
    overview = {"_id": USER, "user": "a-smpl", "details": details}
    if details == "absent":
        del overview["details"]
    assert of_type(read("user", overview), Profile)[0].bio is None


@pytest.mark.parametrize(
    ("fullname", "name"),
    [
        ("a", "a"),
        ("🧪", "🧪"),
        ("李明示", "李明示"),
        ("نور الهدى", "نور الهدى"),
        ("  Ottilie\u0000 \n Fernhollow ", "Ottilie Fernhollow"),
        ("\u0000", None),
        ("\u200b", None),
        ("   ", None),
        (None, None),
        (7, None),
        ("ottilie@larkspur.example", None),
        ("Ottilie <ottilie@larkspur.example>", "Ottilie"),
    ],
)
def test_15_a_name_of_any_script_and_length_is_kept_and_an_empty_one_is_none(
    fullname: Any, name: str | None
) -> None:
    profile = of_type(read("user", {"_id": USER, "user": "a-smpl", "fullname": fullname}), Profile)[0]
    assert profile.name == name


@pytest.mark.parametrize(
    ("handle", "fullname", "kind"),
    [
        ("card-smpl-bot", "Card Keeper", "bot"),
        ("card_bot", None, "bot"),
        ("keeper-smpl", "Card Librarian (Bot)", "bot"),
        ("talbot", "Bram Talbot", "person"),
        ("botanist-smpl", "a", "person"),
    ],
)
def test_15_a_bot_says_so(handle: str, fullname: str | None, kind: str) -> None:
    profile = of_type(read("user", {"_id": USER, "user": handle, "fullname": fullname}), Profile)[0]
    assert profile.kind == kind


def test_15_likes_are_no_evidence() -> None:
    for file in ("likes.json", "likers.json", "collections.json", "discussions.json", "followers.json"):
        items = read(DOCUMENTS[file][0], content(file))
        assert items
        assert {type(item) for item in items} <= {Candidate, Reject}


# -- what else can go wrong


def test_kinds_of_repositories_that_came_later_stop_nothing() -> None:
    owners = [c.handle for c in of_type(read("likes", content("likes.json")), Candidate)]
    assert owners == ["quillon-smpl", "nilsson-smpl", "kernels-smpl", "store-smpl", "later-smpl"]
    owners = [c.handle for c in of_type(read("collections", content("collections.json")), Candidate)]
    assert "store-smpl" in owners
    assert "cs" not in owners, "an old arXiv id is no path of a repository"


def test_identifiers_of_the_three_kinds() -> None:
    for kind, prefix in (("models", ""), ("datasets", "datasets/"), ("spaces", "spaces/")):
        items = read(kind, [{"_id": "65f", "id": "a-smpl/b"}, {"id": "a-smpl/without"}])
        first, second = of_type(items, Artifact)
        assert first.artifact_id == "65f"
        assert second.artifact_id == f"{prefix}a-smpl/without"
        assert first.ids[0].scheme == "huggingface"
        assert first.ids[0].value == f"{prefix}a-smpl/b"
        assert first.url == f"{HUB}{prefix}a-smpl/b"
        assert first.kind == kind.removesuffix("s")
        assert first.title == "b"


def test_every_pipeline_tag_lands_known_or_not() -> None:
    shapes = content("models_pipeline_tags.json")
    items = read("models", shapes)
    tags = [tag for artifact in of_type(items, Artifact) for tag in artifact.tags]
    written = {f"pipeline_tag:{shape['pipeline_tag']}" for shape in shapes}
    assert len(written) == 60
    assert written <= set(tags)
    assert not [item for item in items if isinstance(item, Reject | Unread)]


def test_a_private_repository_is_left_out() -> None:
    items = read("models", [{"_id": "1", "id": "a-smpl/b", "private": True, "likes": 3}])
    assert [type(item) for item in items] == [Reject]


def test_commits_are_ordered_by_who_came_first_and_need_an_account() -> None:
    items = read("commits", content("commits.json"), HUB + "api/models/x/commits/main")
    mentions = of_type(items, AuthorMention)
    assert [(m.position, m.name, m.profile_basis) for m in mentions] == [
        (1, "nilsson-smpl", "explicit"),
        (2, "fernhollow-smpl", "explicit"),
    ]
    assert {m.n_authors for m in mentions} == {2}
    assert {m.artifact_id for m in mentions} == {"65000000000000000000005b"}
    assert {m.url for m in mentions} == {HUB + "quillon-smpl/writer-8b"}
    assert [c.reason for c in of_type(items, Candidate)] == ["committer"] * 2


def test_a_merged_pull_request_makes_a_committer_and_deleted_accounts_none() -> None:
    items = read("discussions", content("discussions.json"))
    assert [(c.handle, c.reason) for c in of_type(items, Candidate)] == [
        ("nilsson-smpl", "committer"),
        ("nilsson-smpl", "discussant"),
        ("fernhollow-smpl", "discussant"),
        ("quiet-smpl", "discussant"),
    ]


def test_only_people_submit() -> None:
    rows = [{"paper": paper_of(), "submittedBy": {"name": "quillon-smpl", "type": "org"}}]
    assert not of_type(read("daily_papers", rows), Candidate)


@pytest.mark.parametrize(
    ("scheme", "written", "handle"),
    [
        ("github", "@Fern-Smpl", "fern-smpl"),
        ("github", "https://www.github.com/fern-smpl/", "fern-smpl"),
        ("github", "https://github.com/fern-smpl/tool", None),
        ("github", "-fern", None),
        ("twitter", "https://mobile.twitter.com/Fern_S?lang=de", "fern_s"),
        ("twitter", "x.com/fern_s", "fern_s"),
        ("twitter", "fern@larkspur.example", None),
        ("linkedin", "https://de.linkedin.com/in/fern-ü-1/", "fern-ü-1"),
        ("linkedin", "in/fern", "fern"),
        ("linkedin", "https://www.linkedin.com/company/quillon", None),
        ("bluesky", "https://bsky.app/profile/fern.example", "fern.example"),
        ("bluesky", "fern", None),
        ("bluesky", "did:plc:abcdefghij234567", "did:plc:abcdefghij234567"),
    ],
)
def test_declared_handles_are_bare_and_in_lower_case(scheme: str, written: str, handle: str | None) -> None:
    props = content("profile_page.html")
    props["u"]["signup"] = {scheme: written}
    claims = of_type(read("profile_page", props), IdentityClaim)
    assert [(c.scheme, c.value) for c in claims] == ([(scheme, handle)] if handle else [])
    assert {c.strength for c in claims} <= {"declared"}


@pytest.mark.parametrize(
    ("written", "claims"),
    [
        ("https://fern.example/~of", [("homepage", "https://fern.example/~of")]),
        (
            "http://github.com/Fern-Smpl/",
            [("homepage", "http://github.com/Fern-Smpl/"), ("github", "fern-smpl")],
        ),
        ("https://github.com/fern-smpl/notes", [("homepage", "https://github.com/fern-smpl/notes")]),
        ("https://github.com/orgs", [("homepage", "https://github.com/orgs")]),
        ("mailto:fern@larkspur.example", []),
        ("https://fern@larkspur.example/", []),
        ("https://fern.example/?mail=fern@larkspur.example", []),
        ("https://wa.me/442079460000", []),
        ("https://fern.example/?phone=442079460000", []),
        ("javascript:alert(1)", []),
        ("https://[", []),
        ("https://localhost", []),
        ("fern.example", []),
        ("https://fern.example/" + "x" * 3000, []),
    ],
)
def test_a_homepage_is_a_public_web_address(written: str, claims: list[tuple[str, str]]) -> None:
    props = content("profile_page.html")
    props["u"]["signup"] = {"homepage": written}
    found = of_type(read("profile_page", props), IdentityClaim)
    assert [(c.scheme, c.value) for c in found] == claims


@pytest.mark.parametrize(
    ("item", "label"),
    [
        ({"sku": ["GPU", "NVIDIA", "H100"], "mem": 80, "num": 4}, "4 x NVIDIA H100, 80 GB"),
        ({"sku": ["Apple Silicon", "-", "Apple M1"], "mem": 16.5, "num": 1}, "1 x Apple M1, 16.5 GB"),
        ({"sku": ["GPU", "RTX 4090"], "mem": None}, "1 x RTX 4090"),
        ({"sku": ["GPU", "NVIDIA", "H100"], "num": 0, "mem": -1}, "1 x NVIDIA H100"),
        ({"sku": ["GPU", "NVIDIA", "H100"], "num": "many", "mem": float("nan")}, "1 x NVIDIA H100"),
        ({"sku": ["GPU"]}, None),
        ({"sku": ["GPU", "-"]}, None),
        ({"sku": ["a", "b", "c", "d"]}, None),
        ({"sku": [1, 2, 3]}, None),
        ({}, None),
        (None, None),
    ],
)
def test_hardware_reads_as_a_line(item: Any, label: str | None) -> None:
    props = {**content("profile_page.html"), "hardwareItems": [item]}
    items = read("profile_page", props)
    facts = [fact.value for fact in of_type(items, ProfileFact) if fact.name == "hardware"]
    assert facts == ([label] if label else [])
    assert len([i for i in items if isinstance(i, Reject) and i.record_type == "profile_fact"]) == (not label)


def test_roles_name_the_organisations_handle() -> None:
    items = read("profile_page", content("profile_page.html"))
    roles = [fact.value for fact in of_type(items, ProfileFact) if fact.name == "organisation_role"]
    assert roles == ["quillon-smpl: write", "lit-smpl: admin"]


def test_a_page_without_an_id_in_its_name_is_refused() -> None:
    document = Document.of(HUB + "fernhollow-smpl", "profile_page", body("profile_page.html"), AS_OF)
    with pytest.raises(BadDocument):
        list(kinds.parse(document))


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(BadDocument):
        read("cow", [])


def test_every_kind_is_recorded() -> None:
    assert {kind for kind, _ in DOCUMENTS.values()} == set(kinds.KINDS)


def test_cards_are_known_to_be_empty_only_if_they_were_asked_for() -> None:
    asked = repositories.cards_were_asked_for
    expand = "&".join(f"expand={name}" for name in repositories.MODEL_EXPAND)
    assert asked(f"{HUB}api/models?limit=5&{expand}")
    assert asked(f"{HUB}api/models?expand%5B%5D=cardData")
    assert asked(f"{HUB}api/models?cardData=true")
    assert not asked(f"{HUB}api/models?full=true")
    assert not asked("file:hf/models.json?expand=cardData")
    model = {"_id": "1", "id": "a-smpl/b", "tags": []}
    for url, expected in ((f"{HUB}api/models?{expand}", ("fact:empty_card",)), (f"{HUB}api/models", ())):
        assert of_type(read("models", [dict(model)], url), Artifact)[0].tags == expected


def test_parsing_leaves_its_input_alone() -> None:
    items = [{"_id": "1", "id": "a-smpl/b"}]
    list(repositories.models(items, AS_OF, cards=True))
    assert items == [{"_id": "1", "id": "a-smpl/b"}]
    commits = content("commits.json")
    list(activity.commits(commits, AS_OF, HUB))
    assert commits == content("commits.json")
