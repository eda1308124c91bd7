/* A filter that dropped or kept fewer than nobody, or a list whose open leads are not what the filters kept. */
AUDIT (
  name lead_filters_add_up
);

WITH final_filter AS (
  SELECT
    specialty,
    MIN(kept) AS kept
  FROM @this_model
  GROUP BY specialty
), leads AS (
  SELECT specialty, COUNT(*) AS n FROM core.lead_candidate WHERE dropped_by IS NULL AND status IS NULL GROUP BY specialty
)

SELECT
  final_filter.specialty,
  final_filter.kept,
  leads.n
FROM final_filter
LEFT JOIN leads ON final_filter.specialty = leads.specialty
WHERE final_filter.kept <> COALESCE(leads.n, 0) OR final_filter.kept < 0
