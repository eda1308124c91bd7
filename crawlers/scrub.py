"""Committed segments without the people whose wish not to be contacted was met later in the same run."""

from __future__ import annotations

from collections import Counter

from config.keyed_hash import Suppression
from config.manifest import Manifest, write_manifest
from config.paths import ProfilePaths
from crawlers.landing import Landing


def scrub(paths: ProfilePaths, manifest: Manifest, suppression: Suppression) -> Manifest:
    """Write a landed segment anew without suppressed people's rows; its manifest, as it stands now.

    New files first, then the manifest, then the old files go: whenever it is cut off, the manifest names files that are
    there.
    """
    landing = Landing(
        paths,
        source=manifest.source,
        run_id=manifest.run_id,
        licence=manifest.licence,
        parser_version=manifest.parser_version,
        suppression=suppression,
    )
    landing.parts = list(manifest.parts)
    landing.records = Counter(manifest.records)
    replaced = landing.rewrite()
    if not replaced:
        return manifest
    scrubbed = manifest.model_copy(
        update={
            "parts": tuple(landing.parts),
            "records": dict(sorted((+landing.records).items())),
            "suppressed": manifest.suppressed + landing.suppressed,
        }
    )
    write_manifest(paths, scrubbed)
    for path in replaced:
        path.unlink()
    return scrubbed
