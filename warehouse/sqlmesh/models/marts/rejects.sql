MODEL (
  name mart.rejects,
  kind FULL,
  description 'Records that were turned away, counted, one row a source, run, record type and reason. The keys stay in landing.',
  grain (source, run_id, record_type, reason)
);

SELECT
  rejects.source::TEXT, -- name of the source
  rejects.run_id::TEXT, -- the run
  rejects.record_type::TEXT, -- record type
  rejects.reason::TEXT, -- why
  COUNT(*)::BIGINT AS n -- how many
FROM @landing('rejects') AS rejects
GROUP BY rejects.source, rejects.run_id, rejects.record_type, rejects.reason
