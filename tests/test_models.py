"""Every audit catches a bad row and lets a good one pass; every audit is attached to a model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from config.paths import ProfilePaths
from config.settings import load_config
from tests.landing_fixture import AS_OF, land_everything
from warehouse.build import build
from warehouse.identity.works import artifact_key, work_id
from warehouse.sqlmesh_run import ROOT, context, forget_connections

AUDITS = {path.stem: path.read_text() for path in sorted((ROOT / "audits").glob("*.sql"))}
MODELS = {
    path: path.read_text() for path in sorted((ROOT / "models").rglob("*")) if path.suffix in (".sql", ".py")
}
DAY = date(2026, 11, 1)
Rows = list[dict[str, Any]]
Tables = dict[str, Rows]


def run_audit(name: str, tables: Tables) -> list[tuple[Any, ...]]:
    """Rows that an audit finds; the table `this` stands for the model that it is attached to."""
    query = re.sub(r"/\*.*?\*/\s*AUDIT \(.*?\);", "", AUDITS[name], flags=re.DOTALL)
    query = re.sub(r"@landing\('(\w+)'\)", r"landing.\1", query).replace("@this_model", "this")
    assert "@" not in query.replace("]+@[", "")
    with duckdb.connect() as connection:
        for schema in ("landing", "ref", "staging", "core", "mart"):
            connection.execute(f"CREATE SCHEMA {schema}")
        for table, rows in tables.items():
            incoming = pa.Table.from_pylist(rows)
            connection.register("incoming", incoming)
            connection.execute(f"CREATE TABLE {table} AS SELECT * FROM incoming")
            connection.unregister("incoming")
        return connection.execute(query).fetchall()


def key_columns(name: str) -> list[str] | None:
    """The columns of an audit that finds two rows of one key."""
    match = re.search(r"GROUP BY ([\w, \"]+)\nHAVING COUNT\(\*\) > 1\s*$", AUDITS[name])
    return [column.strip().strip('"') for column in match.group(1).split(",")] if match else None


def typed(column: str, number: int) -> Any:
    """Some value of a key column."""
    if column in ("position", "ordinal", "rank", "geonames_id"):
        return number
    return date(2026, 1, 1 + number) if column in ("as_of", "from_date") else f"{column} {number}"


KEYED = sorted(name for name in AUDITS if key_columns(name))
BUILD = {"as_of": DAY, "is_sample": True, "profile": "sample"}
PERSON = {"person_id": "p_1"}
MEMBER = {"member_key": "hub:profile:1", "person_id": "p_1"}
ACCOUNT = {"source": "hub", "profile_id": "1"}
LEAD = {"specialty": "s", "person_id": "p_1"}
EVIDENCE = {"person_id": "p_1", "specialty": "s", "evidence_id": "w", "evidence_date": DAY, "source": "hub"}
SCORED = {
    **LEAD, "score": 3, "score_research": 2, "score_release": 0, "score_production": 1, "score_community": 0,
}  # fmt: skip
SUM = [{**LEAD, "family": "research", "points": 2}, {**LEAD, "family": "production", "points": 1}]
TEXTS = {
    "person_shows_no_mail": ("name", "contact_route", "profiles"),
    "work_shows_no_mail": ("title", "abstract", "venue", "url"),
    "person_affiliation_shows_no_mail": ("affiliation", "position", "url"),
    "person_role_shows_no_mail": ("role", "employer"),
    "leads_show_no_mail": (
        "name", "role", "employer", "why", "evidence_1", "evidence_2", "evidence_3", "caution", "contact_route",
        "profiles", "status", "notice",
    ),
}  # fmt: skip
CELL = {"area_kind": "metro", "area_id": "m", "specialty": "s", "source": "all"}
NUMBERS: dict[str, Any] = {
    "people": 7, "weight": 5.0, "expected": 4.0, "lq": 1.25, "lq_shrunk": 1.1, "lq_low": 0.9, "lq_high": 1.4, "rank": 1,
    "leads_ready": 3, "is_suppressed": False,
}  # fmt: skip

# audit: (tables that it must find fault with, tables that it must pass)
CASES: dict[str, tuple[Tables, Tables]] = {
    "profiles_not_mixed": (
        {
            "this": [{"source": "hub", "run_id": "1"}],
            "landing.manifest": [{"source": "hub", "run_id": "1", "profile": "real"}],
            "ref.build": [BUILD],
        },
        {
            "this": [{"source": "hub", "run_id": "1"}],
            "landing.manifest": [{"source": "hub", "run_id": "1", "profile": "sample"}],
            "ref.build": [BUILD],
        },
    ),
    "work_artifact_maps_every_artifact_once": (
        {
            "staging.artifact": [
                {"source": "hub", "artifact_id": "a"},
                {"source": "hub", "artifact_id": "b"},
            ],
            "this": [{"source": "hub", "artifact_id": "a", "work_id": "w"}],
        },
        {
            "staging.artifact": [{"source": "hub", "artifact_id": "a"}],
            "this": [{"source": "hub", "artifact_id": "a", "work_id": "w"}],
        },
    ),
    "person_member_places_apart": (
        {"this": [{"member_key": f"hub:work:a#{n}", "person_id": "p_1", "rule": "profile"} for n in (1, 2)]},
        {
            "this": [
                {"member_key": f"hub:work:a#{n}", "person_id": f"p_{n}", "rule": "profile"} for n in (1, 2)
            ]
        },
    ),
    "affiliation_match_ids_exist": (
        {
            "this": [{"affiliation": "X", "organisation_id": "o2"}],
            "core.organisation": [{"organisation_id": "o1"}],
        },
        {
            "this": [{"affiliation": "X", "organisation_id": "o1"}],
            "core.organisation": [{"organisation_id": "o1"}],
        },
    ),
    "person_history_has_no_cycle": (
        {
            "this": [
                {"old_person_id": "p_1", "new_person_id": "p_2", "reason": "merged"},
                {"old_person_id": "p_2", "new_person_id": "p_1", "reason": "merged"},
            ],
            "core.person_member": [{"member_key": "m", "person_id": "p_3"}],
        },
        {
            "this": [{"old_person_id": "p_1", "new_person_id": "p_2", "reason": "merged"}],
            "core.person_member": [{"member_key": "m", "person_id": "p_2"}],
        },
    ),
    "person_is_no_organisation": (
        {
            "this": [PERSON],
            "core.person_member": [MEMBER],
            "staging.profile": [{**ACCOUNT, "kind": "organisation"}],
        },
        {
            "this": [PERSON],
            "core.person_member": [MEMBER],
            "staging.profile": [{**ACCOUNT, "kind": "person"}],
        },
    ),
    "person_member_accounts_are_people": (
        {
            "this": [MEMBER],
            "core.account": [{"member_key": "hub:profile:1", "standing": "deleted", "is_person": False}],
        },
        {
            "this": [MEMBER],
            "core.account": [{"member_key": "hub:profile:1", "standing": "renamed", "is_person": True}],
        },
    ),
    "signal_within_cap": (
        {
            "this": [{**LEAD, "family": "research", "counted": 61}],
            "ref.family": [{"family": "research", "cap": 60}],
        },
        {
            "this": [{**LEAD, "family": "research", "counted": 60}],
            "ref.family": [{"family": "research", "cap": 60}],
        },
    ),
    "specialty_fit_shares": (
        {"this": [{**PERSON, "share": 0.6}, {**PERSON, "share": 0.5}]},
        {"this": [{**PERSON, "share": 0.6}, {**PERSON, "share": 0.4}]},
    ),
    "person_place_one_current": (
        {
            "this": [
                {**PERSON, "is_current": True, "as_of": date(2020, 1, 1), "country_code": "DE"},
                {**PERSON, "is_current": False, "as_of": DAY, "country_code": "FR"},
            ]
        },
        {
            "this": [
                {**PERSON, "is_current": False, "as_of": date(2020, 1, 1), "country_code": "DE"},
                {**PERSON, "is_current": True, "as_of": DAY, "country_code": "FR"},
            ]
        },
    ),
    "lead_evidence_has_url": (
        {"this": [{**EVIDENCE, "url": "ftp://example.org/"}]},
        {"this": [{**EVIDENCE, "url": "https://example.org/"}]},
    ),
    "leads_have_evidence": (
        {
            "this": [
                {
                    **LEAD,
                    "name": "",
                    "evidence_1": "t",
                    "evidence_1_url": "u",
                    "evidence_1_date": DAY,
                    "why": "w",
                }
            ]
        },
        {
            "this": [
                {
                    **LEAD,
                    "name": "A",
                    "evidence_1": "t",
                    "evidence_1_url": "u",
                    "evidence_1_date": DAY,
                    "why": "w",
                }
            ]
        },
    ),
    "leads_score_is_sum_of_evidence": (
        {"this": [{**SCORED, "score": 4}], "mart.lead_evidence": SUM},
        {"this": [SCORED], "mart.lead_evidence": SUM},
    ),
    "leads_are_people": (
        {
            "this": [LEAD],
            "core.person": [PERSON],
            "core.person_member": [MEMBER],
            "staging.profile": [{**ACCOUNT, "kind": "bot"}],
        },
        {
            "this": [LEAD],
            "core.person": [PERSON],
            "core.person_member": [MEMBER],
            "staging.profile": [{**ACCOUNT, "kind": "person"}],
        },
    ),
    "leads_not_suppressed": (
        {
            "this": [LEAD],
            "core.person_member": [MEMBER],
            "ref.suppressed_member": [{"source": "hub", "kind": "profile", "value": "1"}],
        },
        {
            "this": [LEAD],
            "core.person_member": [MEMBER],
            "ref.suppressed_member": [{"source": "hub", "kind": "profile", "value": "2"}],
        },
    ),
    "leads_not_overdue": (
        {"this": [{**LEAD, "art14_due": date(2026, 10, 31), "notice": None}], "ref.build": [BUILD]},
        {"this": [{**LEAD, "art14_due": DAY, "notice": None}], "ref.build": [BUILD]},
    ),
    "leads_mark_sample_data": (
        {"this": [{**LEAD, "data": "real"}], "ref.build": [BUILD]},
        {"this": [{**LEAD, "data": "SAMPLE, INVENTED PEOPLE"}], "ref.build": [BUILD]},
    ),
    "lead_filters_add_up": (
        {
            "this": [{"specialty": "s", "kept": 3}, {"specialty": "s", "kept": 2}],
            "core.lead_candidate": [{"specialty": "s", "dropped_by": None, "status": None}],
        },
        {
            "this": [{"specialty": "s", "kept": 3}, {"specialty": "s", "kept": 1}],
            "core.lead_candidate": [{"specialty": "s", "dropped_by": None, "status": None}],
        },
    ),
    "located_within_people": (
        {"this": [{**CELL, "people": 3, "located": 4, "in_metro": 1, "ambiguous": 0, "unlocated": 0}]},
        {"this": [{**CELL, "people": 3, "located": 3, "in_metro": 1, "ambiguous": 0, "unlocated": 0}]},
    ),
    "density_people_exist": (
        {
            "this": [{**CELL, **NUMBERS}],
            "mart.location_coverage": [{"specialty": "s", "source": "all", "located": 6}],
        },
        {
            "this": [{**CELL, **NUMBERS}],
            "mart.location_coverage": [{"specialty": "s", "source": "all", "located": 7}],
        },
    ),
    "density_small_cells_withheld": (
        {"this": [{**CELL, **NUMBERS, "people": 4}], "ref.ranking": [{"minimum_cell": 5}]},
        {"this": [{**CELL, **NUMBERS, "people": 5}], "ref.ranking": [{"minimum_cell": 5}]},
    ),
    "density_intervals_in_order": (
        {"this": [{**CELL, **NUMBERS, "lq_low": 1.2}]},
        {"this": [{**CELL, **NUMBERS}]},
    ),
    "build_info_one_row": ({"this": [{"build_id": "a"}, {"build_id": "b"}]}, {"this": [{"build_id": "a"}]}),
    **{
        name: (
            {
                "this": [
                    {
                        "person_id": "p",
                        "work_id": "w",
                        **dict.fromkeys(columns, "x"),
                        columns[-1]: "ask a.b@host.org",
                    }
                ]
            },
            {"this": [{"person_id": "p", "work_id": "w", **dict.fromkeys(columns, "https://host.org/@ab")}]},
        )
        for name, columns in TEXTS.items()
    },
}


@pytest.mark.parametrize("name", KEYED)
def test_a_key_audit_finds_the_second_row_of_a_key(name: str) -> None:
    columns = key_columns(name) or []
    one, other = ({column: typed(column, number) for column in columns} for number in (1, 2))
    assert run_audit(name, {"this": [one, other]}) == []
    found = run_audit(name, {"this": [one, one, other]})
    assert [row[-1] for row in found] == [2]


@pytest.mark.parametrize("name", sorted(set(AUDITS) - set(KEYED)))
def test_an_audit_finds_its_fault_and_nothing_else(name: str) -> None:
    bad, good = CASES[name]
    assert run_audit(name, bad)
    assert run_audit(name, good) == []


def test_every_text_column_of_a_mail_audit_is_looked_at() -> None:
    for name, columns in TEXTS.items():
        for column in columns:
            row = {
                "person_id": "p",
                "work_id": "w",
                **dict.fromkeys(columns, "x"),
                column: "write to a+b@host.co.uk",
            }
            assert run_audit(name, {"this": [row]}), (name, column)


def test_every_audit_is_attached_and_every_attached_audit_exists() -> None:
    attached: set[str] = set()
    for path, text in MODELS.items():
        block = re.search(
            r"audits \((.*?)\)\n\);" if path.suffix == ".sql" else r"audits=\[(.*?)\]", text, re.DOTALL
        )
        attached |= set(re.findall(r"\w+", block.group(1))) if block else set()
    assert attached == set(AUDITS)


def test_every_sql_model_states_its_kind_grain_or_audits_and_description() -> None:
    for path, text in MODELS.items():
        if path.suffix == ".sql":
            header = text.split(");", 1)[0]
            assert "description '" in header, path
            assert "kind FULL" in header, path


def test_the_unit_tests_of_the_models_pass(tmp_path: Path) -> None:
    """warehouse/sqlmesh/tests: given rows, the models give the expected rows."""
    build_file = tmp_path / "build.duckdb"
    duckdb.connect(str(build_file)).close()
    project = context(build_file)
    try:
        result = project.test()
        assert result.testsRun >= 7
        assert [text for _, text in (*result.failures, *result.errors)] == []
    finally:
        project.close()
        forget_connections(tmp_path)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The real models over tests/landing_fixture.py and the shipped configuration."""
    paths = ProfilePaths(tmp_path_factory.mktemp("models") / "data" / "sample")
    land_everything(paths)
    result = build(load_config(Path(__file__).parent.parent / "config"), paths, "sample", as_of=AS_OF)
    with duckdb.connect(str(result.file), read_only=True) as connection:
        yield connection


