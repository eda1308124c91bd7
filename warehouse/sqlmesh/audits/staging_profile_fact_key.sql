/* Two rows of one source and profile_id and name and value. */
AUDIT (
  name staging_profile_fact_key
);

SELECT
  source, profile_id, name, value,
  COUNT(*) AS n_rows
FROM @this_model
GROUP BY source, profile_id, name, value
HAVING COUNT(*) > 1
