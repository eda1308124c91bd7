MODEL (
  name core.person,
  kind FULL,
  description 'People, one row a resolved cluster of accounts, places in author lists and ORCID iDs.',
  grain person_id,
  audits (person_key, person_is_no_organisation, person_shows_no_mail)
);

WITH members AS (
  SELECT
    person_id,
    MIN(first_seen) AS first_seen,
    COUNT(*) AS n_members,
    MAX(CASE WHEN rule IN ('orcid', 'profile', 'claim', 'decision') OR member_key LIKE 'orcid:%' THEN 1 ELSE 0 END) AS is_verified
  FROM core.person_member
  GROUP BY person_id
), mentions AS (
  /* A commit bears the name of an account, which is nobody's own name. */
  SELECT
    member.person_id,
    mention.name,
    mention.profile_id IS NOT NULL
      AND (artifact.kind IN ('model', 'dataset', 'space') OR COALESCE(LOWER(mention.name) = LOWER(account.handle), FALSE)) AS is_handle
  FROM staging.author_mention AS mention
  INNER JOIN core.person_member AS member
    ON member.member_key = mention.source || ':work:' || mention.artifact_id || '#' || CAST(mention.position AS TEXT)
  INNER JOIN staging.artifact AS artifact
    ON mention.source = artifact.source AND mention.artifact_id = artifact.artifact_id
  LEFT JOIN core.account AS account ON mention.source = account.source AND mention.profile_id = account.profile_id
), printed AS (
  SELECT
    person_id,
    name,
    is_handle,
    COUNT(*) AS n_printed
  FROM mentions
  GROUP BY person_id, name, is_handle
), accounts AS (
  SELECT
    member.person_id,
    profile.source,
    profile.profile_id,
    profile.name,
    profile.handle,
    profile.url,
    profile.homepage
  FROM staging.profile AS profile
  INNER JOIN core.person_member AS member ON member.member_key = profile.source || ':profile:' || profile.profile_id
), names AS (
  /* The name as most often printed, the fuller one of two; else the name of an account; else its handle. */
  SELECT person_id, name, 1 AS preference, n_printed FROM printed WHERE NOT is_handle
  UNION ALL
  SELECT person_id, name, 2 AS preference, 0 AS n_printed FROM accounts WHERE name IS NOT NULL
  UNION ALL
  SELECT person_id, handle AS name, 3 AS preference, 0 AS n_printed FROM accounts WHERE handle IS NOT NULL
  UNION ALL
  SELECT person_id, name, 4 AS preference, n_printed FROM printed WHERE is_handle
), named AS (
  SELECT
    person_id,
    name,
    preference
  FROM names
  QUALIFY ROW_NUMBER() OVER (PARTITION BY person_id ORDER BY preference, n_printed DESC, LENGTH(name) DESC, name) = 1
), routes AS (
  SELECT
    person_id,
    COUNT(*) AS n_accounts,
    MIN(CASE WHEN homepage LIKE 'http%' THEN homepage END) AS homepage,
    MIN(url) AS account_url,
    ARRAY_TO_STRING(LIST_SORT(ARRAY_AGG(DISTINCT url)), ' ') AS profiles
  FROM accounts
  GROUP BY person_id
), claimed AS (
  SELECT
    member.person_id,
    MIN(claim.value) AS homepage
  FROM staging.identity_claim AS claim
  INNER JOIN core.person_member AS member ON member.member_key = claim.source || ':profile:' || claim.profile_id
  WHERE claim.scheme = 'homepage' AND claim.strength IN ('declared', 'verified') AND claim.value LIKE 'http%'
  GROUP BY member.person_id
), orcids AS (
  SELECT
    person_id,
    MIN(SUBSTRING(member_key, 7)) AS orcid
  FROM core.person_member
  WHERE member_key LIKE 'orcid:%'
  GROUP BY person_id
), final AS (
  SELECT
    members.person_id,
    named.name,
    CASE named.preference WHEN 1 THEN 'printed' WHEN 2 THEN 'account' ELSE 'handle' END AS name_basis,
    orcids.orcid,
    members.n_members,
    COALESCE(routes.n_accounts, 0) AS n_accounts,
    members.is_verified = 1 OR COALESCE(routes.n_accounts, 0) > 0 AS is_verified,
    COALESCE(routes.homepage, claimed.homepage, routes.account_url, 'https://orcid.org/' || orcids.orcid) AS contact_route,
    CASE
      WHEN routes.profiles IS NOT NULL AND orcids.orcid IS NOT NULL THEN routes.profiles || ' https://orcid.org/' || orcids.orcid
      WHEN routes.profiles IS NOT NULL THEN routes.profiles
      WHEN orcids.orcid IS NOT NULL THEN 'https://orcid.org/' || orcids.orcid
    END AS profiles,
    members.first_seen
  FROM members
  LEFT JOIN named ON members.person_id = named.person_id
  LEFT JOIN routes ON members.person_id = routes.person_id
  LEFT JOIN claimed ON members.person_id = claimed.person_id
  LEFT JOIN orcids ON members.person_id = orcids.person_id
)

SELECT
  person_id::TEXT, -- the person; stable from build to build
  name::TEXT, -- name as most often printed, else as an account shows it
  name_basis::TEXT, -- printed, account or handle
  orcid::TEXT, -- ORCID iD, if one is linked
  n_members::INT, -- accounts, places in author lists and ORCID iDs that are this person
  n_accounts::INT, -- accounts among them
  is_verified::BOOLEAN, -- an account, ORCID iD, claim or decision holds the person together, not one author list alone
  contact_route::TEXT, -- public page by which the person can be reached; never a mail address
  profiles::TEXT, -- public pages of the person, parted by spaces
  first_seen::DATE -- as_of of the first build that met the person
FROM final
