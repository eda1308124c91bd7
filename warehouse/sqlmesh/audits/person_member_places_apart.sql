/* Two places of one author list that are one person, without a decision that says so. */
AUDIT (
  name person_member_places_apart
);

WITH places AS (
  SELECT
    person_id,
    SUBSTRING(member_key, 1, STRPOS(member_key, '#')) AS work,
    COUNT(*) AS n_places,
    MAX(CASE WHEN rule = 'decision' THEN 1 ELSE 0 END) AS is_decided
  FROM @this_model
  WHERE member_key LIKE '%:work:%#%'
  GROUP BY person_id, SUBSTRING(member_key, 1, STRPOS(member_key, '#'))
)

SELECT
  person_id,
  work,
  n_places
FROM places
WHERE n_places > 1 AND is_decided = 0
