/* An e-mail address in a column that is published. */
AUDIT (
  name work_shows_no_mail
);

SELECT
  work_id
FROM @this_model
WHERE REGEXP_MATCHES(COALESCE(title, '') || ' ' || COALESCE(abstract, '') || ' ' || COALESCE(venue, '') || ' ' || COALESCE(url, ''), '[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z]{2,}')
