MODEL (
  name staging.artifact_tag,
  kind FULL,
  description 'Tags of works, parted into kind and value, one row a source, artifact, kind and value.'
);

WITH listed AS (
  SELECT
    artifact.source,
    artifact.artifact_id,
    entry.tag AS tag
  FROM staging.artifact AS artifact
  CROSS JOIN UNNEST(artifact.tags) AS entry(tag)
), final AS (
  SELECT DISTINCT
    source,
    artifact_id,
    CASE WHEN STRPOS(tag, ':') > 1 THEN LOWER(SUBSTRING(tag, 1, STRPOS(tag, ':') - 1)) ELSE 'tag' END AS kind,
    CASE WHEN STRPOS(tag, ':') > 1 THEN SUBSTRING(tag, STRPOS(tag, ':') + 1) ELSE tag END AS value
  FROM listed
)

SELECT
  source::TEXT, -- name of the source
  artifact_id::TEXT, -- the source's id of the work
  kind::TEXT, -- pipeline_tag, library, tag, keyword, track, award and so on
  value::TEXT -- the tag itself
FROM final
