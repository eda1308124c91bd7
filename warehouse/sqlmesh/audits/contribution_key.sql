/* Two rows of one person_id and work_id. */
AUDIT (
  name contribution_key
);

SELECT
  person_id, work_id,
  COUNT(*) AS n_rows
FROM @this_model
GROUP BY person_id, work_id
HAVING COUNT(*) > 1
