"""core.person_member: see warehouse.identity.people."""

from __future__ import annotations

import typing as t

from sqlmesh import ExecutionContext, model


@model(
    "core.person_member",
    kind="FULL",
    description="Which person an account, a place in an author list or an ORCID iD belongs to, one row a member.",
    depends_on={
        "staging.artifact",
        "staging.author_mention",
        "staging.identity_claim",
        "core.account",
        "core.work_artifact",
    },
    columns={
        "member_key": "text",
        "person_id": "text",
        "first_seen": "date",
        "rule": "text",
        "previous_person_id": "text",
    },
    column_descriptions={
        "member_key": "source:profile:id, source:work:artifact#position, or orcid:iD",
        "person_id": "the person; stable from build to build",
        "first_seen": "as_of of the first build that met the member",
        "rule": "strongest reason that holds it there: decision, orcid, profile, claim, same_work_and_place, or alone",
        "previous_person_id": "the person it belonged to in the build before, if that was another",
    },
    grain=["member_key"],
    audits=["person_member_key", "person_member_places_apart", "person_member_accounts_are_people"],
)
def execute(context: ExecutionContext, **kwargs: t.Any) -> t.Iterator[t.Any]:
    from warehouse.identity.frames import person_member

    account = context.resolve_table("core.account")
    artifact = context.resolve_table("staging.artifact")
    mention = context.resolve_table("staging.author_mention")
    claim = context.resolve_table("staging.identity_claim")
    work_artifact = context.resolve_table("core.work_artifact")
    build = context.fetchdf("SELECT CAST(as_of AS TEXT) AS as_of FROM ref.build")
    frame = person_member(
        context.fetchdf(
            f"""SELECT source, profile_id, handle, CASE WHEN standing = 'deleted' THEN standing ELSE kind END AS kind
            FROM {account} WHERE standing <> 'replaced'"""
        ),
        # The author of a paper stays its author when the account goes; a commit is a deed of the account alone.
        context.fetchdf(
            f"""SELECT m.source, m.artifact_id, m.position, m.n_authors, m.name, w.work_id, m.profile_id, m.orcid
            FROM {mention} AS m
            INNER JOIN {work_artifact} AS w ON m.source = w.source AND m.artifact_id = w.artifact_id
            INNER JOIN {artifact} AS a ON m.source = a.source AND m.artifact_id = a.artifact_id
            LEFT JOIN (
                SELECT DISTINCT platform, profile_id FROM {account} WHERE kind <> 'person' OR standing = 'deleted'
            ) AS n ON SPLIT_PART(m.source, '_', 1) = n.platform AND m.profile_id = n.profile_id
            WHERE a.kind IN ('paper', 'talk') OR n.profile_id IS NULL"""
        ),
        context.fetchdf(f"SELECT source, profile_id, scheme, value, strength FROM {claim}"),
        context.fetchdf("SELECT left_member, right_member, judgement FROM ref.decision_people"),
        context.fetchdf("SELECT member_key, person_id, first_seen FROM ref.person_registry"),
        context.fetchdf(
            """SELECT old_person_id, MAX(new_person_id) AS new_person_id FROM ref.person_history
            WHERE reason = 'merged' GROUP BY old_person_id"""
        ),
        str(build["as_of"][0]),
    )
    if not frame.empty:
        yield frame
