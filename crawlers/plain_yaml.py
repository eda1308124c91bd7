"""YAML in which every scalar stays the text it is written as."""

from __future__ import annotations

from typing import Any

import yaml

from crawlers.source import BadDocument

# A family name may be "No", "Null" or "On", a login or an id may read as a number: nothing is converted. The loader
# in C is ten times as fast.
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def mapping(body: bytes | str) -> dict[str, Any]:
    """A document that is one YAML mapping, of strings, lists and mappings. Raises BadDocument if it is not."""
    try:
        content = yaml.load(body, Loader=_LOADER)
    except (yaml.YAMLError, ValueError):
        raise BadDocument("not valid YAML") from None
    if not isinstance(content, dict):
        raise BadDocument("not a YAML mapping")
    return content
