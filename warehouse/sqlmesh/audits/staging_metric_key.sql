/* Two rows of one source and artifact_id and name and as_of. */
AUDIT (
  name staging_metric_key
);

SELECT
  source, artifact_id, name, as_of,
  COUNT(*) AS n_rows
FROM @this_model
GROUP BY source, artifact_id, name, as_of
HAVING COUNT(*) > 1
