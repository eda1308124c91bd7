MODEL (
  name core.work_artifact,
  kind FULL,
  description 'Which work an artifact is, one row a source and artifact; one paper at three sources is one work.',
  grain (source, artifact_id),
  audits (work_artifact_maps_every_artifact_once)
);

WITH others AS (
  SELECT
    source,
    artifact_id,
    SPLIT_PART(source, '_', 1) AS platform
  FROM staging.artifact
  WHERE kind NOT IN ('paper', 'talk')
), founders AS (
  /* A model that two sources of one platform list is one model: both carry the platform's own id of it. */
  SELECT
    platform,
    artifact_id,
    MIN(source) AS source,
    COUNT(*) AS n_artifacts
  FROM others
  GROUP BY platform, artifact_id
), final AS (
  SELECT source, artifact_id, work_id, basis FROM core.paper_artifact
  UNION ALL
  SELECT
    others.source,
    others.artifact_id,
    'w_' || SUBSTRING(SHA256(founders.source || ':artifact:' || founders.artifact_id), 1, 16) AS work_id,
    CASE WHEN founders.n_artifacts > 1 THEN 'platform_id' ELSE 'own' END AS basis
  FROM others
  INNER JOIN founders ON others.platform = founders.platform AND others.artifact_id = founders.artifact_id
)

SELECT
  source::TEXT, -- name of the source
  artifact_id::TEXT, -- the source's id of the work
  work_id::TEXT, -- the work: hash of its least artifact
  basis::TEXT -- why it belongs to the work: shared_id, title_and_year, platform_id, or own if nothing else does
FROM final
