/* A lead who should have been told by now and was not. */
AUDIT (
  name leads_not_overdue
);

SELECT
  leads.specialty,
  leads.person_id,
  leads.art14_due
FROM @this_model AS leads
CROSS JOIN ref.build AS build
WHERE leads.notice IS NULL AND leads.art14_due < build.as_of
