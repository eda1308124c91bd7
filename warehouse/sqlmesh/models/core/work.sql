MODEL (
  name core.work,
  kind FULL,
  description 'Works, one row a paper, model, dataset and so on, over all sources that show it.',
  grain work_id,
  audits (work_key, work_shows_no_mail)
);

WITH artifacts AS (
  /* Without tags and ids, which weigh more than all else and are not looked at here. */
  SELECT
    work_artifact.work_id,
    artifact.source,
    artifact.artifact_id,
    artifact.kind,
    artifact.title,
    artifact.abstract,
    artifact.venue_id,
    artifact.venue,
    artifact.year,
    artifact.published_on,
    artifact.updated_at,
    artifact.owner_handle,
    artifact.status,
    artifact.url,
    artifact.licence,
    artifact.is_stale
  FROM staging.artifact AS artifact
  INNER JOIN core.work_artifact AS work_artifact
    ON artifact.source = work_artifact.source AND artifact.artifact_id = work_artifact.artifact_id
), shown AS (
  /* The source that shows a work best: still there, with an abstract, then by name. */
  SELECT
    *
  FROM artifacts
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY work_id
    ORDER BY CASE WHEN status = 'active' THEN 0 ELSE 1 END, CASE WHEN abstract IS NULL THEN 1 ELSE 0 END, source, artifact_id
  ) = 1
), gathered AS (
  SELECT
    work_id,
    COUNT(*) AS n_artifacts,
    ARRAY_TO_STRING(LIST_SORT(ARRAY_AGG(DISTINCT source)), ', ') AS sources,
    MAX(CASE WHEN status = 'retracted' THEN 1 ELSE 0 END) AS is_retracted,
    MAX(CASE WHEN status = 'active' THEN 1 ELSE 0 END) AS is_active,
    MIN(published_on) AS published_on,
    MIN(year) AS year,
    MAX(CAST(updated_at AT TIME ZONE 'UTC' AS DATE)) AS updated_on,
    MIN(CASE WHEN is_stale THEN 1 ELSE 0 END) AS is_stale
  FROM artifacts
  GROUP BY work_id
), final AS (
  SELECT
    shown.work_id,
    shown.kind,
    shown.title,
    shown.abstract,
    shown.venue_id,
    shown.venue,
    gathered.year,
    gathered.published_on,
    gathered.updated_on,
    LEAST(COALESCE(
      gathered.published_on,
      CASE WHEN shown.kind IN ('paper', 'talk') THEN NULL ELSE gathered.updated_on END,
      MAKE_DATE(CAST(gathered.year AS INT), 7, 1),
      gathered.updated_on
    ), build.as_of) AS evidence_date,
    CASE
      WHEN gathered.published_on IS NOT NULL THEN 'published'
      WHEN shown.kind NOT IN ('paper', 'talk') AND gathered.updated_on IS NOT NULL THEN 'updated'
      WHEN gathered.year IS NOT NULL THEN 'year'
      WHEN gathered.updated_on IS NOT NULL THEN 'updated'
    END AS date_basis,
    CASE WHEN gathered.is_retracted = 1 THEN 'retracted' WHEN gathered.is_active = 1 THEN 'active' ELSE shown.status END AS status,
    shown.owner_handle,
    shown.source,
    gathered.sources,
    gathered.n_artifacts,
    shown.url,
    shown.licence,
    gathered.is_stale = 1 AS is_stale
  FROM shown
  INNER JOIN gathered ON shown.work_id = gathered.work_id
  CROSS JOIN ref.build AS build
)

SELECT
  work_id::TEXT, -- the work
  kind::TEXT, -- paper, model, dataset, space, repository, talk or other
  title::TEXT, -- title as the best source prints it
  abstract::TEXT, -- abstract or description
  venue_id::TEXT, -- venue slug
  venue::TEXT, -- venue as printed
  year::INT, -- earliest year of publication
  published_on::DATE, -- earliest day of publication, where known
  updated_on::DATE, -- last change at a source
  evidence_date::DATE, -- the day by which the work counts: published, else updated (not papers), else the middle of its year
  date_basis::TEXT, -- what evidence_date is: published, updated or year
  status::TEXT, -- active, or why it does not count: retracted, removed, rejected, withdrawn
  owner_handle::TEXT, -- namespace that it lives in
  source::TEXT, -- the source that is shown
  sources::TEXT, -- all sources that show it
  n_artifacts::INT, -- rows of sources that are this work
  url::TEXT, -- public page
  licence::TEXT, -- licence of the source that is shown
  is_stale::BOOLEAN -- no source has confirmed it within its max_age_days
FROM final
