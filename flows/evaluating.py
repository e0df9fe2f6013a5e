"""`huiyin evaluate`: how good the judgement is on rows that somebody labelled."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from flows.calendars import calendar_of
from flows.house import House
from flows.knowledge_figures import knowledge_figures
from flows.opening import has_record
from flows.redaction_figures import redaction_figures
from flows.repeat_figures import repeat_figures
from models.errors import BadInput
from models.promise_words import PromiseLevel
from models.vocabulary import Kind, Procedure, Urgency, Word

_CHECKABLE = {PromiseLevel.DATED.value, PromiseLevel.SPECIFIC.value}
_HALF = 0.5
_SEEDS = range(1, 6)


class BadLabels(BadInput):
    """标注数据有误。"""

    exit_code = 3


def evaluate_file(
    house: House, source: Path, task: str, model_folder: Path | None, folds: int, domains: Sequence[str] = ()
) -> tuple[dict[str, Any], str]:
    """Measure one task on labelled JSONL: the figures, and the same in words.

    Of the task domain alone: `folds` > 1 trains anew; `domains` are those that a message may be about, all where empty.
    """
    from classifiers.training import read_rows

    try:
        rows = read_rows(source)
    except OSError as error:
        raise BadLabels(f"{source}：无法读取（{error.strerror}）。") from None
    except UnicodeDecodeError:
        raise BadLabels(f"{source.name}：不是 UTF-8 文本。") from None
    if not rows:
        raise BadLabels(f"{source.name}：没有一行数据。")
    try:
        if task in _JUDGED:
            return _judged(house, rows, task, model_folder)
        return _domain(house, rows, model_folder, folds, domains) if task == "domain" else _TASKS[task](house, rows)
    except (KeyError, TypeError) as error:
        raise BadLabels(f"{source.name}：数据缺少字段或格式不对（{error}），{_NEEDED[task]}") from error


def _domain(
    house: House, rows: list[dict[str, Any]], folder: Path | None, folds: int, domains: Sequence[str]
) -> tuple[dict[str, Any], str]:
    from classifiers.evaluation import cross_validate, evaluate
    from classifiers.judgement import Judgement

    if folds > 1:
        found = cross_validate(rows, folds)
    else:
        model = folder or house.settings.model or (house.model_path if has_record(house) else None)
        judgement = Judgement.load(model, house.profile.regions, precision=house.profile.accept_precision)
        found = evaluate(rows, judgement, domains=domains or None)
    lines = [f"{found.rows} 行：准确率 {found.accuracy:.4f}，宏平均 F1 {found.macro_f1:.4f}"]
    lines += [
        f"  {label}：精确率 {f.precision:.3f}，召回率 {f.recall:.3f}，F1 {f.f1:.3f}（{f.rows} 行）"
        for label, f in found.per_label.items()
    ]
    lines += [f"  精确率 {precision} 时可自动采纳 {share:.1%}" for precision, share in found.coverage.items()]
    return {"task": "domain", **found.as_json()}, "\n".join(lines)


def _judged(house: House, rows: list[dict[str, Any]], task: str, folder: Path | None) -> tuple[dict[str, Any], str]:
    """Recall and precision of each procedure, kind or urgency; a suspicion held for a person is no finding here."""
    from classifiers.evaluation import evaluate
    from classifiers.judgement import Judgement

    found = evaluate(rows, Judgement.load(folder, house.profile.regions), task)
    lines = [f"{found.rows} 行：准确率 {found.accuracy:.4f}，宏平均 F1 {found.macro_f1:.4f}"]
    lines += [
        f"  {_JUDGED[task](label).label}：召回率 {f.recall:.3f}，精确率 {f.precision:.3f}（{f.rows} 行）"
        for label, f in found.per_label.items()
    ]
    return {"task": task, **found.as_json()}, "\n".join(lines)


def _promises(house: House, rows: list[dict[str, Any]]) -> tuple[dict[str, Any], str]:
    from classifiers.promises import find_promises
    from classifiers.times import read_time

    calendar = calendar_of(house)
    pairs: list[Any] = []
    told: list[Any] = []
    gold: list[Any] = []
    for number, row in enumerate(rows):
        found = find_promises(row["reply"], read_time(row, "reply_time"), calendar)
        said = [(number, f.start, f.end, str(f.level), f.due) for f in found]
        known = [_placed(number, row["reply"], p) for p in row["promises"]]
        told, gold = [*told, *said], [*gold, *known]
        pairs += _matched(known, said, _touch)
    dated, dues = PromiseLevel.DATED.value, [(g, t) for g, t in pairs if g[3] == t[3] == PromiseLevel.DATED.value]
    result: dict[str, Any] = {
        "task": "promises",
        "rows": len(rows),
        "dated": _scores(gold, told, pairs, {dated}),
        "due_exact": _share(sum(g[4] == t[4] for g, t in dues), len(dues)),
        "dated_or_specific": _scores(gold, told, pairs, _CHECKABLE),
        "any": _scores(gold, told, pairs, {level.value for level in PromiseLevel}),
    }
    names = {"dated": "有期限", "dated_or_specific": "有期限或可核查", "any": "全部"}
    lines = [f"{label}：{_line(result[key])}" for key, label in names.items()]
    lines.append(f"期限完全正确：{result['due_exact']:.3f}（{len(dues)} 项）")
    return result, "\n".join(lines)


def _review(_house: House, rows: list[dict[str, Any]]) -> tuple[dict[str, Any], str]:
    """How many true replies pass, and how well the score tells them from other rows' (the mean of five draws)."""
    from classifiers.answering import answering
    from classifiers.reply_review import review_reply

    reviews = [review_reply(row.get("title"), row["text"], row["reply"]) for row in rows]
    names = dict.fromkeys(check.name for review in reviews for check in review.checks)
    passed = {n: [c.passed for r in reviews for c in r.checks if c.name == n] for n in names}

    def score(row: dict[str, Any], reply: str) -> float:
        return answering(row.get("title"), row["text"], reply).score

    true = [score(row, row["reply"]) for row in rows]
    areas = []
    for seed in _SEEDS:
        others = _strangers(len(rows), seed)
        swapped = [score(row, rows[other]["reply"]) for row, other in zip(rows, others, strict=True)]
        areas.append(_auc(true, swapped))
    result: dict[str, Any] = {
        "task": "review",
        "rows": len(rows),
        "passed": _share(sum(r.passed for r in reviews), len(reviews)),
        "checks": {name: _share(sum(values), len(values)) for name, values in passed.items()},
        "auc_swapped": round(sum(areas) / len(areas), 4),
        "auc_spread": round(max(areas) - min(areas), 4),
    }
    lines = [f"{len(rows)} 行：通过 {result['passed']:.1%}；真答复与错配答复的 AUC {result['auc_swapped']:.3f}"]
    lines += [f"  {name}：{share:.1%}" for name, share in result["checks"].items()]
    return result, "\n".join(lines)


