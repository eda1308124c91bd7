"""What repositories say about how they were made, and what the hub says by itself, which is no evidence."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.records import Artifact
from crawlers.huggingface import facts
from crawlers.huggingface.repositories import datasets, models, spaces
from crawlers.huggingface.space_files import calls_hosted_api, required_packages, space_with_files, use_of
from crawlers.source import BadDocument

AS_OF = date(2026, 11, 1)


def model(name: str = "plain", **more: Any) -> dict[str, Any]:
    return {"_id": "1", "id": f"a-smpl/{name}", **more}


def artifact_of(read: Any, item: dict[str, Any]) -> Artifact:
    return next(record for record in read([item], AS_OF) if isinstance(record, Artifact))


# -- the hub's own tags

OWN = (
    "deploy:azure", "deploy:sagemaker", "endpoints_compatible", "autotrain_compatible", "text-generation-inference",
    "text-embeddings-inference", "region:us",
)  # fmt: skip


@pytest.mark.parametrize("read", [models, datasets, spaces])
def test_tags_that_the_hub_sets_by_itself_are_dropped(read: Any) -> None:
    artifact = artifact_of(read, model(tags=["onnx", *OWN, "tgi", "endpoints"]))
    assert artifact.tags == ("tag:onnx", "tag:tgi", "tag:endpoints")


def test_tags_are_cleaned_and_kept_once() -> None:
    written = ["onnx", "onnx", " two  words ", "a\u0000b", "x@larkspur.example", "", None, 7, ["nested"]]
    assert artifact_of(models, model(tags=written)).tags == ("tag:onnx", "tag:two words", "tag:ab")


def test_pipeline_tag_and_library_come_first_and_facts_last() -> None:
    item = model("x-GGUF", tags=["gguf"], pipeline_tag="text-generation", library_name="llama.cpp")
    assert artifact_of(models, item).tags == (
        "pipeline_tag:text-generation",
        "library:llama.cpp",
        "tag:gguf",
        "fact:quantised",
    )


# -- lineage


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ()),
        ({"tags": ["base_model:q-smpl/base"]}, ("base_model:q-smpl/base", "fine_tuned")),
        ({"tags": ["base_model:finetune:q-smpl/base"]}, ("base_model:q-smpl/base", "fine_tuned")),
        ({"tags": ["base_model:adapter:q-smpl/base"]}, ("adapter", "base_model:q-smpl/base")),
        ({"tags": ["base_model:quantized:q-smpl/base"]}, ("base_model:q-smpl/base", "quantised")),
        ({"tags": ["base_model:merge:q-smpl/base"]}, ("base_model:q-smpl/base", "merged")),
        ({"tags": ["base_model:of_tomorrow:q-smpl/base"]}, ("base_model:q-smpl/base", "fine_tuned")),
        ({"cardData": {"base_model": "q-smpl/base"}}, ("base_model:q-smpl/base", "fine_tuned")),
        ({"cardData": {"base_model": "gpt2"}}, ("base_model:gpt2", "fine_tuned")),
        (
            {"cardData": {"base_model": "https://huggingface.co/q-smpl/base/"}},
            ("base_model:q-smpl/base", "fine_tuned"),
        ),
        ({"cardData": {"base_model": "somebody@larkspur.example"}}, ()),
        ({"cardData": {"base_model": "none of them"}}, ()),
        (
            {"cardData": {"base_model": ["q-smpl/a", "q-smpl/b"], "base_model_relation": "merge"}},
            ("base_model:q-smpl/a", "base_model:q-smpl/b", "merged"),
        ),
        (
            {"baseModels": {"relation": "adapter", "models": [{"_id": "2", "id": "q-smpl/base"}]}},
            ("adapter", "base_model:q-smpl/base"),
        ),
        ({"tags": ["lora"]}, ("adapter",)),
        ({"library_name": "peft"}, ("adapter",)),
        ({"tags": ["mergekit"]}, ("merged",)),
        ({"gguf": {"total": 7}}, ("quantised",)),
        ({"config": {"quantization_config": {"quant_method": "AWQ"}}}, ("quantised",)),
    ],
)
def test_how_a_model_was_made(changes: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert facts.model_facts(model(**changes)) == expected


@pytest.mark.parametrize(
    "name",
    [
        "writer-8b-GGUF", "writer-8B-AWQ", "writer_gptq_4bit", "writer-exl2", "writer-FP8", "writer.int4",
        "writer-bnb-4bit", "writer-mlx",
    ],
)  # fmt: skip
def test_a_name_tells_a_compressed_copy(name: str) -> None:
    assert "quantised" in facts.model_facts(model(name))


@pytest.mark.parametrize("name", ["writer-8b", "gguffaw", "mlxtend-notes", "awqaf", "internal-4"])
def test_a_word_inside_a_word_tells_nothing(name: str) -> None:
    assert facts.model_facts(model(name)) == ()


@pytest.mark.parametrize("tag", ["awq", "gptq", "exl2", "gguf", "int4", "bnb", "4-bit", "MLX"])
def test_a_tag_tells_a_compressed_copy(tag: str) -> None:
    assert "quantised" in facts.model_facts(model(tags=[tag]))


def test_weights_trained_in_eight_bits_are_no_copy() -> None:
    assert "quantised" not in facts.model_facts(model(tags=["fp8"]))
    assert "quantised" in facts.model_facts(model(tags=["fp8", "base_model:q-smpl/base"]))


@pytest.mark.parametrize(
    ("stated", "tags", "expected"),
    [
        ("q-smpl/letters", [], ("trained_on:q-smpl/letters",)),
        (["q-smpl/b", "squad"], [], ("trained_on:q-smpl/b", "trained_on:squad")),
        (None, ["dataset:q-smpl/letters"], ("trained_on:q-smpl/letters",)),
        (["my own notes", 7, None], ["dataset:"], ()),
    ],
)
def test_what_a_model_was_trained_on(stated: Any, tags: list[str], expected: tuple[str, ...]) -> None:
    found = facts.model_facts(model(tags=tags, cardData={"datasets": stated, "x": 1}))
    assert found == expected


# -- card


@pytest.mark.parametrize(
    ("stated", "codes"),
    [
        ("de", ["de"]),
        (["DE", "zh-Hant", "de"], ["de", "zh-hant"]),
        (False, ["no"]),  # YAML's Norwegian
        (["code", "multilingual", "German", "", None, 7, {"x": 1}], ["code", "multilingual"]),
        (None, []),
    ],
)
def test_languages_are_a_string_or_a_list(stated: Any, codes: list[str]) -> None:
    item = model(cardData={"language": stated, "x": 1})
    assert facts.languages(item) == codes
    assert artifact_of(models, item).language == (codes[0] if codes else None)
    assert {f"language:{code}" for code in codes} == set(facts.model_facts(item))


def test_a_bare_tag_is_no_language() -> None:
    assert facts.languages(model(tags=["cv", "ml", "language:fr"])) == ["fr"]


def test_licences_are_read_from_card_and_tags() -> None:
    item = model(tags=["license:MIT"], cardData={"license": ["apache-2.0", "see the website", None]})
    assert facts.model_facts(item) == ("licence:apache-2.0", "licence:mit")
    assert facts.dataset_facts(item) == ("licence:apache-2.0", "licence:mit")


@pytest.mark.parametrize(
    ("value", "gated"),
    [("auto", True), ("manual", True), (True, True), (False, False), (None, False), ([], False)],
)
def test_gated(value: Any, gated: bool) -> None:
    for read in (facts.model_facts, facts.dataset_facts, facts.space_facts):
        assert ("gated" in read(model(gated=value))) == gated


@pytest.mark.parametrize(
    ("card", "empty"), [(None, True), ({}, True), ({"license": "mit"}, False), ("absent", False)]
)
def test_a_card_is_empty_only_if_it_was_asked_for(card: Any, empty: bool) -> None:
    item = model() if card == "absent" else model(cardData=card)
    assert ("empty_card" in facts.model_facts(item)) == empty
    assert ("empty_card" in facts.dataset_facts(item)) == empty
    assert "empty_card" not in facts.space_facts(item)


def index(*metrics: Any) -> list[dict[str, Any]]:
    return [{"name": "x", "results": [{"task": {"type": "t"}, "metrics": list(metrics)}]}]


@pytest.mark.parametrize(
    ("changes", "evaluated"),
    [
        ({"model-index": index({"type": "f1", "value": 0.0})}, True),
        ({"model-index": index({"type": "f1", "value": "90.871 %"})}, True),
        ({"cardData": {"model-index": index({"value": 81.3})}}, True),
        ({"evalResults": [{"dataset": {"id": "x"}, "value": 20.9}]}, True),
        ({"evalResults": [{"filename": "a.yaml", "data": {"value": 20.9}}]}, True),
        ({"evalResults": [{"filename": "a.yaml", "error": "no YAML"}]}, False),
        ({"model-index": index({"type": "f1"})}, False),
        ({"model-index": index({"value": None}, {"value": "n/a"}, {"value": True})}, False),
        ({"model-index": index({"value": float("nan")})}, False),
        ({"model-index": [{"name": "x", "results": []}]}, False),
        ({"model-index": None, "tags": ["model-index"]}, False),
    ],
)
def test_evaluated_means_that_a_value_is_there(changes: dict[str, Any], evaluated: bool) -> None:
    assert ("evaluated" in facts.model_facts(model(**changes))) == evaluated


# -- exercises and copies


@pytest.mark.parametrize(
    "name",
    [
        "ppo-LunarLander-v2", "q-FrozenLake-v1-4x4-noSlippery", "q-Taxi-v3", "ppo-Huggy", "Reinforce-CartPole-v1",
        "Reinforce-Pixelcopter-PLE-v0", "a2c-PandaReachDense-v3", "a2c-AntBulletEnv-v0", "ppo-SnowballTarget",
        "ppo-PyramidsTraining", "poca-SoccerTwos", "dqn-SpaceInvadersNoFrameskip-v4",
        "deep-rl-course-ppo-LunarLander-v2", "rl_course_vizdoom_health_gathering_supreme",
        "finetuning-sentiment-model-3000-samples", "bert-finetuned-ner", "bert-finetuned-squad",
        "distilbert-base-uncased-finetuned-imdb", "distilbert-base-uncased-finetuned-emotion",
        "marian-finetuned-kde4-en-to-fr", "mt5-small-finetuned-amazon-en-es", "codeparrot-ds", "my_awesome_qa_model",
        "sd-class-butterflies-32", "distilhubert-finetuned-gtzan", "autotrain-letters-1234", "dummy-model",
        "First_agent_template",
    ],
)  # fmt: skip
def test_names_that_courses_give(name: str) -> None:
    for read in (facts.model_facts, facts.dataset_facts, facts.space_facts):
        assert "course_exercise" in read(model(name))


@pytest.mark.parametrize(
    "name",
    [
        "lunar-lander-world-model", "bert-finetuned-nerve-images", "taxi-demand-forecast", "bert-base-uncased",
        "huggy-bear", "autotrainer", "ppo-pick-and-place", "my-dummy-model-zoo", "cartpole-swingup-mpc",
    ],
)  # fmt: skip
def test_other_names_are_nobodys_homework(name: str) -> None:
    assert facts.model_facts(model(name)) == ()


@pytest.mark.parametrize(
    "tag", ["deep-rl-course", "deep-rl-class", "Deep-RL-Course", "ML-Agents-Huggy", "agents-course"]
)
def test_tags_that_courses_give(tag: str) -> None:
    assert facts.model_facts(model(tags=[tag])) == ("course_exercise",)


def test_a_duplicated_space_says_so() -> None:
    assert facts.space_facts(model(cardData={"duplicated_from": "q-smpl/demo"})) == ("duplicated",)
    assert facts.space_facts(model(cardData={"duplicated_from": None, "sdk": "gradio"})) == ()


json_value: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["base_model", "models", "relation", "results", "metrics", "value", "id"]),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=5,
)
FIELDS = (
    "id", "tags", "cardData", "baseModels", "model-index", "evalResults", "gguf", "config", "gated", "library_name",
)  # fmt: skip


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(item=st.dictionaries(st.sampled_from(FIELDS), json_value, max_size=4))
def test_facts_of_anything_are_sorted_words(item: dict[str, Any]) -> None:
    for read in (facts.model_facts, facts.dataset_facts, facts.space_facts):
        found = read(item)
        assert list(found) == sorted(set(found))
        assert all(fact and not fact.isspace() and "@" not in fact for fact in found)


# -- files of a space


@pytest.mark.parametrize(
    ("requirements", "app", "hosted"),
    [
        ("openai", None, True),
        ("OpenAI[datalib]>=1.0,<2 ; python_version > '3.8'  # client\r\ngradio\r\n", None, True),
        ("google_generativeai==0.8", None, True),
        ("gradio\nlangchain.openai", None, True),
        ("openai\ntorch", None, False),
        ("openai\nsentence-transformers @ git+https://git.example/x.git", None, False),
        ("openai\ngit+https://github.com/huggingface/transformers.git@main", None, False),
        ("openai\n-e git+https://git.example/y.git#egg=diffusers", None, False),
        ("openai\nhttps://wheels.example/torch-2.1.0-cp310-linux_x86_64.whl", None, False),
        ("openai\n# torch\n-r more.txt\n--extra-index-url https://wheels.example/torch", None, True),
        ("openai-agents-of-nobody", None, False),
        ("gradio\nhuggingface_hub", None, False),
        (None, "from huggingface_hub import InferenceClient", True),
        (None, "import huggingface_hub as hub\nhub.InferenceClient()", True),
        (None, "from huggingface_hub import hf_hub_download", False),
        (None, "from google import genai", True),
        (None, "import google.generativeai as genai", True),
        (None, "from google import colab", False),
        (None, "def f():\n    import anthropic\n", True),
        (None, "# import openai\nx = 'import openai'", False),
        (None, "import openai\nfrom llama_cpp import Llama", False),
        (None, "from . import openai", False),
        ("torch", "import openai", False),
        ("openai", "import onnxruntime", False),
        # What does not parse is read by line.
        (None, "!pip install x\nimport os, openai\n", True),
        (None, "print 'old'\nfrom huggingface_hub import InferenceClient\n", True),
        (None, "print 'old'\nimport openai\nimport torch\n", False),
        ("", "", False),
        (None, None, False),
    ],
)
def test_a_space_calls_a_hosted_model(requirements: str | None, app: str | None, hosted: bool) -> None:
    assert calls_hosted_api(requirements, app) is hosted


def test_a_space_without_a_client_or_a_library_says_nothing() -> None:
    assert use_of("gradio\npandas", "import gradio as gr") is None
    assert use_of("torch", None) == "runs_own_model"


@pytest.mark.parametrize(
    ("requirements", "app", "expected"),
    [
        ("openai", None, ["fact:calls_hosted_api", "fact:duplicated"]),
        (None, "import torch", ["fact:duplicated", "fact:runs_own_model"]),
        (None, None, ["fact:duplicated"]),
        (["openai"], {"x": 1}, ["fact:duplicated"]),
    ],
)
def test_a_space_with_its_files_is_the_listed_space_and_one_fact_more(
    requirements: Any, app: Any, expected: list[str]
) -> None:
    space = model(cardData={"duplicated_from": "q-smpl/demo"}, likes=3)
    items = list(space_with_files({"space": space, "requirements": requirements, "app": app}, AS_OF))
    plain = list(spaces([space], AS_OF))
    assert len(items) == len(plain) == 2
    assert isinstance(items[0], Artifact)
    assert list(items[0].tags) == expected
    assert items[0].model_copy(update={"tags": ()}) == plain[0].model_copy(update={"tags": ()})  # type: ignore[union-attr]
    assert items[1] == plain[1]


def test_a_space_that_is_missing_is_no_document() -> None:
    with pytest.raises(BadDocument):
        list(space_with_files({"requirements": "torch", "app": None}, AS_OF))


name = st.from_regex(r"[a-z][a-z0-9]{0,8}(?:[-_.][a-z0-9]{1,5})?", fullmatch=True)
suffix = st.sampled_from(
    ["", "==1.0", ">=2,<3", "[all]~=1", " # why", " ; python_version>'3.9'", " @ https://x.example/y.zip"]
)


@given(lines=st.lists(st.tuples(name, suffix), max_size=6), end=st.sampled_from(["\n", "\r\n"]))
def test_every_requirement_is_named_in_order(lines: list[tuple[str, str]], end: str) -> None:
    written = end.join(f"{package}{rest}" for package, rest in lines)
    expected = [package.replace("_", "-").replace(".", "-") for package, _ in lines]
    assert list(required_packages(written)) == expected


@given(requirements=st.text(max_size=80), app=st.text(max_size=80))
def test_any_files_are_read(requirements: str, app: str) -> None:
    assert use_of(requirements, app) in (None, "calls_hosted_api", "runs_own_model")


def test_a_program_too_deep_to_parse_is_read_by_line() -> None:
    assert calls_hosted_api(None, "import openai\nx = " + "(" * 5000 + ")" * 5000)
    assert calls_hosted_api(None, "import openai\nx = " + "-" * 100_000 + "1")


def test_facts_survive_json() -> None:
    item = json.loads(json.dumps(model("x-GGUF", tags=["base_model:quantized:q-smpl/base"])))
    assert facts.model_facts(item) == ("base_model:q-smpl/base", "quantised")
