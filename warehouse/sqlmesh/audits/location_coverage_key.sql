/* Two rows of one specialty and source. */
AUDIT (
  name location_coverage_key
);

SELECT
  specialty, source,
  COUNT(*) AS n_rows
FROM @this_model
GROUP BY specialty, source
HAVING COUNT(*) > 1
