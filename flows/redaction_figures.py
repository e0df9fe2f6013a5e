"""How much personal data is found, kind by kind, and how much is hidden that is none; parts of a set apart."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from flows.house import House


@dataclass
class _Tally:
    """Counts over one part of a labelled set."""

    labelled: Counter[str] = field(default_factory=Counter)
    touched: Counter[str] = field(default_factory=Counter)
    hidden: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    characters: int = 0
    wrongly: int = 0

    def add(self, row: dict[str, Any]) -> None:
        from classifiers.redaction import redact

        told = redact(row["text"], "official" if row.get("author") == "official" else "citizen").spans
        known = [(span["start"], span["end"], span["kind"]) for span in row["spans"]]
        covered = {place for span in told for place in range(span.start, span.end)}
        free = {p for start, end, _ in known for p in range(start, end)}
        free |= {p for span in row.get("may", ()) for p in range(span["start"], span["end"])}
        for start, end, kind in known:
            self.labelled[kind] += 1
            self.touched[kind] += any(t.kind == kind and t.start < end and start < t.end for t in told)
            self.hidden[kind] += covered.issuperset(range(start, end))
        for span in told:
            self.found[span.kind] += 1
            self.right[span.kind] += any(place in free for place in range(span.start, span.end))
        self.characters += len(row["text"])
        self.wrongly += len(covered - free)

    def figures(self) -> dict[str, Any]:
        kinds = sorted({*self.labelled, *self.found})
        return {
            "hidden_wrongly": _share(self.wrongly, self.characters),
            "characters": self.characters,
            "all": self._kind(kinds),
            "kinds": {kind: self._kind([kind]) for kind in kinds},
        }

    def _kind(self, kinds: list[str]) -> dict[str, Any]:
        def total(counts: Counter[str]) -> int:
            return sum(counts[kind] for kind in kinds)

        labelled, found = total(self.labelled), total(self.found)
        return {
            "recall": _share(total(self.touched), labelled),
            "hidden_whole": _share(total(self.hidden), labelled),
            "precision": _share(total(self.right), found),
            "labelled": labelled,
            "found": found,
        }


def redaction_figures(_house: House, rows: list[dict[str, Any]]) -> tuple[dict[str, Any], str]:
    """Recall: a span of the same kind touches the labelled one; `hidden_whole`: no character of it still shows.

    `hidden_wrongly` is the share of all characters that are hidden though they belong to no label, nor to a `may`.
    """
    tallies: dict[str, _Tally] = {}
    for row in rows:
        for part in ("", str(row.get("part", ""))) if row.get("part") else ("",):
            tallies.setdefault(part, _Tally()).add(row)
    whole = tallies.pop("").figures()
    parts = {part: tally.figures() for part, tally in sorted(tallies.items())}
    result = {"task": "redact", "rows": len(rows), **whole, "parts": parts}
    lines = [line for name, figures in (("全部", whole), *parts.items()) for line in _lines(name, figures)]
    return result, "\n".join(lines)


def _lines(name: str, figures: dict[str, Any]) -> list[str]:
    head = f"{name}：{_line(figures['all'])}；误隐字符 {figures['hidden_wrongly']:.3%}（共 {figures['characters']} 字）"
    return [head, *(f"  {kind}：{_line(found)}" for kind, found in figures["kinds"].items())]


def _line(kind: dict[str, Any]) -> str:
    shown = f"召回率 {kind['recall']:.3f}，全部隐去 {kind['hidden_whole']:.3f}，精确率 {kind['precision']:.3f}"
    return f"{shown}（标注 {kind['labelled']}，找到 {kind['found']}）"


def _share(part: int, whole: int) -> float:
    return round(part / whole, 5) if whole else 0.0
