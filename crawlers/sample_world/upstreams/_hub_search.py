"""Quick search and the taxonomy of tags."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from crawlers.sample_world.origins import Handler, Origin
from crawlers.sample_world.upstreams import _hub_http as http
from crawlers.sample_world.upstreams._hub_http import Json
from crawlers.sample_world.upstreams._hub_records import KINDS, Hub, avatar

_TYPES = ("user", "org", "model", "dataset", "space", "paper", "collection", "bucket")
# The tag's own key on the hub, and the label that it shows.
_PREFIXES = {"license": "license", "dataset": "dataset", "region": "region"}


def _quick(hub: Hub) -> Handler:
    def accounts(word: str, kind: str) -> list[Json]:
        name = "user" if kind == "user" else "name"
        return [
            {"_id": a.id, "avatarUrl": avatar(a), name: a.name, "fullname": a.fullname}
            for a in hub.by_id.values()
            if a.kind == kind and (word in a.name.lower() or word in a.fullname.lower())
        ]

    def repos(word: str, kind: str) -> list[Json]:
        rows = (r for r in hub.listed[kind] if word in str(r.get("id", "")).lower())
        return [{"_id": r["_id"], "id": r["id"]} for r in rows if "id" in r]

    async def answer(request: Request) -> Response:
        word = request.query_params.get("q", "").lower()
        chosen = request.query_params.getlist("type") or list(_TYPES)
        try:
            size = http.size(request, 7)
        except ValueError:
            return http.bad_request("Invalid limit")
        if any(kind not in _TYPES for kind in chosen):
            return http.bad_request("Invalid type")
        made: Json = {"q": request.query_params.get("q", "")}
        for kind in ("user", "org"):
            if kind in chosen:
                made[f"{kind}s"] = accounts(word, kind)[:size]
        for kind in KINDS:
            if kind in chosen:
                hits = repos(word, kind)
                made |= {f"{kind}s": hits[:size], f"{kind}sCount": len(hits)}
        if "paper" in chosen:
            papers = [p for p in hub.papers.values() if word in hub.works[p.work].title.lower()]
            rows = [{"_id": p.id, "id": p.arxiv_id, "title": hub.works[p.work].title} for p in papers[:size]]
            made |= {"papers": rows, "papersCount": len(papers)}
        for kind in ("collection", "bucket", "kernel"):
            if kind in chosen or kind == "kernel":
                made |= {f"{kind}s": [], f"{kind}sCount": 0}
        return http.send(request, made)

    return answer


def _tags(hub: Hub, kind: str) -> Json:
    """Tags by type; tags of no known type are under "other"."""
    groups: dict[str, dict[str, str]] = {"pipeline_tag": {}, "library": {}, "license": {}, "other": {}}
    for row in hub.listed[kind]:
        tags = row.get("tags")
        for group, key in (("pipeline_tag", "pipeline_tag"), ("library", "library_name")):
            if isinstance(value := row.get(key), str):
                groups[group].setdefault(value, value.replace("-", " ").title())
        for tag in tags if isinstance(tags, list) else []:
            prefix, _, rest = str(tag).partition(":")
            if prefix in ("arxiv", "base_model", "doi"):
                continue
            group = _PREFIXES.get(prefix, "other") if rest else "other"
            if rest and prefix.endswith(("_categories", "language", "format")):
                group = prefix
            groups.setdefault(group, {}).setdefault(str(tag), rest or prefix)
    return {
        group: [{"id": tag, "label": label, "type": group} for tag, label in sorted(members.items())]
        for group, members in groups.items()
    }


def mount(hub: Hub, origin: Origin) -> None:
    """Add the routes."""
    origin.get("/api/quicksearch", _quick(hub))
    for kind in ("model", "dataset"):

        async def tags(request: Request, kind: str = kind) -> Response:
            return http.send(request, _tags(hub, kind))

        origin.get(f"/api/{kind}s-tags-by-type", tags)
