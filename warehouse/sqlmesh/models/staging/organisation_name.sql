MODEL (
  name staging.organisation_name,
  kind FULL,
  description 'Names under which organisations are known, one row a source, organisation, name and kind.'
);

WITH listed AS (
  SELECT
    organisation.source,
    organisation.organisation_id,
    entry.item.value AS name,
    entry.item.kind AS kind,
    entry.item.language AS language
  FROM staging.organisation AS organisation
  CROSS JOIN UNNEST(organisation.names) AS entry(item)
), displayed AS (
  SELECT
    source,
    organisation_id,
    name,
    'display' AS kind,
    CAST(NULL AS TEXT) AS language
  FROM staging.organisation
), final AS (
  SELECT
    source,
    organisation_id,
    name,
    kind,
    MIN(language) AS language
  FROM (
    SELECT * FROM listed
    UNION ALL
    SELECT * FROM displayed
  ) AS names
  GROUP BY source, organisation_id, name, kind
)

SELECT
  source::TEXT, -- name of the registry
  organisation_id::TEXT, -- the registry's id
  name::TEXT, -- a name of the organisation
  kind::TEXT, -- display, label, alias or acronym
  language::TEXT -- language of the name, where stated
FROM final
