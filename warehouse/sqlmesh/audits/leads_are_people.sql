/* A lead that is no person of core.person, or one of whose accounts is an organisation or a bot. */
AUDIT (
  name leads_are_people
);

SELECT
  leads.specialty,
  leads.person_id
FROM @this_model AS leads
LEFT JOIN core.person AS person ON leads.person_id = person.person_id
WHERE person.person_id IS NULL
UNION ALL
SELECT
  leads.specialty,
  leads.person_id
FROM @this_model AS leads
INNER JOIN core.person_member AS member ON leads.person_id = member.person_id
INNER JOIN staging.profile AS profile ON member.member_key = profile.source || ':profile:' || profile.profile_id
WHERE profile.kind <> 'person'
