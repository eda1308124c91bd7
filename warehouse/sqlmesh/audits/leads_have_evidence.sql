/* A lead without a name, evidence, its page or its day. */
AUDIT (
  name leads_have_evidence
);

SELECT
  specialty,
  person_id
FROM @this_model
WHERE name IS NULL OR name = '' OR evidence_1 IS NULL OR evidence_1_url IS NULL OR evidence_1_date IS NULL OR why IS NULL
