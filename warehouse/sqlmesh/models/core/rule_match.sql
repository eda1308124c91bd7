MODEL (
  name core.rule_match,
  kind FULL,
  description 'Which rules fire on which evidence, one row a rule and piece of evidence; a rule fires once.',
  grain (specialty, rule_id, evidence_id),
  audits (rule_match_key)
);

WITH tagged AS (
  /* Rules first: there are some hundred of them, and tags by the ten million. */
  SELECT DISTINCT
    rule_phrase.specialty,
    rule_phrase.rule_id,
    tag.source,
    tag.artifact_id
  FROM staging.artifact_tag AS tag
  INNER JOIN ref.rule_phrase AS rule_phrase ON tag.kind = rule_phrase.field AND LOWER(tag.value) = rule_phrase.phrase_key
), fired AS (
  SELECT specialty, rule_id, evidence_id FROM core.text_match WHERE effect = 'fires'
  UNION
  SELECT
    tagged.specialty,
    tagged.rule_id,
    work_artifact.work_id AS evidence_id
  FROM tagged
  INNER JOIN core.work_artifact AS work_artifact
    ON tagged.source = work_artifact.source AND tagged.artifact_id = work_artifact.artifact_id
  UNION
  SELECT
    rule_phrase.specialty,
    rule_phrase.rule_id,
    evidence.evidence_id
  FROM core.evidence AS evidence
  INNER JOIN ref.rule_phrase AS rule_phrase
    ON rule_phrase.field = 'venue' AND LOWER(evidence.venue_id) = rule_phrase.phrase_key
  UNION
  SELECT
    rule_phrase.specialty,
    rule_phrase.rule_id,
    evidence.evidence_id
  FROM core.evidence AS evidence
  INNER JOIN ref.rule_phrase AS rule_phrase
    ON rule_phrase.field = 'venue' AND LOWER(evidence.venue) = rule_phrase.phrase_key
  UNION
  SELECT
    rule_phrase.specialty,
    rule_phrase.rule_id,
    reupload.work_id AS evidence_id
  FROM core.reupload AS reupload
  CROSS JOIN ref.rule_phrase AS rule_phrase
  WHERE rule_phrase.field = 'fact' AND rule_phrase.phrase_key = 'reupload'
), limited AS (
  SELECT DISTINCT specialty, rule_id FROM ref.rule_kind
), matched AS (
  SELECT
    fired.specialty,
    fired.rule_id,
    fired.evidence_id,
    rule.family,
    rule.field,
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
), judged AS (
  SELECT
    specialty,
    evidence_id,
    MAX(CASE WHEN is_noise THEN 0 ELSE 1 END) AS is_credited,
    MAX(CASE WHEN is_noise THEN 1 ELSE 0 END) AS is_discredited
  FROM matched
  WHERE field <> 'fact'
  GROUP BY specialty, evidence_id
), facts AS (
  /* A fact says nothing about a specialty by itself, so it counts only where another rule credits the work to it. One
     cause loses points once: of several facts that discredit, the weightiest, and none where a rule does so already. */
  SELECT
    matched.*
  FROM matched
  INNER JOIN judged ON matched.specialty = judged.specialty AND matched.evidence_id = judged.evidence_id
  WHERE matched.field = 'fact' AND judged.is_credited = 1 AND (NOT matched.is_noise OR judged.is_discredited = 0)
  QUALIFY NOT matched.is_noise OR ROW_NUMBER() OVER (
    PARTITION BY matched.specialty, matched.evidence_id, matched.is_noise ORDER BY matched.points, matched.rule_id
  ) = 1
), final AS (
  SELECT * FROM matched WHERE field <> 'fact'
  UNION ALL
  SELECT * FROM facts
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
