"""Which landed rows are true now."""

from __future__ import annotations

from sqlglot import exp
from sqlmesh import macro

# What suppression knows a row by, per record type: conditions over the row `r` and ref.suppressed_member `s`. See
# `config.records.Record.identifiers`; ORCIDs and claims mean the same whichever source says them.
_PROFILE = "s.kind = 'profile' AND s.source = r.source AND s.value = r.profile_id"
_SUPPRESSED = {
    "profile": (_PROFILE, "s.kind = 'handle' AND s.source = r.source AND s.value = LOWER(r.handle)"),
    "organisation": (),
    "artifact": (
        "s.kind = 'artifact' AND s.source = r.source AND s.value = r.artifact_id",
        "s.kind = 'handle' AND s.source = r.source AND s.value = LOWER(r.owner_handle)",
    ),
    "author_mention": (
        "s.kind = 'work' AND s.source = r.source AND s.value = r.artifact_id || '#' || CAST(r.position AS TEXT)",
        _PROFILE,
        "s.kind = 'orcid' AND s.value = r.orcid",
    ),
    "affiliation": (_PROFILE,),
    "identity_claim": (_PROFILE, "s.source = '' AND s.kind = r.scheme AND s.value = r.value"),
    "profile_fact": (_PROFILE,),
    "metric": ("s.kind = 'artifact' AND s.source = r.source AND s.value = r.artifact_id",),
}


@macro()
def current_rows(evaluator, record, key, columns):  # type: ignore[no-untyped-def]  # annotations would be SQL types
    """The rows of a record type that are true now, one per source and key.

    A source read in full: a document's rows are those of the run that last delivered it, while the document is alive
    (staging.document). A source read by changes: the newest row of a key, unless its document went away later. Then the
    newest as_of wins, then the later run, then the document's name. Suppressed people's rows are left out.
    """
    name = record.name
    keys = [item.name for item in key.expressions]
    kept = [item.name for item in columns.expressions]
    schema = evaluator.var("landing_schema", "landing")
    as_of = "COALESCE(r.as_of, m.as_of)"
    suppressed = " ".join(
        f"AND NOT EXISTS (SELECT 1 FROM ref.suppressed_member AS s WHERE {condition})"
        for condition in _SUPPRESSED[name]
    )
    names = ["source", *kept, "as_of", "document", "run_id", "retrieved_at", "licence", "is_stale"]
    inner = ", ".join(f"r.{column}" for column in ("source", *kept))
    partition = ", ".join(f"r.{column}" for column in ("source", *keys))
    query = f"""
        SELECT {", ".join(names)} FROM (
            SELECT {inner}, {as_of} AS as_of, r.document, r.run_id, r.retrieved_at, r.licence,
                CASE WHEN m.mode = 'full' THEN d.is_stale ELSE m.source_is_stale END AS is_stale,
                ROW_NUMBER() OVER (
                    PARTITION BY {partition} ORDER BY {as_of} DESC, m.ordinal DESC, r.document DESC
                ) AS newness
            FROM {schema}.{name} AS r
            INNER JOIN staging.run AS m ON r.source = m.source AND r.run_id = m.run_id
            LEFT JOIN staging.document AS d ON r.source = d.source AND r.document = d.document
            WHERE CASE WHEN m.mode = 'full' THEN d.is_alive AND d.delivered_run_id = r.run_id
                  ELSE d.gone_ordinal IS NULL OR d.gone_ordinal < m.ordinal END
            {suppressed}
        ) AS ranked WHERE newness = 1
    """
    return exp.maybe_parse(query, dialect="duckdb").subquery("current_rows_of_" + name)
