/* Two rows of one evidence_id. */
AUDIT (
  name evidence_key
);

SELECT
  evidence_id,
  COUNT(*) AS n_rows
FROM @this_model
GROUP BY evidence_id
HAVING COUNT(*) > 1
