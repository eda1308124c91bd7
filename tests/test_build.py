"""The build runner: inputs and build ids, landing and reference tables, failures, state."""

from __future__ import annotations

import os
import subprocess
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from config.errors import UserError
from config.keyed_hash import load_suppression, save_suppression
from config.paths import ProfilePaths
from config.records import (
    RECORD_TYPES,
    Affiliation,
    Candidate,
    IdentityClaim,
    Metric,
    ProfileFact,
    Record,
    arrow_schema,
)
from config.records import Profile as ProfileRecord
from tests.warehouse_toys import AS_OF, SOURCE, land, toy_artifact, toy_config, toy_mention, toy_root
from warehouse import inputs as build_inputs
from warehouse import state
from warehouse.build import BuildFailed, BuildResult, build
from warehouse.failures import storage_line
from warehouse.landing import create_landing, suppressed_members
from warehouse.places import EARTH_RADIUS_KM, great_circle_km, metro_members
from warehouse.publish import publish
from warehouse.reference import REFERENCE_SCHEMAS, phrase_keys, read_decisions


@pytest.fixture
def paths(tmp_path: Path) -> ProfilePaths:
    return ProfilePaths(tmp_path / "data" / "sample")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[BuildResult, ProfilePaths, list[str]]:
    folder = tmp_path_factory.mktemp("built")
    paths = ProfilePaths(folder / "data" / "sample")
    land(paths, [toy_artifact(1)], run="20261030T020000000000Z", verdict="failed", as_of=date(2026, 10, 30))
    land(paths, [*(toy_artifact(n) for n in range(6)), *(toy_mention(n) for n in range(6))])
    steps: list[str] = []
    result = build(toy_config(folder), paths, "sample", root=toy_root(folder / "root"), progress=steps.append)
    return result, paths, steps


