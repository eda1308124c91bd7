/* A family of a person's specialty that counts for less than nothing or more than its cap. */
AUDIT (
  name signal_within_cap
);

SELECT
  signal.person_id,
  signal.specialty,
  signal.family,
  SUM(signal.counted) AS points
FROM @this_model AS signal
INNER JOIN ref.family AS family ON signal.family = family.family
GROUP BY signal.person_id, signal.specialty, signal.family, family.cap
HAVING SUM(signal.counted) < 0 OR SUM(signal.counted) > family.cap
