MODEL (
  name mart.build_info,
  kind FULL,
  description 'The build that made this file: one row.',
  grain build_id,
  audits (build_info_one_row)
);

SELECT
  build.build_id::TEXT, -- hash of everything that went in, behind the day
  build.profile::TEXT, -- sample, live or real
  build.is_sample::BOOLEAN, -- whether the people are invented
  CASE WHEN build.is_sample THEN 'SAMPLE, INVENTED PEOPLE' ELSE 'real' END::TEXT AS data, -- SAMPLE, INVENTED PEOPLE or real
  build.as_of::DATE, -- the day as of which everything is told
  build.code_version::TEXT, -- version of the code
  build.config_digest::TEXT, -- SHA-256 of the configuration
  build.previous_build_id::TEXT, -- the build whose state this one started from
  build.accepted_drop::TEXT, -- why rows were allowed to go missing, if somebody allowed it
  ranking.version::INT AS ranking_version -- version of the ranking weights
FROM ref.build AS build
CROSS JOIN ref.ranking AS ranking
