"""One module per upstream. Each has `mount`, `planted` and `mentions`; nothing is registered by hand.

`mount` adds routes,
quotas and files to the origins that the upstream has; `planted` counts the bad records that it
puts on the wire, by kind; `mentions` says who is truly behind what it shows.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

from crawlers.sample_world.limits import Limits
from crawlers.sample_world.model import World
from crawlers.sample_world.origins import Mount


def modules() -> list[ModuleType]:
    """All upstream modules in alphabetical order; names that begin with an underscore are helpers."""
    names = sorted(info.name for info in pkgutil.iter_modules(__path__) if not info.name.startswith("_"))
    return [importlib.import_module(f"{__name__}.{name}") for name in names]


def mount(world: World, limits: Limits) -> Mount:
    """Every upstream of `world`, ready to be served."""
    made = Mount(limits)
    for module in modules():
        module.mount(world, made)
    return made


def planted(world: World) -> dict[str, int]:
    """Bad records on the wire, counted by kind over all upstreams."""
    return {kind: n for module in modules() for kind, n in module.planted(world).items()}


def mentions(world: World) -> Iterator[tuple[str, int, str]]:
    """(artifact id at its source, author position, person id) over all upstreams; position 0: the maker."""
    for module in modules():
        yield from module.mentions(world)
