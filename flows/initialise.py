"""`talentatlas init`: the default configuration to edit, and the suppression key."""

from __future__ import annotations

import shutil
from pathlib import Path

import config as config_package
from config.errors import UserError
from config.keyed_hash import load_suppression
from config.paths import profile_paths
from config.settings import PROFILES

DECISIONS = "decisions"
PATTERNS = ("*.yml", f"{DECISIONS}/*.csv")


def default_files() -> list[Path]:
    """The configuration that ships with the package, relative to the package's folder."""
    root = Path(config_package.__file__).parent
    found = {path.relative_to(root) for pattern in PATTERNS for path in root.rglob(pattern)}
    return sorted(found)


def write_defaults(target: Path, *, force: bool) -> list[Path]:
    """Copy the default configuration into `target`, of decisions the header only; returns what was written.

    Raises UserError, before anything is written, if a file is already there and `force` is not given.
    """
    root = Path(config_package.__file__).parent
    files = default_files()
    if target.exists() and not target.is_dir():
        raise UserError(f"{target}: is a file; name a folder for the configuration")
    if target.exists() and target.resolve() == root.resolve():
        raise UserError(f"{target}: is the folder of the defaults themselves; edit its files as they are")
    # What people decided is theirs: no default replaces it.
    files = [path for path in files if path.parts[0] != DECISIONS or not (target / path).exists()]
    present = [path for path in files if (target / path).exists()]
    if present and not force:
        raise UserError(f"{target / present[0]}: is already there; --force overwrites it with the default")
    for path in files:
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        if path.parts[0] == DECISIONS:
            header = (root / path).read_text(encoding="utf-8").partition("\n")[0]
            (target / path).write_text(header + "\n", encoding="utf-8")
        else:
            shutil.copyfile(root / path, target / path)
    return [target / path for path in files]


def make_key() -> Path:
    """Make the suppression key if there is none yet; returns where it is."""
    paths = profile_paths(PROFILES[0])
    load_suppression(paths.suppression_list, paths.suppression_key)
    return paths.suppression_key
