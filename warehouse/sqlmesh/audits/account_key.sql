/* Two rows of one member_key. */
AUDIT (
  name account_key
);

SELECT
  member_key,
  COUNT(*) AS n_rows
FROM @this_model
GROUP BY member_key
HAVING COUNT(*) > 1
