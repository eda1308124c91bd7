"""Lists of models, datasets and spaces, one repository, and what hangs below it: likers, commits, discussions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from crawlers.sample_world.hub_model import HubCommit, HubDiscussion
from crawlers.sample_world.model import HubRepo
from crawlers.sample_world.origins import Handler, Origin
from crawlers.sample_world.upstreams import _hub_http as http
from crawlers.sample_world.upstreams._hub_http import Json
from crawlers.sample_world.upstreams._hub_records import KINDS, Hub, avatar
from crawlers.sample_world.upstreams._hub_repos import DEFAULTS, EXPAND, FULL, SORTS, sha

_DISCUSSIONS = 25  # on a page


def _expand(request: Request) -> list[str]:
    return [*request.query_params.getlist("expand"), *request.query_params.getlist("expand[]")]


def _wanted(request: Request) -> Callable[[Json], bool]:
    params = request.query_params
    search, pipeline = params.get("search", "").lower(), params.get("pipeline_tag")
    filters = [part for value in params.getlist("filter") for part in value.split(",") if part]

    def test(row: Json) -> bool:
        tags = row.get("tags")
        held = {*(tags if isinstance(tags, list) else []), row.get("library_name"), row.get("pipeline_tag")}
        return (
            (not search or search in str(row.get("id", "")).lower())
            and (not pipeline or row.get("pipeline_tag") == pipeline)
            and all(part in held for part in filters)
        )

    return test


def _shaped(row: Json, kind: str, expand: list[str], *, full: bool) -> Json:
    if expand:
        return {key: row[key] for key in ("_id", "id", *expand) if key in row}
    keys = (*DEFAULTS[kind], *FULL[kind]) if full else DEFAULTS[kind]
    return {key: row[key] for key in keys if key in row}


def listing(hub: Hub, kind: str) -> Handler:
    """`/api/{kind}s`."""

    async def answer(request: Request) -> Response:
        params, expand = request.query_params, _expand(request)
        unknown = [name for name in expand if name not in EXPAND[kind]]
        sort = params.get("sort", "trendingScore")
        if unknown or sort not in SORTS[kind]:
            return http.bad_request(f"Invalid option: {(unknown or [sort])[0]}")
        rows = hub.ordered(kind, sort, params.get("author", ""))
        if any(name in params for name in ("search", "pipeline_tag", "filter")):
            rows = [row for row in rows if _wanted(request)(row)]
        try:
            chosen, headers = http.page(request, rows, http.size(request, http.MAX_PAGE))
        except ValueError:
            return http.bad_request()
        full = params.get("full", "").lower() in ("1", "true")
        shaped = [_shaped(row, kind, expand, full=full) for row in chosen]
        return http.send(request, shaped, headers)

    return answer


def _find(hub: Hub, kind: str, request: Request, below: str) -> HubRepo | Response:
    """The repository that a path names, or the answer if there is none to show."""
    wanted = str(request.path_params["repo"]).lower()
    if (kind, wanted) in hub.redirects:
        return http.moved(request, f"/api/{kind}s/{hub.redirects[kind, wanted]}{below}")
    found = hub.by_path.get((kind, wanted))
    return http.no_repo() if found is None or found.private else found


def one(hub: Hub, kind: str) -> Handler:
    """`/api/{kind}s/{owner}/{name}`, also at a revision."""

    async def answer(request: Request) -> Response:
        revision = request.path_params.get("revision")
        found = _find(hub, kind, request, f"/revision/{revision}" if revision else "")
        if isinstance(found, Response):
            return found
        if revision not in (None, "main", "HEAD", sha(found)):
            return http.not_found("RevisionNotFound", f"Invalid rev id: {revision}")
        expand, record = _expand(request), hub.records[found.id]
        unknown = [name for name in expand if name not in EXPAND[kind]]
        if unknown:
            return http.bad_request(f"Invalid option: {unknown[0]}")
        return http.send(request, _shaped(record, kind, expand, full=False) if expand else record)

    return answer


def likers(hub: Hub, kind: str) -> Handler:
    """`/api/{kind}s/{owner}/{name}/likers`."""

    async def answer(request: Request) -> Response:
        found = _find(hub, kind, request, "/likers")
        if isinstance(found, Response):
            return found
        newest = sorted(hub.likers.get(found.id, []), key=lambda x: (x.at, x.account), reverse=True)
        return http.send_page(request, hub.brief(like.account for like in newest), 100)

    return answer


def _commit(hub: Hub, repo: HubRepo, n: int, commit: HubCommit) -> Json:
    digest = hashlib.sha1(f"{repo.id}/{n}".encode(), usedforsecurity=False).hexdigest()
    account = hub.by_id.get(commit.account or "")
    author: Json = {"user": commit.name or "deleted", "avatar": "/avatars/unknown.svg"}
    if account is not None:
        author = {"_id": account.id, "user": account.name, "avatar": avatar(account)}
    return {"id": digest, "title": commit.title, "message": "", "authors": [author], "date": commit.at}


def commits(hub: Hub, kind: str) -> Handler:
    """`/api/{kind}s/{owner}/{name}/commits/{revision}`, newest first."""

    async def answer(request: Request) -> Response:
        revision = request.path_params["revision"]
        found = _find(hub, kind, request, f"/commits/{revision}")
        if isinstance(found, Response):
            return found
        if revision not in ("main", "HEAD", sha(found)):
            return http.not_found("RevisionNotFound", f"Invalid rev id: {revision}")
        rows = sorted(enumerate(hub.commits.get(found.id, [])), key=lambda x: (x[1].at, x[0]), reverse=True)
        return http.send_page(request, [_commit(hub, found, n, commit) for n, commit in rows], 50)

    return answer


def _discussion(hub: Hub, kind: str, path: str, row: HubDiscussion) -> Json:
    account = hub.by_id.get(row.account or "")
    made: Json = {
        "num": row.num, "title": row.title, "status": row.status, "isPullRequest": row.pull_request,
        "createdAt": row.at, "repo": {"name": path, "type": kind}, "pinned": False, "numComments": row.num % 5,
        "topReactions": [], "numReactionUsers": 0,
    }  # fmt: skip
    if account is not None:
        made["author"] = {
            "avatarUrl": avatar(account), "fullname": account.fullname, "name": account.name,
            "type": "user", "isPro": account.is_pro, "isHf": False, "isMod": False,
        }  # fmt: skip
    elif row.num % 2:
        # Of somebody who has gone either the name "deleted" is left, or nothing at all.
        made["author"] = {"name": "deleted", "type": "user", "isHf": False}
    return made


def discussions(hub: Hub, kind: str) -> Handler:
    """`/api/{kind}s/{owner}/{name}/discussions`, newest first; pages by `p`."""

    async def answer(request: Request) -> Response:
        found = _find(hub, kind, request, "/discussions")
        if isinstance(found, Response):
            return found
        params = request.query_params
        rows = sorted(hub.discussions.get(found.id, []), key=lambda d: -d.num)
        if (wanted := params.get("type", "all")) != "all":
            rows = [d for d in rows if d.pull_request == (wanted == "pull_request")]
        if (status := params.get("status", "all")) != "all":
            rows = [d for d in rows if (d.status in ("open", "draft")) == (status == "open")]
        if author := params.get("author", "").lower():
            account = hub.by_name.get(author)
            rows = [d for d in rows if account is not None and d.account == account.id]
        try:
            start = http.whole(request, "p", 0) * _DISCUSSIONS
        except ValueError:
            return http.bad_request("Invalid page")
        shown = [_discussion(hub, kind, hub.path(found), d) for d in rows[start : start + _DISCUSSIONS]]
        closed = sum(d.status in ("closed", "merged") for d in rows)
        return http.send(
            request,
            {"discussions": shown, "count": len(rows), "start": start, "numClosedDiscussions": closed},
        )

    return answer


def mount(hub: Hub, origin: Origin) -> None:
    """Add the routes."""
    for kind in KINDS:
        base = f"/api/{kind}s"
        origin.get(base, listing(hub, kind))
        origin.get(base + "/{repo:path}/likers", likers(hub, kind))
        origin.get(base + "/{repo:path}/commits/{revision}", commits(hub, kind))
        origin.get(base + "/{repo:path}/discussions", discussions(hub, kind))
        origin.get(base + "/{repo:path}/revision/{revision}", one(hub, kind))
        origin.get(base + "/{repo:path}", one(hub, kind))
