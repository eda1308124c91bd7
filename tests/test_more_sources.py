"""Traps of PMLR, CNCF, Kubeflow, Paper Copilot and Mini-Conf files; the sample world's upstreams of the first three."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from config.records import Affiliation, Artifact, AuthorMention, IdentityClaim, Profile, Record
from crawlers import paperlist_columns
from crawlers.sample_world.limits import Limits
from crawlers.sample_world.model import World
from crawlers.sample_world.origins import Mount
from crawlers.sample_world.population import generate
from crawlers.sample_world.rng import ascii_fold
from crawlers.sample_world.upstreams import cncf, kubeflow, pmlr
from crawlers.source import BadDocument, Document, DocumentSource, Fetch, Item, Reject, Source, Unread
from crawlers.sources.miniconf_files import affiliated_authors
from tests.test_sources import new_source

AS_OF = date(2026, 11, 1)
KINDS = [
    ("pmlr", "config"), ("pmlr", "post"), ("pmlr", "tree_root"), ("cncf_maintainers", "maintainers"),
    ("kubeflow", "wgs"), ("kubeflow", "org"), ("kubeflow", "aliases"), ("paper_copilot", "paperlist"),
    ("miniconf_files", "acl"), ("miniconf_files", "ismir"), ("miniconf_files", "baylearn"),
]  # fmt: skip
NAMES = {
    "pmlr": "file:pmlr/v270.tar.gz!x",
    "paper_copilot": "file:corl2024.json.gz",
    "miniconf_files": "file:acl2020/papers.csv",
}
word = st.text(st.characters(categories=["L"]), min_size=1, max_size=12)
person_name = st.builds(lambda first, last: f"{first} {last}", word, word)


def read(source: Source, kind: str, body: bytes | str, name: str) -> list[Item]:
    document = Document.of(name, kind, body.encode() if isinstance(body, str) else body, AS_OF)
    if isinstance(source, DocumentSource) and kind in source.context_kinds:
        source.learn(document)
    return list(source.parse(document))


def of_type(items: list[Item], record: type[Record]) -> list[Any]:
    return [item for item in items if isinstance(item, record)]


def paperlist(rows: list[Any], name: str = "corl2024") -> list[Item]:
    return read(new_source("paper_copilot"), "paperlist", json.dumps(rows), f"file:lists/{name}.json.gz")


# --- any document


@pytest.mark.parametrize(("name", "kind"), KINDS)
@given(body=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_a_broken_document_is_reported_and_never_crashes(name: str, kind: str, body: bytes) -> None:
    try:
        items = read(new_source(name), kind, body, NAMES.get(name, "file:x"))
    except BadDocument:
        items = []
    assert all(isinstance(item, Record | Reject | Fetch | Unread) for item in items)


@pytest.mark.parametrize(
    ("name", "kind", "body"),
    [
        ("paper_copilot", "paperlist", "{}"),
        ("miniconf_files", "baylearn", "[1]"),
        ("miniconf_files", "acl", "title,authors\na,b\n"),
        ("kubeflow", "org", "orgs: {other: {}}"),
        ("kubeflow", "aliases", "other: {}"),
        ("cncf_maintainers", "maintainers", "Project,Name\n"),
        (
            "cncf_maintainers",
            "maintainers",
            ",Project,Maintainer Name,Company,Github Name,OWNERS/MAINTAINERS\n,,Ada,x,ada,\n",
        ),
        ("pmlr", "post", "title: no front matter"),
        ("pmlr", "tree_posts", '{"tree": [], "truncated": true}'),
    ],
)
def test_a_document_of_another_shape_is_refused(name: str, kind: str, body: str) -> None:
    with pytest.raises(BadDocument):
        read(new_source(name), kind, body, NAMES.get(name, "file:x"))


# --- PMLR


def post(authors: list[dict[str, str]]) -> bytes:
    front = {"title": "A Title", "id": "tarn25a", "author": authors, "volume": "270"}
    return b"---\n" + yaml.safe_dump(front, allow_unicode=True).encode() + b"---\n"


def pmlr_source(short: str = "CoRL", year: str = "2024") -> Source:
    source = new_source("pmlr")
    read(source, "config", yaml.safe_dump({"shortname": short, "year": year}), NAMES["pmlr"])
    return source


@given(st.lists(st.tuples(word, word), min_size=1, max_size=8))
def test_pmlr_authors_keep_order_and_names_that_yaml_would_convert(authors: list[tuple[str, str]]) -> None:
    listed = [*authors, ("No", "Null"), ("on", "1e3")]
    mentions = of_type(
        read(pmlr_source(), "post", post([{"given": g, "family": f} for g, f in listed]), NAMES["pmlr"]),
        AuthorMention,
    )
    assert [m.position for m in mentions] == list(range(1, len(listed) + 1))
    assert [m.name.split()[-1] for m in mentions][-2:] == ["Null", "1e3"]
    assert {m.n_authors for m in mentions} == {len(listed)}


def test_pmlr_year_is_the_conferences_and_not_that_of_publication() -> None:
    (artifact,) = of_type(read(pmlr_source("CoRL 2024"), "post", post([]), NAMES["pmlr"]), Artifact)
    assert (artifact.year, artifact.venue_id) == (2024, "corl")


def test_pmlr_post_without_its_volumes_configuration_is_not_guessed_at() -> None:
    with pytest.raises(BadDocument, match="v270"):
        read(new_source("pmlr"), "post", post([]), NAMES["pmlr"])


# --- CNCF

cell = st.sampled_from(
    ["", " ", "Ada Tarn", "Bo", "ada-tarn", " bo ", "@cleo", "not a login", "Osier Labs", "Independent"]
)
row = st.tuples(
    st.sampled_from(["", "Graduated"]),
    st.sampled_from(["", "KServe", "Steering Committee", "A: B"]),
    cell,
    cell,
    cell,
)


@given(st.lists(row, max_size=30))
def test_every_row_of_the_maintainers_list_is_accounted_for(rows: list[tuple[str, ...]]) -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["", "Project", "Maintainer Name", "Company", "Github Name", "OWNERS/MAINTAINERS"])
    writer.writerow(["Sandbox", "First", "Somebody Else", "", "else", "https://example.org/OWNERS"])
    writer.writerows([*r, ""] for r in rows)
    items = read(new_source("cncf_maintainers"), "maintainers", out.getvalue(), "file:x")
    mentions = of_type(items, AuthorMention)
    rejects = [item for item in items if isinstance(item, Reject)]
    assert len(mentions) + len(rejects) == len(rows) + 1
    assert all(reject.reason for reject in rejects)
    assert len({(m.artifact_id, m.position) for m in mentions}) == len(mentions)
    assert {m.profile_id for m in mentions if m.profile_id} <= {p.profile_id for p in of_type(items, Profile)}
    assert "independent" not in {a.organisation.casefold() for a in of_type(items, Affiliation)}


# --- Paper Copilot

ACCOUNTS = [f"~Person_{letter}1" for letter in "ABCDEF"]


@given(st.permutations(range(5)), st.integers(0, 4))
def test_values_are_joined_by_account_wherever_openreview_put_them(order: list[int], gap: int) -> None:
    """The columns stand in the order of `or_profile`; the author without an account has none of them."""
    labs = [f"Laboratory {n}" for n in range(5)]
    accounts = ["" if n == gap else ACCOUNTS[n] for n in range(5)]
    held = {"aff": labs, "position": [f"job {n}" for n in range(5)]}
    row = {"title": "T", "author": ";".join(f"Person {n}" for n in range(5)), "authorids": ";".join(accounts)}
    row |= {name: ";".join("" if n == gap else values[n] for n in order) for name, values in held.items()}
    row["or_profile"] = ";".join(accounts[n] for n in order)
    items = paperlist([row])
    assert [m.affiliation for m in of_type(items, AuthorMention)] == [
        None if n == gap else labs[n] for n in range(5)
    ]
    assert {(a.profile_id, a.organisation, a.position) for a in of_type(items, Affiliation)} == {
        (ACCOUNTS[n], labs[n], f"job {n}") for n in range(5) if n != gap
    }


@given(st.lists(st.sampled_from(["Osier Labs", "Larkspur", ""]), min_size=1, max_size=5), st.integers(1, 5))
def test_without_or_profile_only_an_affiliation_that_all_share_is_taken(
    affiliations: list[str], authors: int
) -> None:
    row = {
        "title": "T",
        "author": ";".join(f"Person {n}" for n in range(authors)),
        "authorids": ";".join(ACCOUNTS[:authors]),
        "aff": ";".join(affiliations),
        "position": ";".join(["PhD student"] * authors),
    }
    found = [m.affiliation for m in of_type(paperlist([row], "iclr2021"), AuthorMention)]
    shared = len(affiliations) == authors and len(set(affiliations)) == 1
    assert found == [affiliations[0] or None if shared else None] * authors


def test_a_renamed_account_is_joined_only_if_it_is_the_only_one() -> None:
    base = {"title": "T", "author": "A B;C D;E F", "authorids": "~A1;~C1;~E1", "aff": "Lab E;Lab A;Lab C"}
    one = of_type(paperlist([{**base, "or_profile": "~E1;~A1;~Renamed1"}]), AuthorMention)
    assert [m.affiliation for m in one] == ["Lab A", "Lab C", "Lab E"]
    two = of_type(paperlist([{**base, "or_profile": "~E1;~Other1;~Renamed1"}]), AuthorMention)
    assert [m.affiliation for m in two] == [None, None, "Lab E"]


@given(st.lists(person_name, min_size=2, max_size=6, unique=True))
def test_a_list_printed_twice_over_gives_each_author_once(names: list[str]) -> None:
    accounts = [f"/{3700 + n}" for n in range(len(names))]
    row = {
        "title": "T",
        "author": ";".join(names * 2),
        "authorids": ";".join(accounts * 2),
        "aff_unique_index": "0",
    }
    row["aff"] = ";".join(f"Lab {n}" for n in range(len(names)))
    mentions = of_type(paperlist([row], "icra2023"), AuthorMention)
    assert [m.affiliation for m in mentions] == [f"Lab {n}" for n in range(len(names))]
    assert [m.profile_id for m in mentions] == [f"ieee:{3700 + n}" for n in range(len(names))]
    assert {m.n_authors for m in mentions} == {len(names)}


def test_two_people_of_one_name_stay_two() -> None:
    mentions = of_type(
        paperlist([{"title": "T", "author": "Bo Li;Bo Li", "authorids": "~Bo_Li1;~Bo_Li2"}]), AuthorMention
    )
    assert [m.profile_id for m in mentions] == ["~Bo_Li1", "~Bo_Li2"]
    assert len(of_type(paperlist([{"title": "T", "author": "Bo Li; Bo Li"}], "wacv2023"), AuthorMention)) == 2


def test_an_anthology_page_called_after_the_name_is_nobodys_account() -> None:
    row = {
        "title": "T",
        "author": "Yang Liú; Yang Liu",
        "authorids": "/y/yang-liu/; /y/yang-liu-georgia-tech/",
    }
    assert [m.profile_id for m in of_type(paperlist([row], "acl2021"), AuthorMention)] == [
        None,
        "acl:yang-liu-georgia-tech",
    ]


def test_nothing_private_is_read_and_no_address_becomes_an_account() -> None:
    row = {
        "title": "T", "author": "Ada Tarn;Bo Li", "authorids": "ada@example.org;~Bo_Li1", "gender": "F;M",
        "email": "ada@example.org;bo@example.org", "rating": "8", "reviewers": "r1", "aff": "Lab;Lab",
        "or_profile": ";~Bo_Li1", "homepage": ";mailto:bo@example.org", "linkedin": ";https://www.linkedin.com/feed/",
        "google_scholar": ";view_op=list", "orcid": ";0000-0002-1825-0098",
    }  # fmt: skip
    items = paperlist([row])
    landed = json.dumps([r.model_dump(mode="json") for r in items if isinstance(r, Record)])
    assert "example.org" not in landed
    assert [m.profile_id for m in of_type(items, AuthorMention)] == [None, "~Bo_Li1"]
    assert [(c.scheme, c.value) for c in of_type(items, IdentityClaim)] == [("openreview", "~Bo_Li1")]


@pytest.mark.parametrize(
    ("status", "kept"),
    [
        ("Poster", "active"),
        ("", "active"),
        ("Reject", "rejected"),
        ("Desk Reject", "rejected"),
        ("Withdraw", "withdrawn"),
        (None, "active"),
    ],
)
def test_rejected_and_withdrawn_papers_are_marked(status: str | None, kept: str) -> None:
    (artifact,) = of_type(paperlist([{"title": "T", "author": "Ada Tarn", "status": status}]), Artifact)
    assert artifact.status == kept
    assert bool([tag for tag in artifact.tags if tag.startswith("presentation:")]) == (status == "Poster")


def test_the_key_is_venue_year_and_title_and_not_the_lists_id() -> None:
    rows = [
        {"id": "1", "title": "One  Title", "author": "A B"},
        {"id": "1", "title": "Another", "author": "C D"},
    ]
    first = of_type(paperlist(rows), Artifact)
    again = of_type(paperlist([{"id": "2", "title": "ONE title.", "author": "A B"}]), Artifact)
    assert first[0].artifact_id != first[1].artifact_id
    assert first[0].artifact_id == again[0].artifact_id
    assert of_type(paperlist(rows, "colm2024"), Artifact)[0].artifact_id != first[0].artifact_id


@given(st.lists(st.text(max_size=30), max_size=6), st.text(max_size=40), st.text(max_size=40))
def test_columns_never_assign_more_than_there_are_authors(
    accounts: list[str], affiliations: str, profiles: str
) -> None:
    row = {"aff": affiliations, "or_profile": profiles, "orcid": affiliations, "position": affiliations}
    columns = paperlist_columns.columns_of(row, len(accounts), accounts)
    assert set(columns.affiliations) <= set(range(len(accounts)))
    for index in range(len(accounts)):
        organisations, positions, _ = columns.of(index)
        assert len(organisations) == len(positions)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ada Tarn; ;Bo Li", ["Ada Tarn", "", "Bo Li"]),
        ("Ada Tarn, Bo Li, Jr., Cleo Ember, III", ["Ada Tarn", "Bo Li Jr.", "Cleo Ember III"]),
        ("Tarn, Ada; Li, Bo", ["Tarn, Ada", "Li, Bo"]),
        ("Ada Tarn", ["Ada Tarn"]),
        ("", []),
    ],
)
def test_author_lists_part_at_semicolons_or_else_at_commas(text: str, names: list[str]) -> None:
    assert paperlist_columns.author_names(text) == names


# --- Mini-Conf


@given(
    st.lists(
        st.tuples(person_name, st.lists(word, min_size=1, max_size=2), st.booleans()), min_size=1, max_size=6
    )
)
def test_names_with_affiliations_survive_semicolons_and_brackets_inside(
    authors: list[tuple[str, list[str], bool]],
) -> None:
    printed = [(name, f"{'; '.join(places)} (XY)", star) for name, places, star in authors]
    text = "; ".join(f"{name} ({place}){'*' if star else ''}" for name, place, star in printed)
    assert affiliated_authors(text) == [
        (" ".join(name.split()), " ".join(place.split())) for name, place, _ in printed
    ]


# --- the sample world's upstreams


@pytest.fixture(scope="module")
def world() -> World:
    return generate(20261101, AS_OF, 300)


@pytest.fixture(scope="module")
def mounted(world: World) -> Mount:
    mount = Mount(Limits())
    for upstream in (pmlr, cncf, kubeflow):
        upstream.mount(world, mount)
    return mount


def served(mounted: Mount, owner: str) -> Iterator[tuple[str, bytes]]:
    """(address, content) of a GitHub account's files."""
    for (holder, repo, branch), files in sorted(mounted.files.items()):
        for path, content in sorted(files.items()):
            if holder == owner:
                yield f"https://raw.githubusercontent.com/{holder}/{repo}/{branch}/{path}", content


