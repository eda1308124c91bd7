"""`talentatlas new-source`: the files of a source, small and working, to be changed into the real ones.

A source is a YAML, a module of the same name and a recorded folder; nothing is registered anywhere. The templates
(`flows/templates`) read a made-up format; their recorded document passes the tests after its first run has written
expected.json.
"""

from __future__ import annotations

import keyword
import re
from pathlib import Path
from string import Template
from typing import Literal

from config.errors import UserError

Kind = Literal["html", "api", "file"]
_NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
_TEMPLATES = Path(__file__).parent / "templates"
_PLACES = ("config/sources", "crawlers/sources", "tests/recorded")
_SUFFIX = {"html": "html", "api": "json", "file": "json"}


def scaffold(checkout: Path, name: str, kind: Kind) -> list[Path]:
    """Write the files of source `name` into a checkout; returns them.

    Raises UserError, before anything is written, for a name that cannot be one or is taken, or a folder that is no
    checkout.
    """
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise UserError(
            f"'{name}': not a name for a source; take 2 to 40 small letters, digits and underscores, a letter first"
        )
    missing = [place for place in _PLACES if not (checkout / place).is_dir()]
    if missing:
        raise UserError(
            f"{checkout / missing[0]}: no such folder; run it in a checkout of the project, or name one"
        )
    targets = _targets(checkout, name, kind)
    taken = [path for path in targets if path.exists()]
    if taken or (checkout / "tests" / "recorded" / name).exists():
        path = taken[0] if taken else checkout / "tests" / "recorded" / name
        raise UserError(f"{path}: is already there; take another name")
    words = {"name": name, "title": name.replace("_", " ").capitalize(), "class_name": _class_name(name)}
    texts = {path: _filled(template, words) for path, template in targets.items()}
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(texts)


def _targets(checkout: Path, name: str, kind: Kind) -> dict[Path, str]:
    """Path of each file -> name of its template."""
    recorded = checkout / "tests" / "recorded" / name
    suffix = _SUFFIX[kind]
    return {
        checkout / "config" / "sources" / f"{name}.yml": f"{kind}.yml",
        checkout / "crawlers" / "sources" / f"{name}.py": f"{kind}.py",
        recorded / "documents.yml": f"{kind}.documents.yml",
        recorded / f"page.{suffix}": f"{kind}.page.{suffix}",
    }


def _class_name(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_") if word)


def _filled(template: str, words: dict[str, str]) -> str:
    return Template((_TEMPLATES / f"{template}.txt").read_text(encoding="utf-8")).substitute(words)
