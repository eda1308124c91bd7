/* Two rows of one person_id and specialty. */
AUDIT (
  name specialty_fit_key
);

SELECT
  person_id, specialty,
  COUNT(*) AS n_rows
FROM @this_model
GROUP BY person_id, specialty
HAVING COUNT(*) > 1
