/* Two rows of one source and organisation_id. */
AUDIT (
  name staging_organisation_key
);

SELECT
  source, organisation_id,
  COUNT(*) AS n_rows
FROM @this_model
GROUP BY source, organisation_id
HAVING COUNT(*) > 1
