MODEL (
  name mart.rule_status,
  kind FULL,
  description 'What each rule found, one row a rule; a dormant rule had no data to read, which says nothing about anybody''s skill.',
  grain (specialty, rule_id),
  audits (rule_status_key)
);

WITH fired AS (
  SELECT specialty, rule_id, COUNT(*) AS n_evidence FROM core.rule_match GROUP BY specialty, rule_id
), people AS (
  SELECT specialty, rule_id, COUNT(DISTINCT person_id) AS n_people FROM core.signal GROUP BY specialty, rule_id
), available AS (
  SELECT 'title' AS field, kind FROM core.evidence WHERE kind <> 'profile'
  UNION
  SELECT 'text' AS field, kind FROM core.evidence WHERE kind <> 'profile'
  UNION
  SELECT 'profile_text' AS field, kind FROM core.evidence WHERE kind = 'profile'
  UNION
  SELECT 'venue' AS field, kind FROM core.evidence WHERE venue_id IS NOT NULL OR venue IS NOT NULL
  UNION
  SELECT
    tag.kind AS field,
    artifact.kind AS kind
  FROM staging.artifact_tag AS tag
  INNER JOIN staging.artifact AS artifact ON tag.source = artifact.source AND tag.artifact_id = artifact.artifact_id
  UNION
  SELECT 'fact' AS field, 'model' AS kind FROM core.reupload
), readable AS (
  SELECT DISTINCT
    rule.specialty,
    rule.rule_id
  FROM ref.rule AS rule
  INNER JOIN available ON rule.field = available.field
  LEFT JOIN ref.rule_kind AS wanted ON rule.specialty = wanted.specialty AND rule.rule_id = wanted.rule_id
  WHERE wanted.artifact_kind IS NULL OR wanted.artifact_kind = available.kind
)

SELECT
  rule.specialty::TEXT, -- the specialty
  rule.rule_id::TEXT, -- the rule
  rule.family::TEXT, -- research, release, production or community
  rule.field::TEXT, -- what it reads
  rule.points::INT, -- its points
  rule.camp::TEXT, -- camp that it speaks for
  rule.is_noise::BOOLEAN, -- whether it discredits
  rule.why::TEXT, -- what it says about a person
  COALESCE(fired.n_evidence, 0)::BIGINT AS n_evidence, -- works and accounts on which it fired
  COALESCE(people.n_people, 0)::BIGINT AS n_people, -- people on whom it counts
  (readable.rule_id IS NULL)::BOOLEAN AS is_dormant -- no landed data has the field that it reads
FROM ref.rule AS rule
LEFT JOIN fired ON rule.specialty = fired.specialty AND rule.rule_id = fired.rule_id
LEFT JOIN people ON rule.specialty = people.specialty AND rule.rule_id = people.rule_id
LEFT JOIN readable ON rule.specialty = readable.specialty AND rule.rule_id = readable.rule_id
