"""A million models of the Hugging Face hub through landing and one build: seconds and peak memory, of 100,000 as well.

``python -m tests.benchmarks.huggingface_million [ROWS …]`` (default: 100000 1000000). Pages of the model list in the
hub's wire format, about invented owners, go through the crawler's own parsers and landing; then the next night is
planned from what landed, and the warehouse is built. Each step runs in a process of its own, and its peak is the
high-water mark of that process's resident memory. Linux only (/proc). The exit code is 1 if a step of a million rows
needs more than `LIMIT_BYTES`.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from config.manifest import Manifest, write_manifest
from config.paths import ProfilePaths
from config.records import SCHEMA_VERSION

LIMIT_BYTES = 3 * 1024**3
AS_OF = date(2026, 11, 1)
RETRIEVED_AT = datetime(2026, 11, 1, 2, tzinfo=UTC)
RUN = "20261101T020000000000Z"
SOURCE = "huggingface"
PAGE = 1_000
MODELS_AN_OWNER = 3.3  # 300,000 owners of a million models
MODELS_AN_OVERVIEW = 50  # 20,000 accounts are asked about for a million models
_TASKS = (
    "text-generation", "text-generation", "text-generation", "image-classification", "object-detection",
    "text-to-image", "automatic-speech-recognition", "reinforcement-learning", "feature-extraction", "translation",
    "token-classification", None, None,
)  # fmt: skip
_LIBRARIES = ("transformers", "transformers", "diffusers", "peft", "stable-baselines3", "timm", "onnx", None)
_WORDS = (
    "fern", "gull", "moss", "reed", "osier", "tern", "chat", "tiny", "base", "large", "instruct", "detector", "v2",
    "7b", "lora", "merged", "finetuned", "vision", "speech", "policy",
)  # fmt: skip
_TAGS = (
    "safetensors",
    "pytorch",
    "en",
    "zh",
    "license:apache-2.0",
    "region:us",
    "conversational",
    "lora",
    "llama",
)


def model(number: int, n_owners: int, chance: random.Random) -> dict[str, Any]:
    """One item of /api/models?expand[]=…: every tenth is a compressed copy, every fiftieth bears an earlier name."""
    owner = f"owner-{int(n_owners * chance.random() ** 2)}"  # some have hundreds, most have one
    twin = number - chance.randrange(1, 5_000) if number > 5_000 and number % 50 == 1 else number
    name = "-".join(random.Random(twin).sample(_WORDS, 3)) + f"-{twin % 100_000}"
    tags = chance.sample(_TAGS, 4)
    card: dict[str, Any] = {"license": "apache-2.0", "language": ["en"], "tags": tags[:2]}
    if number % 10 == 0:
        base = f"owner-{number % n_owners}/{'-'.join(chance.sample(_WORDS, 2))}"
        tags += ["gguf", f"base_model:{base}", f"base_model:quantized:{base}"]
        card["base_model"] = base
        name += "-GGUF"
    created = datetime(2022, 3, 3, tzinfo=UTC) + timedelta(minutes=2 * (number % 1_200_000))
    return {
        "_id": f"{number:024x}",
        "id": f"{owner}/{name}",
        "author": owner,
        "likes": int(chance.paretovariate(0.9)) - 1,
        "downloads": int(chance.paretovariate(0.6)) - 1,
        "tags": tags,
        "pipeline_tag": chance.choice(_TASKS),
        "library_name": chance.choice(_LIBRARIES),
        "createdAt": created.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "lastModified": (created + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "gated": False,
        "disabled": False,
        "cardData": card if number % 7 else {},
    }


def overview(number: int) -> dict[str, Any]:
    """One answer of /api/users/<user>/overview, of the owners with most models."""
    return {
        "_id": f"u{number:023x}",
        "user": f"owner-{number}",
        "fullname": f"Invented Owner {number}",
        "type": "user",
        "details": "Machine learning and computer vision." if number % 3 == 0 else "",
        "numModels": 40,
        "numDatasets": 1,
        "numSpaces": 2,
        "numFollowers": number % 100,
        "orgs": [],
        "createdAt": "2023-01-01T00:00:00.000Z",
    }


def documents(n_models: int) -> Iterator[tuple[str, str, bytes]]:
    """(kind, address, body) of the pages, then of the overviews."""
    chance = random.Random(20261101)
    n_owners = int(n_models / MODELS_AN_OWNER)
    hub = "https://huggingface.co/api/"
    for start in range(0, n_models, PAGE):
        page = [model(n, n_owners, chance) for n in range(start, min(start + PAGE, n_models))]
        yield "models", f"{hub}models?limit={PAGE}&expand=cardData&cursor={start}", json.dumps(page).encode()
    for number in range(n_models // MODELS_AN_OVERVIEW):
        yield "user", f"{hub}users/owner-{number}/overview", json.dumps(overview(number)).encode()


def land(n_models: int, paths: ProfilePaths) -> None:
    """Stream the documents through parsers and landing, and commit them with a manifest."""
    from config.keyed_hash import load_suppression
    from crawlers.huggingface.accounts import user
    from crawlers.huggingface.repositories import models
    from crawlers.landing import Landing

    landing = Landing(
        paths,
        source=SOURCE,
        run_id=RUN,
        licence="CC0-1.0",
        parser_version=1,
        suppression=load_suppression(paths.suppression_list, paths.suppression_key),
    )
    for kind, address, body in documents(n_models):
        content = json.loads(body)
        items = models(content, AS_OF, cards=True) if kind == "models" else user(content, AS_OF)
        landing.take(address, items, RETRIEVED_AT)
    parts = landing.finish()
    manifest = Manifest(
        source=SOURCE,
        run_id=RUN,
        profile="sample",
        mode="delta",
        verdict="ok",
        as_of=AS_OF,
        started_at=RETRIEVED_AT,
        finished_at=RETRIEVED_AT,
        parser_version=1,
        schema_version=SCHEMA_VERSION,
        licence="CC0-1.0",
        records=dict(landing.records),
        rejects=landing.rejects,
        parts=parts,
    )
    write_manifest(paths, manifest)


def build_models(paths: ProfilePaths) -> dict[str, int]:
    """Build what has landed; rows of the tables that grow with it."""
    from config.settings import load_config
    from warehouse.build import build

    config = load_config(Path(__file__).parent.parent.parent / "config")
    started, step = time.monotonic(), ""

    def say(name: str) -> None:
        nonlocal started, step
        if "--steps" in sys.argv and step:
            sys.stderr.write(
                f"{time.monotonic() - started:7.1f} s  {high_water() / 1024**2:6.0f} MiB  {step}\n"
            )
        started, step = time.monotonic(), name

    rows = build(config, paths, "sample", as_of=AS_OF, progress=say).rows
    names = ("staging.artifact", "core.work", "core.reupload", "core.rule_match", "core.person", "mart.leads")
    return {name: rows[name] for name in names}


def plan_next(paths: ProfilePaths) -> dict[str, int]:
    """What the next night would ask, computed from what has landed; requests by sort."""
    from crawlers.job import Job
    from crawlers.run import plan

    config = Path(__file__).parent.parent.parent / "config"
    lines = plan(Job(SOURCE, "sample", paths, config, AS_OF + timedelta(days=1), RUN, {}))
    return {line.what: line.waiting for line in lines}


def high_water() -> int:
    """Bytes: the most memory that this process has held resident."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise OSError("/proc/self/status has no VmHWM")


