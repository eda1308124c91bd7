MODEL (
  name core.reupload,
  kind FULL,
  description 'Models that bear the name of an older, at least as well liked model of another owner and state no base model, one row a model.',
  grain work_id,
  audits (reupload_key)
);

WITH liked AS (
  SELECT
    work_artifact.work_id,
    MAX(metric.value) AS likes
  FROM (
    SELECT
      source,
      artifact_id,
      value
    FROM staging.metric
    WHERE name = 'likes'
    QUALIFY ROW_NUMBER() OVER (PARTITION BY source, artifact_id ORDER BY as_of DESC) = 1
  ) AS metric
  INNER JOIN core.work_artifact AS work_artifact
    ON metric.source = work_artifact.source AND metric.artifact_id = work_artifact.artifact_id
  WHERE metric.value > 0
  GROUP BY work_artifact.work_id
), models AS (
  /* Days since the hub's first date, from 1; the hub knows no date of its oldest models, so no date is the oldest. */
  SELECT
    work.work_id,
    LOWER(work.owner_handle) AS owner,
    LOWER(work.title) AS title,
    COALESCE(DATE_DIFF('DAY', CAST('1970-01-01' AS DATE), work.published_on), 0) AS day,
    COALESCE(liked.likes, 0) AS likes
  FROM core.work AS work
  LEFT JOIN liked ON work.work_id = liked.work_id
  WHERE work.kind = 'model' AND work.owner_handle IS NOT NULL
), named AS (
  /* One row an owner and name: who has moved a model and kept the old row has not copied anybody. */
  SELECT
    title,
    owner,
    MIN(day) AS day,
    MAX(likes) AS likes
  FROM models
  GROUP BY title, owner
), same_title AS (
  /* A running maximum instead of a join of models with models: thousands of owners may use one name. */
  SELECT
    title,
    owner,
    likes,
    MAX(likes) OVER (
      PARTITION BY title ORDER BY day NULLS FIRST RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS likes_of_older
  FROM named
), prefixed AS (
  SELECT owner || '-' || title AS alias, owner, day, likes FROM named
  UNION ALL
  SELECT owner || '_' || title AS alias, owner, day, likes FROM named
), copies AS (
  SELECT title, owner, 'same_title' AS basis FROM same_title WHERE likes_of_older >= likes
  UNION ALL
  SELECT
    named.title,
    named.owner,
    'owner_and_title' AS basis
  FROM named
  INNER JOIN prefixed
    ON named.title = prefixed.alias AND named.owner <> prefixed.owner AND prefixed.day < named.day AND prefixed.likes >= named.likes
), based AS (
  SELECT DISTINCT
    work_artifact.work_id
  FROM staging.artifact_tag AS tag
  INNER JOIN core.work_artifact AS work_artifact
    ON tag.source = work_artifact.source AND tag.artifact_id = work_artifact.artifact_id
  WHERE tag.kind IN ('tag', 'fact') AND LOWER(tag.value) LIKE 'base_model:%'
), final AS (
  SELECT
    models.work_id,
    MAX(copies.basis) AS basis
  FROM copies
  INNER JOIN models ON copies.title = models.title AND copies.owner = models.owner
  LEFT JOIN based ON models.work_id = based.work_id
  WHERE based.work_id IS NULL
  GROUP BY models.work_id
)

SELECT
  work_id::TEXT, -- the copy
  basis::TEXT -- what it shares with an older model: same_title, or owner_and_title (its title is the other's owner and title)
FROM final
