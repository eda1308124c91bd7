MODEL (
  name core.person_role,
  kind FULL,
  description 'What people do, one row a person with an employer or a stated role; unknown unless there is evidence.',
  grain person_id,
  audits (person_role_key, person_role_shows_no_mail)
);

WITH employers AS (
  SELECT
    held.person_id,
    held.affiliation,
    held.position,
    held.as_of,
    held.basis,
    held.source,
    place.organisation_id,
    place.organisation_name
  FROM core.person_affiliation AS held
  LEFT JOIN core.person_place AS place
    ON held.person_id = place.person_id AND held.affiliation = place.affiliation
    AND held.as_of = place.as_of AND held.basis = place.basis AND place.ordinal = 1
  WHERE held.basis <> 'stated_location'
), newest AS (
  SELECT
    *
  FROM employers
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY person_id
    ORDER BY as_of DESC, CASE WHEN organisation_id IS NULL THEN 1 ELSE 0 END, basis DESC, affiliation
  ) = 1
), titled AS (
  SELECT
    person_id,
    position,
    as_of
  FROM core.person_affiliation
  WHERE position IS NOT NULL
  QUALIFY ROW_NUMBER() OVER (PARTITION BY person_id ORDER BY as_of DESC, position) = 1
), judged AS (
  SELECT
    newest.person_id,
    titled.position AS role,
    newest.affiliation,
    newest.organisation_id,
    newest.organisation_name,
    newest.as_of,
    newest.source,
    CASE
      WHEN LOWER(titled.position) LIKE '%postdoc%' OR LOWER(titled.position) LIKE '%post-doc%'
        OR LOWER(titled.position) LIKE '%postdoctoral%' THEN 'postdoc'
      WHEN LOWER(titled.position) LIKE '%student%' OR LOWER(titled.position) LIKE '%phd%' OR LOWER(titled.position) LIKE '%intern%'
        OR LOWER(titled.position) LIKE '%undergrad%' OR LOWER(titled.position) LIKE '%doctoral%' THEN 'student'
      WHEN LOWER(titled.position) LIKE '%professor%' OR LOWER(titled.position) LIKE '%lecturer%'
        OR LOWER(titled.position) LIKE '%faculty%' THEN 'faculty'
      WHEN LOWER(titled.position) LIKE '%engineer%' THEN 'industry'
    END AS kind_of_title,
    CASE WHEN LOWER(organisation.types) LIKE '%company%' THEN 'industry' END AS kind_of_employer
  FROM newest
  LEFT JOIN titled ON newest.person_id = titled.person_id
  LEFT JOIN core.organisation AS organisation ON newest.organisation_id = organisation.organisation_id
)

SELECT
  person_id::TEXT, -- the person
  role::TEXT, -- newest job or role as written; null where none is stated
  COALESCE(kind_of_title, kind_of_employer, 'unknown')::TEXT AS role_kind, -- industry, faculty, postdoc, student or unknown
  CASE
    WHEN kind_of_title IS NOT NULL THEN 'stated role'
    WHEN kind_of_employer IS NOT NULL THEN 'employer is registered as a company'
  END::TEXT AS role_basis, -- what role_kind rests on; null if it is unknown
  COALESCE(organisation_name, affiliation)::TEXT AS employer, -- newest organisation, by its registered name where it was recognised
  organisation_id::TEXT, -- that organisation in the registry
  as_of::DATE AS employer_as_of, -- the day for which it was said
  source::TEXT -- the source that says so
FROM judged