def _strangers(rows: int, seed: int) -> list[int]:
    """For each row the number of another one, drawn at random; a single row has only itself."""
    draw = Random(seed)
    return [(number + draw.randrange(1, rows)) % rows if rows > 1 else number for number in range(rows)]


def _placed(number: int, reply: str, promise: dict[str, Any]) -> tuple[int, int, int, str, date | None]:
    """A labelled promise with its place in the reply; one that is not there word for word stands nowhere."""
    start = reply.find(promise["text"])
    due = promise.get("due")
    end = start + len(promise["text"]) if start >= 0 else -1
    return (number, start, end, promise["level"], date.fromisoformat(due) if due else None)


def _touch(gold: Sequence[Any], told: Sequence[Any]) -> bool:
    """They share at least half of the shorter one."""
    shorter: int = min(gold[2] - gold[1], told[2] - told[1])
    return shorter > 0 and _overlap(gold, told) >= _HALF * shorter


def _overlap(a: Sequence[Any], b: Sequence[Any]) -> int:
    shared: int = min(a[2], b[2]) - max(a[1], b[1])
    return max(0, shared)


def _matched(gold: list[Any], told: list[Any], same: Callable[[Any, Any], bool]) -> list[tuple[Any, Any]]:
    """Pair each found one with at most one labelled one; the largest overlap first, equal levels before others."""
    ranked = sorted(
        ((g, t) for g in gold for t in told if same(g, t)), key=lambda p: (p[0][3] != p[1][3], -_overlap(*p))
    )
    pairs: list[tuple[Any, Any]] = []
    used_gold: set[int] = set()
    used_told: set[int] = set()
    for g, t in ranked:
        if id(g) not in used_gold and id(t) not in used_told:
            used_gold.add(id(g))
            used_told.add(id(t))
            pairs.append((g, t))
    return pairs


def _scores(gold: Iterable[Any], told: Iterable[Any], pairs: Iterable[Any], levels: set[str]) -> dict[str, Any]:
    """A pair counts when both sides are of these levels."""
    hits = sum(g[3] in levels and t[3] in levels for g, t in pairs)
    return _figures(hits, sum(g[3] in levels for g in gold), sum(t[3] in levels for t in told))


def _figures(hits: int, gold: int, told: int) -> dict[str, Any]:
    return {
        "precision": _share(hits, told), "recall": _share(hits, gold), "f1": _share(2 * hits, gold + told),
        "labelled": gold, "found": told,
    }  # fmt: skip


def _auc(true: Sequence[float], false: Sequence[float]) -> float:
    """The share of (true, swapped) pairs in which the true one scores higher; ties count half."""
    import numpy as np

    higher = np.searchsorted(np.sort(np.array(false)), np.array(true), side="left").sum()
    ties = np.searchsorted(np.sort(np.array(false)), np.array(true), side="right").sum() - higher
    return round(float(higher + ties / 2) / (len(true) * len(false)), 4)


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def _line(figures: dict[str, Any]) -> str:
    shown = f"精确率 {figures['precision']:.3f}，召回率 {figures['recall']:.3f}，F1 {figures['f1']:.3f}"
    return f"{shown}（标注 {figures['labelled']}，找到 {figures['found']}）"


_TASKS: dict[str, Callable[[House, list[dict[str, Any]]], tuple[dict[str, Any], str]]] = {
    "promises": _promises,
    "redact": redaction_figures,
    "knowledge": knowledge_figures,
    "repeats": repeat_figures,
    "review": _review,
}
_JUDGED: dict[str, type[Word]] = {"procedure": Procedure, "kind": Kind, "urgency": Urgency}
_NEEDED = {
    "procedure": "每行应有 text 和 procedure。",
    "kind": "每行应有 text 和 kind。",
    "urgency": "每行应有 text 和 urgency。",
    "domain": "每行应有 text 和 label。",
    "promises": "每行应有 reply、reply_time 和 promises（text、level、due）。",
    "redact": "每行应有 text 和 spans（start、end、kind），可有 author、part 和 may（隐去也不算错的位置）。",
    "review": "每行应有 text 和 reply。",
    "repeats": "每行应有 same、one 和 other（标题和正文）。",
    "knowledge": "每行应有 text 和 reply。",
}
