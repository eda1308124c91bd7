/* Two rows of one source and person_id and specialty. */
AUDIT (
  name person_weight_key
);

SELECT
  source, person_id, specialty,
  COUNT(*) AS n_rows
FROM @this_model
GROUP BY source, person_id, specialty
HAVING COUNT(*) > 1
