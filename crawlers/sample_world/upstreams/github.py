"""GitHub: git trees (REST API) and raw files of the repositories that other upstreams register.

Shapes: https://docs.github.com/en/rest/git/trees; object ids are real git ids of the content.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from crawlers.sample_world.model import World
from crawlers.sample_world.origins import Mount, Quota, conditional, dumps, json_response, weak_etag

API = "https://api.github.com"
RAW = "https://raw.githubusercontent.com"
_NOT_FOUND = {
    "message": "Not Found",
    "documentation_url": "https://docs.github.com/rest/git/trees#get-a-tree",
    "status": "404",
}


def blob_sha(content: bytes) -> str:
    """The git object id of a file: SHA-1 over "blob <size>\\0" and the content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


@dataclass(slots=True)
class _Tree:
    """A directory: file name -> (blob id, size), and sub-directories."""

    blobs: dict[str, tuple[str, int]] = field(default_factory=dict)
    trees: dict[str, _Tree] = field(default_factory=dict)
    sha: str = ""

    def seal(self) -> str:
        """Compute the git tree id, children first. Git sorts directories as if their names ended in "/"."""
        entries = [(name, b"100644", sha) for name, (sha, _) in self.blobs.items()]
        entries += [(name + "/", b"40000", tree.seal()) for name, tree in self.trees.items()]
        entries.sort(key=lambda entry: entry[0].encode())
        body = b"".join(
            mode + b" " + name.removesuffix("/").encode() + b"\0" + bytes.fromhex(sha)
            for name, mode, sha in entries
        )
        self.sha = hashlib.sha1(b"tree %d\0" % len(body) + body, usedforsecurity=False).hexdigest()
        return self.sha

    def find(self, sha: str) -> _Tree | None:
        """The directory of that id, here or below."""
        if self.sha == sha:
            return self
        return next((hit for tree in self.trees.values() if (hit := tree.find(sha))), None)

    def listing(self, base: str, prefix: str, *, recursive: bool) -> list[dict[str, object]]:
        """Entries as the REST API prints them, by path."""
        rows: list[dict[str, object]] = []
        for name in sorted([*self.blobs, *self.trees]):
            path = prefix + name
            if name in self.trees:
                tree = self.trees[name]
                rows.append(
                    {
                        "path": path,
                        "mode": "040000",
                        "type": "tree",
                        "sha": tree.sha,
                        "url": f"{base}/trees/{tree.sha}",
                    }
                )
                if recursive:
                    rows += tree.listing(base, f"{path}/", recursive=True)
            else:
                sha, size = self.blobs[name]
                rows.append(
                    {
                        "path": path,
                        "mode": "100644",
                        "type": "blob",
                        "sha": sha,
                        "size": size,
                        "url": f"{base}/blobs/{sha}",
                    }
                )
        return rows


def build_tree(files: Mapping[str, bytes]) -> _Tree:
    """The sealed git tree of `path -> content`."""
    root = _Tree()
    for path, content in files.items():
        *folders, name = path.split("/")
        node = root
        for folder in folders:
            node = node.trees.setdefault(folder, _Tree())
        node.blobs[name] = (blob_sha(content), len(content))
    root.seal()
    return root


def _quota_headers(quota: Quota, now: float) -> Mapping[str, str]:
    return {
        "x-ratelimit-limit": str(quota.limit),
        "x-ratelimit-remaining": str(quota.remaining),
        "x-ratelimit-used": str(min(quota.used, quota.limit)),
        "x-ratelimit-reset": str(int(time.time()) + quota.reset_in(now)),
        "x-ratelimit-resource": "core",
    }


def _over_quota() -> Response:
    message = (
        "API rate limit exceeded for 127.0.0.1. (But here's the good news: "
        "Authenticated requests get a higher rate limit.)"
    )
    url = "https://docs.github.com/rest/overview/resources-in-the-rest-api#rate-limiting"
    return json_response({"message": message, "documentation_url": url}, status=403)


def mount(world: World, mount: Mount) -> None:
    """Serve trees at api.github.com and files at raw.githubusercontent.com."""
    trees: dict[tuple[str, str, str], _Tree] = {}

    def tree_of(key: tuple[str, str, str]) -> _Tree:
        # Built at the first request: upstreams that mount later may still add files.
        if key not in trees:
            trees[key] = build_tree(mount.files[key])
        return trees[key]

    async def tree(request: Request) -> Response:
        owner, repo = request.path_params["owner"], request.path_params["repo"]
        revision, _, folder = str(request.path_params["revision"]).partition(":")
        keys = [
            key for key in mount.files if (key[0].lower(), key[1].lower()) == (owner.lower(), repo.lower())
        ]
        named = [tree_of(key) for key in keys if revision in (key[2], "HEAD")]
        node = (
            named[0] if named else next((hit for key in keys if (hit := tree_of(key).find(revision))), None)
        )
        for part in (p for p in folder.split("/") if p):
            node = node.trees.get(part) if node else None
        if node is None:
            return json_response(_NOT_FOUND, status=404)
        base = f"{API}/repos/{owner}/{repo}/git"
        rows = node.listing(base, "", recursive="recursive" in request.query_params)
        body = dumps({"sha": node.sha, "url": f"{base}/trees/{node.sha}", "tree": rows, "truncated": False})
        headers = {
            "cache-control": "public, max-age=60, s-maxage=60",
            "x-github-media-type": "github.v3; format=json",
        }
        return conditional(request, body, "application/json; charset=utf-8", weak_etag(body), headers)

    async def raw(request: Request) -> Response:
        params = request.path_params
        content = mount.files.get((params["owner"], params["repo"], params["branch"]), {}).get(params["path"])
        if content is None:
            return PlainTextResponse("404: Not Found", 404)
        return conditional(
            request,
            content,
            "text/plain; charset=utf-8",
            weak_etag(content),
            {"cache-control": "max-age=300"},
        )

    api = mount.origin(API)
    api.get("/repos/{owner}/{repo}/git/trees/{revision:path}", tree)
    api.quotas["core"] = Quota("core", mount.limits.github, mount.limits.github_window)
    api.bucket = lambda path: "core"
    api.quota_headers = _quota_headers
    api.over_quota = _over_quota
    mount.origin(RAW).get("/{owner}/{repo}/{branch}/{path:path}", raw)


def planted(world: World) -> dict[str, int]:
    """GitHub itself adds no bad record."""
    return {}


def mentions(world: World) -> Iterator[tuple[str, int, str]]:
    """GitHub itself names nobody."""
    yield from ()
