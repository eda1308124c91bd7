/* Two rows of one specialty and person_id. */
AUDIT (
  name leads_key
);

SELECT
  specialty, person_id,
  COUNT(*) AS n_rows
FROM @this_model
GROUP BY specialty, person_id
HAVING COUNT(*) > 1
