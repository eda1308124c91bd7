/* An artifact that belongs to no work, or to two, or a mapped artifact that is not staged. */
AUDIT (
  name work_artifact_maps_every_artifact_once
);

SELECT
  COALESCE(artifact.source, mapped.source) AS source,
  COALESCE(artifact.artifact_id, mapped.artifact_id) AS artifact_id,
  COUNT(mapped.work_id) AS n_works
FROM staging.artifact AS artifact
FULL JOIN @this_model AS mapped ON artifact.source = mapped.source AND artifact.artifact_id = mapped.artifact_id
GROUP BY COALESCE(artifact.source, mapped.source), COALESCE(artifact.artifact_id, mapped.artifact_id)
HAVING COUNT(mapped.work_id) <> 1 OR COUNT(artifact.artifact_id) <> 1
