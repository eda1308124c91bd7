"""Users and organisations: overviews, members, followers, following, likes given, and collections."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from starlette.requests import Request
from starlette.responses import Response

from crawlers.sample_world.hub_model import HubCollection
from crawlers.sample_world.model import HubAccount
from crawlers.sample_world.origins import Handler, Origin, refuse
from crawlers.sample_world.rng import slug
from crawlers.sample_world.upstreams import _hub_http as http
from crawlers.sample_world.upstreams._hub_http import Json
from crawlers.sample_world.upstreams._hub_records import Hub, avatar

_SHOWN_IN_LIST = 4  # items of a collection
_COLLECTION_SORTS = ("lastModified", "trending", "upvotes")


def _about(hub: Hub, kind: str, answer: Callable[[Request, HubAccount], Response]) -> Handler:
    """A handler for `{name}` of a user or organisation; 404 for the other kind, as upstream does."""
    message = "This user does not exist" if kind == "user" else "This organization does not exist"

    async def handle(request: Request) -> Response:
        found = hub.by_name.get(str(request.path_params["name"]).lower())
        if found is None or found.kind != kind:
            return refuse(404, {"error": message})
        return answer(request, found)

    return handle


def _paged(
    rows: Callable[[HubAccount], Sequence[Json]], default: int
) -> Callable[[Request, HubAccount], Response]:
    return lambda request, account: http.send_page(request, rows(account), default)


def _likes(hub: Hub, account: HubAccount) -> list[Json]:
    made: list[Json] = []
    for like in hub.likes.get(account.id, []):
        repo = hub.repos[like.repo]
        made.append({"createdAt": like.at, "repo": {"name": hub.path(repo), "type": repo.kind}})
    return made


def _item(hub: Hub, position: int, kind: str, identifier: str) -> Json | None:
    """An item of a collection; None if what it pointed to is gone or private."""
    base: Json = {"type": kind, "position": position}
    if kind == "paper":
        paper = hub.papers.get(identifier)
        if paper is None:
            return None
        title = hub.works[paper.work].title
        return {**base, "_id": paper.id, "id": identifier, "title": title, "upvotes": paper.upvotes}
    repo = hub.repos.get(identifier)
    if repo is None or repo.private:
        return None
    owner = hub.owners[repo.owner]
    made: Json = {
        **base, "_id": repo.id, "id": hub.path(repo), "author": owner.name, "likes": repo.likes,
        "lastModified": repo.last_modified, "private": False, "repoType": repo.kind,
    }  # fmt: skip
    if position == 0:
        made["note"] = {"html": "<p>start here</p>", "text": "start here"}
    return made


def _collection(hub: Hub, row: HubCollection, shown: int | None) -> Json:
    owner = hub.by_id[row.owner]
    items = (_item(hub, n, kind, identifier) for n, (kind, identifier) in enumerate(row.items))
    # A list leaves the collection's own position out: clients number them.
    position: Json = {} if shown else {"position": 0}
    return {
        **position,
        "slug": _slug(hub, row), "title": row.title, "description": row.description,
        "gating": False, "lastUpdated": row.updated, "private": False, "theme": "blue",
        "upvotes": row.upvotes, "isUpvotedByUser": False, "shareUrl": f"{http.URL}/collections/{_slug(hub, row)}",
        "owner": {
            "_id": owner.id, "avatarUrl": avatar(owner), "fullname": owner.fullname, "name": owner.name,
            "type": owner.kind, "isHf": False,
        },
        "items": [item for item in items if item is not None][:shown],
    }  # fmt: skip


def _slug(hub: Hub, row: HubCollection) -> str:
    return f"{hub.by_id[row.owner].name}/{slug(row.title)}-{row.id}"


def _collections(hub: Hub) -> Handler:
    async def answer(request: Request) -> Response:
        params = request.query_params
        rows = list(hub.collections)
        if owner := params.get("owner", "").lower():
            rows = [row for row in rows if hub.by_id[row.owner].name.lower() == owner]
        if item := params.get("item", ""):
            # "models/owner/name", "papers/2401.00001"
            kind, _, path = item.partition("/")
            repo = hub.by_path.get((kind.removesuffix("s"), path.lower()))
            identifier = repo.id if repo else path
            rows = [row for row in rows if any(i == identifier for _, i in row.items)]
        sort = params.get("sort", "lastModified")
        if sort not in _COLLECTION_SORTS:
            return http.bad_request(f"Invalid option: {sort}")
        if sort == "lastModified":
            rows.sort(key=lambda row: (row.updated, row.id), reverse=True)
        else:
            rows.sort(key=lambda row: (row.upvotes, row.id), reverse=True)
        try:
            chosen, headers = http.page(request, rows, http.size(request, 100))
        except ValueError:
            return http.bad_request()
        return http.send(request, [_collection(hub, row, _SHOWN_IN_LIST) for row in chosen], headers)

    return answer


def _one_collection(hub: Hub) -> Handler:
    by_id = {row.id: row for row in hub.collections}

    async def answer(request: Request) -> Response:
        # Only the id at the end counts; words and owner may have changed since the link was made.
        row = by_id.get(str(request.path_params["slug"]).rpartition("-")[2])
        if row is None:
            return refuse(404, {"error": "Collection not found"})
        return http.send(request, _collection(hub, row, None))

    return answer


def mount(hub: Hub, origin: Origin) -> None:
    """Add the routes."""
    users, organisations = "/api/users/{name}", "/api/organizations/{name}"
    origin.get(f"{users}/overview", _about(hub, "user", lambda r, a: http.send(r, hub.user(a))))
    origin.get(f"{users}/likes", _about(hub, "user", _paged(lambda a: _likes(hub, a), 100)))
    origin.get(
        f"{users}/following",
        _about(
            hub, "user", _paged(lambda a: hub.brief(f.followed for f in hub.following.get(a.id, [])), 100)
        ),
    )
    followers = _paged(lambda a: hub.brief(f.follower for f in hub.followers.get(a.id, [])), 100)
    origin.get(f"{users}/followers", _about(hub, "user", followers))
    origin.get(f"{organisations}/followers", _about(hub, "org", followers))
    origin.get(
        f"{organisations}/overview", _about(hub, "org", lambda r, a: http.send(r, hub.organisation(a)))
    )
    origin.get(f"{organisations}/members", _about(hub, "org", _paged(lambda a: hub.brief(a.members), 100)))
    origin.get("/api/collections", _collections(hub))
    origin.get("/api/collections/{slug:path}", _one_collection(hub))
