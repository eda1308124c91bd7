MODEL (
  name mart.lead_filters,
  kind FULL,
  description 'How each list came about, one row a sourced specialty and filter: what it asks, how many it dropped and kept.',
  grain (specialty, filter),
  audits (lead_filters_add_up)
);

WITH filters AS (
  SELECT 1 AS position, 'has a name' AS filter, 'the person has a printed name or an account with a name' AS rule
  UNION ALL
  SELECT 2, 'score reaches the minimum', 'the points sum to at least ' || CAST(minimum_score AS TEXT) FROM ref.ranking
  UNION ALL
  SELECT 3, 'active lately', 'evidence within ' || CAST(active_within_months AS TEXT) || ' months' FROM ref.ranking
  UNION ALL
  SELECT 4, 'first or second specialty of the person', 'no more than one other specialty has more points'
  UNION ALL
  SELECT 5, 'role fits an applied list', 'lists that are applied only leave out faculty and students'
  UNION ALL
  SELECT 6, 'notice not overdue', 'the month for telling the person (GDPR Art. 14) is not over, or notice was given'
  UNION ALL
  SELECT 7, 'not handled yet', 'no mark of a sourcer holds (config/decisions/leads.csv); the rows stay in mart.leads with their status'
), counted AS (
  SELECT
    specialty,
    COALESCE(dropped_by, CASE WHEN status IS NOT NULL THEN 'not handled yet' END) AS dropped_by,
    COUNT(*) AS n
  FROM core.lead_candidate
  GROUP BY specialty, COALESCE(dropped_by, CASE WHEN status IS NOT NULL THEN 'not handled yet' END)
), totals AS (
  SELECT
    specialty,
    SUM(n) AS n
  FROM counted
  GROUP BY specialty
), final AS (
  SELECT
    specialty.specialty,
    filters.position,
    filters.filter,
    filters.rule,
    COALESCE(counted.n, 0) AS dropped,
    COALESCE(totals.n, 0) - SUM(COALESCE(counted.n, 0)) OVER (
      PARTITION BY specialty.specialty ORDER BY filters.position ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS kept
  FROM ref.specialty AS specialty
  CROSS JOIN filters
  LEFT JOIN counted ON specialty.specialty = counted.specialty AND filters.filter = counted.dropped_by
  LEFT JOIN totals ON specialty.specialty = totals.specialty
  WHERE specialty.sourced
)

SELECT
  specialty::TEXT, -- the list
  position::INT, -- order in which the filters are applied
  filter::TEXT, -- the filter
  rule::TEXT, -- what it asks
  dropped::BIGINT, -- people whom it dropped first
  kept::BIGINT -- people left after it
FROM final
