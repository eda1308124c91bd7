/* Two rows of one specialty and rule_id. */
AUDIT (
  name rule_status_key
);

SELECT
  specialty, rule_id,
  COUNT(*) AS n_rows
FROM @this_model
GROUP BY specialty, rule_id
HAVING COUNT(*) > 1
