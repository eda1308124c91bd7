"""Whether a space runs a model of its own or calls one that somebody else hosts, by its requirements and its app.

Formats: pip's requirements.txt (https://pip.pypa.io/en/stable/reference/requirements-file-format/), Python. A demo that
calls a hosted API shows no model of its owner's; a library that runs models decides, if a client stands beside it.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

from crawlers.huggingface.repositories import spaces
from crawlers.source import BadDocument, Item

_API_PACKAGES = frozenset(
    (
        "openai", "anthropic", "google-generativeai", "google-genai", "cohere", "mistralai", "groq", "together",
        "replicate", "litellm", "gradio-client", "fireworks-ai", "dashscope", "langchain-openai",
        "langchain-anthropic", "langchain-groq", "langchain-google-genai", "langchain-mistralai",
        "langchain-cohere", "langchain-together",
    )
)  # fmt: skip
_MODEL_PACKAGES = frozenset(
    (
        "torch", "torchvision", "torchaudio", "transformers", "diffusers", "tensorflow", "tensorflow-cpu",
        "tensorflow-gpu", "tf-keras", "tflite-runtime", "keras", "jax", "jaxlib", "flax", "onnxruntime",
        "onnxruntime-gpu", "openvino", "optimum", "vllm", "llama-cpp-python", "ctransformers", "exllamav2", "gpt4all",
        "sentence-transformers", "ultralytics", "timm", "peft", "fastai", "paddlepaddle", "paddlepaddle-gpu", "mxnet",
        "faster-whisper", "openai-whisper", "ctranslate2", "open-clip-torch", "insightface", "detectron2", "spacy",
        "stable-baselines3", "mlx", "mlx-lm", "tts",
    )
)  # fmt: skip
_MODULES = {  # module -> package, where the two have different names
    "google.generativeai": "google-generativeai",
    "google.genai": "google-genai",
    "llama_cpp": "llama-cpp-python",
    "whisper": "openai-whisper",
    "open_clip": "open-clip-torch",
    "paddle": "paddlepaddle",
    "fireworks": "fireworks-ai",
    "tflite_runtime": "tflite-runtime",
}
_HUB_CLIENTS = ("InferenceClient", "AsyncInferenceClient")
_HUB_CLIENT = (
    "huggingface_hub.InferenceClient"  # stands for a package: huggingface_hub itself mostly just loads files
)
_MAX_CHARACTERS = 500_000
_REQUIREMENT = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:$|[\[\s(<>=!~;@,])")
_EGG = re.compile(r"#egg=([\w.-]+)")
_REPOSITORY_NAME = re.compile(r"/([\w.-]+?)(?:\.git)?(?:@[^/\s]+)?(?:[#?\s].*)?$")
_IMPORT = re.compile(
    r"^\s*(?:from\s+([\w.]+)\s+import\s+\(?\s*([\w.,\s*]+)|import\s+([\w., \t]+))", re.MULTILINE
)
Use = Literal["calls_hosted_api", "runs_own_model"]


def calls_hosted_api(requirements: str | None, app: str | None) -> bool:
    """Whether the files name a client of a hosted model and no library that runs one."""
    return use_of(requirements, app) == "calls_hosted_api"


def use_of(requirements: str | None, app: str | None) -> Use | None:
    """What the files give away; None if they name neither a client nor a library (or there are none)."""
    named = set(required_packages(requirements or "")) | set(imported_packages(app or ""))
    if named & _MODEL_PACKAGES:
        return "runs_own_model"
    return "calls_hosted_api" if named & _API_PACKAGES or _HUB_CLIENT in named else None


def space_with_files(content: Any, as_of: date) -> Iterator[Item]:
    """The space with the fact that its files give away.

    `content`: {"space": an item of /api/spaces, "requirements": text or null, "app": text or null}.
    """
    if not isinstance(content, dict) or not isinstance(content.get("space"), dict):
        raise BadDocument("not a space with its files")
    files = (content.get(name) for name in ("requirements", "app"))
    use = use_of(*(file if isinstance(file, str) else None for file in files))
    yield from spaces([content["space"]], as_of, more_facts=(use,) if use else ())


def required_packages(requirements: str) -> Iterator[str]:
    """Names of the packages of a requirements file, in PyPI's normal form; options and other files are passed over."""
    for raw in requirements[:_MAX_CHARACTERS].replace("\\\r\n", "").replace("\\\n", "").splitlines():
        line = raw.strip().removeprefix("\ufeff")
        if line.startswith(("-e ", "--editable")):
            line = line.split(maxsplit=1)[-1].removeprefix("--editable=")
        if not line or line.startswith(("#", "-")):
            continue
        if "://" in line and "@" not in line.split("://", 1)[0]:  # an address without a name before it
            found = _EGG.search(line) or _REPOSITORY_NAME.search(line)
        else:
            found = _REQUIREMENT.match(line.split(" #", 1)[0])
        if found:
            # A wheel's file name begins with the package's.
            yield _normal(found[1].split("-", 1)[0] if found[1].endswith(".whl") else found[1])


def imported_packages(app: str) -> Iterator[str]:
    """Packages that a Python program imports anywhere, in PyPI's normal form; by line if it does not parse."""
    for module, names in _imports(app[:_MAX_CHARACTERS]):
        top = module.split(".", 1)[0]
        if top == "google":
            # One name space for many packages: `from google import genai`, `import google.genai.types`.
            dotted = [module] if module != "google" else [f"google.{name}" for name in names]
            yield from (_MODULES.get(".".join(path.split(".")[:2]), "google") for path in dotted)
        elif top == "huggingface_hub":
            if any(name in _HUB_CLIENTS for name in names):
                yield _HUB_CLIENT
        elif top:
            yield _MODULES.get(top, _normal(top))


def _imports(app: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(module, names taken from it) of every import; attributes of huggingface_hub count as names of it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # other people's escape sequences
            tree = ast.parse(app)
            nodes = list(ast.walk(tree))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        yield from _imports_by_line(app)
        return
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((alias.name, ()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module, tuple(alias.name for alias in node.names)
        elif isinstance(node, ast.Attribute) and node.attr in _HUB_CLIENTS:
            yield "huggingface_hub", (node.attr,)


def _imports_by_line(app: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for module, names, plain in _IMPORT.findall(app):
        if module:
            yield module, tuple(name.split()[0] for name in names.split(",") if name.strip())
        for part in plain.split(","):
            if part.strip():
                yield part.split()[0], ()
    if re.search(r"huggingface_hub\.(?:Async)?InferenceClient", app):
        yield "huggingface_hub", _HUB_CLIENTS


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
