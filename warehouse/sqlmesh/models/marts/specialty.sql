MODEL (
  name mart.specialty,
  kind FULL,
  description 'The specialties, one row each, with how many people have evidence of them.',
  grain specialty
);

WITH people AS (
  SELECT
    specialty,
    COUNT(*) AS n_people,
    SUM(CASE WHEN rank = 1 THEN 1 ELSE 0 END) AS n_first
  FROM core.specialty_fit
  GROUP BY specialty
), leads AS (
  SELECT specialty, COUNT(*) AS n_leads FROM mart.leads GROUP BY specialty
)

SELECT
  specialty.specialty::TEXT, -- the specialty
  specialty.position::INT, -- order in the configuration
  specialty.name::TEXT, -- its name
  specialty.sourced::BOOLEAN, -- whether there is a list of leads
  specialty.search_title::TEXT, -- what the role is called in a job title
  specialty.tracks::TEXT, -- research, applied or both
  COALESCE(people.n_people, 0)::BIGINT AS n_people, -- people with evidence
  COALESCE(people.n_first, 0)::BIGINT AS n_first, -- people whose first specialty it is
  COALESCE(leads.n_leads, 0)::BIGINT AS n_leads -- leads
FROM ref.specialty AS specialty
LEFT JOIN people ON specialty.specialty = people.specialty
LEFT JOIN leads ON specialty.specialty = leads.specialty
