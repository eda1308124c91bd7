MODEL (
  name core.rule_match,
  kind FULL,
  description 'Which rules fire on which evidence, one row a rule and piece of evidence; a rule fires once.',
  grain (specialty, rule_id, evidence_id),
  audits (rule_match_key)
);

WITH evidence_values AS (
  SELECT evidence_id, 'venue' AS field, LOWER(venue_id) AS value FROM core.evidence WHERE venue_id IS NOT NULL
  UNION
  SELECT evidence_id, 'venue' AS field, LOWER(venue) AS value FROM core.evidence WHERE venue IS NOT NULL
  UNION
  SELECT
    work_artifact.work_id AS evidence_id,
    tag.kind AS field,
    LOWER(tag.value) AS value
  FROM staging.artifact_tag AS tag
  INNER JOIN core.work_artifact AS work_artifact
    ON tag.source = work_artifact.source AND tag.artifact_id = work_artifact.artifact_id
), in_values AS (
  SELECT DISTINCT
    rule_phrase.specialty,
    rule_phrase.rule_id,
    evidence_values.evidence_id
  FROM ref.rule_phrase AS rule_phrase
  INNER JOIN evidence_values ON rule_phrase.field = evidence_values.field AND rule_phrase.phrase_key = evidence_values.value
), fired AS (
  SELECT specialty, rule_id, evidence_id FROM core.text_match WHERE effect = 'fires'
  UNION
  SELECT specialty, rule_id, evidence_id FROM in_values
), limited AS (
  SELECT DISTINCT specialty, rule_id FROM ref.rule_kind
), final AS (
  SELECT
    fired.specialty,
    fired.rule_id,
    fired.evidence_id,
    rule.family,
    rule.points,
    rule.camp,
    rule.is_noise,
    evidence.source,
    evidence.evidence_date
  FROM fired
  INNER JOIN ref.rule AS rule ON fired.specialty = rule.specialty AND fired.rule_id = rule.rule_id
  INNER JOIN core.evidence AS evidence ON fired.evidence_id = evidence.evidence_id
  LEFT JOIN limited ON fired.specialty = limited.specialty AND fired.rule_id = limited.rule_id
  LEFT JOIN ref.rule_kind AS rule_kind
    ON fired.specialty = rule_kind.specialty AND fired.rule_id = rule_kind.rule_id AND evidence.kind = rule_kind.artifact_kind
  LEFT JOIN core.text_match AS excluded
    ON fired.specialty = excluded.specialty AND fired.rule_id = excluded.rule_id
    AND fired.evidence_id = excluded.evidence_id AND excluded.effect = 'excludes'
  WHERE excluded.evidence_id IS NULL AND (limited.rule_id IS NULL OR rule_kind.rule_id IS NOT NULL)
)

SELECT
  specialty::TEXT, -- the specialty that the rule belongs to
  rule_id::TEXT, -- the rule
  evidence_id::TEXT, -- the work or account that it fires on
  family::TEXT, -- research, release, production or community
  points::INT, -- points of the rule as configured
  camp::TEXT, -- camp that the rule speaks for, if any
  is_noise::BOOLEAN, -- whether it discredits
  source::TEXT, -- the source that shows the evidence
  evidence_date::DATE -- the day by which it counts
FROM final
