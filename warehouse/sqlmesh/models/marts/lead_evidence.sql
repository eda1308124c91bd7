MODEL (
  name mart.lead_evidence,
  kind FULL,
  description 'Why each lead stands where it stands, one row a lead, rule and piece of evidence; the points add up to the score exactly.',
  grain (person_id, specialty, rule_id, evidence_id),
  audits (lead_evidence_key, lead_evidence_has_url)
);

WITH final AS (
  SELECT
    candidate.person_id,
    candidate.specialty,
    signal.rule_id,
    signal.evidence_id,
    evidence.kind,
    evidence.title,
    evidence.venue,
    signal.family,
    signal.is_noise,
    signal.role,
    signal.rule_points,
    signal.points AS points_before_cap,
    signal.counted AS points,
    signal.evidence_date,
    evidence.date_basis,
    evidence.url,
    evidence.source,
    evidence.licence,
    evidence.is_stale,
    rule.why
  FROM core.lead_candidate AS candidate
  INNER JOIN core.signal AS signal ON candidate.person_id = signal.person_id AND candidate.specialty = signal.specialty
  INNER JOIN core.evidence AS evidence ON signal.evidence_id = evidence.evidence_id
  INNER JOIN ref.rule AS rule ON signal.specialty = rule.specialty AND signal.rule_id = rule.rule_id
  WHERE candidate.dropped_by IS NULL
)

SELECT
  person_id::TEXT, -- the person
  specialty::TEXT, -- the list
  rule_id::TEXT, -- the rule that fired
  evidence_id::TEXT, -- the work or account that it fired on
  kind::TEXT, -- kind of work, or profile
  title::TEXT, -- title of the work
  venue::TEXT, -- venue as printed
  family::TEXT, -- research, release, production or community
  is_noise::BOOLEAN, -- whether it discredits
  role::TEXT, -- author, owner, or self (own description)
  rule_points::INT, -- points of the rule as configured
  points_before_cap::DECIMAL(18, 4), -- points after author's place, family weight and decay
  points::DECIMAL(18, 4), -- what it adds to the score once the family's cap is kept
  evidence_date::DATE, -- the day by which it counts
  date_basis::TEXT, -- what that day is: published, updated, year (its middle) or seen
  url::TEXT, -- public page of the evidence
  source::TEXT, -- the source that shows it
  licence::TEXT, -- licence of the source
  is_stale::BOOLEAN, -- the source has not confirmed it within its max_age_days
  why::TEXT -- what the rule says about it
FROM final
