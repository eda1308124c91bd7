"""Where a profile keeps its files. Each profile has its own root, so sample and real data never meet."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from config.settings import DATA_VARIABLE, ProfileName


@dataclass(frozen=True)
class ProfilePaths:
    """All paths of one profile.

    landing/<record>/source=<s>/run=<id>/part-N.parquet and landing/manifests/<source>/<run id>.json; state/; builds/
    (work in progress, deleted after each build); published/<build id>.duckdb; the link warehouse.duckdb; exports/.
    """

    root: Path

    @property
    def landing(self) -> Path:
        return self.root / "landing"

    @property
    def manifests(self) -> Path:
        return self.landing / "manifests"

    @property
    def state(self) -> Path:
        return self.root / "state"

    @property
    def suppression_list(self) -> Path:
        return self.state / "suppression.json"

    @property
    def notices(self) -> Path:
        """Who was told that their data is held; see config.notices."""
        return self.state / "notices.csv"

    @property
    def suppression_key(self) -> Path:
        return self.root.parent / "secrets" / "suppression.key"

    @property
    def builds(self) -> Path:
        return self.root / "builds"

    @property
    def published(self) -> Path:
        return self.root / "published"

    @property
    def warehouse(self) -> Path:
        """The link that sourcers open; it is swapped, never written through."""
        return self.root / "warehouse.duckdb"

    @property
    def exports(self) -> Path:
        return self.root / "exports"

    @property
    def backups(self) -> Path:
        return self.root / "backups"

    @property
    def locks(self) -> Path:
        return self.root / "locks"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def run_lock(self) -> Path:
        return self.locks / "nightly.lock"

    def source_lock(self, source: str) -> Path:
        return self.locks / f"source-{source}.lock"


def data_directory() -> Path:
    """TALENTATLAS_DATA, else ./data."""
    return Path(os.environ.get(DATA_VARIABLE) or "data")


def profile_paths(profile: ProfileName) -> ProfilePaths:
    return ProfilePaths(data_directory() / profile)