def one(connection: duckdb.DuckDBPyConnection, query: str) -> Any:
    found = connection.execute(query).fetchall()
    assert len(found) == 1, found
    return found[0] if len(found[0]) > 1 else found[0][0]


WILMA = "(SELECT person_id FROM core.person_member WHERE member_key = 'acl_anthology:profile:wilma')"


def test_one_paper_at_two_sources_counts_once(built: duckdb.DuckDBPyConnection) -> None:
    assert one(built, "SELECT n_artifacts, sources FROM core.work WHERE title LIKE 'Semantic%'") == (
        2,
        "acl_anthology, pmlr",
    )
    assert (
        one(built, f"SELECT count(*) FROM core.contribution WHERE person_id = {WILMA} AND role = 'author'")
        == 3
    )
    twice = "SELECT work_id FROM core.work WHERE title LIKE 'Semantic%'"
    fired = built.execute(
        f"SELECT rule_id, count(*) FROM core.signal WHERE person_id = {WILMA} AND evidence_id = ({twice}) GROUP BY ALL"
    )
    assert {n for _, n in fired.fetchall()} == {1}


def test_accounts_that_name_each_other_are_one_person_and_namesakes_are_two(
    built: duckdb.DuckDBPyConnection,
) -> None:
    members = built.execute(
        f"SELECT member_key FROM core.person_member WHERE person_id = {WILMA} ORDER BY 1"
    ).fetchall()
    assert [key for (key,) in members] == [
        "acl_anthology:profile:wilma",
        "acl_anthology:work:a1#1",
        "acl_anthology:work:a2#1",
        "acl_anthology:work:a3#1",
        "huggingface:profile:1",
        "huggingface_models:profile:1",
        "pmlr:work:b2#1",
    ]


