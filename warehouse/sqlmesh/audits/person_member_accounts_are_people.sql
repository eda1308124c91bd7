/* A member of a person that is an account deleted at its source, or no person's at all. */
AUDIT (
  name person_member_accounts_are_people
);

SELECT
  member.person_id,
  member.member_key,
  account.standing
FROM @this_model AS member
INNER JOIN core.account AS account ON member.member_key = account.member_key
WHERE NOT account.is_person
