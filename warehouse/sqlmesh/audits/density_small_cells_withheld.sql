/* A cell of fewer people than the minimum that shows a number. */
AUDIT (
  name density_small_cells_withheld
);

SELECT
  density.area_kind,
  density.area_id,
  density.specialty,
  density.source
FROM @this_model AS density
CROSS JOIN ref.ranking AS ranking
WHERE (density.people IS NOT NULL AND density.people < ranking.minimum_cell)
  OR (density.is_suppressed AND COALESCE(
    CAST(density.people AS DOUBLE), density.weight, density.expected, density.lq, density.lq_shrunk, density.rank, density.leads_ready
  ) IS NOT NULL)