def test_organisations_and_bots_are_no_people_and_their_models_nobodys_evidence(
    built: duckdb.DuckDBPyConnection,
) -> None:
    assert (
        one(
            built,
            "SELECT count(*) FROM core.person_member WHERE member_key SIMILAR TO '.*:profile:[23]'",
        )
        == 0
    )
    owned = built.execute(
        """SELECT DISTINCT w.title FROM core.contribution c JOIN core.work w USING (work_id)
            WHERE c.role = 'owner' AND w.owner_handle IN ('wreed', 'acme', 'mill-bot')"""
    ).fetchall()
    assert owned == [("wreed/detector",)]


def test_retracted_work_is_no_evidence(built: duckdb.DuckDBPyConnection) -> None:
    assert one(built, "SELECT status FROM core.work WHERE title LIKE '%Taken Back'") == "retracted"
    assert one(built, "SELECT count(*) FROM core.evidence WHERE title LIKE '%Taken Back'") == 0


def test_the_lead_says_who_where_and_why_with_links(built: duckdb.DuckDBPyConnection) -> None:
    row = one(
        built,
        f"""SELECT name, role, role_kind, employer, metro, country, place_kind, track, data, first_collected_at::TEXT,
            art14_due::TEXT, change, notice FROM mart.leads
            WHERE specialty = 'computer_vision' AND person_id = {WILMA}""",
    )
    assert row == (
        "Wilma Reed", "Research Engineer", "industry", "Gull Robotics", "Boston", "United States",
        "organisation_registered", "research", "SAMPLE, INVENTED PEOPLE", "2026-11-01", "2026-12-01", None, None,
    )  # fmt: skip
    urls = one(
        built,
        f"""SELECT evidence_1_url, profiles, contact_route FROM mart.leads
            WHERE specialty = 'computer_vision' AND person_id = {WILMA}""",
    )
    assert all(text.startswith("https://") for text in urls)


