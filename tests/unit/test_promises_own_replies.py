"""What is found in some four hundred replies of our own writing: a floor under the rules, not a goal."""

import re
from datetime import datetime
from pathlib import Path

from classifiers.clauses import sentences
from classifiers.promises import find_promises
from classifiers.times import SHANGHAI
from models.workdays import work_calendar

REPLIES = Path(__file__).parents[1] / "support" / "replies_with_promises.txt"
REPLIED = datetime(2019, 6, 10, 9, 0, tzinfo=SHANGHAI)
MARK = re.compile(r"\^([dsg+])")


def marked(line: str) -> tuple[str, dict[int, str]]:
    """The reply without its marks, and the mark behind each clause by the clause's end."""
    text, marks = "", {}
    for piece in MARK.split(line):
        if piece in {"d", "s", "g", "+"}:
            marks[len(text)] = piece
        else:
            text += piece
    return text, marks


Span = tuple[int, int, str]


def spans(text: str, marks: dict[int, str]) -> list[Span]:
    """The promises that the marks tell of, with what goes on with them."""
    known: list[Span] = []
    for clause in (c for sentence in sentences(text) for c in sentence.clauses):
        mark = marks.get(clause.end)
        if mark == "+":
            start, _, kind = known.pop()
            known.append((start, clause.end, kind))
        elif mark:
            known.append((clause.start, clause.end, mark))
    return known


def touch(one: Span, other: Span) -> bool:
    shared = min(one[1], other[1]) - max(one[0], other[0])
    return 2 * shared >= min(one[1] - one[0], other[1] - other[0])


def shares(kinds: set[str]) -> tuple[float, float]:
    """Of what is found, how much is marked; of what is marked, how much is found."""
    right = told = met = known = 0
    for line in REPLIES.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        text, marks = marked(line)
        found = [(f.start, f.end, f.level[0]) for f in find_promises(text, REPLIED, work_calendar())]
        found = [span for span in found if span[2] in kinds]
        asked = [span for span in spans(text, marks) if span[2] in kinds]
        told, known = told + len(found), known + len(asked)
        right += sum(any(touch(span, other) for other in asked) for span in found)
        met += sum(any(touch(span, other) for other in found) for span in asked)
    return right / told, met / known


def test_most_checkable_promises_are_found_and_few_others_are_taken_for_them() -> None:
    precision, recall = shares({"d", "s"})
    assert precision > 0.88
    assert recall > 0.73


def test_dated_promises_are_found_with_few_mistakes() -> None:
    precision, recall = shares({"d"})
    assert precision > 0.9
    assert recall > 0.74