def rows(result: BuildResult, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(result.file), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_a_build_reports_its_rows_audits_and_steps(
    built: tuple[BuildResult, ProfilePaths, list[str]],
) -> None:
    result, _, steps = built
    assert result.rows == {"core.person_member": 6, "mart.leads": 6, "staging.artifact": 6}
    assert [(audit.name, audit.model, audit.rows) for audit in result.audits] == [
        ("year_is_sane", "staging.artifact", 0)
    ]
    assert result.as_of == AS_OF
    assert result.build_id.startswith("20261101-")
    assert steps[0] == "inputs"
    assert {"staging.artifact", "core.person_member", "mart.leads"} < set(steps)


def test_models_are_tables_under_their_own_names_and_nothing_names_the_catalog(
    built: tuple[BuildResult, ProfilePaths, list[str]],
) -> None:
    views = rows(
        built[0], "SELECT schema_name FROM duckdb_views() WHERE NOT internal AND schema_name <> 'landing'"
    )
    assert views == []
    comments = rows(
        built[0], "SELECT comment FROM duckdb_columns() WHERE table_name = 'leads' ORDER BY column_index"
    )
    assert comments == [("specialty",), ("person",), ("rank",)]


def test_landing_shows_committed_runs_only_and_every_column_of_a_record_without_parts(
    built: tuple[BuildResult, ProfilePaths, list[str]],
) -> None:
    result = built[0]
    assert rows(result, "SELECT count(*), count(DISTINCT run_id) FROM landing.artifact") == [(6, 1)]
    runs = rows(
        result,
        "SELECT ordinal, verdict, landed, profile, record_count FROM landing.manifest ORDER BY ordinal",
    )
    assert runs == [(1, "failed", False, "sample", 2), (2, "ok", True, "sample", 13)]
    columns = rows(
        result,
        "SELECT column_name FROM duckdb_columns() WHERE schema_name = 'landing' "
        "AND table_name = 'profile' ORDER BY column_index",
    )
    assert [name for (name,) in columns] == arrow_schema(ProfileRecord).names
    assert rows(result, "SELECT typeof(names) FROM landing.organisation UNION ALL SELECT 'none'") == [
        ("none",)
    ]


def test_reference_tables_have_their_declared_columns(
    built: tuple[BuildResult, ProfilePaths, list[str]],
) -> None:
    described = rows(
        built[0],
        "SELECT table_name, list(column_name ORDER BY column_index) FROM duckdb_columns() "
        "WHERE schema_name = 'ref' GROUP BY table_name",
    )
    assert dict(described) == {name: schema.names for name, schema in REFERENCE_SCHEMAS.items()}


def test_reference_tables_hold_the_configuration(built: tuple[BuildResult, ProfilePaths, list[str]]) -> None:
    result = built[0]
    assert rows(result, "SELECT rule_id, field, phrase_key FROM ref.rule_phrase ORDER BY ALL") == [
        ("pipeline", "pipeline_tag", "object-detection"),
        ("title_detection", "title", "object detection"),
    ]
    assert rows(result, "SELECT rule_id, phrase_key FROM ref.rule_exclude") == [
        ("title_detection", "anomaly detection")
    ]
    assert rows(result, "SELECT rule_id, artifact_kind FROM ref.rule_kind") == [("pipeline", "model")]
    assert rows(result, "SELECT claim_id, metro_id FROM ref.geography_claim ORDER BY claim_id") == [
        ("boston", "boston"),
        ("spread", None),
    ]
    assert rows(result, "SELECT is_sample, as_of, previous_build_id FROM ref.build") == [(True, AS_OF, None)]
    assert rows(result, "SELECT minimum_cell, first_or_last_author_percent FROM ref.ranking") == [(5, 150)]


def test_phrases_meet_under_normalisation_and_tags_stay_raw(tmp_path: Path) -> None:
    signals = toy_config(tmp_path).specialties["computer_vision"].signals
    assert phrase_keys(signals[0]) == {"object detection"}
    assert phrase_keys(signals[1]) == {"object-detection"}


def test_metro_membership_follows_distance_and_region(tmp_path: Path) -> None:
    members = dict(metro_members(toy_config(tmp_path).metros))
    cambridge, worcester, nashua = 4931972, 4956184, 5090046  # 5 km; 63 km; 55 km and in another state
    assert members[cambridge] == "boston"
    assert worcester not in members
    assert nashua not in members


def test_great_circle_distance_matches_a_published_one() -> None:
    # Rosetta Code, "Haversine formula": the airports of Nashville and Los Angeles, 2886.4444 km at a radius of 6371 km.
    distance = great_circle_km(36.12, -86.67, 33.94, -118.40)
    assert distance * 6371 / EARTH_RADIUS_KM == pytest.approx(2886.4444, abs=1e-4)


def test_nothing_landed_is_a_failure_that_says_so(paths: ProfilePaths, tmp_path: Path) -> None:
    with pytest.raises(BuildFailed, match="no source has been crawled yet"):
        build_inputs.gather(toy_config(tmp_path), paths, "sample")
    land(paths, [toy_artifact(1)], verdict="gated")
    with pytest.raises(BuildFailed, match="1 runs, none of them ok or partial"):
        build_inputs.gather(toy_config(tmp_path), paths, "sample")


def test_runs_of_another_profile_are_refused(paths: ProfilePaths, tmp_path: Path) -> None:
    land(paths, [toy_artifact(1)], profile="real")
    with pytest.raises(BuildFailed, match=r"another: toy_hub \(real\)"):
        build_inputs.gather(toy_config(tmp_path), paths, "sample")


def test_a_missing_part_is_named(paths: ProfilePaths, tmp_path: Path) -> None:
    manifest = land(paths, [toy_artifact(1)])
    (paths.landing / manifest.parts[0].path).unlink()
    with pytest.raises(UserError, match=r"part-0.parquet: a manifest names this part"):
        build_inputs.gather(toy_config(tmp_path), paths, "sample")


def test_the_build_id_changes_with_every_input_and_with_nothing_else(
    paths: ProfilePaths, tmp_path: Path
) -> None:
    config = toy_config(tmp_path / "config")
    land(paths, [toy_artifact(1)])

    def name(as_of: date | None = None) -> str:
        return build_inputs.gather(config, paths, "sample", as_of).build_id

    names = [name()]
    assert name() == names[0]
    assert name(AS_OF) == names[0], "the newest manifest's day is the default"
    names.append(name(date(2026, 11, 2)))
    (tmp_path / "config" / "decisions").mkdir(parents=True)
    (tmp_path / "config" / "decisions" / "people.csv").write_text("left_member\n")
    names.append(name())
    suppression = load_suppression(paths.suppression_list, paths.suppression_key)
    save_suppression(suppression.with_hashes(["ab"]), paths.suppression_list)
    names.append(name())
    land(paths, [toy_artifact(2)], run="20261102T020000000000Z")
    names.append(name())
    assert len(set(names)) == len(names)


def test_a_failed_audit_shows_its_name_count_and_three_rows(paths: ProfilePaths, tmp_path: Path) -> None:
    land(paths, [toy_artifact(n, year=1990 if n < 5 else 2025) for n in range(9)])
    with pytest.raises(BuildFailed) as failure:
        build(toy_config(tmp_path), paths, "sample", root=toy_root(tmp_path / "root"))
    assert failure.value.lines == [
        "audit year_is_sane on staging.artifact: 5 rows, e.g. "
        "artifact_id=a0, year=1990 | artifact_id=a1, year=1990 | artifact_id=a2, year=1990"
    ]
    assert not (paths.state / "builds").exists(), "a failed build leaves no state"


@pytest.mark.parametrize(
    ("stem", "text", "line"),
    [
        (
            "leads",
            "MODEL (name mart.leads, kind FULL); SELECT nope FROM core.person_member",
            "model mart.leads: .*nope",
        ),
        ("leads", "MODEL (name mart.leads, audits (unheard_of)); SELECT 1 AS x", "unheard_of"),
        (
            "leads",
            "MODEL (name mart.leads, kind FULL); SELECT error('broken here') AS x",
            "mart.leads: .*broken here",
        ),
    ],
)
def test_a_broken_model_is_named_on_one_line(
    paths: ProfilePaths, tmp_path: Path, stem: str, text: str, line: str
) -> None:
    land(paths, [toy_artifact(1), toy_mention(1)])
    with pytest.raises(BuildFailed, match=line) as failure:
        build(toy_config(tmp_path), paths, "sample", root=toy_root(tmp_path / "root", **{stem: text}))
    assert all("\n" not in text for text in failure.value.lines)


def test_rebuilding_the_published_inputs_gives_the_same_build_and_the_next_one_starts_from_its_state(
    paths: ProfilePaths, tmp_path: Path
) -> None:
    config, root = toy_config(tmp_path), toy_root(tmp_path / "root")
    land(paths, [toy_artifact(n) for n in range(3)] + [toy_mention(n) for n in range(3)])
    first = build(config, paths, "sample", root=root)
    publish(config, paths, first)
    registry = (first.state_dir / "person_registry.parquet").read_bytes()
    again = build(config, paths, "sample", root=root)
    assert again.build_id == first.build_id
    assert (again.state_dir / "person_registry.parquet").read_bytes() == registry

    # The next night the source shows other people: p0 is gone, p7 is new, and p1 keeps the day it was first seen.
    land(
        paths,
        [toy_artifact(n) for n in (1, 7)] + [toy_mention(n) for n in (1, 7)],
        run="20261102T020000000000Z",
        as_of=date(2026, 11, 2),
    )
    for part in paths.landing.glob("author_mention/*/run=20261101*/*.parquet"):
        pq.write_table(pq.read_table(part).slice(0, 0), part)
    second = build(config, paths, "sample", root=root)
    assert second.build_id != first.build_id
    record = state.read_record(paths, second.build_id)
    assert record is not None
    assert record.state_in == first.build_id
    registered = pq.read_table(second.state_dir / "person_registry.parquet").to_pylist()
    assert [(row["member_key"].split(":")[-1], row["first_seen"].day) for row in registered] == [
        ("p0", 1),
        ("p1", 1),
        ("p2", 1),
        ("p7", 2),
    ]
    ranks = pq.read_table(second.state_dir / "lead_rank.parquet").to_pylist()
    assert [(row["rank"], row["person_id"]) for row in ranks] == [(1, "Pp7"), (2, "Pp1")]


def test_the_state_of_the_published_build_must_be_there(paths: ProfilePaths, tmp_path: Path) -> None:
    land(paths, [toy_artifact(1)])
    paths.published.mkdir(parents=True)
    paths.warehouse.symlink_to("published/20261031-000000000000.duckdb")
    with pytest.raises(UserError, match="the state of the published build is missing"):
        build_inputs.gather(toy_config(tmp_path), paths, "sample")


def test_suppression_takes_what_the_sources_say_is_the_same_person(
    paths: ProfilePaths, tmp_path: Path
) -> None:
    orcid = "0000-0002-1825-0097"
    url = "https://toy.example/x"
    land(
        paths,
        [
            ProfileRecord(profile_id="p1", handle="Ada", kind="person", url=url),
            ProfileRecord(profile_id="p2", handle="bob", kind="person", url=url),
            IdentityClaim(profile_id="p1", scheme="orcid", value=orcid, strength="verified", url=url),
            IdentityClaim(profile_id="p2", scheme="employer", value="same", strength="declared", url=url),
            IdentityClaim(profile_id="p1", scheme="employer", value="same", strength="declared", url=url),
            toy_mention(1, profile_id=None, orcid=orcid),
            toy_mention(2, profile_id="p9", orcid=orcid),
            toy_mention(3, profile_id="p3"),
            # known from a list alone, and from a page of its own
            Candidate(
                handle="Carol", profile_id="p5", account_kind="person", reason="liker", url=url, as_of=AS_OF
            ),
            ProfileFact(profile_id="p5", name="hardware", value="1 x NVIDIA L4", url=url),
        ],
    )
    suppression = load_suppression(paths.suppression_list, paths.suppression_key)
    assert members(paths, tmp_path) == set()
    save_suppression(
        suppression.with_hashes(suppression.digest(f"{SOURCE}:handle:{name}") for name in ("ada", "carol")),
        paths.suppression_list,
    )
    assert members(paths, tmp_path) == {
        (SOURCE, "handle", "carol"),
        (SOURCE, "profile", "p5"),
        (SOURCE, "handle", "ada"),
        (SOURCE, "profile", "p1"),
        ("", "orcid", orcid),
        (SOURCE, "profile", "p9"),
    }


def members(paths: ProfilePaths, folder: Path) -> set[tuple[str, str, str]]:
    inputs = build_inputs.gather(toy_config(folder), paths, "sample")
    with duckdb.connect() as connection:
        create_landing(connection, inputs, folder / "typed")
        return suppressed_members(connection, inputs)


@pytest.mark.parametrize("record", sorted(set(RECORD_TYPES) - {"seen", "organisation"}))
def test_suppression_knows_the_identifiers_of_every_record_type(
    record: str, paths: ProfilePaths, tmp_path: Path
) -> None:
    """Whatever lands about somebody, naming them by any identifier of that record finds it."""
    url = "https://toy.example/x"
    samples: dict[str, Record] = {
        "profile": ProfileRecord(profile_id="p", handle="h", kind="person", url=url),
        "artifact": toy_artifact(1, owner_handle="h"),
        "author_mention": toy_mention(1, orcid="0000-0002-1825-0097"),
        "affiliation": Affiliation(profile_id="p", organisation="o", url=url),
        "identity_claim": IdentityClaim(
            profile_id="p", scheme="paper_author", value="1#2", strength="verified", url=url
        ),
        "profile_fact": ProfileFact(profile_id="p", name="hardware", value="x", url=url),
        "metric": Metric(artifact_id="a1", name="likes", value=1, url=url, as_of=AS_OF),
        "candidate": Candidate(handle="h", profile_id="p", account_kind="person", reason="owner", url=url),
    }
    sample = samples[record]
    # A metric is found by its artifact, which lands with it.
    land(paths, [sample, toy_artifact(1)] if record == "metric" else [sample])
    suppression = load_suppression(paths.suppression_list, paths.suppression_key)
    for identifier in sample.identifiers(SOURCE):
        save_suppression(suppression.with_hashes([suppression.digest(identifier)]), paths.suppression_list)
        assert members(paths, tmp_path), identifier


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "person,by\n",
            r"people.csv:1: the columns must be left_member,.*unknown: by, person; missing: .*note",
        ),
        (
            "left_member,right_member,judgement,who,on,note\na,b,same,me,soon,\n",
            r"people.csv:2: on: 'soon' is not a date",
        ),
        ('left_member,right_member,judgement,who,on,note\na,"b"c,same\n', r"people.csv:2: not valid CSV"),
    ],
)
def test_a_bad_decision_names_file_and_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "people.csv"
    path.write_text(text)
    with pytest.raises(UserError, match=message):
        list(read_decisions(path, REFERENCE_SCHEMAS["decision_people"]))


