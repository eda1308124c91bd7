MODEL (
  name core.person_place,
  kind FULL,
  description 'Places that people are linked to, year-stamped, one row a person, place, day and basis; the newest is current.',
  grain (person_id, affiliation, ordinal, as_of, basis),
  audits (person_place_one_current)
);

WITH matched AS (
  SELECT
    held.person_id,
    held.affiliation,
    named.ordinal,
    held.as_of,
    held.basis,
    held.source,
    held.url,
    named.organisation_id,
    named.organisation_name,
    /* A registered place is where the organisation is registered; a place in the string was printed with the name. */
    CASE
      WHEN held.basis = 'stated_location' THEN 'stated_location'
      WHEN named.basis = 'text' THEN 'stated_with_affiliation'
      WHEN named.basis = 'organisation' THEN 'organisation_registered'
    END AS place_kind,
    CASE WHEN held.basis = 'stated_location' AND named.basis <> 'text' THEN NULL ELSE named.country_code END AS country_code,
    CASE WHEN held.basis = 'stated_location' AND named.basis <> 'text' THEN NULL ELSE named.geonames_id END AS geonames_id,
    named.confidence,
    named.reason,
    organisation.metro_id AS registered_metro_id,
    organisation.geonames_id AS registered_geonames_id
  FROM core.person_affiliation AS held
  INNER JOIN core.affiliation_match AS named ON held.affiliation = named.affiliation
  LEFT JOIN core.organisation AS organisation ON named.organisation_id = organisation.organisation_id
), placed AS (
  SELECT
    matched.person_id,
    matched.affiliation,
    matched.ordinal,
    matched.as_of,
    matched.basis,
    matched.source,
    matched.url,
    matched.organisation_id,
    matched.organisation_name,
    matched.place_kind,
    matched.country_code,
    matched.geonames_id,
    CASE
      WHEN matched.reason = 'headquarters' OR matched.country_code IS NULL THEN NULL
      WHEN matched.geonames_id IS NOT NULL AND matched.geonames_id IS DISTINCT FROM matched.registered_geonames_id THEN place.metro_id
      WHEN matched.reason = 'matched' THEN matched.registered_metro_id
      ELSE place.metro_id
    END AS metro_id,
    matched.confidence,
    matched.reason
  FROM matched
  LEFT JOIN core.place AS place ON matched.geonames_id = place.geonames_id
), ranked AS (
  SELECT
    *,
    /* Newest first; of one day, what says most; of one string, the first organisation. */
    ROW_NUMBER() OVER (
      PARTITION BY person_id
      ORDER BY CASE WHEN country_code IS NULL THEN 1 ELSE 0 END, as_of DESC,
        CASE WHEN metro_id IS NULL THEN 1 ELSE 0 END, basis DESC, affiliation, ordinal
    ) AS place_rank
  FROM placed
)

SELECT
  person_id::TEXT, -- the person
  affiliation::TEXT, -- the string that was matched
  ordinal::INT, -- place of the organisation within the string
  as_of::DATE, -- the day for which it was said
  basis::TEXT, -- printed_on_work, stated_by_account or stated_location
  source::TEXT, -- the source that says so
  url::TEXT, -- page that says so
  organisation_id::TEXT, -- the organisation in the registry, if it was recognised
  organisation_name::TEXT, -- its display name
  place_kind::TEXT, -- stated_location, stated_with_affiliation or organisation_registered (not where the person lives)
  country_code::TEXT, -- ISO 3166-1 code
  geonames_id::BIGINT, -- city
  metro_id::TEXT, -- metro area
  confidence::TEXT, -- high, medium or low
  reason::TEXT, -- how the string was matched
  (country_code IS NOT NULL AND place_rank = 1)::BOOLEAN AS is_current -- the place that counts for the person: the newest known
FROM ranked
