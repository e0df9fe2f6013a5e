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
CHECKABLE = {"d", "s"}


def marked(line: str) -> tuple[str, dict[int, str]]:
    """The reply without its marks, and the mark behind each clause by the clause's end."""
    text, marks = "", {}
    for piece in MARK.split(line):
        if piece in {"d", "s", "g", "+"}:
            marks[len(text)] = piece
        else:
            text += piece
    return text, marks


def counts(kinds: set[str]) -> tuple[int, int, int]:
    """Clauses that open or continue a promise of these kinds: right, marked, found."""
    right = known = told = 0
    for line in REPLIES.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        text, marks = marked(line)
        found = find_promises(text, REPLIED, work_calendar())
        kind = ""
        for clause in (c for sentence in sentences(text) for c in sentence.clauses):
            mark = marks.get(clause.end, "")
            kind = kind if mark == "+" else mark
            says = next((f.level[0] for f in found if f.start <= clause.start < f.end), "")
            right += kind in kinds and says in kinds
            known += kind in kinds
            told += says in kinds
    return right, known, told


def test_most_checkable_promises_are_found_and_few_others_are_taken_for_them() -> None:
    right, known, told = counts(CHECKABLE)
    assert known > 350
    assert right / told > 0.82
    assert right / known > 0.62


def test_dated_promises_are_found_with_few_mistakes() -> None:
    right, known, told = counts({"d"})
    assert known > 120
    assert right / told > 0.88
    assert right / known > 0.62
