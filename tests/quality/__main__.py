"""`python -m tests.quality identity|geography|specialty --truth FILE [--json]`: the figures of docs/quality.md."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from config.errors import UserError
from config.settings import load_config
from tests.quality import geography, identity, specialty


def main(arguments: list[str] | None = None) -> int:
    """Print the figures: a table, or with --json one object on the last line. 2 for wrong use."""
    parser = argparse.ArgumentParser(prog="python -m tests.quality", description=__doc__)
    parser.add_argument("what", choices=("identity", "geography", "specialty"))
    parser.add_argument("--truth", type=Path, required=True, help="CSV or CSV.gz of labelled rows")
    parser.add_argument("--json", action="store_true", help="one JSON object on the last line")
    parser.add_argument("--alter-names", type=int, metavar="SEED", help="identity: alter half of the names")
    parser.add_argument("--with-abstracts", action="store_true", help="specialty: join abstracts by title")
    options = parser.parse_args(arguments)
    try:
        figures = _measure(options)
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps(figures))
    else:
        for name, value in _flat(figures):
            print(f"{name:40} {'-' if value is None else value}")
    return 0


def _measure(options: argparse.Namespace) -> dict[str, Any]:
    if options.what == "identity":
        return identity.measure(options.truth, alter_names=options.alter_names)
    config = load_config()
    if options.what == "geography":
        return geography.measure(config, options.truth)
    return specialty.measure(config, options.truth, with_abstracts=options.with_abstracts)


def _flat(figures: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in figures.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


if __name__ == "__main__":
    sys.exit(main())
