/* Two rows of one specialty and rank. */
AUDIT (
  name leads_rank_is_total
);

SELECT
  specialty, rank,
  COUNT(*) AS n_rows
FROM @this_model
GROUP BY specialty, rank
HAVING COUNT(*) > 1
