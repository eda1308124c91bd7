"""What model cards say (languages, data, results, quantisation) and what became of repositories.

Some are private, moved, or of kinds and pipeline tags that a reader does not know.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from random import Random

from crawlers.sample_world import text
from crawlers.sample_world.model import HubAccount, HubRepo
from crawlers.sample_world.phrases import BANKS
from crawlers.sample_world.rng import chance, hex_id, slug, stream, weighted

UNKNOWN_PIPELINE = "scent-to-text"  # the hub has no such task (yet)
LEGACY_PIPELINES = ("text2text-generation", "conversational")
_LANGUAGES = (("en", 10.0), ("zh", 3.0), ("de", 1.0), ("fr", 1.0), ("hi", 0.6), ("ar", 0.5), ("ja", 0.8))
_METHODS = (
    ("gguf", "gguf"), ("awq", "awq"), ("gptq", "gptq"), ("onnx", "onnx"), ("openvino", "openvino"),
    ("fp8", "fp8"), ("tensorrt", "tensorrt"),
)  # fmt: skip
_METRICS = ("accuracy", "f1", "wer", "map", "bleu", "mean_reward")


def quantisation(repo: HubRepo) -> str | None:
    """The method that a repository's name or tags give away, if its tags call it quantised."""
    if not any(tag.startswith("base_model:quantized:") for tag in repo.tags):
        return None
    name = repo.name.lower()
    return next((method for word, method in _METHODS if word in name or word in repo.tags), "gguf")


def _with_tags(repo: HubRepo, extra: Iterable[str]) -> tuple[str, ...]:
    """The repository's tags and `extra`, before the region that the hub puts last."""
    return tuple(dict.fromkeys([*repo.tags[:-1], *extra, *repo.tags[-1:]]))


def _model(r: Random, repo: HubRepo, datasets: list[str]) -> HubRepo:
    languages = () if chance(r, 0.55) else (weighted(r, _LANGUAGES),)
    used = (r.choice(datasets),) if datasets and chance(r, 0.3) else ()
    results: tuple[tuple[str, str, str, float], ...] = ()
    if not repo.empty_card and chance(r, 0.15):
        results = (
            (
                repo.pipeline_tag or "other",
                used[0] if used else "held-out split",
                r.choice(_METRICS),
                round(40 + 55 * r.random(), 2),
            ),
        )
    extra = [*languages, *(f"dataset:{path}" for path in used), *(("model-index",) if results else ())]
    return replace(
        repo, languages=languages, datasets=used, results=results, quantised=quantisation(repo),
        tags=_with_tags(repo, extra), private=chance(r, 0.015),
    )  # fmt: skip


def _dataset(r: Random, repo: HubRepo) -> HubRepo:
    size = r.choice(("n<1K", "1K<n<10K", "10K<n<100K", "1M<n<10M"))
    language = weighted(r, _LANGUAGES)
    extra = (f"language:{language}", f"size_categories:{size}", "format:parquet", "license:cc-by-4.0")
    return replace(
        repo, languages=(language,), tags=_with_tags(repo, extra), private=chance(r, 0.015),
        empty_card=chance(r, 0.15),
    )  # fmt: skip


def _later_kinds(seed: int, accounts: list[HubAccount]) -> list[HubRepo]:
    """Kernels and buckets: kinds that came after most readers were written."""
    made: list[HubRepo] = []
    for account in accounts:
        if account.person is None:
            continue
        r = stream(seed, "later-kinds", account.id)
        for kind, share in (("kernel", 0.015), ("bucket", 0.01)):
            if chance(r, share):
                day = f"2026-0{r.randint(1, 8)}-{r.randint(1, 28):02d}T10:00:00.000Z"
                made.append(
                    HubRepo(
                        hex_id(r), kind, account.id, f"{kind}-{r.randint(100, 999)}", None, None, (kind,),
                        0, 0, 0, day, day, author=account.person,
                    )
                )  # fmt: skip
    return made


