"""Repositories as the hub's API prints them: models, datasets, spaces, and models that break a naive reader."""

from __future__ import annotations

import hashlib

from crawlers.sample_world.model import HubAccount, HubRepo
from crawlers.sample_world.upstreams._hub_http import Json

DEFAULTS = {
    "model": ("_id", "id", "likes", "trendingScore", "private", "downloads", "tags", "pipeline_tag",
              "library_name", "createdAt", "modelId"),
    "dataset": ("_id", "id", "author", "disabled", "gated", "lastModified", "likes", "trendingScore", "private",
                "sha", "description", "downloads", "tags", "createdAt", "key"),
    "space": ("_id", "id", "likes", "trendingScore", "private", "sdk", "tags", "createdAt"),
}  # fmt: skip
FULL = {
    "model": ("author", "gated", "lastModified", "sha", "siblings"),
    "dataset": ("cardData", "citation", "siblings"),
    "space": ("author", "lastModified", "sha", "siblings", "cardData"),
}
_COMMON = (
    "author", "cardData", "createdAt", "disabled", "lastModified", "likes", "private", "resourceGroup",
    "sha", "siblings", "tags", "trendingScore", "usedStorage",
)  # fmt: skip
EXPAND = {
    "model": (
        *_COMMON, "baseModels", "childrenModelCount", "config", "downloads", "downloadsAllTime",
        "evalResults", "gated", "gguf", "inference", "inferenceProviderMapping", "library_name",
        "mask_token", "model-index", "pipeline_tag", "safetensors", "spaces", "transformersInfo",
        "widgetData",
    ),
    "dataset": (*_COMMON, "citation", "description", "downloads", "downloadsAllTime", "gated", "mainSize",
                "paperswithcode_id"),
    "space": (*_COMMON, "datasets", "models", "region", "runtime", "sdk", "subdomain"),
}  # fmt: skip
SORTS = {
    "model": ("createdAt", "downloads", "lastModified", "likes", "trendingScore"),
    "dataset": ("createdAt", "downloads", "lastModified", "likes", "trendingScore"),
    "space": ("createdAt", "lastModified", "likes", "trendingScore"),
}


def sha(repo: HubRepo) -> str:
    """The head commit."""
    return hashlib.sha1(f"{repo.id}{repo.last_modified}".encode(), usedforsecurity=False).hexdigest()


def _files(*names: str) -> list[Json]:
    return [{"rfilename": name} for name in (".gitattributes", "README.md", *names)]


def _licence(repo: HubRepo) -> Json:
    licences = [t.split(":", 1)[1] for t in repo.tags if t.startswith("license:")]
    return {"license": licences[0]} if licences else {}


def _common(repo: HubRepo, owner: HubAccount) -> Json:
    digest = sha(repo)
    path = f"{owner.name}/{repo.name}"
    return {
        "_id": repo.id, "id": path, "author": owner.name, "lastModified": repo.last_modified,
        "likes": repo.likes, "private": repo.private, "disabled": False, "sha": digest,
        "tags": list(repo.tags), "createdAt": repo.created_at, "trendingScore": repo.trending,
        "usedStorage": int(digest[:8], 16),
    }  # fmt: skip


def _bases(repo: HubRepo) -> tuple[str | None, list[str]]:
    """Relation and paths of the base models."""
    full = [t.split(":", 2) for t in repo.tags if t.startswith("base_model:") and t.count(":") > 1]
    return (full[0][1] if full else None), [path for _, _, path in full]


def _card(repo: HubRepo, bases: list[str]) -> Json:
    card = _licence(repo)
    if bases:
        card["base_model"] = bases[0] if len(bases) == 1 else list(bases)
    if repo.pipeline_tag:
        card["pipeline_tag"] = repo.pipeline_tag
    if repo.library:
        card["library_name"] = repo.library
    if repo.datasets:
        card["datasets"] = list(repo.datasets)
    if repo.languages:
        # Both forms are met: a list, and a lone string.
        card["language"] = list(repo.languages) if len(repo.id) and repo.id[0] < "8" else repo.languages[0]
    if repo.results:
        card["model-index"] = _model_index(repo)
    return card


def _model_index(repo: HubRepo) -> list[Json]:
    results = [
        {
            "task": {"type": task},
            "dataset": {"name": dataset, "type": dataset},
            "metrics": [{"type": metric, "value": value, "name": metric, "verified": False}],
        }
        for task, dataset, metric, value in repo.results
    ]
    return [{"name": repo.name, "results": results}]


