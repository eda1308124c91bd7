"""Pages for people: profiles of users and organisations with their hydration data, and files of repositories.

The data of a page stands in `data-props`, as JSON escaped once for HTML; a reader that parses the HTML has unescaped it
already. Session-like keys are in it, as in pages that were stored by somebody who was logged in.
"""

from __future__ import annotations

import hashlib
import html
import json

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from crawlers.sample_world.hub_model import HubProfile
from crawlers.sample_world.model import HubAccount, HubRepo
from crawlers.sample_world.origins import Origin, conditional, json_response
from crawlers.sample_world.upstreams import _hub_http as http
from crawlers.sample_world.upstreams._hub_http import Json
from crawlers.sample_world.upstreams._hub_records import Hub, avatar

_NONE = HubProfile("")
_LINKS = (
    ("homepage", "{}"), ("github", "https://github.com/{}"), ("twitter", "https://twitter.com/{}"),
    ("linkedin", "https://www.linkedin.com/in/{}"), ("bluesky", "https://bsky.app/profile/{}"),
)  # fmt: skip
_NOT_FOUND = "<!doctype html><html><head><title>404 - Hugging Face</title></head><body>404</body></html>"


def _secret(text: str) -> str:
    """A value that looks like a session's and opens nothing."""
    return f"eyJhbGciOiJub25lIn0.{hashlib.sha256(text.encode()).hexdigest()}.sample"


def _signup(account: HubAccount, profile: HubProfile) -> Json:
    values = {"details": account.details or None, **{key: getattr(profile, key) for key, _ in _LINKS}}
    return {key: value for key, value in values.items() if value}


def user_props(hub: Hub, account: HubAccount) -> Json:
    """The props of `UserProfile`."""
    profile = hub.profiles.get(account.id, _NONE)
    overview = hub.user(account)
    roles = dict(profile.roles)
    orgs: list[Json] = [
        {"avatarUrl": avatar(o), "fullname": o.fullname, "name": o.name, "userRole": roles.get(o.id, "read"),
         "type": "org", "isHf": False, "details": o.details}
        for o in hub.employers.get(account.id, [])
    ]  # fmt: skip
    u: Json = {
        "avatarUrl": avatar(account), "isPro": account.is_pro, "fullname": account.fullname,
        "user": account.name, "orgs": orgs, "signup": _signup(account, profile), "isHf": False,
        "isMod": False, "type": "user", "theme": "system",
    }  # fmt: skip
    followers = [f.follower for f in hub.followers.get(account.id, [])]
    models = hub.ordered("model", "lastModified", account.name)[:10]
    return {
        "lastUserActivities": _activities(hub, account), "blogPosts": [], "totalBlogPosts": 0,
        "canReadDatabase": False, "canManageEntities": False, "communityScore": overview["numUpvotes"],
        "collections": [], "datasets": [], "hasMoreModels": len(models) == 10,
        "models": [{k: m[k] for k in ("_id", "id", "author", "likes") if k in m} for m in models],
        "spaces": [], "u": u, "upvotes": overview["numUpvotes"],
        **{k: overview[k] for k in ("numFollowers", "numFollowingOrgs", "numModels", "numDatasets", "numSpaces")},
        "numFollowingUsers": overview["numFollowing"], "isFollowing": False, "isFollower": False,
        "sampleFollowers": hub.brief(followers)[:4], "isWatching": False,
        "hardwareItems": [
            {"sku": [kind, vendor, model], "mem": memory, "num": number, **({"isPrimary": True} if n == 0 else {})}
            for n, (kind, vendor, model, memory, number) in enumerate(profile.hardware)
        ],
        "isIgnored": False, "acceptLanguages": ["en"], "showPaperView": False, "filters": {},
        "currentRepoPage": 0, "csrf": _secret(f"csrf {account.id}"),
        "session": {"jwt": _secret(f"jwt {account.id}"), "accessToken": _secret(f"token {account.id}")},
    }  # fmt: skip


def _activities(hub: Hub, account: HubAccount) -> list[Json]:
    return [
        {
            "time": model["lastModified"], "user": account.name, "userAvatarUrl": avatar(account),
            "type": "update", "repoId": model["id"], "repoType": "model", "eventId": model["_id"],
        }
        for model in hub.ordered("model", "lastModified", account.name)[:3]
    ]  # fmt: skip


def org_props(hub: Hub, account: HubAccount) -> Json:
    """The props of `OrgProfile`."""
    org: Json = {
        "_id": account.id, "avatarUrl": avatar(account), "fullname": account.fullname, "name": account.name,
        "type": "org", "isHf": False, "details": account.details, "plan": None,
    }  # fmt: skip
    return {
        "org": org, "users": hub.brief(account.members)[:20], "userCount": len(account.members),
        "numFollowers": len(hub.followers.get(account.id, [])), "collections": [],
        "models": [{"id": m["id"]} for m in hub.ordered("model", "lastModified", account.name)[:10] if "id" in m],
        "isFollowing": False, "csrf": _secret(f"csrf {account.id}"),
    }  # fmt: skip


