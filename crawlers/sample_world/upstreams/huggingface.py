"""Hugging Face Hub: API, profile pages and files of repositories.

Shapes follow recorded answers of 2026 (the hub's OpenAPI page and huggingface_hub 2.4). The helper modules
`_hub_*` hold one concern each; what they serve:

- `_hub_lists`: `/api/{models,datasets,spaces}` and, below one repository, `likers`, `commits`, `discussions`
- `_hub_people`: `/api/users/*`, `/api/organizations/*`, `/api/collections`
- `_hub_papers`: `/api/daily_papers`, `/api/papers/*`, `/api/arxiv/*/repos`
- `_hub_search`: `/api/quicksearch`, `/api/{models,datasets}-tags-by-type`
- `_hub_pages`: `/{name}`, `/[spaces/|datasets/]{owner}/{name}/resolve/{revision}/{path}`
"""

from __future__ import annotations

from collections.abc import Iterator

from crawlers.sample_world.model import World
from crawlers.sample_world.origins import Mount
from crawlers.sample_world.upstreams import (
    _hub_http,
    _hub_lists,
    _hub_pages,
    _hub_papers,
    _hub_people,
    _hub_search,
)
from crawlers.sample_world.upstreams._hub_records import KINDS, Hub
from crawlers.sample_world.upstreams._hub_repos import bad_models

URL = _hub_http.URL


def mount(world: World, mount: Mount) -> None:
    """Serve the hub."""
    hub = Hub(world)
    origin = mount.origin(URL)
    for part in (_hub_search, _hub_people, _hub_papers, _hub_lists, _hub_pages):
        part.mount(hub, origin)
    _hub_http.limit(origin, mount.limits)


def planted(world: World) -> dict[str, int]:
    """Bad model records."""
    kinds = [kind for kind, _ in bad_models()]
    return {kind: kinds.count(kind) for kind in sorted(set(kinds))}


def mentions(world: World) -> Iterator[tuple[str, int, str]]:
    """(artifact id, 0, person id): who really made a model, dataset or space, whoever owns it."""
    names = {account.id: account.name for account in world.hub_accounts}
    for repo in world.hub_repos:
        if repo.author and repo.kind in KINDS and not repo.private:
            yield f"hf_{repo.kind}:{names[repo.owner]}/{repo.name}", 0, repo.author