def model(repo: HubRepo, owner: HubAccount) -> Json:
    """All properties of a model; what is unknown is left out, or null, as upstream does both."""
    made = _common(repo, owner)
    digest = str(made["sha"])
    relation, bases = _bases(repo)
    made |= {
        "modelId": made["id"], "gated": repo.gated or False, "downloads": repo.downloads,
        "downloadsAllTime": repo.downloads * (3 + int(repo.id[-1], 16)),
        "siblings": _files("config.json", f"{repo.name}.gguf" if repo.quantised == "gguf" else "model.safetensors"),
        "spaces": [],
    }  # fmt: skip
    nulls = repo.id[1] == "0"
    for key, value in (("pipeline_tag", repo.pipeline_tag), ("library_name", repo.library)):
        if value or nulls:
            made[key] = value
    if not repo.empty_card:
        made["cardData"] = _card(repo, bases)
        if repo.results:
            made["model-index"] = _model_index(repo)
    elif nulls:
        made["cardData"] = None
    if repo.quantised == "gguf":
        made["gguf"] = {"total": int(digest[:7], 16), "architecture": "llama", "context_length": 8192}
    elif repo.quantised in ("awq", "gptq", "fp8"):
        made["config"] = {"quantization_config": {"quant_method": repo.quantised, "bits": 4}}
    if bases:
        made["baseModels"] = {"relation": relation, "models": [{"_id": digest[:24], "id": b} for b in bases]}
    return made


def dataset(repo: HubRepo, owner: HubAccount) -> Json:
    """All properties of a dataset."""
    made = _common(repo, owner)
    card: Json = _licence(repo)
    for key in ("task_categories", "size_categories"):
        values = [t.split(":", 1)[1] for t in repo.tags if t.startswith(f"{key}:")]
        if values:
            card[key] = values
    if repo.languages:
        card["language"] = list(repo.languages)
    made |= {
        "gated": repo.gated or False, "downloads": repo.downloads, "key": "",
        "downloadsAllTime": repo.downloads * 5, "mainSize": int(str(made["sha"])[:6], 16), "citation": None,
        "description": "" if repo.empty_card else f"\n\n# {repo.name}\n\nAn invented dataset.",
        "siblings": _files("data/train-00000-of-00001.parquet"),
    }  # fmt: skip
    if repo.id[1] in "01":
        made["paperswithcode_id"] = None if repo.id[1] == "0" else repo.name.lower()
    if not repo.empty_card:
        made["cardData"] = card
    return made


def space(repo: HubRepo, owner: HubAccount) -> Json:
    """All properties of a space."""
    made = _common(repo, owner)
    title = repo.name.replace("-", " ").title()
    app = "index.html" if repo.sdk == "static" else "app.py"
    subdomain = f"{owner.name}-{repo.name}".lower()
    running = repo.id[2] > "3"
    made |= {
        "cardData": {"title": title, "emoji": "🧪", "sdk": repo.sdk, "app_file": app, "pinned": False},
        "sdk": repo.sdk, "subdomain": subdomain, "host": f"https://{subdomain}.hf.space",
        "runtime": {"stage": "RUNNING" if running else "SLEEPING",
                    "hardware": {"current": "cpu-basic" if running else None, "requested": "cpu-basic"},
                    "storage": None, "replicas": {"requested": 1}},
        "siblings": _files(app, "requirements.txt"), "models": [], "datasets": [],
    }  # fmt: skip
    return made


def bad_models() -> list[tuple[str, Json]]:
    """Model records that break a naive reader, with their kind."""
    day = "2025-05-05T05:05:05.000Z"
    base: Json = {
        "likes": 1, "private": False, "downloads": 2, "tags": ["license:mit"],
        "pipeline_tag": "text-generation",
        "library_name": "transformers", "createdAt": day, "lastModified": day,
        "author": "broken-records-smpl",
        "gated": False,
        "trendingScore": 0,
    }  # fmt: skip

    def make(n: int, **changes: object) -> Json:
        name = f"broken-records-smpl/record-{n}"
        return {"_id": f"{n:024x}", "id": name, "modelId": name, **base, **changes}

    without = make(3)
    del without["id"], without["modelId"]
    return [
        ("hub_model_null_tags", make(1, tags=None)),
        ("hub_model_null_tags", make(2, tags=None)),
        ("hub_model_without_id", without),
        ("hub_model_bad_date", make(4, createdAt="yesterday", lastModified="yesterday")),
        ("hub_model_text_downloads", make(5, downloads="many", likes="1k")),
        ("hub_model_lone_surrogate", make(6, tags=["emoji \ud83d", "license:mit"])),
    ]
