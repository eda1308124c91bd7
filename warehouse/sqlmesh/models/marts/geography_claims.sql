MODEL (
  name mart.geography_claims,
  kind FULL,
  description 'Beliefs about where specialties live, checked against the data, one row a claim and area.',
  grain (specialty, claim_id, area),
  audits (geography_claims_key)
);

WITH located AS (
  SELECT
    *
  FROM core.person_weight
  WHERE source = 'all' AND country_code IS NOT NULL
), dated AS (
  /* People by the day for which each of their places was said, for claims about change. */
  SELECT DISTINCT
    fit.specialty,
    fit.person_id,
    fit.share AS weight,
    place.metro_id,
    CASE WHEN DATE_DIFF('DAY', place.as_of, build.as_of) <= 1096 THEN 'recent' ELSE 'earlier' END AS period
  FROM core.person_place AS place
  INNER JOIN core.specialty_fit AS fit ON place.person_id = fit.person_id
  CROSS JOIN ref.build AS build
  WHERE place.country_code IS NOT NULL AND place.confidence <> 'low'
), periods AS (
  SELECT
    dated.specialty,
    metro.metro_id,
    SUM(CASE WHEN dated.period = 'recent' THEN dated.weight ELSE 0 END) AS recent_all,
    SUM(CASE WHEN dated.period = 'earlier' THEN dated.weight ELSE 0 END) AS earlier_all,
    SUM(CASE WHEN dated.period = 'recent' AND dated.metro_id = metro.metro_id THEN dated.weight ELSE 0 END) AS recent_here,
    SUM(CASE WHEN dated.period = 'earlier' AND dated.metro_id = metro.metro_id THEN dated.weight ELSE 0 END) AS earlier_here
  FROM dated
  CROSS JOIN ref.metro AS metro
  WHERE metro.metro_id IN (SELECT metro_id FROM ref.geography_claim WHERE kind = 'rising')
  GROUP BY dated.specialty, metro.metro_id
), rising AS (
  /* Ratio of two shares; half a person is added to each count, and the interval is that of the log ratio. */
  SELECT
    specialty,
    metro_id,
    recent_here + earlier_here AS n,
    ((recent_here + 0.5) / (recent_all + 0.5)) / ((earlier_here + 0.5) / CAST(earlier_all + 0.5 AS DOUBLE)) AS measured,
    1.6449 * SQRT(1 / CAST(recent_here + 0.5 AS DOUBLE) + 1 / CAST(earlier_here + 0.5 AS DOUBLE)) AS half_width
  FROM periods
), in_metros AS (
  SELECT specialty, metro_id, SUM(weight) AS weight FROM located WHERE metro_id IS NOT NULL GROUP BY specialty, metro_id
), largest AS (
  SELECT
    specialty,
    metro_id,
    weight
  FROM in_metros
  QUALIFY ROW_NUMBER() OVER (PARTITION BY specialty ORDER BY weight DESC, metro_id) <= 3
), all_metros AS (
  SELECT metro_id, SUM(weight) AS weight FROM in_metros GROUP BY metro_id
), largest_of_all AS (
  SELECT
    metro_id,
    weight
  FROM all_metros
  QUALIFY ROW_NUMBER() OVER (ORDER BY weight DESC, metro_id) <= 3
), top_share AS (
  SELECT
    whole.specialty,
    whole.weight AS n,
    COALESCE(top.weight, 0) / CAST(whole.weight AS DOUBLE) AS share
  FROM (SELECT specialty, SUM(weight) AS weight FROM in_metros GROUP BY specialty) AS whole
  LEFT JOIN (SELECT specialty, SUM(weight) AS weight FROM largest GROUP BY specialty) AS top ON whole.specialty = top.specialty
), reference AS (
  SELECT
    (SELECT SUM(weight) FROM largest_of_all) / CAST(SUM(weight) AS DOUBLE) AS share
  FROM all_metros
), dispersed AS (
  /* The share of the three largest metros against that of everybody; a binomial interval. Below 1: more spread out. */
  SELECT
    top_share.specialty,
    top_share.n,
    top_share.share / reference.share AS measured,
    1.6449 * SQRT(top_share.share * (1 - top_share.share) / CAST(top_share.n AS DOUBLE)) / reference.share AS half_width
  FROM top_share
  CROSS JOIN reference
), measured AS (
  SELECT
    claim.specialty,
    claim.claim_id,
    claim.statement,
    claim.kind,
    claim.metro_id,
    metro.name AS metro_name,
    CASE
      WHEN claim.kind = 'concentrated' THEN 'location quotient, drawn to 1'
      WHEN claim.kind = 'rising' THEN 'share of the last 36 months / share before'
      ELSE 'share of the three largest metros / that of all specialties'
    END AS measure,
    CASE
      WHEN claim.kind = 'concentrated' THEN density.lq_shrunk
      WHEN claim.kind = 'rising' THEN rising.measured
      ELSE dispersed.measured
    END AS measured,
    CASE
      WHEN claim.kind = 'concentrated' THEN density.lq_low
      WHEN claim.kind = 'rising' THEN rising.measured * EXP(-rising.half_width)
      ELSE dispersed.measured - dispersed.half_width
    END AS low,
    CASE
      WHEN claim.kind = 'concentrated' THEN density.lq_high
      WHEN claim.kind = 'rising' THEN rising.measured * EXP(rising.half_width)
      ELSE dispersed.measured + dispersed.half_width
    END AS high,
    CASE
      WHEN claim.kind = 'concentrated' THEN density.people
      WHEN claim.kind = 'rising' THEN CAST(ROUND(rising.n, 0) AS BIGINT)
      ELSE CAST(ROUND(dispersed.n, 0) AS BIGINT)
    END AS n,
    ranking.minimum_cell
  FROM ref.geography_claim AS claim
  LEFT JOIN ref.metro AS metro ON claim.metro_id = metro.metro_id
  LEFT JOIN mart.density AS density
    ON claim.metro_id = density.area_id AND density.area_kind = 'metro' AND density.source = 'all'
    AND claim.specialty = density.specialty AND NOT density.is_suppressed
  LEFT JOIN rising ON claim.specialty = rising.specialty AND claim.metro_id = rising.metro_id
  LEFT JOIN dispersed ON claim.specialty = dispersed.specialty AND claim.metro_id IS NULL
  CROSS JOIN ref.ranking AS ranking
), final AS (
  SELECT
    *,
    CASE
      WHEN measured IS NULL OR COALESCE(n, 0) < minimum_cell THEN 'not enough data'
      WHEN kind = 'dispersed' AND high < 1 THEN 'supported'
      WHEN kind = 'dispersed' AND low > 1 THEN 'not supported'
      WHEN kind <> 'dispersed' AND low > 1 THEN 'supported'
      WHEN kind <> 'dispersed' AND high < 1 THEN 'not supported'
      ELSE 'not enough data'
    END AS verdict
  FROM measured
)

SELECT
  specialty::TEXT, -- the specialty
  claim_id::TEXT, -- the claim
  COALESCE(metro_id, 'everywhere')::TEXT AS area, -- the metro area it is about; everywhere for a claim about dispersion
  metro_name::TEXT, -- name of the metro area
  kind::TEXT, -- concentrated, rising or dispersed
  statement::TEXT, -- the belief in words
  measure::TEXT, -- what was measured
  CASE WHEN n >= minimum_cell THEN measured END::DECIMAL(12, 4) AS measured, -- the value; null if too few people
  CASE WHEN n >= minimum_cell THEN low END::DECIMAL(12, 4) AS low, -- lower end of its 90 % interval
  CASE WHEN n >= minimum_cell THEN high END::DECIMAL(12, 4) AS high, -- upper end of its 90 % interval
  CASE WHEN n >= minimum_cell THEN n END::BIGINT AS n, -- people (fractions summed) it rests on; null if too few
  verdict::TEXT -- supported, not supported or not enough data
FROM final
