/* Two rows of one source and profile_id. */
AUDIT (
  name staging_profile_key
);

SELECT
  source, profile_id,
  COUNT(*) AS n_rows
FROM @this_model
GROUP BY source, profile_id
HAVING COUNT(*) > 1
