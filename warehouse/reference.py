"""Reference tables (schema `ref`): configuration, decisions, state and GeoNames as the models read them.

Every table has a fixed Arrow schema, so that a model binds the same columns whether or not a table has rows.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from config.errors import UserError
from config.marks import read_marks
from config.settings import Config
from config.specialties import SignalRule
from config.text import match_key
from warehouse.inputs import Inputs
from warehouse.places import PLACE_SCHEMA, anchor_positions, country_names, metro_members, place_table
from warehouse.state import STATE_SCHEMAS

TEXT_FIELDS = frozenset({"title", "text", "profile_text"})
"""Rule fields matched as phrases in normalised text; all others are compared as whole lower-case values."""

_TYPES = {
    "text": pa.string(),
    "int": pa.int64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "double": pa.float64(),
}


def _schema(columns: str) -> pa.Schema:
    pairs = (column.split() for column in columns.split(","))
    return pa.schema([(name, _TYPES[kind]) for name, kind in pairs])


REFERENCE_SCHEMAS: dict[str, pa.Schema] = {
    "build": _schema(
        "build_id text, profile text, is_sample bool, as_of date, code_version text, config_digest text, "
        "previous_build_id text, accepted_drop text"
    ),
    "source": _schema(
        "source text, title text, homepage text, licence_id text, licence_url text, attribution text, mode text, "
        "max_age_days int, enabled bool"
    ),
    "specialty": _schema(
        "specialty text, name text, sourced bool, summary text, search_title text, tracks text, position int"
    ),
    "camp": _schema("specialty text, camp text, name text, description text, position int"),
    "rule": _schema(
        "specialty text, rule_id text, family text, field text, points int, camp text, why text, is_noise bool"
    ),
    "rule_phrase": _schema("specialty text, rule_id text, field text, phrase_key text"),
    "rule_kind": _schema("specialty text, rule_id text, artifact_kind text"),
    "rule_exclude": _schema("specialty text, rule_id text, phrase_key text"),
    "place": PLACE_SCHEMA,
    "country": _schema("country_code text, name text"),
    "metro": _schema("metro_id text, name text, country_code text"),
    "metro_place": _schema("geonames_id int, metro_id text"),
    "metro_anchor": _schema(
        "metro_id text, country_code text, admin1_codes text, latitude double, longitude double, km int"
    ),
    "ranking": _schema(
        "version int, active_within_months int, past_after_months int, minimum_score int, "
        "first_or_last_author_percent int, minimum_cell int"
    ),
    "family": _schema("family text, weight_percent int, cap int, half_life_months int"),
    "pay": _schema(
        "rank int, specialty text, camp text, level text, low_percent int, high_percent int, baseline text, "
        "condition text, note text, year int, geography text, component text, source text, reliability text, "
        "as_of date, position int"
    ),
    "interview": _schema(
        "specialty text, question_id text, competency text, question text, strong_signal text, weak_signal text, "
        "source text, position int"
    ),
    "community": _schema(
        "specialty text, name text, kind text, url text, crawled bool, note text, position int"
    ),
    "advice": _schema("specialty text, kind text, position int, advice text"),
    "geography_claim": _schema("specialty text, claim_id text, statement text, metro_id text, kind text"),
    "decision_people": _schema(
        "left_member text, right_member text, judgement text, who text, on date, note text"
    ),
    "decision_leads": _schema("person_id text, search text, status text, until date"),
    "notice": _schema("person_id text, on date, channel text"),
    "suppressed": _schema("identifier_hash text"),
    "suppressed_member": _schema("source text, kind text, value text"),
    **STATE_SCHEMAS,
}
"""Columns of every table of `ref`, in order."""

DECISION_FILES = {"decision_people": "people.csv"}
Row = tuple[Any, ...]


def reference_tables(
    config: Config, inputs: Inputs, suppressed_members: Iterable[Row]
) -> dict[str, pa.Table]:
    """All reference tables but those of the state. Raises UserError for a bad decision file or GeoNames id."""
    rows: dict[str, Iterable[Row]] = {
        "build": [
            (
                inputs.build_id,
                inputs.profile,
                inputs.profile == "sample",
                inputs.as_of,
                inputs.code_version,
                inputs.config_digest,
                inputs.state_in,
                None,
            )
        ],
        "suppressed": [(value,) for value in sorted(inputs.suppression.hashes)],
        "suppressed_member": sorted(set(suppressed_members)),
        **_source_rows(config, inputs),
        **_specialty_rows(config),
        **_geography_rows(config),
        **_ranking_rows(config),
        **{
            name: read_decisions(config.directory / "decisions" / file, REFERENCE_SCHEMAS[name])
            for name, file in DECISION_FILES.items()
        },
        # A mark's note is for colleagues; no model needs it.
        "decision_leads": [(m.person_id, m.search, m.status, m.until) for m in read_marks(config)],
        "notice": [(n.person_id, n.on, n.channel) for n in inputs.notices],
    }
    tables = {name: _table(REFERENCE_SCHEMAS[name], values) for name, values in rows.items()}
    tables["place"] = place_table()
    return tables


def _table(schema: pa.Schema, rows: Iterable[Row]) -> pa.Table:
    values = list(rows)
    columns = list(zip(*values, strict=True)) if values else [()] * len(schema)
    return pa.table(
        [pa.array(column, type=field.type) for column, field in zip(columns, schema, strict=True)],
        schema=schema,
    )


def _source_rows(config: Config, inputs: Inputs) -> dict[str, Iterable[Row]]:
    return {
        "source": [
            (
                name,
                source.title,
                source.homepage,
                source.licence.id,
                source.licence.url,
                source.licence.attribution,
                source.mode,
                source.max_age_days,
                inputs.profile in source.profiles,
            )
            for name, source in sorted(config.sources.items())
        ]
    }


def _specialty_rows(config: Config) -> dict[str, Iterable[Row]]:
    specialties = sorted(config.specialties.items())
    rules = [
        (name, rule, is_noise)
        for name, specialty in specialties
        for is_noise, group in ((False, specialty.signals), (True, specialty.noise))
        for rule in group
    ]
    return {
        "specialty": [
            (name, s.name, s.sourced, s.summary, s.search_title, ",".join(s.tracks), position)
            for position, (name, s) in enumerate(specialties, 1)
        ],
        "camp": [
            (name, camp.id, camp.name, camp.description, position)
            for name, s in specialties
            for position, camp in enumerate(s.camps, 1)
        ],
        "rule": [
            (name, rule.id, rule.family, rule.field, rule.points, rule.camp, rule.why, is_noise)
            for name, rule, is_noise in rules
        ],
        "rule_phrase": sorted(
            {(name, rule.id, rule.field, phrase) for name, rule, _ in rules for phrase in phrase_keys(rule)}
        ),
        "rule_kind": [(name, rule.id, kind) for name, rule, _ in rules for kind in rule.artifact_kinds],
        "rule_exclude": sorted(
            {(name, r.id, match_key(phrase)) for name, r, _ in rules for phrase in r.exclude_if}
        ),
        "interview": [
            (name, q.id, q.competency, q.question, q.strong_signal, q.weak_signal, q.source, position)
            for name, s in specialties
            for position, q in enumerate(s.interview, 1)
        ],
        "community": [
            (name, c.name, c.kind, c.url, c.crawled, c.note, position)
            for name, s in specialties
            for position, c in enumerate(s.communities, 1)
        ],
        "advice": [
            (name, kind, position, text)
            for name, s in specialties
            for kind, texts in (
                ("what_to_look_for", s.what_to_look_for),
                ("what_misleads", s.what_misleads),
                ("adjacent_background", s.adjacent_backgrounds),
            )
            for position, text in enumerate(texts, 1)
        ],
        "geography_claim": [
            (name, claim.id, claim.statement, area, claim.kind)
            for name, s in specialties
            for claim in s.geography
            for area in (claim.areas or (None,))
        ],
    }


def phrase_keys(rule: SignalRule) -> set[str]:
    """What a rule looks for, as it is compared: normalised phrases for text fields, lower-case values otherwise."""
    if rule.field in TEXT_FIELDS:
        return {match_key(phrase) for phrase in rule.any_of}
    return {phrase.strip().lower() for phrase in rule.any_of}


def _geography_rows(config: Config) -> dict[str, Iterable[Row]]:
    metros = config.metros
    return {
        "country": sorted((country_names() | metros.countries).items()),
        "metro": [(m.id, m.name, m.country_code) for m in sorted(metros.metros, key=lambda metro: metro.id)],
        "metro_place": metro_members(metros),
        "metro_anchor": [
            (m.id, m.country_code, ",".join(m.admin1_codes), latitude, longitude, km)
            for m, latitude, longitude, km in anchor_positions(metros)
        ],
    }


def _ranking_rows(config: Config) -> dict[str, Iterable[Row]]:
    ranking = config.ranking
    return {
        "ranking": [
            (
                ranking.version,
                ranking.active_within_months,
                ranking.past_after_months,
                ranking.minimum_score,
                ranking.first_or_last_author_percent,
                config.settings.publish.minimum_cell,
            )
        ],
        "family": [
            (name, weight.weight_percent, weight.cap, weight.half_life_months)
            for name, weight in sorted(ranking.families.items())
        ],
        "pay": [
            (
                *(getattr(premium, name) for name in REFERENCE_SCHEMAS["pay"].names[:-2]),
                config.pay.as_of,
                position,
            )
            for position, premium in enumerate(config.pay.premiums, 1)
        ],
    }


def read_decisions(path: Path, schema: pa.Schema) -> Iterator[Row]:
    """Rows of a CSV of decisions; a missing file decides nothing.

    The header must name the schema's columns (in any order). Raises UserError naming file and line.
    """
    if not path.exists():
        return
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream, strict=True)
        header = reader.fieldnames or ()
        unknown, missing = sorted(set(header) - set(schema.names)), sorted(set(schema.names) - set(header))
        if unknown or missing:
            raise UserError(
                f"{path}:1: the columns must be {','.join(schema.names)}"
                f" (unknown: {', '.join(unknown) or 'none'}; missing: {', '.join(missing) or 'none'})"
            )
        try:
            for row in reader:
                yield tuple(
                    _decision_value(path, reader.line_num, field, row[field.name]) for field in schema
                )
        except csv.Error as error:
            raise UserError(f"{path}:{reader.reader.line_num}: not valid CSV ({error})") from None


def _decision_value(path: Path, line: int, field: pa.Field, text: str | None) -> object:
    if text is None or not text.strip():
        return None
    if field.type != pa.date32():
        return text.strip()
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UserError(f"{path}:{line}: {field.name}: '{text}' is not a date; write YYYY-MM-DD") from None
