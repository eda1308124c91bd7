/* A person with two current places, or one that is current and not the newest known. */
AUDIT (
  name person_place_one_current
);

SELECT
  person_id,
  SUM(CASE WHEN is_current THEN 1 ELSE 0 END) AS n_current
FROM @this_model
GROUP BY person_id
HAVING SUM(CASE WHEN is_current THEN 1 ELSE 0 END) > 1
  OR MAX(CASE WHEN is_current THEN as_of END) < MAX(CASE WHEN country_code IS NOT NULL THEN as_of END)
