/* Two rows of one affiliation and ordinal. */
AUDIT (
  name affiliation_match_key
);

SELECT
  affiliation, ordinal,
  COUNT(*) AS n_rows
FROM @this_model
GROUP BY affiliation, ordinal
HAVING COUNT(*) > 1
