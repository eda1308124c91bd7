/* Not exactly one build. */
AUDIT (
  name build_info_one_row
);

SELECT
  COUNT(*) AS n_rows
FROM @this_model
HAVING COUNT(*) <> 1
