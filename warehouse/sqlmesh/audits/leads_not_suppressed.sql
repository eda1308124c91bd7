/* A lead any of whose accounts, author places or ORCID iDs is on the suppression list. */
AUDIT (
  name leads_not_suppressed
);

SELECT
  leads.specialty,
  leads.person_id
FROM @this_model AS leads
INNER JOIN core.person_member AS member ON leads.person_id = member.person_id
INNER JOIN ref.suppressed_member AS suppressed
  ON member.member_key = CASE
    WHEN suppressed.source = '' THEN suppressed.kind || ':' || suppressed.value
    ELSE suppressed.source || ':' || suppressed.kind || ':' || suppressed.value
  END