def measured(step: str, n_models: int, root: Path) -> dict[str, Any]:
    """Run one step in a process of its own; its seconds, peak bytes and rows."""
    passed_on = [word for word in sys.argv if word == "--steps"]
    command = [
        sys.executable,
        "-m",
        "tests.benchmarks.huggingface_million",
        "--child",
        step,
        str(n_models),
        str(root),
    ]
    output = subprocess.run([*command, *passed_on], check=True, stdout=subprocess.PIPE, text=True).stdout
    result: dict[str, Any] = json.loads(output.splitlines()[-1])
    return result


def child(step: str, n_models: int, root: Path) -> None:
    """One step, in the process that is measured."""
    started = time.monotonic()
    paths = ProfilePaths(root / "sample")
    rows: dict[str, int] = {}
    if step == "land":
        land(n_models, paths)
    elif step == "plan":
        rows = plan_next(paths)
    else:
        rows = build_models(paths)
    print(json.dumps({"seconds": time.monotonic() - started, "bytes": high_water(), "rows": rows}))


def main() -> int:
    """Measure; 1 if a step of the largest size does not keep to the limit."""
    sizes = [int(word) for word in sys.argv[1:] if word.isdigit()] or [100_000, 1_000_000]
    good = True
    lines = [f"{'models':>9}  {'step':<5}  {'seconds':>8}  {'peak MiB':>8}"]
    for n_models in sizes:
        with tempfile.TemporaryDirectory(prefix="talentatlas-benchmark-") as folder:
            for step in ("land", "plan", "build"):
                found = measured(step, n_models, Path(folder))
                good = good and found["bytes"] <= LIMIT_BYTES
                rows = ", ".join(f"{name} {count:,}" for name, count in found["rows"].items())
                lines.append(
                    f"{n_models:>9,}  {step:<5}  {found['seconds']:>8.1f}  {found['bytes'] / 1024**2:>8,.0f}  {rows}"
                )
    print("\n".join(lines))
    return 0 if good else 1


if __name__ == "__main__":
    if "--child" in sys.argv:
        at = sys.argv.index("--child")
        child(sys.argv[at + 1], int(sys.argv[at + 2]), Path(sys.argv[at + 3]))
    else:
        sys.exit(main())
