MODEL (
  name staging.artifact,
  kind FULL,
  description 'Papers, models, datasets and other works as one source shows them now, one row a source and artifact.',
  grain (source, artifact_id),
  audits (staging_artifact_key)
);

WITH current_rows AS (
  SELECT
    *
  FROM @current_rows('artifact', [artifact_id], [artifact_id, kind, title, abstract, venue_id, venue, year, published_on, updated_at, owner_handle, ids, tags, language, status, url])
)

SELECT
  source::TEXT, -- name of the source
  artifact_id::TEXT, -- the source's id of the work
  kind::TEXT, -- paper, model, dataset, space, repository, talk or other
  title::TEXT, -- title as the source prints it
  abstract::TEXT, -- abstract or description, without e-mail addresses
  venue_id::TEXT, -- the source's venue slug
  venue::TEXT, -- venue as printed
  year::BIGINT, -- year of publication
  published_on::DATE, -- day of publication, where the source knows it
  updated_at::TIMESTAMPTZ, -- last change at the source
  owner_handle::TEXT, -- namespace that it lives in, a person's or an organisation's
  ids, -- identifiers of the work in other schemes
  tags, -- tags as kind:value
  language::TEXT, -- language of the work, where stated
  status::TEXT, -- active, retracted, removed, rejected or withdrawn
  url::TEXT, -- public page of the work
  as_of::DATE, -- the day whose state the row shows
  document::TEXT, -- the document it came from
  run_id::TEXT, -- the source run that landed it
  retrieved_at::TIMESTAMPTZ, -- when it was fetched
  licence::TEXT, -- licence of the source
  is_stale::BOOLEAN -- the source has not confirmed it within its max_age_days
FROM current_rows
