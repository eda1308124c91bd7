/* Two rows of one organisation_id. */
AUDIT (
  name organisation_key
);

SELECT
  organisation_id,
  COUNT(*) AS n_rows
FROM @this_model
GROUP BY organisation_id
HAVING COUNT(*) > 1
