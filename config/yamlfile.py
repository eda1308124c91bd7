"""YAML files read into frozen pydantic models; every complaint names the file, the line and the key."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from config.errors import UserError

# libyaml's loader reads ten times faster; a build of PyYAML without it has the pure one.
if TYPE_CHECKING:
    from yaml import SafeLoader as FastSafeLoader
else:
    FastSafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

ModelT = TypeVar("ModelT", bound=BaseModel)
Location = tuple[int | str, ...]


class ConfigModel(BaseModel):
    """Base of everything read from YAML: frozen, and an unknown key is an error, never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class _UniqueKeyLoader(FastSafeLoader):
    """SafeLoader that refuses a key given twice (YAML 1.2 forbids it; PyYAML silently keeps the last)."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            if key_node.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"key '{key_node.value}' is given twice", key_node.start_mark
                )
            seen.add(key_node.value)
        return super().construct_mapping(node, deep)


def _lines(node: yaml.Node | None, prefix: Location = ()) -> dict[Location, int]:
    """Map each key path of a YAML document to its line (1-based)."""
    found: dict[Location, int] = {}
    if node is None:
        return found
    found[prefix] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key_node, value_node in node.value:
            path = (*prefix, key_node.value)
            found.update(_lines(value_node, path))
            found[path] = key_node.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            found.update(_lines(item, (*prefix, index)))
    return found


def _line_of(lines: dict[Location, int], location: Location) -> int:
    """Line of the longest prefix of `location` that stands in the file (pydantic adds union branch names to paths)."""
    while location and location not in lines:
        location = location[:-1]
    return lines.get(location, 1)


def read_yaml(path: Path, model: type[ModelT]) -> ModelT:
    """Read one YAML file into `model`.

    Raises UserError, one line, naming file, line and key, if the file is missing, is not YAML or does not fit.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; 'talentatlas init' writes the defaults") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot be read ({error})") from None
    try:
        content = yaml.load(text, Loader=_UniqueKeyLoader)  # a SafeLoader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise UserError(f"{path}:{line}: not valid YAML: {problem}") from None
    try:
        return model.model_validate(content if content is not None else {})
    except ValidationError as error:
        lines = _lines(yaml.compose(text, Loader=FastSafeLoader))
        raise UserError(_describe(path, lines, error)) from None


def _describe(path: Path, lines: dict[Location, int], error: ValidationError) -> str:
    problems = error.errors(include_url=False)
    # A misspelt key is reported twice, as unknown and as missing; the unknown one has the line that is to be mended.
    first = next((problem for problem in problems if problem["type"] == "extra_forbidden"), problems[0])
    location: Location = tuple(first["loc"])
    key = ".".join(str(part) for part in location) or "(the whole file)"
    message = (
        "unknown key; remove it or correct its spelling"
        if first["type"] == "extra_forbidden"
        else first["msg"]
    )
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    complaint = f"{key}: {message}{more}"
    # A key may hold line breaks or control characters; the complaint is one line all the same.
    return f"{path}:{_line_of(lines, location)}: {''.join(c if c.isprintable() else '?' for c in complaint)}"
