/* A cell of more people than are located, or of more weight than people. */
AUDIT (
  name density_people_exist
);

SELECT
  density.area_kind,
  density.area_id,
  density.specialty,
  density.source,
  density.people,
  coverage.located
FROM @this_model AS density
LEFT JOIN mart.location_coverage AS coverage ON density.specialty = coverage.specialty AND density.source = coverage.source
WHERE coverage.located IS NULL OR density.people > coverage.located OR density.weight > density.people
