MODEL (
  name core.place,
  kind FULL,
  description 'Cities that an organisation or a person is linked to, one row a GeoNames place.',
  grain geonames_id,
  audits (place_key)
);

WITH used AS (
  SELECT geonames_id FROM core.organisation WHERE geonames_id IS NOT NULL
  UNION
  SELECT geonames_id FROM core.affiliation_match WHERE geonames_id IS NOT NULL
), registered AS (
  SELECT
    geonames_id,
    MIN(city) AS name,
    MIN(country_code) AS country_code,
    MIN(latitude) AS latitude,
    MIN(longitude) AS longitude,
    MIN(metro_id) AS metro_id
  FROM core.organisation
  WHERE geonames_id IS NOT NULL
  GROUP BY geonames_id
), final AS (
  SELECT
    used.geonames_id,
    COALESCE(place.name, registered.name) AS name,
    COALESCE(place.country_code, registered.country_code) AS country_code,
    place.admin1_code,
    COALESCE(place.latitude, registered.latitude) AS latitude,
    COALESCE(place.longitude, registered.longitude) AS longitude,
    place.population,
    COALESCE(metro_place.metro_id, registered.metro_id) AS metro_id
  FROM used
  LEFT JOIN ref.place AS place ON used.geonames_id = place.geonames_id
  LEFT JOIN ref.metro_place AS metro_place ON used.geonames_id = metro_place.geonames_id
  LEFT JOIN registered ON used.geonames_id = registered.geonames_id
)

SELECT
  geonames_id::BIGINT, -- GeoNames id
  name::TEXT, -- name of the city
  country_code::TEXT, -- ISO 3166-1 code
  admin1_code::TEXT, -- GeoNames code of the region
  latitude::DOUBLE, -- degrees north
  longitude::DOUBLE, -- degrees east
  population::BIGINT, -- inhabitants, where GeoNames lists the place
  metro_id::TEXT -- metro area, if it is in one
FROM final
