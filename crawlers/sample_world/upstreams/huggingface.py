"""Hugging Face Hub API: models, user and organisation overviews, organisation members.

Shapes follow recorded answers of 2026 (the hub's OpenAPI page and huggingface_hub 2.4); rate limit headers
follow IETF draft-ietf-httpapi-ratelimit-headers-09, as the hub sends them.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from crawlers.sample_world.model import HubAccount, World
from crawlers.sample_world.origins import Mount, Quota, conditional, dumps, json_response, refuse
from crawlers.sample_world.upstreams._hub_records import Hub, Json, bad_models

URL = "https://huggingface.co"
_MAX_PAGE = 1000
_DEFAULT = ("_id", "id", "likes", "trendingScore", "private", "downloads", "tags", "pipeline_tag",
            "library_name", "createdAt", "modelId")  # fmt: skip
_FULL = ("author", "gated", "lastModified", "sha", "siblings")
EXPAND = (
    "author", "baseModels", "cardData", "childrenModelCount", "config", "createdAt", "disabled",
    "downloads",
    "downloadsAllTime", "evalResults", "gated", "gguf", "inference", "inferenceProviderMapping",
    "lastModified",
    "library_name", "likes", "mask_token", "model-index", "pipeline_tag", "private", "resourceGroup",
    "safetensors", "sha",
    "siblings", "spaces", "tags", "transformersInfo", "trendingScore", "usedStorage", "widgetData",
)  # fmt: skip
_SORTS = ("createdAt", "downloads", "lastModified", "likes", "trendingScore")


def _etag(body: bytes) -> str:
    """Express's weak validator: length in hex and a base64 SHA-1."""
    digest = base64.b64encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()[:27]
    return f'W/"{len(body):x}-{digest}"'


def _link(request: Request, cursor: str) -> str:
    kept = [(key, value) for key, value in request.query_params.multi_items() if key != "cursor"]
    return f'<{URL}{request.url.path}?{urlencode([*kept, ("cursor", cursor)])}>; rel="next"'


def page(request: Request, rows: list[Json], size: int) -> tuple[list[Json], dict[str, str]]:
    """One page and its Link header. Every fourth page is a row short and still has a next one.

    Raises ValueError for a cursor that was not handed out.
    """
    offset, number = 0, 0
    if cursor := request.query_params.get("cursor"):
        offset, number = (int(part) for part in json.loads(base64.urlsafe_b64decode(cursor)))
    take = size - 1 if number % 4 == 1 and size > 1 else size
    end = offset + take
    headers: dict[str, str] = {}
    if end < len(rows):
        token = base64.urlsafe_b64encode(json.dumps([end, number + 1]).encode()).decode()
        headers["link"] = _link(request, token)
    return rows[offset:end], headers


def _size(request: Request, default: int) -> int:
    size = int(request.query_params.get("limit", str(default)))
    if size < 1:
        raise ValueError("limit must be positive")
    return min(size, _MAX_PAGE)


def _wanted(request: Request) -> Callable[[Json], bool]:
    params = request.query_params
    author, search = params.get("author", "").lower(), params.get("search", "").lower()
    pipeline = params.get("pipeline_tag")
    filters = [part for value in params.getlist("filter") for part in value.split(",") if part]

    def test(model: Json) -> bool:
        tags = model.get("tags")
        held = {
            *(tags if isinstance(tags, list) else []),
            model.get("library_name"),
            model.get("pipeline_tag"),
        }
        return (
            (not author or str(model.get("author", "")).lower() == author)
            and (not search or search in str(model.get("id", "")).lower())
            and (not pipeline or model.get("pipeline_tag") == pipeline)
            and all(part in held for part in filters)
        )

    return test


def _ordered(models: list[Json], sort: str) -> list[Json]:
    def key(model: Json) -> tuple[float, str]:
        value = model.get(sort)
        return (float(value) if isinstance(value, int) else 0.0, str(value))

    return sorted(sorted(models, key=lambda m: str(m["_id"])), key=key, reverse=True)


def _shaped(model: Json, expand: list[str], *, full: bool) -> Json:
    if expand:
        return {key: model[key] for key in ("_id", "id", *expand) if key in model}
    keys = (*_DEFAULT, *_FULL) if full else _DEFAULT
    return {key: model[key] for key in keys if key in model}


