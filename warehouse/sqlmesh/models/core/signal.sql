MODEL (
  name core.signal,
  kind FULL,
  description 'Why a person counts for a specialty, one row a person, rule and piece of evidence, with decay and caps applied.',
  grain (person_id, specialty, rule_id, evidence_id),
  audits (signal_key, signal_within_cap)
);

WITH makers AS (
  SELECT
    person_id,
    work_id AS evidence_id,
    role,
    is_first_or_last
  FROM core.contribution
  UNION ALL
  SELECT
    member.person_id,
    evidence.evidence_id,
    'self' AS role,
    CAST(NULL AS BOOLEAN) AS is_first_or_last
  FROM core.evidence AS evidence
  INNER JOIN core.person_member AS member ON evidence.evidence_id = member.member_key
  WHERE evidence.kind = 'profile'
), weighed AS (
  /* Half of a point is left after each half-life; a month is 30.4375 days. */
  SELECT
    makers.person_id,
    rule_match.specialty,
    rule_match.rule_id,
    rule_match.evidence_id,
    makers.role,
    rule_match.family,
    rule_match.camp,
    rule_match.is_noise,
    rule_match.source,
    rule_match.evidence_date,
    rule_match.points AS rule_points,
    family.cap,
    CAST(
      rule_match.points
      * CASE WHEN makers.is_first_or_last THEN ranking.first_or_last_author_percent ELSE 100 END
      * family.weight_percent / 10000.0
      * POWER(0.5, GREATEST(DATE_DIFF('DAY', rule_match.evidence_date, build.as_of), 0) / (30.4375 * family.half_life_months))
      AS DECIMAL(18, 4)
    ) AS points
  FROM makers
  INNER JOIN core.rule_match AS rule_match ON makers.evidence_id = rule_match.evidence_id
  INNER JOIN ref.family AS family ON rule_match.family = family.family
  CROSS JOIN ref.ranking AS ranking
  CROSS JOIN ref.build AS build
), summed AS (
  /* Credits first, then discredits, the weightiest first: what a family comes to never leaves 0..cap on the way. */
  SELECT
    *,
    SUM(GREATEST(points, 0)) OVER running AS credit,
    SUM(LEAST(points, 0)) OVER running AS discredit
  FROM weighed
  WINDOW running AS (
    PARTITION BY person_id, specialty, family
    ORDER BY is_noise, ABS(points) DESC, evidence_date DESC, evidence_id, rule_id
    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
  )
), final AS (
  SELECT
    *,
    GREATEST(0, LEAST(cap, credit) + discredit) AS level_after,
    GREATEST(0, LEAST(cap, credit - GREATEST(points, 0)) + discredit - LEAST(points, 0)) AS level_before
  FROM summed
)

SELECT
  person_id::TEXT, -- the person
  specialty::TEXT, -- the specialty
  rule_id::TEXT, -- the rule that fired
  evidence_id::TEXT, -- the work or account that it fired on
  role::TEXT, -- author, owner, or self (own description)
  family::TEXT, -- research, release, production or community
  camp::TEXT, -- camp that the rule speaks for, if any
  is_noise::BOOLEAN, -- whether it discredits
  source::TEXT, -- the source that shows the evidence
  evidence_date::DATE, -- the day by which it counts
  rule_points::INT, -- points of the rule as configured
  points::DECIMAL(18, 4), -- points after author's place, family weight and decay
  (level_after - level_before)::DECIMAL(18, 4) AS counted -- what it adds to the score once the family's cap is kept
FROM final
