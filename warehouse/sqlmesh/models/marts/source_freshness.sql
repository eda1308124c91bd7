MODEL (
  name mart.source_freshness,
  kind FULL,
  description 'How fresh each source is and what it holds, one row a source that is configured for the profile or has run.',
  grain source,
  audits (source_freshness_key)
);

WITH runs AS (
  SELECT
    source,
    run_id,
    verdict,
    landed,
    as_of,
    finished_at,
    rejects,
    reasons,
    ROW_NUMBER() OVER (PARTITION BY source ORDER BY run_id DESC) AS newest,
    ROW_NUMBER() OVER (PARTITION BY source, landed ORDER BY run_id DESC) AS newest_of_its_kind
  FROM @landing('manifest')
), counted AS (
  SELECT source, 'profile' AS record, COUNT(*) AS n FROM staging.profile GROUP BY source
  UNION ALL
  SELECT source, 'organisation' AS record, COUNT(*) AS n FROM staging.organisation GROUP BY source
  UNION ALL
  SELECT source, 'artifact' AS record, COUNT(*) AS n FROM staging.artifact GROUP BY source
  UNION ALL
  SELECT source, 'author_mention' AS record, COUNT(*) AS n FROM staging.author_mention GROUP BY source
  UNION ALL
  SELECT source, 'affiliation' AS record, COUNT(*) AS n FROM staging.affiliation GROUP BY source
  UNION ALL
  SELECT source, 'identity_claim' AS record, COUNT(*) AS n FROM staging.identity_claim GROUP BY source
  UNION ALL
  SELECT source, 'profile_fact' AS record, COUNT(*) AS n FROM staging.profile_fact GROUP BY source
  UNION ALL
  SELECT source, 'metric' AS record, COUNT(*) AS n FROM staging.metric GROUP BY source
), pivoted AS (
  SELECT
    source,
    SUM(n) AS n_rows,
    SUM(CASE WHEN record = 'profile' THEN n ELSE 0 END) AS profiles,
    SUM(CASE WHEN record = 'organisation' THEN n ELSE 0 END) AS organisations,
    SUM(CASE WHEN record = 'artifact' THEN n ELSE 0 END) AS artifacts,
    SUM(CASE WHEN record = 'author_mention' THEN n ELSE 0 END) AS author_mentions,
    SUM(CASE WHEN record = 'affiliation' THEN n ELSE 0 END) AS affiliations,
    SUM(CASE WHEN record = 'identity_claim' THEN n ELSE 0 END) AS identity_claims,
    SUM(CASE WHEN record = 'metric' THEN n ELSE 0 END) AS metrics,
    SUM(CASE WHEN record = 'profile_fact' THEN n ELSE 0 END) AS profile_facts
  FROM counted
  GROUP BY source
), names AS (
  SELECT source FROM ref.source WHERE enabled
  UNION
  SELECT source FROM runs
), final AS (
  SELECT
    names.source,
    configured.title,
    last_run.run_id AS last_run,
    COALESCE(last_run.verdict, 'never run') AS verdict,
    last_run.reasons,
    last_good.run_id AS last_good_run,
    last_good.as_of,
    DATE_DIFF('DAY', last_good.as_of, build.as_of) AS age_days,
    configured.max_age_days,
    COALESCE(DATE_DIFF('DAY', last_good.as_of, build.as_of) > configured.max_age_days, TRUE) AS is_stale,
    pivoted.n_rows,
    pivoted.profiles,
    pivoted.organisations,
    pivoted.artifacts,
    pivoted.author_mentions,
    pivoted.affiliations,
    pivoted.identity_claims,
    pivoted.metrics,
    pivoted.profile_facts,
    COALESCE(last_run.rejects, 0) AS rejects,
    configured.licence_id,
    configured.licence_url,
    configured.attribution,
    configured.homepage
  FROM names
  LEFT JOIN ref.source AS configured ON names.source = configured.source
  LEFT JOIN runs AS last_run ON names.source = last_run.source AND last_run.newest = 1
  LEFT JOIN runs AS last_good ON names.source = last_good.source AND last_good.landed AND last_good.newest_of_its_kind = 1
  LEFT JOIN pivoted ON names.source = pivoted.source
  CROSS JOIN ref.build AS build
)

SELECT
  source::TEXT, -- name of the source
  title::TEXT, -- its title
  last_run::TEXT, -- id of the last run
  verdict::TEXT, -- verdict of the last run: ok, partial, empty, gated, failed, or never run
  reasons::TEXT, -- why that verdict is not ok
  last_good_run::TEXT, -- id of the last run whose records count
  as_of::DATE, -- the day whose state that run saw
  age_days::INT, -- days from then to the build's as_of
  max_age_days::INT, -- more than these and its evidence is flagged stale
  is_stale::BOOLEAN, -- older than that, or never read
  COALESCE(n_rows, 0)::BIGINT AS n_rows, -- current rows of all record types
  COALESCE(profiles, 0)::BIGINT AS profiles, -- accounts
  COALESCE(organisations, 0)::BIGINT AS organisations, -- organisations
  COALESCE(artifacts, 0)::BIGINT AS artifacts, -- works
  COALESCE(author_mentions, 0)::BIGINT AS author_mentions, -- places in author lists
  COALESCE(affiliations, 0)::BIGINT AS affiliations, -- stated affiliations
  COALESCE(identity_claims, 0)::BIGINT AS identity_claims, -- statements that accounts are one person's
  COALESCE(metrics, 0)::BIGINT AS metrics, -- counts shown for works
  COALESCE(profile_facts, 0)::BIGINT AS profile_facts, -- other facts that accounts state
  rejects::BIGINT, -- records that the last run turned away
  licence_id::TEXT, -- licence
  licence_url::TEXT, -- its text
  attribution::TEXT, -- the line to print where the data is shown
  homepage::TEXT -- home page of the source
FROM final
