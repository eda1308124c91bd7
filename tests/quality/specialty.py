"""Specialty of a paper from its title (and abstract), by the rules of the configuration; the venue is hidden."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from config.records import Artifact
from config.settings import Config
from config.text import match_key
from tests.quality.data import data_folder, read_truth, records
from tests.quality.pairs import f1
from warehouse.specialty.classify import Classifier

CLASSES = {"computer_vision": "CV", "nlp_llm": "NLP", "rl_research": "RL", "robotics": "RL"}
LABELS = {"computer_vision": "CV", "nlp_llm": "NLP", "reinforcement_learning": "RL", "robotics": "RL"}
OTHER = "other"
SOURCES_WITH_ABSTRACTS = ("paper_copilot", "pmlr", "miniconf_files", "acl_anthology")


def measure(config: Config, truth: Path, *, with_abstracts: bool) -> dict[str, Any]:
    """Macro-F1 and accuracy over CV, NLP, RL and other; rows whose label is generic or mixed are left out."""
    rows = [row for row in read_truth(truth, ("title", "coarse_suggested")) if row["coarse_suggested"]]
    abstracts = (
        _abstracts(config, data_folder(truth), {match_key(row["title"]) for row in rows})
        if with_abstracts
        else {}
    )
    classifier = Classifier(config.specialties)
    predicted, abstained = [], 0
    for row in rows:
        specialty = classifier.specialty(row["title"], abstracts.get(match_key(row["title"])))
        abstained += specialty is None
        predicted.append(CLASSES.get(specialty or "", OTHER))
    true = [LABELS.get(row["coarse_suggested"], OTHER) for row in rows]
    per_class = {name: _class_scores(name, predicted, true) for name in ("CV", "NLP", "RL", OTHER)}
    f1s = [scores["f1"] or 0.0 for scores in per_class.values()]
    return {
        "papers": len(rows),
        "macro_f1": round(sum(f1s) / len(f1s), 4),
        "accuracy": round(sum(p == t for p, t in zip(predicted, true, strict=True)) / max(1, len(rows)), 4),
        "per_class": per_class,
        "abstained": abstained,
    }


def _class_scores(name: str, predicted: list[str], true: list[str]) -> dict[str, Any]:
    right = sum(p == t == name for p, t in zip(predicted, true, strict=True))
    said, wanted = predicted.count(name), true.count(name)
    precision = round(right / said, 4) if said else None
    recall = round(right / wanted, 4) if wanted else None
    return {"papers": wanted, "precision": precision, "recall": recall, "f1": f1(precision, recall)}


def _abstracts(config: Config, folder: Path, wanted: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for source in SOURCES_WITH_ABSTRACTS:
        if source not in config.sources:
            continue
        for record in records(config, source, folder):
            if isinstance(record, Artifact) and record.abstract:
                key = match_key(record.title)
                if key in wanted:
                    found.setdefault(key, record.abstract)
    return found
