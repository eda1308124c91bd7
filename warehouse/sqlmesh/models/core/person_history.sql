MODEL (
  name core.person_history,
  kind FULL,
  description 'Person ids that changed, one row an old and a new id: all earlier builds and this one.',
  audits (person_history_has_no_cycle)
);

WITH moved AS (
  SELECT DISTINCT
    previous_person_id AS old_person_id,
    person_id AS new_person_id
  FROM core.person_member
  WHERE previous_person_id IS NOT NULL
), in_use AS (
  SELECT DISTINCT person_id FROM core.person_member
), this_build AS (
  SELECT
    moved.old_person_id,
    moved.new_person_id,
    CASE WHEN in_use.person_id IS NULL THEN 'merged' ELSE 'split' END AS reason,
    build.build_id,
    build.as_of
  FROM moved
  LEFT JOIN in_use ON moved.old_person_id = in_use.person_id
  CROSS JOIN ref.build AS build
), final AS (
  SELECT old_person_id, new_person_id, reason, build_id, as_of FROM ref.person_history
  UNION ALL
  SELECT
    this_build.old_person_id,
    this_build.new_person_id,
    this_build.reason,
    this_build.build_id,
    this_build.as_of
  FROM this_build
  LEFT JOIN ref.person_history AS earlier
    ON this_build.old_person_id = earlier.old_person_id
    AND this_build.new_person_id = earlier.new_person_id
    AND this_build.reason = earlier.reason
  WHERE earlier.old_person_id IS NULL
)

SELECT
  old_person_id::TEXT, -- the id that members had before
  new_person_id::TEXT, -- the id that they have now
  reason::TEXT, -- merged (the old id is no more) or split (others keep it)
  build_id::TEXT, -- the build that changed it
  as_of::DATE -- as_of of that build
FROM final
