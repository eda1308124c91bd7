/* Evidence without a public page, a source or a day. */
AUDIT (
  name lead_evidence_has_url
);

SELECT
  person_id,
  specialty,
  evidence_id
FROM @this_model
WHERE url IS NULL OR url NOT LIKE 'http%' OR source IS NULL OR evidence_date IS NULL
