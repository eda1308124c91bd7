/* Two rows of one evidence_id and specialty and rule_id and effect. */
AUDIT (
  name text_match_key
);

SELECT
  evidence_id, specialty, rule_id, effect,
  COUNT(*) AS n_rows
FROM @this_model
GROUP BY evidence_id, specialty, rule_id, effect
HAVING COUNT(*) > 1
