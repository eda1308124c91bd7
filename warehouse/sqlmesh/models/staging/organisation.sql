MODEL (
  name staging.organisation,
  kind FULL,
  description 'Organisations of registries as they are now, one row a source and organisation.',
  grain (source, organisation_id),
  audits (staging_organisation_key)
);

WITH current_rows AS (
  SELECT
    *
  FROM @current_rows('organisation', [organisation_id], [organisation_id, name, names, types, status, country_code, admin1_code, city, geonames_id, latitude, longitude, website, established, relations, url])
)

SELECT
  source::TEXT, -- name of the source
  organisation_id::TEXT, -- the registry's id
  name::TEXT, -- the registry's display name
  names, -- all names with kind and language
  types, -- kinds of organisation that the registry states
  status::TEXT, -- active, inactive or withdrawn
  country_code::TEXT, -- ISO 3166-1 code of the registered country
  admin1_code::TEXT, -- ISO 3166-2 subdivision without the country
  city::TEXT, -- registered city
  geonames_id::BIGINT, -- GeoNames id of the registered city
  latitude::DOUBLE, -- degrees north of the registered place
  longitude::DOUBLE, -- degrees east of the registered place
  website::TEXT, -- home page of the organisation
  established::BIGINT, -- year of foundation
  relations, -- parent, child and related organisations
  url::TEXT, -- page of the organisation in the registry
  as_of::DATE, -- the day whose state the row shows
  document::TEXT, -- the document it came from
  run_id::TEXT, -- the source run that landed it
  retrieved_at::TIMESTAMPTZ, -- when it was fetched
  licence::TEXT, -- licence of the source
  is_stale::BOOLEAN -- the source has not confirmed it within its max_age_days
FROM current_rows
