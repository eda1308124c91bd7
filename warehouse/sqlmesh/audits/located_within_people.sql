/* More located or ambiguous people than people. */
AUDIT (
  name located_within_people
);

SELECT
  specialty,
  source,
  people,
  located,
  ambiguous
FROM @this_model
WHERE located > people OR in_metro > located OR ambiguous < 0 OR unlocated < 0
