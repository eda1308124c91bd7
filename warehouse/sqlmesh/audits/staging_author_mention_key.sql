/* Two rows of one source and artifact_id and position. */
AUDIT (
  name staging_author_mention_key
);

SELECT
  source, artifact_id, position,
  COUNT(*) AS n_rows
FROM @this_model
GROUP BY source, artifact_id, position
HAVING COUNT(*) > 1
