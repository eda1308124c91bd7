/* Two rows of one source and profile_id and scheme and value. */
AUDIT (
  name staging_identity_claim_key
);

SELECT
  source, profile_id, scheme, value,
  COUNT(*) AS n_rows
FROM @this_model
GROUP BY source, profile_id, scheme, value
HAVING COUNT(*) > 1