def test_a_lead_known_from_one_author_list_says_so(built: duckdb.DuckDBPyConnection) -> None:
    row = one(
        built,
        """SELECT caution, contact_route, metro, place_kind FROM mart.leads
            WHERE specialty = 'computer_vision' AND name = 'Otto Moss'""",
    )
    assert row == (
        "identity unverified: known from one author list only",
        None,
        "Boston",
        "stated_with_affiliation",
    )


def test_a_place_is_a_line_a_day_and_the_newest_counts(built: duckdb.DuckDBPyConnection) -> None:
    places = built.execute(
        f"SELECT metro_id, as_of::TEXT, is_current FROM core.person_place WHERE person_id = {WILMA} ORDER BY as_of"
    ).fetchall()
    assert places == [("pittsburgh", "2026-07-01", False), ("boston", "2026-11-01", True)]


def test_small_cells_show_no_numbers(built: duckdb.DuckDBPyConnection) -> None:
    cells = built.execute(
        "SELECT people, weight, lq, leads_ready, band FROM mart.density WHERE specialty = 'computer_vision'"
    ).fetchall()
    assert cells
    assert set(cells) == {(None, None, None, None, "cannot_tell")}


def test_a_rule_without_data_is_dormant(built: duckdb.DuckDBPyConnection) -> None:
    dormant = dict(
        built.execute("SELECT field, bool_and(is_dormant) FROM mart.rule_status GROUP BY field").fetchall()
    )
    assert dormant["title"] is False
    assert dormant["profile_text"] is True  # nobody in the fixture has a bio


