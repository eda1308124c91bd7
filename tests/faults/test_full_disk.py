"""A night on a disk that is too small: one clear line, the right exit code, no traceback."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.commands import Place, wait_until_gone


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A tmpfs of so many megabytes; skips where mounting is not permitted."""
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("mounting a small tmpfs needs root")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "talentatlas-test", str(folder)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if mounted.returncode != 0:
        pytest.skip(f"mounting a small tmpfs is not permitted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("megabytes", [3, 10])
def test_night_on_a_full_disk(small_place: Place, tmp_path: Path, megabytes: int) -> None:
    with small_disk(tmp_path / "disk", megabytes) as disk:
        place = Place(disk / "data", small_place.config)
        finished = place.run("nightly")
        assert finished.returncode == 2, finished.stdout + finished.stderr
        assert "Traceback" not in finished.stdout + finished.stderr
        errors = [line for line in finished.stderr.splitlines() if line.strip()]
        assert len(errors) == 1, finished.stderr
        assert errors[0].startswith("error: ")
        assert "the disk is full" in errors[0]
        assert not wait_until_gone(place.data, 10)
        assert not (place.sample / "warehouse.duckdb").exists()
