/* Shares of a person that do not add up to 1 (each is rounded to 6 places). */
AUDIT (
  name specialty_fit_shares
);

SELECT
  person_id,
  SUM(share) AS share
FROM @this_model
GROUP BY person_id
HAVING ABS(SUM(share) - 1) > 0.0001