# --- the hub's people

OLGA = "(SELECT person_id FROM core.person_member WHERE member_key = 'huggingface:profile:7')"


def works_of(connection: duckdb.DuckDBPyConnection, member: str) -> set[tuple[Any, ...]]:
    """(title, role, is_first_or_last) of the person that a member belongs to."""
    query = """SELECT w.title, c.role, c.is_first_or_last FROM core.contribution AS c
        JOIN core.work AS w USING (work_id) JOIN core.person_member AS m USING (person_id) WHERE m.member_key = ?"""
    return set(connection.execute(query, [member]).fetchall())


def test_what_two_sources_of_one_platform_show_is_one_account_and_one_work(
    built: duckdb.DuckDBPyConnection,
) -> None:
    found = built.execute(
        """SELECT DISTINCT work_id, basis FROM core.work_artifact
            WHERE artifact_id = 'wreed/detector' AND source LIKE 'huggingface%'"""
    ).fetchall()
    assert found == [(work_id("huggingface:artifact:wreed/detector"), "platform_id")]
    owned = f"SELECT count(*) FROM core.contribution WHERE person_id = {WILMA} AND role = 'owner'"
    assert one(built, owned) == 1


def test_works_named_in_sql_have_the_ids_that_python_gives(built: duckdb.DuckDBPyConnection) -> None:
    found = built.execute(
        "SELECT source, artifact_id, work_id FROM core.work_artifact WHERE basis = 'own' ORDER BY ALL"
    ).fetchall()
    kinds = {kind for (kind,) in built.execute("SELECT DISTINCT kind FROM core.work").fetchall()}
    assert {"model", "dataset", "space", "paper"} <= kinds
    assert len(found) > 20
    assert [(s, a, work_id(artifact_key(s, a))) for s, a, _ in found] == found


