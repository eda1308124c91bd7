/* Two rows of one specialty and rule_id and evidence_id. */
AUDIT (
  name rule_match_key
);

SELECT
  specialty, rule_id, evidence_id,
  COUNT(*) AS n_rows
FROM @this_model
GROUP BY specialty, rule_id, evidence_id
HAVING COUNT(*) > 1