def true_places(mentions: Iterator[tuple[str, int, str]]) -> dict[tuple[str, int], str]:
    return {(artifact.split(":", 1)[1], position): person for artifact, position, person in mentions}


def check_names(world: World, items: list[Item], truth: dict[tuple[str, int], str]) -> None:
    """Whoever truly stands in a place is landed there, under a form of that person's name."""
    landed = {(m.artifact_id, m.position): m for m in of_type(items, AuthorMention)}
    people = {person.id: person for person in world.people}
    assert truth.keys() <= landed.keys()
    for place, person in truth.items():
        family = ascii_fold(people[person].name.family).casefold()
        assert family.split()[-1][:2] in ascii_fold(landed[place].name).casefold()


def test_sample_world_pmlr_is_read_whole(world: World, mounted: Mount) -> None:
    source, items = new_source("pmlr"), []
    files = dict(served(mounted, "mlresearch"))
    for kind, end in (("config", "_config.yml"), ("post", ".md")):
        for name, content in files.items():
            if name.endswith(end) and "README" not in name:
                items += read(source, kind, content, name)
    truth = true_places(pmlr.mentions(world))
    assert len(truth) > 20
    check_names(world, items, truth)
    rejects = Counter(item.reason.split(":")[0] for item in items if isinstance(item, Reject))
    assert rejects == {"title": 1, "id": 1, "a consortium is no person": 1}
    assert sum(pmlr.planted(world).values()) == 3
    assert isinstance(source, DocumentSource)
    asked = {fetch.url.split("/")[4] for fetch in source.seeds() if fetch.kind == "config"}
    assert asked <= set(pmlr.placed(world)), "the source asks for a volume that is not served"


