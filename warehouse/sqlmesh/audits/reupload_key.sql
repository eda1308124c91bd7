/* Two rows of one work_id. */
AUDIT (
  name reupload_key
);

SELECT
  work_id,
  COUNT(*) AS n_rows
FROM @this_model
GROUP BY work_id
HAVING COUNT(*) > 1
