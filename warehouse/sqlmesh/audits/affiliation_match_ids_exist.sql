/* A matched organisation that is not in the registry. */
AUDIT (
  name affiliation_match_ids_exist
);

SELECT
  matched.affiliation,
  matched.organisation_id
FROM @this_model AS matched
LEFT JOIN core.organisation AS organisation ON matched.organisation_id = organisation.organisation_id
WHERE matched.organisation_id IS NOT NULL AND organisation.organisation_id IS NULL
