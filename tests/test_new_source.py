"""A new source, from the scaffold and docs/adding-a-source.md alone."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from config.errors import UserError
from flows.scaffold import Kind, scaffold
from tests.commands import COMMAND, REPOSITORY

DOCS = (REPOSITORY / "docs" / "adding-a-source.md").read_text(encoding="utf-8")
NAME = "meetup_talks"  # as in the docs


def documented(language: str, number: int = 0) -> str:
    """A fenced block of the docs."""
    return re.findall(rf"^```{language}\n(.*?)^```$", DOCS, re.DOTALL | re.MULTILINE)[number]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the project with no source but those that a test adds."""
    copy = tmp_path / "checkout"
    ignored = shutil.ignore_patterns("__pycache__")
    for package in ("config", "crawlers", "flows", "warehouse"):
        shutil.copytree(REPOSITORY / package, copy / package, ignore=ignored)
    for path in [*(copy / "config/sources").glob("*.yml"), *(copy / "crawlers/sources").glob("*.py")]:
        if path.name != "__init__.py":
            path.unlink()
    (copy / "tests" / "recorded").mkdir(parents=True)
    for name in ("pyproject.toml", "tests/__init__.py", "tests/test_sources.py"):
        shutil.copy(REPOSITORY / name, copy / name)
    return copy


def run(checkout: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("TALENTATLAS_", "PREFECT_"))
    }
    return subprocess.run(
        command,
        cwd=checkout,
        env=kept | {"PYTHONPATH": str(checkout), "COLUMNS": "160"} | variables,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def recorded_test(checkout: Path) -> subprocess.CompletedProcess[str]:
    return run(checkout, sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests/test_sources.py")


def test_what_is_scaffolded_works_as_it_is(checkout: Path) -> None:
    kinds: tuple[Kind, ...] = ("html", "api", "file")
    for kind in kinds:
        assert all(path.is_file() for path in scaffold(checkout, f"{kind}_talks", kind))
    first = recorded_test(checkout)
    assert first.returncode == 1, first.stdout
    assert first.stdout.count("review it, then run again") >= len(kinds)
    for kind in kinds:
        expected = (checkout / f"tests/recorded/{kind}_talks/expected.json").read_text()
        assert "Ilva Tarnowick" in expected
        assert "@" not in expected, "an address got through"
    second = recorded_test(checkout)
    assert second.returncode == 0, second.stdout
    configuration = ["--no-cache", "--config", str(REPOSITORY / "pyproject.toml")]
    for check in (["check"], ["format", "--check"]):
        finished = run(checkout, sys.executable, "-m", "ruff", *check, *configuration, "crawlers/sources")
        assert finished.returncode == 0, finished.stdout + finished.stderr


def test_a_source_is_added_from_the_docs_alone(checkout: Path, tmp_path: Path) -> None:
    command = re.search(r"^    talentatlas (new-source .*)$", DOCS, re.MULTILINE)
    assert command
    scaffolded = run(checkout, *COMMAND, *command[1].split())
    assert scaffolded.returncode == 0, scaffolded.stderr
    recorded = checkout / "tests" / "recorded" / NAME
    (recorded / "page.json").unlink()
    (recorded / "talks.csv").write_text(documented("csv"))
    (recorded / "documents.yml").write_text(documented("yaml"))
    (checkout / "crawlers/sources" / f"{NAME}.py").write_text(documented("python"))
    source = checkout / "config/sources" / f"{NAME}.yml"
    content = yaml.safe_load(source.read_text()) | yaml.safe_load(documented("yaml", 1))
    source.write_text(yaml.safe_dump(content))

    assert "review it, then run again" in recorded_test(checkout).stdout
    expected = json.loads((recorded / "expected.json").read_text())
    items = expected["file:meetup/talks.csv"]
    assert [item["title"] for item in items if item.get("record") == "artifact"] == [
        "Feature stores without tears",
        "Drift in the wild",
    ]
    assert [item["reject"] for item in items if "reject" in item] == ["artifact", "author_mention"]
    again = recorded_test(checkout)
    assert again.returncode == 0, again.stdout

    files = tmp_path / "files"
    (files / "meetup").mkdir(parents=True)
    (files / "meetup" / "talks.csv").write_text(documented("csv"))
    data = tmp_path / "data"
    places = {"TALENTATLAS_DATA": str(data), "TALENTATLAS_REAL_DATA": str(files)}
    night = run(checkout, *COMMAND, "nightly", "--profile", "real", "--only", NAME, **places)
    assert night.returncode == 0, night.stdout + night.stderr
    sql = "SELECT string_agg(title, ' | ' ORDER BY title) AS titles FROM core.work"
    asked = run(checkout, *COMMAND, "query", sql, "--profile", "real", "--format", "json", **places)
    assert "Drift in the wild | Feature stores without tears" in asked.stdout, asked.stderr


@pytest.mark.parametrize("name", ["", "x", "Upper", "2fast", "with-dash", "../up", "a" * 60, "class"])
def test_a_bad_name_is_refused(checkout: Path, name: str) -> None:
    with pytest.raises(UserError, match="not a name for a source"):
        scaffold(checkout, name, "file")


def test_a_taken_name_and_a_folder_that_is_no_checkout_are_refused(checkout: Path, tmp_path: Path) -> None:
    scaffold(checkout, "some_talks", "file")
    before = sorted(checkout.rglob("*"))
    with pytest.raises(UserError, match="is already there; take another name"):
        scaffold(checkout, "some_talks", "html")
    assert sorted(checkout.rglob("*")) == before
    with pytest.raises(UserError, match="no such folder; run it in a checkout"):
        scaffold(tmp_path, "other_talks", "file")
