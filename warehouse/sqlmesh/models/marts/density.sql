MODEL (
  name mart.density,
  kind FULL,
  description 'Where a specialty lives, one row an area, specialty and source (all: pooled). A location quotient above 1 says more than expected; numbers of small cells are withheld.',
  grain (area_kind, area_id, specialty, source),
  audits (density_key, density_people_exist, density_small_cells_withheld, density_intervals_in_order)
);

WITH located AS (
  SELECT
    *
  FROM core.person_weight
  WHERE country_code IS NOT NULL
), areas AS (
  SELECT 'country' AS area_kind, country_code AS area_id, source, person_id, specialty, weight FROM located
  UNION ALL
  SELECT 'metro' AS area_kind, metro_id AS area_id, source, person_id, specialty, weight FROM located WHERE metro_id IS NOT NULL
), cells AS (
  SELECT
    area_kind,
    area_id,
    specialty,
    source,
    COUNT(*) AS people,
    SUM(weight) AS weight
  FROM areas
  GROUP BY area_kind, area_id, specialty, source
), area_totals AS (
  SELECT area_kind, area_id, source, SUM(weight) AS weight FROM areas GROUP BY area_kind, area_id, source
), specialty_totals AS (
  SELECT specialty, source, SUM(weight) AS weight FROM located GROUP BY specialty, source
), grand_totals AS (
  SELECT source, SUM(weight) AS weight FROM located GROUP BY source
), expected AS (
  SELECT
    cells.*,
    CAST(area_totals.weight * CAST(specialty_totals.weight AS DOUBLE) / grand_totals.weight AS DECIMAL(18, 4)) AS expected
  FROM cells
  INNER JOIN area_totals
    ON cells.area_kind = area_totals.area_kind AND cells.area_id = area_totals.area_id AND cells.source = area_totals.source
  INNER JOIN specialty_totals ON cells.specialty = specialty_totals.specialty AND cells.source = specialty_totals.source
  INNER JOIN grand_totals ON cells.source = grand_totals.source
), shrunk AS (
  /*
    Gamma-Poisson: the observed weight is Poisson with mean LQ x expected, and the prior of LQ is Gamma(4, 4), mean 1
    (90 % of it between 0.34 and 1.94). The posterior is Gamma(observed + 4, expected + 4); its 5 % and 95 % points are by
    Wilson and Hilferty (PNAS 17, 1931, 684-688): k/r (1 - 1/(9k) + z/(3 sqrt k))^3, z = 1.6449.
  */
  SELECT
    *,
    (weight + 4) / (expected + 4.0) AS lq_shrunk,
    (weight + 4) / (expected + 4.0) * POWER(1 - 1 / (9.0 * (weight + 4)) - 1.6449 / (3 * SQRT(weight + 4)), 3) AS lq_low,
    (weight + 4) / (expected + 4.0) * POWER(1 - 1 / (9.0 * (weight + 4)) + 1.6449 / (3 * SQRT(weight + 4)), 3) AS lq_high
  FROM expected
), ready AS (
  SELECT
    'country' AS area_kind,
    place.country_code AS area_id,
    candidate.specialty,
    COUNT(*) AS leads
  FROM core.lead_candidate AS candidate
  INNER JOIN core.person_place AS place ON candidate.person_id = place.person_id AND place.is_current
  WHERE candidate.dropped_by IS NULL AND place.confidence <> 'low'
  GROUP BY place.country_code, candidate.specialty
  UNION ALL
  SELECT
    'metro' AS area_kind,
    place.metro_id AS area_id,
    candidate.specialty,
    COUNT(*) AS leads
  FROM core.lead_candidate AS candidate
  INNER JOIN core.person_place AS place ON candidate.person_id = place.person_id AND place.is_current
  WHERE candidate.dropped_by IS NULL AND place.confidence <> 'low' AND place.metro_id IS NOT NULL
  GROUP BY place.metro_id, candidate.specialty
), judged AS (
  SELECT
    shrunk.*,
    COALESCE(metro.name, country.name, shrunk.area_id) AS area_name,
    COALESCE(ready.leads, 0) AS leads_ready,
    shrunk.people < ranking.minimum_cell AS is_suppressed,
    CASE
      WHEN shrunk.lq_low < 0.9 AND shrunk.lq_high >= 1.2 THEN 'cannot_tell'
      WHEN shrunk.lq_shrunk >= 1.5 THEN 'abundant'
      WHEN shrunk.lq_shrunk >= 1.2 THEN 'above'
      WHEN shrunk.lq_shrunk >= 0.9 THEN 'average'
      WHEN shrunk.lq_shrunk >= 0.6 THEN 'below'
      ELSE 'scarce'
    END AS band,
    coverage.located_percent,
    coverage.ambiguous_percent
  FROM shrunk
  LEFT JOIN ref.metro AS metro ON shrunk.area_kind = 'metro' AND shrunk.area_id = metro.metro_id
  LEFT JOIN ref.country AS country ON shrunk.area_kind = 'country' AND shrunk.area_id = country.country_code
  LEFT JOIN ready
    ON shrunk.area_kind = ready.area_kind AND shrunk.area_id = ready.area_id AND shrunk.specialty = ready.specialty
  LEFT JOIN mart.location_coverage AS coverage ON shrunk.specialty = coverage.specialty AND shrunk.source = coverage.source
  CROSS JOIN ref.ranking AS ranking
), ranked AS (
  SELECT
    *,
    ROW_NUMBER() OVER (
      PARTITION BY specialty, area_kind, source, is_suppressed ORDER BY CAST(lq_low AS DECIMAL(18, 6)) DESC, people DESC, area_id
    ) AS rank
  FROM judged
)

