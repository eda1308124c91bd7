/* A score, or a part of it, that is not the exact sum of its linked evidence. */
AUDIT (
  name leads_score_is_sum_of_evidence
);

WITH summed AS (
  SELECT
    person_id,
    specialty,
    SUM(points) AS points,
    SUM(CASE WHEN family = 'research' THEN points ELSE 0 END) AS research,
    SUM(CASE WHEN family = 'release' THEN points ELSE 0 END) AS release,
    SUM(CASE WHEN family = 'production' THEN points ELSE 0 END) AS production,
    SUM(CASE WHEN family = 'community' THEN points ELSE 0 END) AS community
  FROM mart.lead_evidence
  GROUP BY person_id, specialty
)

SELECT
  leads.specialty,
  leads.person_id,
  leads.score,
  summed.points
FROM @this_model AS leads
LEFT JOIN summed ON leads.person_id = summed.person_id AND leads.specialty = summed.specialty
WHERE summed.points IS NULL OR leads.score <> summed.points OR leads.score_research <> summed.research
  OR leads.score_release <> summed.release OR leads.score_production <> summed.production
  OR leads.score_community <> summed.community
  OR leads.score <> leads.score_research + leads.score_release + leads.score_production + leads.score_community
