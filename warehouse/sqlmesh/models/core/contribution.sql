MODEL (
  name core.contribution,
  kind FULL,
  description 'Who made what, one row a person and work.',
  grain (person_id, work_id),
  audits (contribution_key)
);

WITH authored AS (
  SELECT
    member.person_id,
    work_artifact.work_id,
    'author' AS role,
    mention.position,
    mention.n_authors,
    mention.source,
    mention.url,
    mention.licence
  FROM staging.author_mention AS mention
  INNER JOIN core.person_member AS member
    ON member.member_key = mention.source || ':work:' || mention.artifact_id || '#' || CAST(mention.position AS TEXT)
  INNER JOIN core.work_artifact AS work_artifact
    ON mention.source = work_artifact.source AND mention.artifact_id = work_artifact.artifact_id
), owned AS (
  SELECT
    member.person_id,
    work_artifact.work_id,
    'owner' AS role,
    CAST(NULL AS BIGINT) AS position,
    CAST(NULL AS BIGINT) AS n_authors,
    artifact.source,
    artifact.url,
    artifact.licence
  FROM staging.artifact AS artifact
  INNER JOIN staging.profile AS profile
    ON artifact.source = profile.source AND LOWER(artifact.owner_handle) = LOWER(profile.handle) AND profile.kind = 'person'
  INNER JOIN core.person_member AS member ON member.member_key = profile.source || ':profile:' || profile.profile_id
  INNER JOIN core.work_artifact AS work_artifact
    ON artifact.source = work_artifact.source AND artifact.artifact_id = work_artifact.artifact_id
), both_roles AS (
  SELECT * FROM authored
  UNION ALL
  SELECT * FROM owned
), final AS (
  SELECT
    *
  FROM both_roles
  QUALIFY ROW_NUMBER() OVER (PARTITION BY person_id, work_id ORDER BY role, position, source, url) = 1
)

SELECT
  final.person_id::TEXT, -- the person
  final.work_id::TEXT, -- the work
  final.role::TEXT, -- author or owner
  final.position::INT, -- place in the list of authors, from 1; null for owners
  final.n_authors::INT, -- number of authors; null for owners
  (final.position = 1 OR final.position = final.n_authors)::BOOLEAN AS is_first_or_last, -- first or last author; null for owners
  work.evidence_date::DATE, -- the day by which the work counts
  final.source::TEXT, -- the source that says so
  final.url::TEXT, -- page that says so
  final.licence::TEXT -- licence of that source
FROM final
INNER JOIN core.work AS work ON final.work_id = work.work_id
