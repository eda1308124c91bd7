MODEL (
  name staging.document,
  kind FULL,
  description 'Documents that were asked for, one row a source and document, with the run whose records of it hold now.',
  grain (source, document),
  audits (staging_document_key)
);

WITH seen AS (
  SELECT
    seen.source,
    seen.document_url AS document,
    seen.outcome,
    run.run_id,
    run.ordinal,
    run.as_of,
    run.last_full_ordinal
  FROM @landing('seen') AS seen
  INNER JOIN staging.run AS run ON seen.source = run.source AND seen.run_id = run.run_id
), documents AS (
  SELECT
    source,
    document,
    MAX(last_full_ordinal) AS last_full_ordinal,
    MAX(CASE WHEN outcome = 'delivered' THEN ordinal END) AS delivered_ordinal,
    MAX(CASE WHEN outcome = 'delivered' THEN run_id END) AS delivered_run_id,
    MAX(CASE WHEN outcome IN ('delivered', 'not_modified') THEN ordinal END) AS seen_ordinal,
    MAX(CASE WHEN outcome IN ('delivered', 'not_modified') THEN as_of END) AS seen_as_of,
    MAX(CASE WHEN outcome = 'gone' THEN ordinal END) AS gone_ordinal
  FROM seen
  GROUP BY source, document
), final AS (
  SELECT
    documents.source,
    documents.document,
    documents.delivered_run_id,
    documents.seen_as_of,
    documents.gone_ordinal,
    documents.delivered_ordinal IS NOT NULL
      AND documents.seen_ordinal >= COALESCE(documents.last_full_ordinal, 0)
      AND (documents.gone_ordinal IS NULL OR documents.gone_ordinal < documents.seen_ordinal) AS is_alive,
    DATE_DIFF('DAY', documents.seen_as_of, build.as_of) > source.max_age_days AS is_stale
  FROM documents
  LEFT JOIN ref.source AS source ON documents.source = source.source
  CROSS JOIN ref.build AS build
)

SELECT
  source::TEXT, -- name of the source
  document::TEXT, -- address of the document, or its path inside the data folder
  delivered_run_id::TEXT, -- the run that last delivered its records
  seen_as_of::DATE, -- the last day the document was met, delivered or not modified
  gone_ordinal::INT, -- ordinal of the last run to which the source said that it is gone
  COALESCE(is_alive, FALSE)::BOOLEAN AS is_alive, -- in a source read in full: met in the latest good run or later, and not gone since
  COALESCE(is_stale, FALSE)::BOOLEAN AS is_stale -- last met longer ago than the source's max_age_days
FROM final
