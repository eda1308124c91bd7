MODEL (
  name staging.artifact_external_id,
  kind FULL,
  description 'Identifiers of works in other schemes, one row a source, artifact, scheme and value.'
);

WITH listed AS (
  SELECT DISTINCT
    artifact.source,
    artifact.artifact_id,
    LOWER(entry.item.scheme) AS scheme,
    entry.item.value AS value
  FROM staging.artifact AS artifact
  CROSS JOIN UNNEST(artifact.ids) AS entry(item)
)

SELECT
  source::TEXT, -- name of the source
  artifact_id::TEXT, -- the source's id of the work
  scheme::TEXT, -- scheme of the identifier: doi, arxiv, acl and so on
  value::TEXT -- the identifier as the scheme writes it
FROM listed
