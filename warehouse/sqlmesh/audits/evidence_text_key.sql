/* Two rows of one evidence_id and field. */
AUDIT (
  name evidence_text_key
);

SELECT
  evidence_id, field,
  COUNT(*) AS n_rows
FROM @this_model
GROUP BY evidence_id, field
HAVING COUNT(*) > 1
