/* Two rows of one source and run_id. */
AUDIT (
  name staging_run_key
);

SELECT
  source, run_id,
  COUNT(*) AS n_rows
FROM @this_model
GROUP BY source, run_id
HAVING COUNT(*) > 1