SELECT
  area_kind::TEXT, -- metro or country
  area_id::TEXT, -- metro area of config/geography, or ISO 3166-1 code
  area_name::TEXT, -- its name
  specialty::TEXT, -- the specialty
  source::TEXT, -- the source whose evidence alone is counted, or all
  CASE WHEN NOT is_suppressed THEN people END::BIGINT AS people, -- distinct people with evidence of the specialty
  CASE WHEN NOT is_suppressed THEN weight END::DECIMAL(18, 6) AS weight, -- their shares of the specialty, summed: what is observed
  CASE WHEN NOT is_suppressed THEN expected END::DECIMAL(18, 4) AS expected, -- area total x specialty total / grand total of located people
  CASE WHEN NOT is_suppressed AND expected > 0 THEN weight / CAST(expected AS DOUBLE) END::DECIMAL(12, 4) AS lq, -- location quotient: observed / expected
  CASE WHEN NOT is_suppressed THEN lq_shrunk END::DECIMAL(12, 4) AS lq_shrunk, -- the quotient drawn to 1 as far as little data asks (Gamma-Poisson)
  CASE WHEN NOT is_suppressed THEN lq_low END::DECIMAL(12, 4) AS lq_low, -- lower end of its 90 % interval
  CASE WHEN NOT is_suppressed THEN lq_high END::DECIMAL(12, 4) AS lq_high, -- upper end of its 90 % interval
  CASE WHEN is_suppressed THEN 'cannot_tell' ELSE band END::TEXT AS band, -- abundant, above, average, below, scarce, or cannot_tell
  CASE WHEN NOT is_suppressed THEN rank END::INT AS rank, -- place by lq_low within specialty, kind of area and source
  CASE WHEN NOT is_suppressed THEN leads_ready END::BIGINT AS leads_ready, -- leads of the specialty whose current place it is
  is_suppressed::BOOLEAN, -- fewer people than the minimum cell: numbers are withheld
  located_percent::DECIMAL(5, 1), -- share of the specialty's people who could be located
  ambiguous_percent::DECIMAL(5, 1) -- share whose organisation's name belongs to several
FROM ranked
