MODEL (
  name core.lead_candidate,
  kind FULL,
  description 'Everybody with evidence for a sourced specialty and the first filter that keeps them off its list, one row a person and specialty.',
  grain (person_id, specialty),
  audits (lead_candidate_key)
);

WITH scored AS (
  SELECT
    signal.person_id,
    signal.specialty,
    SUM(signal.counted) AS score,
    SUM(CASE WHEN signal.family = 'research' THEN signal.counted ELSE 0 END) AS score_research,
    SUM(CASE WHEN signal.family = 'release' THEN signal.counted ELSE 0 END) AS score_release,
    SUM(CASE WHEN signal.family = 'production' THEN signal.counted ELSE 0 END) AS score_production,
    SUM(CASE WHEN signal.family = 'community' THEN signal.counted ELSE 0 END) AS score_community,
    MAX(CASE WHEN NOT signal.is_noise THEN signal.evidence_date END) AS last_active,
    MIN(CASE WHEN NOT signal.is_noise THEN signal.evidence_date END) AS first_active,
    MAX(CASE WHEN evidence.is_stale THEN 0 ELSE 1 END) AS has_fresh
  FROM core.signal AS signal
  INNER JOIN core.evidence AS evidence ON signal.evidence_id = evidence.evidence_id
  GROUP BY signal.person_id, signal.specialty
), judged AS (
  SELECT
    scored.*,
    CASE WHEN scored.score_research >= scored.score_release + scored.score_production THEN 'research' ELSE 'applied' END AS track,
    fit.share,
    fit.rank AS specialty_rank,
    specialty.tracks,
    person.name,
    person.first_seen,
    CAST(person.first_seen + INTERVAL 1 MONTH AS DATE) AS art14_due,
    role.role_kind,
    handled.status,
    handled.until AS status_until,
    notice.told_on AS notice_on,
    notice.channel AS notice_channel,
    CASE
      WHEN person.name IS NULL THEN 'has a name'
      WHEN COALESCE(scored.score, 0) <= 0 OR scored.score < ranking.minimum_score THEN 'score reaches the minimum'
      WHEN DATE_DIFF('DAY', scored.last_active, build.as_of) > ranking.active_within_months * 30.4375 THEN 'active lately'
      WHEN fit.rank > 2 THEN 'first or second specialty of the person'
      WHEN specialty.tracks = 'applied' AND role.role_kind IN ('faculty', 'student') THEN 'role fits an applied list'
      WHEN notice.person_id IS NULL AND CAST(person.first_seen + INTERVAL 1 MONTH AS DATE) < build.as_of THEN 'notice not overdue'
    END AS dropped_by
  FROM scored
  INNER JOIN ref.specialty AS specialty ON scored.specialty = specialty.specialty AND specialty.sourced
  INNER JOIN core.person AS person ON scored.person_id = person.person_id
  LEFT JOIN core.specialty_fit AS fit ON scored.person_id = fit.person_id AND scored.specialty = fit.specialty
  LEFT JOIN core.person_role AS role ON scored.person_id = role.person_id
  LEFT JOIN core.handled AS handled ON scored.person_id = handled.person_id AND scored.specialty = handled.specialty
  LEFT JOIN core.person_notice AS notice ON scored.person_id = notice.person_id
  CROSS JOIN ref.ranking AS ranking
  CROSS JOIN ref.build AS build
)

SELECT
  person_id::TEXT, -- the person
  specialty::TEXT, -- the sourced specialty
  score::DECIMAL(18, 4), -- exact sum of the counted points
  score_research::DECIMAL(18, 4), -- of the family research
  score_release::DECIMAL(18, 4), -- of the family release
  score_production::DECIMAL(18, 4), -- of the family production
  score_community::DECIMAL(18, 4), -- of the family community
  share::DECIMAL(9, 6), -- share of the specialty in the person's points
  specialty_rank::INT, -- 1 is the person's first specialty
  track::TEXT, -- research if the research points outweigh release and production, else applied
  first_active::DATE, -- day of the oldest credit
  last_active::DATE, -- day of the newest credit
  art14_due::DATE, -- one month after the person was first met (GDPR Art. 14(3)(a))
  status::TEXT, -- in_process, contacted, not_a_fit or later while a sourcer's mark holds; null: open
  status_until::DATE, -- the day on which the mark ends; null if it does not
  notice_on::DATE, -- the day on which the person was told
  notice_channel::TEXT, -- how
  (has_fresh = 0)::BOOLEAN AS is_stale, -- all of its evidence is from sources that have not confirmed it in time
  dropped_by::TEXT -- the first filter that drops it; null for a lead
FROM judged
