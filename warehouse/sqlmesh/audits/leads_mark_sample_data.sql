/* A row that does not say whether its people are invented. */
AUDIT (
  name leads_mark_sample_data
);

SELECT
  leads.specialty,
  leads.person_id,
  leads.data
FROM @this_model AS leads
CROSS JOIN ref.build AS build
WHERE leads.data IS DISTINCT FROM CASE WHEN build.is_sample THEN 'SAMPLE, INVENTED PEOPLE' ELSE 'real' END
