/* An e-mail address in a column that is published. */
AUDIT (
  name leads_show_no_mail
);

SELECT
  person_id
FROM @this_model
WHERE REGEXP_MATCHES(COALESCE(name, '') || ' ' || COALESCE(role, '') || ' ' || COALESCE(employer, '') || ' ' || COALESCE(why, '') || ' ' || COALESCE(evidence_1, '') || ' ' || COALESCE(evidence_2, '') || ' ' || COALESCE(evidence_3, '') || ' ' || COALESCE(caution, '') || ' ' || COALESCE(contact_route, '') || ' ' || COALESCE(profiles, '') || ' ' || COALESCE(status, '') || ' ' || COALESCE(notice, ''), '[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z]{2,}')
