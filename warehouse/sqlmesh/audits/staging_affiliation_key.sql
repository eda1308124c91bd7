/* Two rows of one source and profile_id and organisation and from_date and position. */
AUDIT (
  name staging_affiliation_key
);

SELECT
  source, profile_id, organisation, from_date, position,
  COUNT(*) AS n_rows
FROM @this_model
GROUP BY source, profile_id, organisation, from_date, position
HAVING COUNT(*) > 1
