MODEL (
  name core.person_weight,
  kind FULL,
  description 'How much of a person counts for a specialty, pooled and by source, one row a source (or all), person and specialty, with the current place.',
  grain (source, person_id, specialty),
  audits (person_weight_key)
);

WITH by_source AS (
  SELECT
    source,
    person_id,
    specialty,
    SUM(counted) AS points
  FROM core.signal
  GROUP BY source, person_id, specialty
), positive AS (
  SELECT
    source,
    person_id,
    specialty,
    points,
    SUM(points) OVER (PARTITION BY source, person_id) AS whole
  FROM by_source
  WHERE points > 0
), weights AS (
  SELECT
    'all' AS source,
    person_id,
    specialty,
    share AS weight
  FROM core.specialty_fit
  UNION ALL
  SELECT
    source,
    person_id,
    specialty,
    CAST(points / CAST(whole AS DOUBLE) AS DECIMAL(9, 6)) AS weight
  FROM positive
), uncertain AS (
  SELECT DISTINCT person_id FROM core.person_place WHERE reason = 'ambiguous'
), final AS (
  SELECT
    weights.source,
    weights.person_id,
    weights.specialty,
    weights.weight,
    /* A company's headquarters say nothing about where its people are. */
    CASE WHEN place.confidence <> 'low' THEN place.country_code END AS country_code,
    CASE WHEN place.confidence <> 'low' THEN place.metro_id END AS metro_id,
    uncertain.person_id IS NOT NULL AND (place.country_code IS NULL OR place.confidence = 'low') AS is_ambiguous
  FROM weights
  LEFT JOIN core.person_place AS place ON weights.person_id = place.person_id AND place.is_current
  LEFT JOIN uncertain ON weights.person_id = uncertain.person_id
)

SELECT
  source::TEXT, -- all, or the source whose evidence alone is weighed
  person_id::TEXT, -- the person
  specialty::TEXT, -- the specialty
  weight::DECIMAL(9, 6), -- share of the person's points; the weights of one person and source sum to 1
  country_code::TEXT, -- country of the current place; null if it is not known or only a company's headquarters
  metro_id::TEXT, -- metro area of the current place
  is_ambiguous::BOOLEAN -- not located because the organisation's name belongs to several
FROM final
