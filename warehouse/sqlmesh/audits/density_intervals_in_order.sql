/* An estimate outside its own interval. */
AUDIT (
  name density_intervals_in_order
);

SELECT
  area_kind,
  area_id,
  specialty,
  source,
  lq_low,
  lq_shrunk,
  lq_high
FROM @this_model
WHERE NOT is_suppressed AND (lq_shrunk IS NULL OR lq_low > lq_shrunk OR lq_high < lq_shrunk)
