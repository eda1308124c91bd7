/* An e-mail address in a column that is published. */
AUDIT (
  name person_shows_no_mail
);

SELECT
  person_id
FROM @this_model
WHERE REGEXP_MATCHES(COALESCE(name, '') || ' ' || COALESCE(contact_route, '') || ' ' || COALESCE(profiles, ''), '[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z]{2,}')
