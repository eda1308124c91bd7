MODEL (
  name staging.author_mention,
  kind FULL,
  description 'Authors as printed on a work, one row a source, artifact and author position.',
  grain (source, artifact_id, position),
  audits (staging_author_mention_key)
);

WITH current_rows AS (
  SELECT
    *
  FROM @current_rows('author_mention', [artifact_id, position], [artifact_id, position, n_authors, name, native_name, affiliation, profile_id, profile_basis, orcid, url])
)

SELECT
  source::TEXT, -- name of the source
  artifact_id::TEXT, -- the source's id of the work
  position::BIGINT, -- place in the list of authors, from 1
  n_authors::BIGINT, -- number of authors of the work
  name::TEXT, -- name as printed
  native_name::TEXT, -- name in its own script, where printed
  affiliation::TEXT, -- affiliation as printed, as of the work
  profile_id::TEXT, -- the source's account of the author, where it names one
  profile_basis::TEXT, -- explicit, or name_matched_by_source
  orcid::TEXT, -- ORCID iD printed with the name
  url::TEXT, -- public page of the work
  as_of::DATE, -- the day whose state the row shows
  document::TEXT, -- the document it came from
  run_id::TEXT, -- the source run that landed it
  retrieved_at::TIMESTAMPTZ, -- when it was fetched
  licence::TEXT, -- licence of the source
  is_stale::BOOLEAN -- the source has not confirmed it within its max_age_days
FROM current_rows
