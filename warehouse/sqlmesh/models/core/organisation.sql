MODEL (
  name core.organisation,
  kind FULL,
  description 'Organisations of the registries, one row an organisation, with the metro area of the registered place.',
  grain organisation_id,
  audits (organisation_key)
);

WITH newest AS (
  SELECT
    *
  FROM staging.organisation
  QUALIFY ROW_NUMBER() OVER (PARTITION BY organisation_id ORDER BY as_of DESC, source) = 1
), near_anchor AS (
  /* Great-circle distance by the haversine formula (R. W. Sinnott, Sky & Telescope 68, 1984), radius 6371.0088 km. */
  SELECT
    newest.organisation_id,
    anchor.metro_id,
    anchor.km,
    2 * 6371.0088 * ASIN(SQRT(LEAST(1.0,
      POWER(SIN(RADIANS(anchor.latitude - newest.latitude) / 2), 2)
      + COS(RADIANS(anchor.latitude)) * COS(RADIANS(newest.latitude))
      * POWER(SIN(RADIANS(anchor.longitude - newest.longitude) / 2), 2)
    ))) AS distance
  FROM newest
  INNER JOIN ref.metro_anchor AS anchor
    ON newest.country_code = anchor.country_code
    AND newest.latitude BETWEEN anchor.latitude - anchor.km / 100.0 AND anchor.latitude + anchor.km / 100.0
    /* ROR's subdivisions are ISO 3166-2, GeoNames' are its own except in the United States. */
    AND (anchor.country_code <> 'US' OR newest.admin1_code IS NULL OR COALESCE(anchor.admin1_codes, '') = ''
      OR CONTAINS(',' || anchor.admin1_codes || ',', ',' || newest.admin1_code || ','))
  WHERE newest.latitude IS NOT NULL AND newest.longitude IS NOT NULL
), nearest AS (
  SELECT
    organisation_id,
    metro_id
  FROM near_anchor
  WHERE distance <= km
  QUALIFY ROW_NUMBER() OVER (PARTITION BY organisation_id ORDER BY distance, metro_id) = 1
), final AS (
  SELECT
    newest.organisation_id,
    newest.source,
    newest.name,
    ARRAY_TO_STRING(newest.types, ', ') AS types,
    newest.status,
    newest.country_code,
    newest.admin1_code,
    newest.city,
    newest.geonames_id,
    newest.latitude,
    newest.longitude,
    /* A place that GeoNames knows is in the metro that the configuration gives it; coordinates are for the rest. */
    CASE WHEN place.geonames_id IS NOT NULL THEN metro_place.metro_id ELSE nearest.metro_id END AS metro_id,
    newest.website,
    newest.established,
    newest.url,
    newest.as_of,
    newest.licence
  FROM newest
  LEFT JOIN ref.place AS place ON newest.geonames_id = place.geonames_id
  LEFT JOIN ref.metro_place AS metro_place ON newest.geonames_id = metro_place.geonames_id
  LEFT JOIN nearest ON newest.organisation_id = nearest.organisation_id
)

SELECT
  organisation_id::TEXT, -- the registry's id
  source::TEXT, -- the registry
  name::TEXT, -- display name
  types::TEXT, -- kinds of organisation that the registry states
  status::TEXT, -- active, inactive or withdrawn
  country_code::TEXT, -- ISO 3166-1 code of the registered country
  admin1_code::TEXT, -- ISO 3166-2 subdivision without the country
  city::TEXT, -- registered city
  geonames_id::BIGINT, -- GeoNames id of the registered city
  latitude::DOUBLE, -- degrees north of the registered place
  longitude::DOUBLE, -- degrees east of the registered place
  metro_id::TEXT, -- metro area of the registered place
  website::TEXT, -- home page
  established::INT, -- year of foundation
  url::TEXT, -- page in the registry
  as_of::DATE, -- the day whose state the row shows
  licence::TEXT -- licence of the registry
FROM final
