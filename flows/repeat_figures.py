"""How far repeats are found: on pairs of which somebody said whether they tell one matter."""

from typing import Any

from flows.house import House


def repeat_figures(_house: House, rows: list[dict[str, Any]]) -> tuple[dict[str, Any], str]:
    """Measure pairs: `same`, with `one` and `other` (title and text each).

    `met`: the share of one matter's pairs that have a key in common, so that the one is looked up for the other;
    precision and recall are of those shown as 重复件.
    """
    from classifiers.likeness import Told, evidence
    from classifiers.matter_keys import matter_keys

    same = [row for row in rows if row["same"]]
    met = sum(bool({*matter_keys(*row["one"])} & {*matter_keys(*row["other"])}) for row in same)
    shown = [row for row in rows if evidence(Told(*row["one"]), Told(*row["other"])).repeats]
    right = sum(row["same"] for row in shown)
    result = {
        "task": "repeats", "rows": len(rows), "same": len(same), "shown": len(shown),
        "met": round(met / max(1, len(same)), 4),
        "precision": round(right / max(1, len(shown)), 4), "recall": round(right / max(1, len(same)), 4),
    }  # fmt: skip
    text = (
        f"{len(rows)} 对，{len(same)} 对为同一事项：能查到对方 {result['met']:.3f}；"
        f"判为重复件 {len(shown)} 对，精确率 {result['precision']:.3f}，召回率 {result['recall']:.3f}"
    )
    return result, text
