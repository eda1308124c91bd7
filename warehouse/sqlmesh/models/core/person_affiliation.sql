MODEL (
  name core.person_affiliation,
  kind FULL,
  description 'Organisations that people are said to belong to, dated, one row a person, string, day and basis.',
  grain (person_id, affiliation, as_of, basis),
  audits (person_affiliation_key, person_affiliation_shows_no_mail)
);

WITH printed AS (
  SELECT
    member.person_id,
    mention.affiliation,
    CAST(NULL AS TEXT) AS position,
    work.evidence_date AS as_of,
    'printed_on_work' AS basis,
    mention.source,
    mention.url,
    mention.licence
  FROM staging.author_mention AS mention
  INNER JOIN core.person_member AS member
    ON member.member_key = mention.source || ':work:' || mention.artifact_id || '#' || CAST(mention.position AS TEXT)
  INNER JOIN core.work_artifact AS work_artifact
    ON mention.source = work_artifact.source AND mention.artifact_id = work_artifact.artifact_id
  INNER JOIN core.work AS work ON work_artifact.work_id = work.work_id
  WHERE mention.affiliation IS NOT NULL AND work.evidence_date IS NOT NULL
), stated AS (
  SELECT
    member.person_id,
    affiliation.organisation AS affiliation,
    affiliation.position,
    LEAST(COALESCE(affiliation.to_date, affiliation.as_of), affiliation.as_of, build.as_of) AS as_of,
    'stated_by_account' AS basis,
    affiliation.source,
    affiliation.url,
    affiliation.licence
  FROM staging.affiliation AS affiliation
  INNER JOIN core.person_member AS member ON member.member_key = affiliation.source || ':profile:' || affiliation.profile_id
  CROSS JOIN ref.build AS build
), located AS (
  SELECT
    member.person_id,
    profile.location_text AS affiliation,
    CAST(NULL AS TEXT) AS position,
    LEAST(profile.as_of, build.as_of) AS as_of,
    'stated_location' AS basis,
    profile.source,
    profile.url,
    profile.licence
  FROM staging.profile AS profile
  INNER JOIN core.person_member AS member ON member.member_key = profile.source || ':profile:' || profile.profile_id
  CROSS JOIN ref.build AS build
  WHERE profile.location_text IS NOT NULL
), together AS (
  SELECT * FROM printed
  UNION ALL
  SELECT * FROM stated
  UNION ALL
  SELECT * FROM located
), final AS (
  SELECT
    *
  FROM together
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY person_id, affiliation, as_of, basis ORDER BY CASE WHEN position IS NULL THEN 1 ELSE 0 END, position, source, url
  ) = 1
)

SELECT
  person_id::TEXT, -- the person
  affiliation::TEXT, -- the string as printed or stated; an organisation or, with basis stated_location, a place
  position::TEXT, -- job or role as written
  as_of::DATE, -- the day for which it was said
  basis::TEXT, -- printed_on_work, stated_by_account or stated_location
  source::TEXT, -- the source that says so
  url::TEXT, -- page that says so
  licence::TEXT -- licence of that source
FROM final
