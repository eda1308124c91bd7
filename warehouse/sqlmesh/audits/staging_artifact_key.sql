/* Two rows of one source and artifact_id. */
AUDIT (
  name staging_artifact_key
);

SELECT
  source, artifact_id,
  COUNT(*) AS n_rows
FROM @this_model
GROUP BY source, artifact_id
HAVING COUNT(*) > 1
