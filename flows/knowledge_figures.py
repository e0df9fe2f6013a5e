"""`evaluate --task knowledge`: how often a message's own reply is among the first, out of all replies of the file.

Replies that are the same word for word are one candidate, as they are one suggestion.
"""

from collections.abc import Sequence
from typing import Any

from flows.house import House

_SAME = 1 - 1e-9  # sums in another order differ in the last digit
RANKS = (1, 5)
SAYS_SOMETHING = 80  # characters; shorter replies mostly say that something came in


def knowledge_figures(_house: House, rows: list[dict[str, Any]]) -> tuple[dict[str, Any], str]:
    """The entries are the replies alone: the message is never part of what is searched.

    Beside it the replies that say something, still among all; and entries as the knowledge base has them, with a
    question (the title) to their answer, looked for by the message's text alone.
    """
    from classifiers.knowledge import recalled, same_answer, signature

    titles = [row.get("title") or "" for row in rows]
    texts = [row["text"] for row in rows]
    numbers: dict[str, int] = {}
    answers = [numbers.setdefault(same_answer(row["reply"]), len(numbers)) for row in rows]
    places = _places([signature("", row["reply"]) for row in rows], answers, titles, texts)
    told = [place for place, row in zip(places, rows, strict=True) if len(row["reply"]) >= SAYS_SOMETHING]
    entries = [signature(title, row["reply"]) for title, row in zip(titles, rows, strict=True)]
    asked = _places(entries, answers, [""] * len(rows), texts)
    found = {"recall": recalled(places, RANKS), "recall_told": recalled(told, RANKS),
             "recall_with_question": recalled(asked, RANKS)}  # fmt: skip
    names = {
        "recall": f"{len(rows)} 行，只凭答复文字，相同答复并为一条（{len(numbers)} 条）",
        "recall_told": f"  其中答复不少于 {SAYS_SOMETHING} 字的 {len(told)} 行",
        "recall_with_question": "  条目带问题（标题）、只用来件正文查",
    }
    lines = [f"{names[name]}：前 1 位 {of[1]:.1%}，前 5 位 {of[5]:.1%}" for name, of in found.items()]
    result: dict[str, Any] = {"task": "knowledge", "rows": len(rows), "answers": len(numbers), "rows_told": len(told)}
    for name, of in found.items():
        result |= {f"{name}_at_{rank}": share for rank, share in of.items()}
    return result, "\n".join(lines)


def _places(
    signatures: Sequence[bytes], answers: Sequence[int], titles: Sequence[str], texts: Sequence[str]
) -> list[int]:
    """The place of each message's own answer, from 0; another that scores the same stands before it.

    `answers`: for each row the number of its answer; an answer scores what the best of its entries does.
    """
    import numpy as np

    from classifiers.knowledge import AnswerIndex

    index = AnswerIndex(dict(enumerate(signatures)))
    places = []
    for row, (title, text) in enumerate(zip(titles, texts, strict=True)):
        best = np.zeros(max(answers) + 1)
        np.maximum.at(best, answers, index.scores(title, text))
        places.append(int((best >= best[answers[row]] * _SAME).sum()) - 1)
    return places
