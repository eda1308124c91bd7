MODEL (
  name staging.affiliation,
  kind FULL,
  description 'Organisations that accounts say they belong to, one row a source, account, organisation, start and position.',
  grain (source, profile_id, organisation, from_date, position),
  audits (staging_affiliation_key)
);

WITH current_rows AS (
  SELECT
    *
  FROM @current_rows('affiliation', [profile_id, organisation, from_date, position], [profile_id, organisation, organisation_id, position, from_date, to_date, url])
)

SELECT
  source::TEXT, -- name of the source
  profile_id::TEXT, -- the source's id of the account
  organisation::TEXT, -- organisation as written
  organisation_id::TEXT, -- the source's id of the organisation
  position::TEXT, -- job or role as written
  from_date::DATE, -- stated start
  to_date::DATE, -- stated end
  url::TEXT, -- page that says so
  as_of::DATE, -- the day whose state the row shows
  document::TEXT, -- the document it came from
  run_id::TEXT, -- the source run that landed it
  retrieved_at::TIMESTAMPTZ, -- when it was fetched
  licence::TEXT, -- licence of the source
  is_stale::BOOLEAN -- the source has not confirmed it within its max_age_days
FROM current_rows