def test_decisions_are_read_in_any_column_order(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("note,on,who,judgement,right_member,left_member\n,2026-11-01,me,same,b,a\n")
    decisions = list(read_decisions(path, REFERENCE_SCHEMAS["decision_people"]))
    assert decisions == [("a", "b", "same", "me", date(2026, 11, 1), None)]
    assert list(read_decisions(tmp_path / "none.csv", REFERENCE_SCHEMAS["decision_people"])) == []


def test_a_full_disk_is_one_line_and_leaves_the_last_state(tmp_path: Path) -> None:
    """A real full disk: a tmpfs that holds landing and the build's beginning, but not the build."""
    mount = tmp_path / "small"
    mount.mkdir()
    mounted = (
        os.geteuid() == 0
        and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=700k", "tmpfs", str(mount)], capture_output=True, check=False
        ).returncode
        == 0
    )
    if not mounted:
        pytest.skip("needs the right to mount a small tmpfs")
    try:
        paths = ProfilePaths(mount / "sample")
        land(paths, [toy_artifact(n) for n in range(3)])
        with pytest.raises(BuildFailed) as failure:
            build(toy_config(tmp_path), paths, "sample", root=toy_root(tmp_path / "root"))
        assert len(failure.value.lines) == 1
        assert "disk is full" in failure.value.lines[0]
    finally:
        subprocess.run(["umount", "-l", str(mount)], check=True)


def test_storage_errors_are_told_from_others() -> None:
    full = OSError(28, "No space left on device", "x.parquet")
    assert storage_line(full, "build") == "build: the disk is full (x.parquet); free some space and run again"
    try:
        try:
            raise full
        except OSError as inner:
            raise ValueError("outer") from inner
    except ValueError as outer:
        wrapped = outer
    assert storage_line(wrapped, "build") == storage_line(full, "build")
    assert storage_line(ValueError("x"), "build") is None
