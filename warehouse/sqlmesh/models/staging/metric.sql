MODEL (
  name staging.metric,
  kind FULL,
  description 'Counts that a source shows for a work, one row a source, artifact, measure and day.',
  grain (source, artifact_id, name, as_of),
  audits (staging_metric_key)
);

WITH current_rows AS (
  SELECT
    *
  FROM @current_rows('metric', [artifact_id, name, as_of], [artifact_id, name, value, url])
)

SELECT
  source::TEXT, -- name of the source
  artifact_id::TEXT, -- the source's id of the work
  name::TEXT, -- what is counted
  value::BIGINT, -- the count
  url::TEXT, -- page that shows it
  as_of::DATE, -- the day whose state the row shows
  document::TEXT, -- the document it came from
  run_id::TEXT, -- the source run that landed it
  retrieved_at::TIMESTAMPTZ, -- when it was fetched
  licence::TEXT, -- licence of the source
  is_stale::BOOLEAN -- the source has not confirmed it within its max_age_days
FROM current_rows