def _quota_headers(quota: Quota, now: float) -> Mapping[str, str]:
    return {
        "RateLimit": f'"{quota.name}";r={quota.remaining};t={quota.reset_in(now)}',
        "RateLimit-Policy": f'"fixed window";"{quota.name}";q={quota.limit};w={int(quota.window)}',
    }


def _bucket(path: str) -> str:
    return "resolvers" if "/resolve/" in path else "api" if path.startswith("/api/") else "pages"


def _over_quota() -> Response:
    return refuse(
        429,
        {
            "error": "We had to rate limit your IP (127.0.0.1). "
            "To continue using our service, create a HF account."
        },
    )


def _send(request: Request, value: object, headers: Mapping[str, str] | None = None) -> Response:
    body = dumps(value)
    return conditional(request, body, "application/json; charset=utf-8", _etag(body), headers)


def mount(world: World, mount: Mount) -> None:
    """Serve the API."""
    hub = Hub(world)
    missing_repo = {"x-error-code": "RepoNotFound", "x-error-message": "Repository not found"}

    async def models(request: Request) -> Response:
        params = request.query_params
        expand = [*params.getlist("expand"), *params.getlist("expand[]")]
        unknown = [name for name in expand if name not in EXPAND]
        sort = params.get("sort", "trendingScore")
        if unknown or sort not in _SORTS:
            return refuse(400, {"error": f"Invalid option: {(unknown or [sort])[0]}"})
        rows = _ordered([model for model in hub.models if _wanted(request)(model)], sort)
        try:
            chosen, headers = page(request, rows, _size(request, _MAX_PAGE))
        except ValueError:
            return refuse(400, {"error": "Invalid cursor or limit"})
        full = params.get("full", "").lower() in ("1", "true")
        return _send(request, [_shaped(model, expand, full=full) for model in chosen], headers)

    async def model(request: Request) -> Response:
        wanted = str(request.path_params["repo"]).lower()
        for one in hub.models:
            if str(one.get("id", "")).lower() == wanted:
                expand = [*request.query_params.getlist("expand"), *request.query_params.getlist("expand[]")]
                return _send(request, _shaped(one, expand, full=False) if expand else one)
        return json_response({"error": "Invalid username or password."}, status=401, headers=missing_repo)

    def account(request: Request, kind: str) -> HubAccount | None:
        found = hub.by_name.get(str(request.path_params["name"]).lower())
        return found if found is not None and found.kind == kind else None

    async def user(request: Request) -> Response:
        found = account(request, "user")
        return (
            _send(request, hub.user(found)) if found else refuse(404, {"error": "This user does not exist"})
        )

    async def organisation(request: Request) -> Response:
        found = account(request, "org")
        if found is None:
            return refuse(404, {"error": "This organization does not exist"})
        return _send(request, hub.organisation(found))

    async def members(request: Request) -> Response:
        found = account(request, "org")
        if found is None:
            return refuse(404, {"error": "This organization does not exist"})
        try:
            rows, headers = page(request, hub.members(found), _size(request, 100))
        except ValueError:
            return refuse(400, {"error": "Invalid cursor or limit"})
        return _send(request, rows, headers)

    origin = mount.origin(URL)
    origin.get("/api/models", models)
    origin.get("/api/models/{repo:path}", model)
    origin.get("/api/users/{name}/overview", user)
    origin.get("/api/organizations/{name}/overview", organisation)
    origin.get("/api/organizations/{name}/members", members)
    limits = mount.limits
    for name, limit in (
        ("api", limits.hub_api),
        ("resolvers", limits.hub_resolvers),
        ("pages", limits.hub_pages),
    ):
        origin.quotas[name] = Quota(name, limit, limits.hub_window)
    origin.bucket = _bucket
    origin.quota_headers = _quota_headers
    origin.over_quota = _over_quota


def planted(world: World) -> dict[str, int]:
    """Bad model records."""
    kinds = [kind for kind, _ in bad_models()]
    return {kind: kinds.count(kind) for kind in sorted(set(kinds))}


def mentions(world: World) -> Iterator[tuple[str, int, str]]:
    """(artifact id, 0, person id): who really made a model, dataset or space, whoever owns it."""
    names = {account.id: account.name for account in world.hub_accounts}
    for repo in world.hub_repos:
        if repo.author:
            yield f"hf_{repo.kind}:{names[repo.owner]}/{repo.name}", 0, repo.author
