"""Pairwise and B-cubed scores of a clustering (Bagga and Baldwin, LREC 1998)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence


def scores(predicted: Sequence[Hashable], true: Sequence[Hashable]) -> dict[str, float | int | None]:
    """Precision, recall and F1 over pairs of mentions and over mentions; None where nothing was said or asked."""
    both, by_predicted, by_true = (
        Counter(zip(predicted, true, strict=True)),
        Counter(predicted),
        Counter(true),
    )
    right = sum(n * (n - 1) // 2 for n in both.values())
    said = sum(n * (n - 1) // 2 for n in by_predicted.values())
    wanted = sum(n * (n - 1) // 2 for n in by_true.values())
    pair_precision, pair_recall = _ratio(right, said), _ratio(right, wanted)
    n = len(predicted)
    b3_precision = _ratio(sum(k * k / by_predicted[p] for (p, _), k in both.items()), n)
    b3_recall = _ratio(sum(k * k / by_true[t] for (_, t), k in both.items()), n)
    return {
        "mentions": n,
        "pair_precision": pair_precision,
        "pair_recall": pair_recall,
        "pair_f1": f1(pair_precision, pair_recall),
        "b3_precision": b3_precision,
        "b3_recall": b3_recall,
        "b3_f1": f1(b3_precision, b3_recall),
    }


def f1(precision: float | None, recall: float | None) -> float | None:
    if precision is None or recall is None:
        return None
    return round(2 * precision * recall / (precision + recall), 4) if precision + recall else 0.0


def _ratio(part: float, whole: float) -> float | None:
    return round(part / whole, 4) if whole else None
