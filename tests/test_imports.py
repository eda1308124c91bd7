"""Which package may import what: the layers stay apart."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
OURS = {"config", "crawlers", "flows", "warehouse", "tests"}
FORBIDDEN = {
    "config": (OURS - {"config"}) | {"duckdb", "prefect", "sqlmesh", "scrapy", "huggingface_hub"},
    "crawlers": (OURS - {"config", "crawlers"}) | {"duckdb", "prefect", "sqlmesh"},
    "warehouse": (OURS - {"config", "warehouse"}) | {"scrapy", "prefect", "huggingface_hub"},
    "flows": {"tests"},
}


def imported(source: str) -> Iterator[tuple[int, str]]:
    """Line and top-level name of every import, wherever it stands in the module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.lineno, node.module.split(".")[0]


def offences(package: str, source: str) -> list[tuple[int, str]]:
    return [(line, name) for line, name in imported(source) if name in FORBIDDEN[package]]


@pytest.mark.parametrize("package", sorted(FORBIDDEN))
def test_package_imports_only_what_it_may(package: str) -> None:
    files = sorted((REPOSITORY / package).rglob("*.py"))
    assert files
    found = {
        f"{path.relative_to(REPOSITORY)}:{line} imports {name}"
        for path in files
        for line, name in offences(package, path.read_text(encoding="utf-8"))
    }
    assert not found


@pytest.mark.parametrize(
    ("package", "source"),
    [
        ("config", "from warehouse.build import build"),
        ("crawlers", "def f():\n    import duckdb"),
        ("crawlers", "import flows.night as n"),
        ("warehouse", "from crawlers import source"),
        ("warehouse", "if True:\n    from scrapy import Spider"),
        ("flows", "from tests.commands import Place"),
    ],
)
def test_an_offence_is_seen(package: str, source: str) -> None:
    assert offences(package, source)


def test_only_config_is_light() -> None:
    """Whatever imports config must not pay for pandas or a database."""
    allowed = {"pydantic", "yaml", "pyarrow", "config"}
    standard = __import__("sys").stdlib_module_names
    found = {
        f"{path.name}:{line} imports {name}"
        for path in (REPOSITORY / "config").rglob("*.py")
        for line, name in imported(path.read_text(encoding="utf-8"))
        if name not in allowed and name not in standard
    }
    assert not found
