/* A person one of whose accounts landed as an organisation, a bot or unknown. */
AUDIT (
  name person_is_no_organisation
);

SELECT
  person.person_id,
  profile.source,
  profile.profile_id,
  profile.kind
FROM @this_model AS person
INNER JOIN core.person_member AS member ON person.person_id = member.person_id
INNER JOIN staging.profile AS profile ON member.member_key = profile.source || ':profile:' || profile.profile_id
WHERE profile.kind <> 'person'
