/* Runs of another profile than the build's: sample and real people must never meet. */
AUDIT (
  name profiles_not_mixed
);

SELECT
  run.source,
  run.run_id,
  manifest.profile
FROM @this_model AS run
INNER JOIN @landing('manifest') AS manifest ON run.source = manifest.source AND run.run_id = manifest.run_id
INNER JOIN ref.build AS build ON manifest.profile IS DISTINCT FROM build.profile