def enrich(
    seed: int, repos: list[HubRepo], accounts: list[HubAccount], counts: Counter[str]
) -> list[HubRepo]:
    """The same repositories with their card facts, and those of later kinds after them."""
    names = {account.id: account.name for account in accounts}
    datasets = [f"{names[repo.owner]}/{repo.name}" for repo in repos if repo.kind == "dataset"]
    out: list[HubRepo] = []
    own = 0
    for repo in repos:
        # One stream per repository: a new one moves no other.
        r = stream(seed, "card", repo.id)
        made = repo
        if repo.noise is not None:
            made = replace(repo, quantised=quantisation(repo))
        elif repo.kind == "model":
            made = _model(r, repo, datasets)
            own += 1
            if own % 150 == 10:
                made = replace(made, pipeline_tag=UNKNOWN_PIPELINE)
                counts["hub_pipeline_unknown"] += 1
            elif own % 80 == 20:
                made = replace(made, pipeline_tag=LEGACY_PIPELINES[own // 80 % 2])
                counts["hub_pipeline_legacy"] += 1
        elif repo.kind == "dataset":
            made = _dataset(r, repo)
        elif repo.kind == "space":
            made = replace(repo, calls_hosted_api=chance(r, 0.4), private=chance(r, 0.015))
        if repo.noise is None and not made.private and chance(r, 0.006):
            made = replace(made, former_paths=(f"{names[repo.owner]}/{repo.name}-old",))
            counts["hub_repo_renamed"] += 1
        out.append(made)
    later = _later_kinds(seed, accounts)
    counts["hub_repo_private"] = sum(repo.private for repo in out)
    counts["hub_repo_later_kind"] = len(later)
    counts["hub_space_calls_api"] = sum(repo.calls_hosted_api for repo in out)
    return out + later


def merged(
    seed: int, accounts: list[HubAccount], repos: list[HubRepo], counts: Counter[str]
) -> tuple[list[HubAccount], list[HubRepo]]:
    """Second accounts that people have given up: one repository each moved to the account that goes on."""
    extra: list[HubAccount] = []
    moved: dict[str, str] = {}
    first: dict[str, HubRepo] = {}
    for repo in repos:
        if repo.noise is None and repo.kind == "model" and not repo.former_paths and not repo.private:
            first.setdefault(repo.owner, repo)
    candidates = [a for a in accounts if a.person and a.state == "active" and a.id in first]
    for account in candidates[3::150]:
        r = stream(seed, "merged", account.id)
        alt = replace(
            account, id=hex_id(r), name=f"alt-{account.name}", state="merged", merged_into=account.id,
            former_names=(), followers=0,
        )  # fmt: skip
        extra.append(alt)
        moved[first[account.id].id] = f"{alt.name}/{first[account.id].name}"
    counts["hub_account_merged"] = len(extra)
    out = [replace(p, former_paths=(moved[p.id],)) if p.id in moved else p for p in repos]
    return accounts + extra, out


def new_repo(r: Random, account: HubAccount, specialty: str, kind: str, at: str, taken: set[str]) -> HubRepo:
    """A repository that an account makes at `at`; its name is none of `taken` (lower case)."""
    bank = BANKS[specialty]
    while True:
        name = f"{text.coin(r, specialty)}-{slug(r.choice(bank.tasks))}"
        if name.lower() not in taken:
            break
    pipeline = r.choice(bank.pipelines) if kind == "model" else None
    library = r.choice(bank.libraries) if kind == "model" else None
    first = {"model": library, "dataset": f"task_categories:{r.choice(bank.pipelines)}", "space": "gradio"}
    tags = tuple(tag for tag in (first[kind], pipeline, *bank.tags[:2], "license:mit", "region:us") if tag)
    return HubRepo(
        id=hex_id(r), kind=kind, owner=account.id, name=name, pipeline_tag=pipeline, library=library,
        tags=tuple(dict.fromkeys(tags)), downloads=0, likes=0, trending=1, created_at=at, last_modified=at,
        sdk="gradio" if kind == "space" else None, author=account.person,
    )  # fmt: skip