def test_a_deleted_account_is_nobody_and_its_works_count_for_nobody(
    built: duckdb.DuckDBPyConnection,
) -> None:
    standing = dict(built.execute("SELECT member_key, standing FROM core.account").fetchall())
    assert standing["huggingface:profile:9"] == "deleted"
    assert one(built, "SELECT count(*) FROM core.person WHERE name = 'left-us' OR name LIKE '%left-us%'") == 0
    assert one(built, "SELECT count(*) FROM core.person_member WHERE member_key LIKE '%:profile:9'") == 0
    makers = """SELECT count(*) FROM core.contribution AS c JOIN core.work AS w USING (work_id)
        WHERE w.owner_handle = 'left-us'"""
    assert one(built, makers) == 0, "not even for those who committed to them"
    assert one(built, "SELECT count(*) FROM core.person_member WHERE member_key LIKE '%net-two#3'") == 0


def test_an_old_name_of_an_account_that_another_row_shows_is_no_member(
    built: duckdb.DuckDBPyConnection,
) -> None:
    standing = dict(built.execute("SELECT member_key, standing FROM core.account").fetchall())
    assert standing["huggingface_models:profile:8"] == "replaced"
    assert standing["huggingface:profile:8"] == "active"
    members = "SELECT member_key FROM core.person_member WHERE member_key LIKE '%:profile:8'"
    assert one(built, members) == "huggingface:profile:8"