def render(account: HubAccount, target: str, props: Json) -> str:
    """The page of an account: head, header component, hydrated component with its rendered links."""
    full, name = html.escape(account.fullname), html.escape(account.name)
    details = html.escape(account.details)
    data = html.escape(json.dumps(props, ensure_ascii=False, separators=(",", ":")))
    signup = props.get("u", {})
    held = signup.get("signup", {}) if isinstance(signup, dict) else {}
    links = "".join(
        f'<a class="truncate text-gray-600 hover:underline" href="{html.escape(form.format(held[key]))}" '
        f'rel="nofollow">{html.escape(str(held[key]))}</a>'
        for key, form in _LINKS
        if key in held
    )
    kind = "UserPage" if target == "UserProfile" else "OrgPage"
    return (
        '<!doctype html><html class=""><head><meta charset="utf-8"><!-- invented sample world -->'
        f'<meta name="description" content="{details}"><meta property="og:description" content="{details}">'
        f'<meta property="og:title" content="{name} ({full})"><title>{name} ({full})</title>'
        f'<link rel="canonical" href="{http.URL}/{name}"></head>'
        f'<body class="flex flex-col min-h-dvh bg-white {kind}"><div class="SVELTE_HYDRATER contents" '
        'data-target="MainHeader" data-props="{&quot;isWide&quot;:false,&quot;authLight&quot;:true}"></div>'
        f'<main class="flex flex-1 flex-col"><div class="SVELTE_HYDRATER contents" data-target="{target}" '
        f'data-props="{data}"><div class="container"><h1>{full}</h1>{links}<p>{details or "None yet"}</p>'
        "</div></div></main></body></html>"
    )


def card(repo: HubRepo, path: str) -> str:
    """The README of a repository."""
    if repo.empty_card:
        return ""
    licence = next((t.split(":", 1)[1] for t in repo.tags if t.startswith("license:")), "mit")
    return f"---\nlicense: {licence}\n---\n\n# {path}\n\nAn invented repository of the sample world.\n"


def space_files(repo: HubRepo, path: str) -> dict[str, str]:
    """The files of a space. One that calls a hosted API needs a client, not a model."""
    if repo.calls_hosted_api:
        needs = ["gradio", "openai>=1.0"] if repo.id[0] < "8" else ["gradio", "huggingface_hub"]
        call = (
            "from openai import OpenAI\n\nclient = OpenAI()\n"
            if repo.id[0] < "8"
            else "from huggingface_hub import InferenceClient\n\nclient = InferenceClient()\n"
        )
        body = "\n\ndef answer(text):\n    return client.chat.completions.create(messages=[text])\n"
    else:
        needs = ["gradio", "torch", "transformers>=4.40"]
        call = "import torch\nfrom transformers import pipeline\n\n"
        body = f'model = pipeline(model="{path}")\n\n\ndef answer(text):\n    return model(text)\n'
    app = f"import gradio as gr\n{call}{body}\ngr.Interface(answer, 'text', 'text').launch()\n"
    if repo.sdk == "static":
        return {"README.md": card(repo, path), "index.html": "<!doctype html><title>Invented</title>"}
    return {"README.md": card(repo, path), "requirements.txt": "\n".join(needs) + "\n", "app.py": app}


def mount(hub: Hub, origin: Origin) -> None:
    """Add the routes. The profile's is a catch-all of one segment, and so comes last."""

    async def profile(request: Request) -> Response:
        account = hub.by_name.get(str(request.path_params["name"]).lower())
        if account is None:
            return HTMLResponse(_NOT_FOUND, 404)
        if account.kind == "user":
            return http.send_html(request, render(account, "UserProfile", user_props(hub, account)))
        return http.send_html(request, render(account, "OrgProfile", org_props(hub, account)))

    async def file(request: Request) -> Response:
        params = request.path_params
        prefix = str(request.url.path).split("/", 2)[1]
        kind = {"spaces": "space", "datasets": "dataset"}.get(prefix, "model")
        wanted = f"{params['owner']}/{params['repo']}".lower()
        if (kind, wanted) in hub.redirects:
            start = "" if kind == "model" else f"/{kind}s"
            rest = f"/resolve/{params['revision']}/{params['path']}"
            return http.moved(request, f"{start}/{hub.redirects[kind, wanted]}{rest}")
        repo = hub.by_path.get((kind, wanted))
        if repo is None or repo.private:
            return http.no_repo()
        if repo.gated:
            message = f"Access to {kind} {hub.path(repo)} is restricted. You must be authenticated"
            headers = {"x-error-code": "GatedRepo", "x-error-message": message}
            return json_response({"error": message}, status=401, headers=headers)
        if params["revision"] not in ("main", "HEAD"):
            return http.not_found("RevisionNotFound", f"Invalid rev id: {params['revision']}")
        path = hub.path(repo)
        files = space_files(repo, path) if kind == "space" else {"README.md": card(repo, path)}
        if params["path"] not in files:
            headers = {"x-error-code": "EntryNotFound", "x-error-message": "Entry not found"}
            return PlainTextResponse("Entry not found", 404, headers)
        body = files[params["path"]].encode()
        tag = f'"{hashlib.sha1(body, usedforsecurity=False).hexdigest()}"'
        return conditional(request, body, "text/plain; charset=utf-8", tag)

    for prefix in ("/spaces", "/datasets", ""):
        origin.get(prefix + "/{owner}/{repo}/resolve/{revision}/{path:path}", file)
    origin.get("/{name}", profile)
