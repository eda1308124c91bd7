/* Two rows of one source and document. */
AUDIT (
  name staging_document_key
);

SELECT
  source, document,
  COUNT(*) AS n_rows
FROM @this_model
GROUP BY source, document
HAVING COUNT(*) > 1
