"""The sample world: an invented population, and a loopback server that speaks upstreams' wire formats about
it.
"""

from crawlers.sample_world.changes import Change, Changes, mutate
from crawlers.sample_world.limits import Limits
from crawlers.sample_world.model import World
from crawlers.sample_world.population import generate
from crawlers.sample_world.server import serve
from crawlers.sample_world.truth import write_truth

__all__ = ["Change", "Changes", "Limits", "World", "generate", "mutate", "serve", "write_truth"]
