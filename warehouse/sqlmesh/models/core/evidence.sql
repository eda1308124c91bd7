MODEL (
  name core.evidence,
  kind FULL,
  description 'What rules may read, one row a work that counts or a person''s own description of themselves.',
  grain evidence_id,
  audits (evidence_key)
);

WITH works AS (
  SELECT
    work_id AS evidence_id,
    kind,
    title,
    venue,
    venue_id,
    evidence_date,
    date_basis,
    source,
    url,
    licence,
    is_stale
  FROM core.work
  WHERE status = 'active' AND evidence_date IS NOT NULL
), accounts AS (
  SELECT
    profile.source || ':profile:' || profile.profile_id AS evidence_id,
    'profile' AS kind,
    'Own description' AS title,
    CAST(NULL AS TEXT) AS venue,
    CAST(NULL AS TEXT) AS venue_id,
    LEAST(profile.as_of, build.as_of) AS evidence_date,
    'seen' AS date_basis,
    profile.source,
    profile.url,
    profile.licence,
    profile.is_stale
  FROM staging.profile AS profile
  INNER JOIN core.account AS account ON profile.source = account.source AND profile.profile_id = account.profile_id
  CROSS JOIN ref.build AS build
  WHERE account.is_person AND profile.bio IS NOT NULL
), final AS (
  SELECT * FROM works
  UNION ALL
  SELECT * FROM accounts
)

SELECT
  evidence_id::TEXT, -- the work, or the account
  kind::TEXT, -- kind of work, or profile
  title::TEXT, -- title of the work
  venue::TEXT, -- venue as printed
  venue_id::TEXT, -- venue slug
  evidence_date::DATE, -- the day by which it counts
  date_basis::TEXT, -- what that day is: published, updated, year (its middle) or seen
  source::TEXT, -- the source that shows it
  url::TEXT, -- public page
  licence::TEXT, -- licence of the source
  is_stale::BOOLEAN -- the source has not confirmed it within its max_age_days
FROM final
