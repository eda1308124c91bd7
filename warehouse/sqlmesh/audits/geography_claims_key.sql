/* Two rows of one specialty and claim_id and area. */
AUDIT (
  name geography_claims_key
);

SELECT
  specialty, claim_id, area,
  COUNT(*) AS n_rows
FROM @this_model
GROUP BY specialty, claim_id, area
HAVING COUNT(*) > 1
