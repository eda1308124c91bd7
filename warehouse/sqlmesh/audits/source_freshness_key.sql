/* Two rows of one source. */
AUDIT (
  name source_freshness_key
);

SELECT
  source,
  COUNT(*) AS n_rows
FROM @this_model
GROUP BY source
HAVING COUNT(*) > 1
