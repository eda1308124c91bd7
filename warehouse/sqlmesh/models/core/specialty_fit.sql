MODEL (
  name core.specialty_fit,
  kind FULL,
  description 'How a person''s evidence parts over specialties, one row a person and specialty.',
  grain (person_id, specialty),
  audits (specialty_fit_key, specialty_fit_shares)
);

WITH totals AS (
  SELECT
    signal.person_id,
    signal.specialty,
    SUM(signal.counted) AS points,
    MAX(CASE WHEN NOT signal.is_noise THEN signal.evidence_date END) AS last_evidence,
    COUNT(DISTINCT CASE WHEN NOT signal.is_noise THEN signal.evidence_id END) AS n_evidence
  FROM core.signal AS signal
  GROUP BY signal.person_id, signal.specialty
), whole AS (
  SELECT
    person_id,
    SUM(points) AS points
  FROM totals
  GROUP BY person_id
), final AS (
  SELECT
    totals.person_id,
    totals.specialty,
    totals.points,
    CAST(totals.points / CAST(whole.points AS DOUBLE) AS DECIMAL(9, 6)) AS share,
    ROW_NUMBER() OVER (PARTITION BY totals.person_id ORDER BY totals.points DESC, specialty.position, totals.specialty) AS rank,
    totals.n_evidence,
    totals.last_evidence
  FROM totals
  INNER JOIN whole ON totals.person_id = whole.person_id
  INNER JOIN ref.specialty AS specialty ON totals.specialty = specialty.specialty
  WHERE totals.points > 0
)

SELECT
  person_id::TEXT, -- the person
  specialty::TEXT, -- the specialty
  points::DECIMAL(18, 4), -- exact sum of the counted points of its signals
  share::DECIMAL(9, 6), -- share of the person's points over all specialties
  rank::INT, -- 1 is the person's first specialty
  n_evidence::INT, -- pieces of evidence with a credit
  last_evidence::DATE -- day of the newest credit
FROM final
