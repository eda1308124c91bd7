MODEL (
  name core.account,
  kind FULL,
  description 'Accounts at sources and whether each still stands for a person, one row a source and account.',
  grain member_key,
  audits (account_key)
);

WITH platforms AS (
  /* The part before the first underscore: huggingface and huggingface_models read one platform, with one id an account. */
  SELECT
    *,
    SPLIT_PART(source, '_', 1) AS platform
  FROM staging.profile
), newest AS (
  SELECT
    platform,
    profile_id,
    status
  FROM platforms
  QUALIFY ROW_NUMBER() OVER (
    PARTITION BY platform, profile_id
    ORDER BY as_of DESC, CASE WHEN status = 'deleted' THEN 0 ELSE 1 END, status, source
  ) = 1
), active AS (
  SELECT DISTINCT platform, profile_id FROM platforms WHERE status = 'active'
), final AS (
  SELECT
    platforms.*,
    CASE
      WHEN newest.status = 'deleted' THEN 'deleted'
      WHEN platforms.status <> 'active' AND active.profile_id IS NOT NULL THEN 'replaced'
      ELSE platforms.status
    END AS standing
  FROM platforms
  INNER JOIN newest ON platforms.platform = newest.platform AND platforms.profile_id = newest.profile_id
  LEFT JOIN active ON platforms.platform = active.platform AND platforms.profile_id = active.profile_id
)

SELECT
  (source || ':profile:' || profile_id)::TEXT AS member_key, -- the account as a member of a person
  platform::TEXT, -- the platform that the source reads
  source::TEXT, -- name of the source
  profile_id::TEXT, -- the source's stable id of the account
  handle::TEXT, -- the account's present, renameable name
  kind::TEXT, -- person, organisation, bot or unknown
  standing::TEXT, -- active; renamed; replaced (another row of the platform shows the account as it is now); or deleted
  (kind = 'person' AND standing IN ('active', 'renamed'))::BOOLEAN AS is_person -- may be part of a person and own works
FROM final
