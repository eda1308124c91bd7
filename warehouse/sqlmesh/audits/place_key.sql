/* Two rows of one geonames_id. */
AUDIT (
  name place_key
);

SELECT
  geonames_id,
  COUNT(*) AS n_rows
FROM @this_model
GROUP BY geonames_id
HAVING COUNT(*) > 1
