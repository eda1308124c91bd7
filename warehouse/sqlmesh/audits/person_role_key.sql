/* Two rows of one person_id. */
AUDIT (
  name person_role_key
);

SELECT
  person_id,
  COUNT(*) AS n_rows
FROM @this_model
GROUP BY person_id
HAVING COUNT(*) > 1
