MODEL (
  name staging.run,
  kind FULL,
  description 'Source runs whose records count (verdict ok or partial), one row a source and run.',
  grain (source, run_id),
  audits (staging_run_key, profiles_not_mixed)
);

WITH landed AS (
  SELECT
    source,
    run_id,
    ordinal,
    mode,
    verdict,
    as_of
  FROM @landing('manifest')
  WHERE landed
), latest AS (
  SELECT
    source,
    MAX(ordinal) AS last_ordinal,
    MAX(CASE WHEN verdict = 'ok' AND mode = 'full' THEN ordinal END) AS last_full_ordinal,
    MAX(as_of) AS last_as_of
  FROM landed
  GROUP BY source
), newest_mode AS (
  SELECT
    landed.source,
    landed.mode
  FROM landed
  INNER JOIN latest ON landed.source = latest.source AND landed.ordinal = latest.last_ordinal
), final AS (
  SELECT
    landed.source,
    landed.run_id,
    landed.ordinal,
    newest_mode.mode,
    landed.verdict,
    landed.as_of,
    latest.last_full_ordinal,
    DATE_DIFF('DAY', latest.last_as_of, build.as_of) > source.max_age_days AS source_is_stale
  FROM landed
  INNER JOIN latest ON landed.source = latest.source
  INNER JOIN newest_mode ON landed.source = newest_mode.source
  LEFT JOIN ref.source AS source ON landed.source = source.source
  CROSS JOIN ref.build AS build
)

SELECT
  source::TEXT, -- name of the source
  run_id::TEXT, -- id of the run; sorts by start time
  ordinal::INT, -- place of the run among the source's runs
  mode::TEXT, -- how the source is read, by its newest run: full (absence means deletion) or delta
  verdict::TEXT, -- ok or partial
  as_of::DATE, -- the day whose state the run saw
  last_full_ordinal::INT, -- ordinal of the source's latest run that was ok and full; null if there is none
  COALESCE(source_is_stale, FALSE)::BOOLEAN AS source_is_stale -- the source's newest landed run is older than its max_age_days
FROM final
