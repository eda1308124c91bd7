MODEL (
  name mart.leads,
  kind FULL,
  description 'Ranked sourcing lists, one row a sourced specialty and person. Exported lists leave out rows with a status. Columns are a contract: additions only.',
  grain (specialty, person_id),
  audits (
    leads_key,
    leads_rank_is_total,
    leads_have_evidence,
    leads_score_is_sum_of_evidence,
    leads_are_people,
    leads_not_suppressed,
    leads_not_overdue,
    leads_show_no_mail,
    leads_mark_sample_data
  )
);

WITH candidate AS (
  SELECT
    *,
    ROW_NUMBER() OVER (PARTITION BY specialty ORDER BY score DESC, last_active DESC, person_id) AS rank
  FROM core.lead_candidate
  WHERE dropped_by IS NULL
), works AS (
  SELECT
    person_id,
    specialty,
    evidence_id,
    MIN(title) AS title,
    MIN(venue) AS venue,
    MIN(kind) AS kind,
    MAX(evidence_date) AS evidence_date,
    MIN(url) AS url,
    SUM(points) AS points,
    MAX(points_before_cap) AS points_before_cap
  FROM mart.lead_evidence
  WHERE NOT is_noise
  GROUP BY person_id, specialty, evidence_id
), best AS (
  SELECT
    *,
    ROW_NUMBER() OVER (
      PARTITION BY person_id, specialty ORDER BY points DESC, points_before_cap DESC, evidence_date DESC, evidence_id
    ) AS place
  FROM works
), evidence AS (
  SELECT
    person_id,
    specialty,
    COUNT(*) AS n_works,
    MAX(CASE WHEN place = 1 THEN title END) AS title_1,
    MAX(CASE WHEN place = 1 THEN evidence_date END) AS date_1,
    MAX(CASE WHEN place = 1 THEN url END) AS url_1,
    MAX(CASE WHEN place = 2 THEN title END) AS title_2,
    MAX(CASE WHEN place = 2 THEN evidence_date END) AS date_2,
    MAX(CASE WHEN place = 2 THEN url END) AS url_2,
    MAX(CASE WHEN place = 3 THEN title END) AS title_3,
    MAX(CASE WHEN place = 3 THEN evidence_date END) AS date_3,
    MAX(CASE WHEN place = 3 THEN url END) AS url_3
  FROM best
  GROUP BY person_id, specialty
), rules AS (
  SELECT
    person_id,
    specialty,
    rule_id,
    MIN(why) AS why,
    SUM(points) AS points,
    COUNT(*) AS n_fired
  FROM mart.lead_evidence
  WHERE NOT is_noise AND points > 0
  GROUP BY person_id, specialty, rule_id
), reasons AS (
  SELECT
    person_id,
    specialty,
    why,
    n_fired,
    ROW_NUMBER() OVER (PARTITION BY person_id, specialty ORDER BY points DESC, rule_id) AS place
  FROM rules
), why AS (
  SELECT
    person_id,
    specialty,
    CONCAT_WS(
      '; ',
      MAX(CASE WHEN place = 1 THEN why || CASE WHEN n_fired > 1 THEN ' (' || CAST(n_fired AS TEXT) || ' times)' ELSE '' END END),
      MAX(CASE WHEN place = 2 THEN why || CASE WHEN n_fired > 1 THEN ' (' || CAST(n_fired AS TEXT) || ' times)' ELSE '' END END),
      MAX(CASE WHEN place = 3 THEN why || CASE WHEN n_fired > 1 THEN ' (' || CAST(n_fired AS TEXT) || ' times)' ELSE '' END END)
    ) AS why
  FROM reasons
  GROUP BY person_id, specialty
), camp_points AS (
  SELECT
    person_id,
    specialty,
    camp,
    SUM(counted) AS points
  FROM core.signal
  WHERE camp IS NOT NULL AND NOT is_noise
  GROUP BY person_id, specialty, camp
), camp AS (
  SELECT
    camp_points.person_id,
    camp_points.specialty,
    named.name
  FROM camp_points
  INNER JOIN ref.camp AS named ON camp_points.specialty = named.specialty AND camp_points.camp = named.camp
  WHERE camp_points.points > 0
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY camp_points.person_id, camp_points.specialty ORDER BY camp_points.points DESC, camp_points.camp
  ) = 1
), other AS (
  SELECT
    candidate.person_id,
    candidate.specialty,
    fit.specialty AS second_specialty
  FROM candidate
  INNER JOIN core.specialty_fit AS fit ON candidate.person_id = fit.person_id AND candidate.specialty <> fit.specialty
  QUALIFY ROW_NUMBER() OVER (PARTITION BY candidate.person_id, candidate.specialty ORDER BY fit.rank) = 1
), provenance AS (
  SELECT
    person_id,
    specialty,
    ARRAY_TO_STRING(LIST_SORT(ARRAY_AGG(DISTINCT source)), '; ') AS sources,
    ARRAY_TO_STRING(LIST_SORT(ARRAY_AGG(DISTINCT licence)), '; ') AS licences
  FROM mart.lead_evidence
  GROUP BY person_id, specialty
), since AS (
  SELECT
    person_id,
    MIN(evidence_date) AS first_work
  FROM core.contribution
  GROUP BY person_id
), final AS (
  SELECT
    candidate.*,
    person.name,
    person.contact_route,
    person.profiles,
    person.first_seen,
    person.is_verified,
    role.role,
    COALESCE(role.role_kind, 'unknown') AS role_kind,
    role.role_basis,
    role.employer,
    role.employer_as_of,
    DATE_DIFF('DAY', role.employer_as_of, build.as_of) > ranking.past_after_months * 30.4375 AS employer_is_past,
    metro.name AS metro,
    country.name AS country,
    place.place_kind,
    place.as_of AS place_as_of,
    place.confidence AS place_confidence,
    DATE_DIFF('DAY', place.as_of, build.as_of) > ranking.past_after_months * 30.4375 AS place_is_past,
    other.second_specialty,
    camp.name AS camp,
    CAST(FLOOR(DATE_DIFF('DAY', LEAST(since.first_work, candidate.first_active), build.as_of) / 365.25) AS INT) AS stage_years,
    why.why,
    evidence.title_1,
    evidence.date_1,
    evidence.url_1,
    evidence.title_2,
    evidence.date_2,
    evidence.url_2,
    evidence.title_3,
    evidence.date_3,
    evidence.url_3,
    provenance.sources,
    provenance.licences,
    before.rank AS rank_before,
    build.previous_build_id,
    build.build_id,
    build.is_sample
  FROM candidate
  INNER JOIN core.person AS person ON candidate.person_id = person.person_id
  INNER JOIN evidence ON candidate.person_id = evidence.person_id AND candidate.specialty = evidence.specialty
  LEFT JOIN why ON candidate.person_id = why.person_id AND candidate.specialty = why.specialty
  LEFT JOIN core.person_role AS role ON candidate.person_id = role.person_id
  LEFT JOIN core.person_place AS place ON candidate.person_id = place.person_id AND place.is_current
  LEFT JOIN ref.metro AS metro ON place.metro_id = metro.metro_id
  LEFT JOIN ref.country AS country ON place.country_code = country.country_code
  LEFT JOIN camp ON candidate.person_id = camp.person_id AND candidate.specialty = camp.specialty
  LEFT JOIN other ON candidate.person_id = other.person_id AND candidate.specialty = other.specialty
  LEFT JOIN provenance ON candidate.person_id = provenance.person_id AND candidate.specialty = provenance.specialty
  LEFT JOIN since ON candidate.person_id = since.person_id
  LEFT JOIN ref.lead_rank AS before ON candidate.specialty = before.specialty AND candidate.person_id = before.person_id
  CROSS JOIN ref.ranking AS ranking
  CROSS JOIN ref.build AS build
)

