"""A small landing, a configuration and toy models, to test the warehouse's machinery apart from its content."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from config.manifest import LandedPart, Manifest, Verdict, write_manifest
from config.paths import ProfilePaths
from config.records import SCHEMA_VERSION, Artifact, AuthorMention, Record, Seen, to_arrow
from config.settings import Config, Licence, Settings, SourceConfig, Terms
from config.specialties import Metros, Pay, Ranking, Specialty
from warehouse.build import BuildResult
from warehouse.state import StateRecord
from warehouse.state import write as write_state

AS_OF = date(2026, 11, 1)
SOURCE = "toy_hub"


def toy_settings(**publish: Any) -> Settings:
    return Settings.model_validate(
        {
            "profiles": {"sample": {}, "live": {}, "real": {}},
            "sample_world": {"seed": 1, "people": 100, "today": AS_OF},
            "nightly": {
                "cron": "0 0 * * *",
                "timezone": "UTC",
                "parallel_sources": 1,
                "stop_grace_seconds": 1,
            },
            "warehouse": {"memory_limit": "500MB", "threads": 2},
            "publish": {"max_drop": 0.2, "keep_builds": 2, "minimum_cell": 5} | publish,
        }
    )


def toy_config(directory: Path, **publish: Any) -> Config:
    """A whole configuration in memory; `directory` may hold decisions/*.csv."""
    specialty = Specialty.model_validate(
        {
            "name": "Computer vision",
            "sourced": True,
            "summary": "Seeing machines.",
            "search_title": "Computer vision engineer",
            "tracks": ["research", "applied"],
            "camps": [{"id": "detection", "name": "Detection", "description": "Finding things."}],
            "signals": [
                {
                    "id": "title_detection",
                    "family": "research",
                    "field": "title",
                    "any_of": ["Object Detection", "object-detection"],
                    "points": 10,
                    "camp": "detection",
                    "why": "wrote about finding objects",
                    "exclude_if": ["anomaly detection"],
                },
                {
                    "id": "pipeline",
                    "family": "release",
                    "field": "pipeline_tag",
                    "any_of": ["Object-Detection"],
                    "points": 8,
                    "artifact_kinds": ["model"],
                    "why": "released a detection model",
                },
            ],
            "geography": [
                {
                    "id": "boston",
                    "statement": "Boston is strong.",
                    "areas": ["boston"],
                    "kind": "concentrated",
                },
                {"id": "spread", "statement": "It is spread.", "kind": "dispersed"},
            ],
        }
    )
    source = SourceConfig(
        title="Toy hub",
        summary="A source that exists only in tests of the warehouse.",
        homepage="https://toy.example",
        licence=Licence(id="CC0-1.0", attribution="Toy hub"),
        terms=Terms(note="made up, so there is nothing to obey"),
        profiles=("sample",),
        mode="full",
        records=("artifact", "author_mention", "seen"),
        floors={"sample": {"artifact": 1}},
        max_age_days=30,
    )
    family = {"weight_percent": 100, "cap": 100, "half_life_months": 24}
    return Config(
        directory=directory,
        settings=toy_settings(**publish),
        sources={SOURCE: source},
        specialties={"computer_vision": specialty},
        metros=Metros.model_validate(
            {
                "metros": [
                    {
                        "id": "boston",
                        "name": "Boston",
                        "country_code": "US",
                        "admin1_codes": ["MA"],
                        "anchors": [{"geonames_id": 4930956, "km": 30}],
                    }
                ]
            }
        ),
        ranking=Ranking.model_validate(
            {
                "version": 1,
                "families": dict.fromkeys(("research", "release", "production", "community"), family),
                "active_within_months": 36,
                "past_after_months": 24,
                "minimum_score": 1,
                "first_or_last_author_percent": 150,
            }
        ),
        pay=Pay(as_of=AS_OF, premiums=()),
        digest="0" * 64,
    )


def toy_artifact(number: int, **changes: Any) -> Artifact:
    values: dict[str, Any] = {
        "artifact_id": f"a{number}",
        "kind": "paper",
        "title": f"Object detection, part {number}",
        "year": 2025,
        "url": f"https://toy.example/a{number}",
        "ids": ({"scheme": "doi", "value": f"10.1/{number}"},),
        "tags": ("keyword:detection",),
    }
    return Artifact.model_validate(values | changes)


def toy_mention(number: int, **changes: Any) -> AuthorMention:
    values: dict[str, Any] = {
        "artifact_id": f"a{number}",
        "position": 1,
        "n_authors": 1,
        "name": f"Invented Person {number}",
        "profile_id": f"p{number}",
        "url": f"https://toy.example/a{number}",
    }
    return AuthorMention.model_validate(values | changes)


def land(
    paths: ProfilePaths,
    records: list[Record],
    *,
    run: str = "20261101T020000000000Z",
    source: str = SOURCE,
    verdict: Verdict = "ok",
    profile: str = "sample",
    as_of: date = AS_OF,
) -> Manifest:
    """Land records as a crawler does: parts by record type, then the manifest."""
    document = f"https://{source}.example/list"
    retrieved_at = datetime(2026, 11, 1, 2, tzinfo=UTC)
    everything = [*records, Seen(document_url=document, outcome="delivered", records=len(records))]
    parts, counts = [], {}
    for record_type in sorted({record.record_type for record in everything}):
        group = [record for record in everything if record.record_type == record_type]
        constant = {
            "source": source,
            "run_id": run,
            "document": document,
            "retrieved_at": retrieved_at,
            "licence": "CC0-1.0",
            "parser_version": 1,
            "schema_version": SCHEMA_VERSION,
        }
        envelope = {name: [value] * len(group) for name, value in constant.items()}
        table = to_arrow(group, envelope, type(group[0]))
        relative = f"{record_type}/source={source}/run={run}/part-0.parquet"
        target = paths.landing / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, target)
        parts.append(LandedPart(record_type=record_type, path=relative, rows=len(group)))
        counts[record_type] = len(group)
    manifest = Manifest(
        source=source,
        run_id=run,
        profile=profile,
        mode="full",
        verdict=verdict,
        as_of=as_of,
        started_at=retrieved_at,
        finished_at=retrieved_at,
        parser_version=1,
        schema_version=SCHEMA_VERSION,
        licence="CC0-1.0",
        records=counts,
        parts=tuple(parts),
    )
    write_manifest(paths, manifest)
    return manifest


TOY_MODELS = {
    "models/artifact.sql": """
        MODEL (name staging.artifact, kind FULL, description 'Artifacts', audits (year_is_sane));
        SELECT a.source::TEXT, -- source
          a.artifact_id::TEXT, -- id
          a.title::TEXT, -- title
          a.year::BIGINT, -- year
          m.ordinal::BIGINT AS run_ordinal -- run
        FROM @landing('artifact') AS a
        JOIN @landing('manifest') AS m ON m.source = a.source AND m.run_id = a.run_id
    """,
    "models/person_member.py": '''
import typing as t
from sqlmesh import ExecutionContext, model

@model("core.person_member", kind="FULL", description="Members", depends_on=["staging.artifact"],
       columns={"member_key": "text", "person_id": "text", "first_seen": "date"},
       column_descriptions={"member_key": "member", "person_id": "person", "first_seen": "since"})
def execute(context: ExecutionContext, **kwargs: t.Any):
    yield context.fetchdf("""
        SELECT DISTINCT m.source || ':profile:' || m.profile_id AS member_key,
               coalesce(r.person_id, 'P' || m.profile_id) AS person_id,
               coalesce(r.first_seen, b.as_of) AS first_seen
        FROM landing.author_mention AS m CROSS JOIN ref.build AS b
        LEFT JOIN ref.person_registry AS r ON r.member_key = m.source || ':profile:' || m.profile_id
        ORDER BY ALL""")
''',
    "models/leads.sql": """
        MODEL (name mart.leads, kind FULL, description 'Leads', grain (specialty, person_id));
        SELECT 'computer_vision' AS specialty, -- specialty
          person_id, -- person
          (ROW_NUMBER() OVER (ORDER BY person_id DESC))::BIGINT AS rank -- rank
        FROM core.person_member
    """,
    "audits/year_is_sane.sql": """
        AUDIT (name year_is_sane);
        SELECT artifact_id, year FROM @this_model WHERE year < 2000
    """,
}


def toy_root(folder: Path, **changed: str) -> Path:
    """A SQLMesh root of three models and an audit; `changed` replaces a file by its stem."""
    package = Path(__file__).parent.parent / "warehouse" / "sqlmesh"
    files = TOY_MODELS | {"macros/landing.py": (package / "macros" / "landing.py").read_text()}
    for name, text in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(changed.get(target.stem, text))
    return folder


def finished_build(
    paths: ProfilePaths, build_id: str, *, leads: int = 10, state_in: str | None = None, **tables: str
) -> BuildResult:
    """A finished build without SQLMesh: `leads` rows in mart.leads, and more tables as ``schema__table="SELECT …"``."""
    folder = paths.builds / build_id
    folder.mkdir(parents=True)
    queries = {
        "staging__artifact": f"SELECT 'toy_hub' AS source, 'a' || i AS artifact_id FROM range({leads}) AS t(i)",
        "core__person_member": f"SELECT 'toy_hub:profile:p' || i AS member_key, 'P' || i AS person_id, "
        f"DATE '2026-11-01' AS first_seen FROM range({leads}) AS t(i)",
        "mart__leads": "SELECT row_number() OVER (ORDER BY person_id) AS rank, person_id, "
        "'Person ' || person_id AS name, "
        "'computer_vision' AS specialty, CAST(1.5 AS DECIMAL(18, 4)) AS score, 'old' AS data FROM core.person_member",
        "mart__density": "SELECT 'metro' AS area_kind, 'boston' AS area_id, 'Boston' AS area_name, "
        "'computer_vision' AS specialty, 'all' AS source, 7 AS people, CAST(1.25 AS DECIMAL(18, 4)) AS lq, 1 AS rank",
        "ref__build": f"SELECT '{build_id}' AS build_id, 'sample' AS profile, true AS is_sample, "
        "DATE '2026-11-01' AS as_of, 'c' AS code_version, 'd' AS config_digest, NULL::TEXT AS previous_build_id, "
        "NULL::TEXT AS accepted_drop",
        "ref__specialty": "SELECT 'computer_vision' AS specialty, 'CV' AS name, true AS sourced, 's' AS summary, "
        "'t' AS search_title, 'research' AS tracks, 1 AS position UNION ALL "
        "SELECT 'robotics', 'Robotics', false, 's', 't', 'research', 2",
        "ref__source": "SELECT 'toy_hub' AS source",
        "ref__suppressed": "SELECT 'secret' AS identifier_hash",
    } | tables
    file = folder / "build.duckdb"
    with duckdb.connect(str(file)) as connection:
        for name, query in queries.items():
            schema, table = name.split("__")
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
            connection.execute(f"CREATE TABLE {schema}.{table} AS {query}")
            connection.execute(f"COMMENT ON TABLE {schema}.{table} IS 'It''s {table}'")
        connection.execute("COMMENT ON COLUMN mart.leads.rank IS 'Best first'")
        record = StateRecord(build_id, f"inputs of {build_id}", state_in, AS_OF)
        connection.execute(
            "CREATE TABLE ref.person_history AS SELECT '' AS old_person_id, '' AS new_person_id, "
            "'' AS reason, '' AS build_id, DATE '2026-11-01' AS as_of WHERE false"
        )
        connection.execute("CREATE TABLE ref.person_registry AS SELECT * FROM core.person_member WHERE false")
        state_dir = write_state(connection, paths, record)
    return BuildResult(build_id, file, state_dir, AS_OF, 0.1, {}, [])
