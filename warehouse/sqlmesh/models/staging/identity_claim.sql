MODEL (
  name staging.identity_claim,
  kind FULL,
  description 'Statements that an account is also another one, one row a source, account, scheme and value.',
  grain (source, profile_id, scheme, value),
  audits (staging_identity_claim_key)
);

WITH current_rows AS (
  SELECT
    *
  FROM @current_rows('identity_claim', [profile_id, scheme, value], [profile_id, scheme, value, strength, url])
)

SELECT
  source::TEXT, -- name of the source
  profile_id::TEXT, -- the source's id of the account
  scheme::TEXT, -- where the other account is: orcid, github, huggingface and so on
  value::TEXT, -- the other account
  strength::TEXT, -- verified, declared, admin_assigned or extracted
  url::TEXT, -- page that says so
  as_of::DATE, -- the day whose state the row shows
  document::TEXT, -- the document it came from
  run_id::TEXT, -- the source run that landed it
  retrieved_at::TIMESTAMPTZ, -- when it was fetched
  licence::TEXT, -- licence of the source
  is_stale::BOOLEAN -- the source has not confirmed it within its max_age_days
FROM current_rows
