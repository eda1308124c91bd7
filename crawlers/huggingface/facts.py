"""What a repository's card, tags and name say about how it came to be: facts that rules can fire on, for or against.

A fact is a word, or a word and an identifier: `fine_tuned`, `base_model:<owner>/<name>`, `licence:<id>` … Read are the
properties of https://huggingface.co/.well-known/openapi.json that `crawlers.huggingface.repositories` asks for.
The hub puts tags of its own on everybody's repositories (`deploy:…`, `endpoints_compatible` …); they are evidence of
nothing and are left out before anything reads them.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

from crawlers.huggingface.values import line, listed, mapped, one_or_more, repository_id, text

_HUB_TAGS = frozenset(
    ("endpoints_compatible", "autotrain_compatible", "text-generation-inference", "text-embeddings-inference")
)
_HUB_PREFIXES = ("deploy:", "region:")
_RELATIONS = {"finetune": "fine_tuned", "adapter": "adapter", "quantized": "quantised", "merge": "merged"}
_ADAPTER_TAGS = frozenset(("lora", "peft", "adapter", "qlora"))
_MERGE_TAGS = frozenset(("merge", "mergekit"))
_QUANTISED = frozenset(
    (
        "awq", "gptq", "exl2", "exl3", "exllamav2", "fp8", "nvfp4", "int4", "int8", "nf4", "bnb", "bitsandbytes",
        "4bit", "8bit", "4-bit", "8-bit", "mlx", "gguf", "ggml", "w4a16", "w8a8",
    )
)  # fmt: skip
_ALSO_ORIGINAL = frozenset(("fp8", "nvfp4"))  # tags of weights that were trained so, too
_WORD = re.compile(r"[a-z0-9]+")
_COURSE_TAGS = frozenset(
    (
        "deep-rl-course", "deep-rl-class", "deep-rl-classroom", "ml-agents-huggy", "diffusion-models-class",
        "audio-course", "hf-audio-course", "agents-course", "agent-course", "smol-course", "smol_course",
        "robotics-course",
    )
)  # fmt: skip
# Names that the courses and tutorials of the hub make their readers use; owners put words before and after them.
_COURSE_NAME = re.compile(
    r"""(?:^|[-_])(?:ppo|a2c|dqn|reinforce|q|poca|td3|sac|mlagents)[-_](?:unit\d+[-_])?
            (?:lunar-?lander|frozen-?lake|taxi|huggy|cart-?pole|pixel-?copter|snowball-?target|pyramids|soccer-?twos
              |space-?invaders|pandareach|panda-?pick|antbulletenv|mountain-?car|acrobot)
      | (?:^|[-_])rl[-_]course[-_]vizdoom
      | ^finetuning-sentiment-model(?:-|$)
      | ^(?:distil)?bert-(?:base-(?:un)?cased-)?finetuned-(?:ner|squad|imdb|mrpc|cola|emotion|sst2|pos)(?:-|$)
      | ^distilbert-base-uncased-finetuned-(?:imdb|cola|emotion|squad|clinc)(?:-|$)
      | ^marian-finetuned-kde4 | ^mt5-small-finetuned-amazon | ^xlm-roberta-base-finetuned-panx | ^codeparrot-ds(?:-|$)
      | ^my_awesome_ | ^(?:dummy-model|test-trainer)$ | ^sd-class-(?:butterflies|wikiart)
      | ^distilhubert-finetuned-gtzan | ^vit-base-beans | ^segformer-.*finetuned-sidewalk
      | ^smollm2-ft-(?:dpo|mydataset)
      | ^first[-_]agent(?:[-_]template)?$ | ^final[-_]assignment
      | ^autotrain-""",
    re.VERBOSE | re.IGNORECASE,
)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][a-z0-9]{2,8}){0,2}", re.IGNORECASE)
_LANGUAGE_WORDS = frozenset(("code", "multilingual"))
_LICENCE = re.compile(r"[a-z0-9][a-z0-9.+_-]{0,60}")
_GATES = ("auto", "manual", True)


def own_tags(repository: dict[str, Any]) -> list[str]:
    """Tags that say something about the repository, cleaned, in order and once each; none if there is no list."""
    tags = (_own(tag) for tag in listed(repository.get("tags")) if isinstance(tag, str))
    return list(dict.fromkeys(tag for tag in tags if tag))


@functools.lru_cache(maxsize=100_000)
def _own(tag: str) -> str:
    """The tag, cleaned; empty if it is the hub's own. Cached: a million models share a few thousand tags."""
    cleaned = line(tag)
    return "" if cleaned in _HUB_TAGS or cleaned.startswith(_HUB_PREFIXES) else cleaned


def languages(repository: dict[str, Any]) -> list[str]:
    """Language codes of the card (a list, or one string) and of `language:` tags, in order and once each.

    Bare tags are not read: `cv` may be Chuvash, and hardly ever is.
    """
    stated = one_or_more(mapped(repository.get("cardData")).get("language"))
    # YAML reads an unquoted `no`, which is Norwegian, as false.
    codes = ["no" if value is False else text(value).lower() for value in stated]
    codes += [tag.split(":", 1)[1].lower() for tag in own_tags(repository) if tag.startswith("language:")]
    return list(dict.fromkeys(code for code in codes if _LANGUAGE.fullmatch(code) or code in _LANGUAGE_WORDS))