def test_sample_world_cncf_is_read_whole(world: World, mounted: Mount) -> None:
    ((name, content),) = [pair for pair in served(mounted, "cncf") if pair[0].endswith(".csv")]
    items = read(new_source("cncf_maintainers"), "maintainers", content, name)
    truth = true_places(cncf.mentions(world))
    assert len(truth) > 10
    check_names(world, items, truth)
    assert len([item for item in items if isinstance(item, Reject)]) == 2
    logins = {(p.accounts.github or "").lower() for p in world.people}
    assert {p.profile_id for p in of_type(items, Profile)} <= logins | {"nameless-smpl"}


def test_sample_world_kubeflow_is_read_whole(world: World, mounted: Mount) -> None:
    source, items = new_source("kubeflow"), []
    files = dict(served(mounted, "kubeflow"))
    for kind, end in (("wgs", "wgs.yaml"), ("org", "org.yaml"), ("aliases", "OWNERS_ALIASES")):
        items += next(
            read(source, kind, content, name) for name, content in files.items() if name.endswith(end)
        )
    check_names(world, items, true_places(kubeflow.mentions(world)))
    profiles = {p.profile_id: p for p in of_type(items, Profile)}
    assert {login.lower() for login in map(kubeflow.login, kubeflow.members(world))} <= profiles.keys()
    assert {p.kind for p in profiles.values()} == {"person", "bot"}
    named = {
        profile.profile_id: {p.name for p in of_type(items, Profile) if p.profile_id == profile.profile_id}
        for profile in profiles.values()
    }
    assert all(len(names) == 1 for names in named.values()), (
        "an account has one name in one document and none in another"
    )
    assert "invalid" not in json.dumps([r.model_dump(mode="json") for r in items if isinstance(r, Record)])
    assert [item.reason for item in items if isinstance(item, Reject)] == ["not a GitHub login"]


@pytest.mark.parametrize("upstream", [pmlr, cncf, kubeflow])
def test_an_emptied_world_is_still_served(upstream: Any, world: World) -> None:
    mount = Mount(Limits())
    upstream.mount(world.emptied(), mount)
    assert mount.files
    assert list(upstream.mentions(world.emptied())) == []
    assert upstream.planted(world.emptied()) == {}