SELECT
  rank::INT, -- place on the list of the specialty, by score, then newest evidence, then person_id
  person_id::TEXT, -- the person; stable from build to build
  name::TEXT, -- name as most often printed, else as an account shows it
  role::TEXT, -- newest job or role as written
  role_kind::TEXT, -- industry, faculty, postdoc, student or unknown
  role_basis::TEXT, -- what role_kind rests on
  (CASE WHEN employer_is_past THEN 'past: ' || employer ELSE employer END)::TEXT AS employer, -- newest known organisation; "past: " if it was said too long ago
  employer_as_of::DATE, -- the day for which the employer was said
  metro::TEXT, -- metro area of the newest known place
  country::TEXT, -- country of the newest known place
  place_kind::TEXT, -- stated_location, stated_with_affiliation or organisation_registered (not where the person lives)
  place_as_of::DATE, -- the day for which the place was said
  place_confidence::TEXT, -- high, medium or low
  specialty::TEXT, -- the list
  share::DECIMAL(9, 6) AS specialty_share, -- share of the specialty in the person's points
  second_specialty::TEXT, -- the person's next specialty
  camp::TEXT, -- camp of the specialty that most of the evidence speaks for
  track::TEXT, -- research or applied, by what the evidence weighs
  stage_years::INT, -- full years of public record
  score::DECIMAL(18, 4), -- exact sum of the points in mart.lead_evidence
  score_research::DECIMAL(18, 4), -- of the family research
  score_release::DECIMAL(18, 4), -- of the family release
  score_production::DECIMAL(18, 4), -- of the family production
  score_community::DECIMAL(18, 4), -- of the family community
  why::TEXT, -- the weightiest reasons in words
  title_1::TEXT AS evidence_1, -- the weightiest work
  date_1::DATE AS evidence_1_date, -- its day
  url_1::TEXT AS evidence_1_url, -- its page
  title_2::TEXT AS evidence_2, -- the second work
  date_2::DATE AS evidence_2_date, -- its day
  url_2::TEXT AS evidence_2_url, -- its page
  title_3::TEXT AS evidence_3, -- the third work
  date_3::DATE AS evidence_3_date, -- its day
  url_3::TEXT AS evidence_3_url, -- its page
  NULLIF(CONCAT_WS(
    '; ',
    CASE WHEN NOT is_verified THEN 'identity unverified: known from one author list only' END,
    CASE WHEN place_kind = 'organisation_registered' THEN 'the place is the organisation''s registered place, not the person''s' END,
    CASE WHEN place_is_past THEN 'the place is old' END,
    CASE WHEN employer_is_past THEN 'the employer is old' END,
    CASE WHEN is_stale THEN 'the sources have not confirmed this lately' END
  ), '')::TEXT AS caution, -- what to check before believing the row
  contact_route::TEXT, -- public page by which the person can be reached; never a mail address
  profiles::TEXT, -- public pages of the person, parted by spaces
  last_active::DATE, -- day of the newest credit
  CASE
    WHEN previous_build_id IS NULL THEN NULL
    WHEN rank_before IS NULL THEN 'new'
    WHEN rank_before > rank THEN 'up'
    WHEN rank_before < rank THEN 'down'
    ELSE 'same'
  END::TEXT AS change, -- against the build before: new, up, down or same; null in the first build
  status::TEXT, -- in_process, contacted, not_a_fit or later while a sourcer's mark holds; null: open
  first_seen::DATE AS first_collected_at, -- as_of of the first build that met the person
  art14_due::DATE, -- one month later: by then the person must have been told (GDPR Art. 14(3)(a))
  (CAST(notice_on AS TEXT) || CASE WHEN notice_channel <> '' THEN ', ' || notice_channel ELSE '' END)::TEXT AS notice, -- when and how the person was told; null until a notice is recorded
  sources::TEXT, -- sources of the evidence
  licences::TEXT, -- their licences
  build_id::TEXT AS build, -- the build that made the row
  CASE WHEN is_sample THEN 'SAMPLE, INVENTED PEOPLE' ELSE 'real' END::TEXT AS data -- SAMPLE, INVENTED PEOPLE or real
FROM final
