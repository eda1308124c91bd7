MODEL (
  name mart.location_coverage,
  kind FULL,
  description 'How many people could be located, one row a specialty and source (all: pooled).',
  grain (specialty, source),
  audits (location_coverage_key, located_within_people)
);

WITH counted AS (
  SELECT
    specialty,
    source,
    COUNT(*) AS people,
    SUM(CASE WHEN country_code IS NOT NULL THEN 1 ELSE 0 END) AS located,
    SUM(CASE WHEN metro_id IS NOT NULL THEN 1 ELSE 0 END) AS in_metro,
    SUM(CASE WHEN is_ambiguous THEN 1 ELSE 0 END) AS ambiguous
  FROM core.person_weight
  GROUP BY specialty, source
)

SELECT
  specialty::TEXT, -- the specialty
  source::TEXT, -- the source, or all
  people::BIGINT, -- people with evidence
  located::BIGINT, -- with a known country
  in_metro::BIGINT, -- in a metro area
  ambiguous::BIGINT, -- not located: the organisation's name belongs to several
  (people - located - ambiguous)::BIGINT AS unlocated, -- not located: no place is known
  (100.0 * located / people)::DECIMAL(5, 1) AS located_percent, -- located, of people
  (100.0 * ambiguous / people)::DECIMAL(5, 1) AS ambiguous_percent -- ambiguous, of people
FROM counted
