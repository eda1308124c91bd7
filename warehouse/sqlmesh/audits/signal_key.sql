/* Two rows of one person_id and specialty and rule_id and evidence_id. */
AUDIT (
  name signal_key
);

SELECT
  person_id, specialty, rule_id, evidence_id,
  COUNT(*) AS n_rows
FROM @this_model
GROUP BY person_id, specialty, rule_id, evidence_id
HAVING COUNT(*) > 1
