MODEL (
  name staging.profile_fact,
  kind FULL,
  description 'What accounts state about themselves beside name and text, one row a source, account, kind of fact and value.',
  grain (source, profile_id, name, value),
  audits (staging_profile_fact_key)
);

WITH current_rows AS (
  SELECT
    *
  FROM @current_rows('profile_fact', [profile_id, name, value], [profile_id, name, value, url])
)

SELECT
  source::TEXT, -- name of the source
  profile_id::TEXT, -- the source's id of the account
  name::TEXT, -- kind of fact: hardware or organisation_role
  value::TEXT, -- the fact as the account states it
  url::TEXT, -- page that says so
  as_of::DATE, -- the day whose state the row shows
  document::TEXT, -- the document it came from
  run_id::TEXT, -- the source run that landed it
  retrieved_at::TIMESTAMPTZ, -- when it was fetched
  licence::TEXT, -- licence of the source
  is_stale::BOOLEAN -- the source has not confirmed it within its max_age_days
FROM current_rows