def test_a_commit_is_a_contribution_without_a_place_and_gives_nobody_a_name(
    built: duckdb.DuckDBPyConnection,
) -> None:
    works = works_of(built, "huggingface:profile:7")
    assert ("net-two", "author", None) in works
    assert ("Chats that are Small", "author", True) in works
    assert one(built, f"SELECT name, name_basis FROM core.person WHERE person_id = {OLGA}") == (
        "Olga M. Sier",
        "printed",
    )
    unknown = """SELECT p.name, p.name_basis FROM core.person AS p JOIN core.person_member AS m USING (person_id)
        WHERE m.member_key = 'huggingface:profile:77'"""
    assert one(built, unknown) == ("quietfern", "handle"), "its own page has not been read"
    assert works_of(built, "huggingface:profile:77") == {("net-two", "author", None)}
    bots = "SELECT count(*) FROM core.person_member WHERE member_key = 'huggingface:work:id-osier/net#2'"
    assert one(built, bots) == 0, "another source of the platform knows the committer as a bot"


def test_verified_places_and_declared_accounts_join_and_assigned_ones_do_not(
    built: duckdb.DuckDBPyConnection,
) -> None:
    members = built.execute(f"SELECT member_key FROM core.person_member WHERE person_id = {OLGA}").fetchall()
    assert {key for (key,) in members} == {
        "cncf_maintainers:profile:osier",
        "huggingface:profile:7",
        "huggingface:work:2609.00001#1",
        "huggingface:work:id-fern-lab/net-two#1",
        "huggingface:work:id-left-us/net#2",
        "huggingface:work:id-osier/net#1",
    }
    piet = "SELECT count(DISTINCT person_id) FROM core.person_member WHERE member_key IN (?, ?)"
    found = built.execute(piet, ["huggingface:profile:8", "huggingface:work:2609.00001#2"]).fetchall()
    assert found == [(2,)]
    route = f"SELECT contact_route FROM core.person WHERE person_id = {OLGA}"
    assert one(built, route) == "https://osier.example.org"


def test_profile_facts_are_staged(built: duckdb.DuckDBPyConnection) -> None:
    assert one(built, "SELECT source, profile_id, name, value FROM staging.profile_fact") == (
        "huggingface", "7", "hardware", "2 x NVIDIA L4",
    )  # fmt: skip
    assert one(built, "SELECT profile_facts FROM mart.source_freshness WHERE source = 'huggingface'") == 1


def test_reuploads_bear_an_older_models_name_and_state_no_base(built: duckdb.DuckDBPyConnection) -> None:
    found = built.execute(
        "SELECT w.owner_handle, w.title, r.basis FROM core.reupload AS r JOIN core.work AS w USING (work_id)"
    ).fetchall()
    assert set(found) == {
        ("copycat", "Tiny-Detector", "same_title"),
        ("second-cat", "base-lab-tiny-detector", "owner_and_title"),
        ("third-cat", "base-lab_tiny-detector", "owner_and_title"),
        ("later", "mystery", "same_title"),
    }


def fired(connection: duckdb.DuckDBPyConnection, title: str) -> set[tuple[str, str]]:
    """(specialty, rule) of the rules on facts that fire on a work, and of the noise of the other rules."""
    query = """SELECT m.specialty, m.rule_id FROM core.rule_match AS m
        JOIN core.work AS w ON m.evidence_id = w.work_id JOIN ref.rule AS r USING (specialty, rule_id)
        WHERE w.title = ? AND (r.field = 'fact' OR r.is_noise)"""
    return set(connection.execute(query, [title]).fetchall())


def test_a_fact_counts_only_beside_a_credit_and_one_cause_discredits_once(
    built: duckdb.DuckDBPyConnection,
) -> None:
    assert fired(built, "small-chat") == {("nlp_llm", "quantised_copy")}, "not for its empty card as well"
    mill = fired(built, "mill-chat")
    assert ("nlp_llm", "quantisation_mill") in mill
    assert ("nlp_llm", "quantised_copy") not in mill
    assert fired(built, "demo") == {("nlp_llm", "runs_its_own_model")}
    assert fired(built, "quiet") == set()
    assert fired(built, "Tiny-Detector") == {("computer_vision", "reuploaded_model")}
