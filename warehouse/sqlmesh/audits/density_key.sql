/* Two rows of one area_kind and area_id and specialty and source. */
AUDIT (
  name density_key
);

SELECT
  area_kind, area_id, specialty, source,
  COUNT(*) AS n_rows
FROM @this_model
GROUP BY area_kind, area_id, specialty, source
HAVING COUNT(*) > 1
