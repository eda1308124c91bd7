MODEL (
  name core.contribution,
  kind FULL,
  description 'Who made what, one row a person and work.',
  grain (person_id, work_id),
  audits (contribution_key)
);

WITH gone AS (
  /* What an account owned went away with it. A name that somebody else bears now is not gone. */
  SELECT
    platform,
    LOWER(handle) AS handle
  FROM core.account
  WHERE handle IS NOT NULL
  GROUP BY platform, LOWER(handle)
  HAVING MIN(CASE WHEN standing = 'deleted' THEN 1 ELSE 0 END) = 1
), authored AS (
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
  INNER JOIN staging.artifact AS artifact
    ON mention.source = artifact.source AND mention.artifact_id = artifact.artifact_id
  LEFT JOIN gone ON SPLIT_PART(artifact.source, '_', 1) = gone.platform AND LOWER(artifact.owner_handle) = gone.handle
  WHERE gone.handle IS NULL
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
  INNER JOIN core.account AS account
    ON SPLIT_PART(artifact.source, '_', 1) = account.platform
    AND LOWER(artifact.owner_handle) = LOWER(account.handle) AND account.is_person
  INNER JOIN core.person_member AS member ON account.member_key = member.member_key
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
  /* Committers and maintainers come in no order that says anything. */
  CASE
    WHEN work.kind IN ('paper', 'talk') THEN final.position = 1 OR final.position = final.n_authors
  END::BOOLEAN AS is_first_or_last, -- first or last author of a paper or talk; null for other works and for owners
  work.evidence_date::DATE, -- the day by which the work counts
  final.source::TEXT, -- the source that says so
  final.url::TEXT, -- page that says so
  final.licence::TEXT -- licence of that source
FROM final
INNER JOIN core.work AS work ON final.work_id = work.work_id
