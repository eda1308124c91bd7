"""core.affiliation_match: see warehouse.geography.affiliation."""

from __future__ import annotations

import typing as t

from sqlmesh import ExecutionContext, model


@model(
    "core.affiliation_match",
    kind="FULL",
    description="What each distinct affiliation string names, one row a string and organisation (or place) in it.",
    depends_on={
        "staging.author_mention",
        "staging.affiliation",
        "staging.profile",
        "core.organisation",
        "staging.organisation_name",
        "staging.organisation",
    },
    columns={
        "affiliation": "text",
        "ordinal": "int",
        "organisation_id": "text",
        "organisation_name": "text",
        "country_code": "text",
        "geonames_id": "bigint",
        "basis": "text",
        "confidence": "text",
        "reason": "text",
    },
    column_descriptions={
        "affiliation": "the string as printed",
        "ordinal": "place of the organisation within the string, from 1",
        "organisation_id": "the organisation in the registry; null if it is not known or stays ambiguous",
        "organisation_name": "the registry's display name",
        "country_code": "country that the string states, else the organisation's registered one",
        "geonames_id": "city that the string states, else the organisation's registered one",
        "basis": "where the place is from: text or organisation",
        "confidence": "of the place: high (stated), medium (registered), low (an international company)",
        "reason": "matched, headquarters, place_only, ambiguous, country_conflict or unknown",
    },
    grain=["affiliation", "ordinal"],
    audits=["affiliation_match_key", "affiliation_match_ids_exist"],
)
def execute(context: ExecutionContext, **kwargs: t.Any) -> t.Iterator[t.Any]:
    from warehouse.geography.frames import affiliation_match, matcher

    mention = context.resolve_table("staging.author_mention")
    affiliation = context.resolve_table("staging.affiliation")
    profile = context.resolve_table("staging.profile")
    organisation = context.resolve_table("core.organisation")
    registered = context.resolve_table("staging.organisation")
    name = context.resolve_table("staging.organisation_name")
    strings = context.fetchdf(
        f"""SELECT affiliation FROM {mention} WHERE affiliation IS NOT NULL
        UNION SELECT organisation FROM {affiliation}
        UNION SELECT location_text FROM {profile} WHERE location_text IS NOT NULL AND kind = 'person'
        ORDER BY 1"""
    )
    if strings.empty:
        return
    yield affiliation_match(
        strings,
        matcher(
            context.fetchdf(
                f"SELECT organisation_id, name, status, country_code, city, geonames_id FROM {organisation}"
            ),
            context.fetchdf(f"SELECT DISTINCT organisation_id, name, kind FROM {name}"),
            context.fetchdf(
                f"""SELECT DISTINCT o.organisation_id, r.item.organisation_id AS parent_id
                FROM {registered} AS o CROSS JOIN UNNEST(o.relations) AS r(item) WHERE r.item.kind = 'parent'"""
            ),
            context.fetchdf("SELECT geonames_id, name, country_code, admin1_code, population FROM ref.place"),
            context.fetchdf("SELECT country_code, name FROM ref.country"),
            strings,
        ),
    )
