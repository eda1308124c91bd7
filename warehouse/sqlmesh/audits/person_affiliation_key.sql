/* Two rows of one person_id and affiliation and as_of and basis. */
AUDIT (
  name person_affiliation_key
);

SELECT
  person_id, affiliation, as_of, basis,
  COUNT(*) AS n_rows
FROM @this_model
GROUP BY person_id, affiliation, as_of, basis
HAVING COUNT(*) > 1