def model_facts(model: dict[str, Any]) -> tuple[str, ...]:
    """Facts of an item of /api/models, sorted."""
    tags = own_tags(model)
    found = {*_common(model, tags), *_lineage(model, tags)}
    if has_results(model):
        found.add("evaluated")
    return tuple(sorted(found))


def dataset_facts(dataset: dict[str, Any]) -> tuple[str, ...]:
    """Facts of an item of /api/datasets, sorted."""
    return tuple(sorted(set(_common(dataset, own_tags(dataset)))))


def space_facts(space: dict[str, Any]) -> tuple[str, ...]:
    """Facts of an item of /api/spaces, sorted. A space's card always has its settings, so it is never empty."""
    found = set(_common(space, own_tags(space))) - {"empty_card"}
    if text(mapped(space.get("cardData")).get("duplicated_from")):
        found.add("duplicated")
    return tuple(sorted(found))


def _common(repository: dict[str, Any], tags: list[str]) -> Iterator[str]:
    card = mapped(repository.get("cardData"))
    yield from (f"language:{code}" for code in languages(repository))
    licences = [text(value).lower() for value in one_or_more(card.get("license"))]
    licences += [tag.split(":", 1)[1].lower() for tag in tags if tag.startswith("license:")]
    yield from (f"licence:{licence}" for licence in licences if _LICENCE.fullmatch(licence))
    gated = repository.get("gated")
    if isinstance(gated, str | bool) and gated in _GATES:
        yield "gated"
    if "cardData" in repository and not repository["cardData"]:
        yield "empty_card"
    if is_course_exercise(_name(repository), tags):
        yield "course_exercise"


def is_course_exercise(name: str, tags: list[str]) -> bool:
    """Whether a repository bears the tag or the name that a public course or tutorial gives to its exercises."""
    return any(tag.lower() in _COURSE_TAGS for tag in tags) or _COURSE_NAME.search(name) is not None


def _lineage(model: dict[str, Any], tags: list[str]) -> Iterator[str]:
    """Base models, how the model was made from them, and the data sets it was trained on."""
    card = mapped(model.get("cardData"))
    stated = mapped(model.get("baseModels"))
    bases = [mapped(base).get("id") for base in listed(stated.get("models"))]
    bases += one_or_more(card.get("base_model"))
    relations = {text(stated.get("relation")), text(card.get("base_model_relation"))}
    for tag in tags:
        if tag.startswith("base_model:"):
            relation, _, path = tag.removeprefix("base_model:").rpartition(":")
            relations.add(relation)
            bases.append(path)
    known = [path for path in (repository_id(base) for base in bases) if path]
    made = {_RELATIONS[relation] for relation in relations if relation in _RELATIONS}
    lower = {tag.lower() for tag in tags}
    if lower & _ADAPTER_TAGS or text(model.get("library_name")) == "peft":
        made.add("adapter")
    if lower & _MERGE_TAGS:
        made.add("merged")
    if _is_quantised(model, lower, has_base=bool(known)):
        made.add("quantised")
    if known and not made:
        made.add("fine_tuned")  # as the hub has it: a base model and nothing else said
    yield from made
    yield from (f"base_model:{path}" for path in known)
    data = [repository_id(name) for name in one_or_more(card.get("datasets"))]
    data += [repository_id(tag.removeprefix("dataset:")) for tag in tags if tag.startswith("dataset:")]
    yield from (f"trained_on:{name}" for name in data if name)


def _is_quantised(model: dict[str, Any], tags: set[str], *, has_base: bool) -> bool:
    if model.get("gguf"):
        return True
    if not _QUANTISED.isdisjoint(_WORD.findall(_name(model).lower())):
        return True
    method = text(mapped(mapped(model.get("config")).get("quantization_config")).get("quant_method")).lower()
    said = (tags | {method}) & _QUANTISED
    return bool(said - _ALSO_ORIGINAL) or (has_base and bool(said))


def has_results(model: dict[str, Any]) -> bool:
    """Whether the card or the hub holds a result with a value: an empty table is no evaluation."""
    index = (
        *listed(model.get("model-index")),
        *listed(mapped(model.get("cardData")).get("model-index")),
    )
    metrics = (
        metric
        for entry in index
        for result in listed(mapped(entry).get("results"))
        for metric in listed(mapped(result).get("metrics"))
    )
    return any(_is_value(mapped(metric).get("value")) for metric in metrics) or any(
        _is_value(mapped(mapped(entry).get("data", entry)).get("value"))
        for entry in listed(model.get("evalResults"))
    )


def _is_value(value: Any) -> bool:
    """A figure, also as text with a unit or a sign ("90.871", "81.3 %"); NaN is none."""
    if isinstance(value, str):
        return any(character.isdigit() for character in value)
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


def _name(repository: dict[str, Any]) -> str:
    path = repository.get("id") or repository.get("modelId")
    return path.rsplit("/", 1)[-1] if isinstance(path, str) else ""
