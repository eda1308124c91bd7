MODEL (
  name staging.profile,
  kind FULL,
  description 'Accounts at sources as they are now, one row a source and account.',
  grain (source, profile_id),
  audits (staging_profile_key)
);

WITH current_rows AS (
  SELECT
    *
  FROM @current_rows('profile', [profile_id], [profile_id, handle, name, kind, bio, location_text, homepage, created_at, followers, following, works, status, url])
)

SELECT
  source::TEXT, -- name of the source
  profile_id::TEXT, -- the source's stable id of the account
  handle::TEXT, -- the account's present, renameable name
  name::TEXT, -- the name that the account shows
  kind::TEXT, -- person, organisation, bot or unknown
  bio::TEXT, -- what the account says about itself, without contact details
  location_text::TEXT, -- the place that the account states, as written
  homepage::TEXT, -- the page that the account links to
  created_at::TIMESTAMPTZ, -- when the account was made
  followers::BIGINT, -- followers that the source counts
  following::BIGINT, -- accounts that it follows, as the source counts them
  works::BIGINT, -- works that the source counts for the account
  status::TEXT, -- active, renamed or deleted
  url::TEXT, -- public page of the account
  as_of::DATE, -- the day whose state the row shows
  document::TEXT, -- the document it came from
  run_id::TEXT, -- the source run that landed it
  retrieved_at::TIMESTAMPTZ, -- when it was fetched
  licence::TEXT, -- licence of the source
  is_stale::BOOLEAN -- the source has not confirmed it within its max_age_days
FROM current_rows
