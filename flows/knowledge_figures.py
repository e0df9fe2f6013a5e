"""`evaluate --task knowledge`: how often a message's own reply is among the first, out of all replies of the file.

Replies that are the same word for word are one candidate, as they are one suggestion.
"""

from collections.abc import Sequence
from random import Random
from typing import Any

from flows.house import House

_SAME = 1 - 1e-9  # sums in another order differ in the last digit
RANKS = (1, 5)
FOLDS = 5
SAYS_SOMETHING = 80  # characters; shorter replies mostly say that something came in


def knowledge_figures(_house: House, rows: list[dict[str, Any]]) -> tuple[dict[str, Any], str]:
    """The entries are the replies alone: the message is never part of what is searched.

    What the messages and replies of a fifth teach is never used for the messages of that fifth. All messages, the one
    looked for too, are known without their replies, as they lie in an office's record: an entry whose own message were
    missing among them would be told by that. Beside it the replies that say something, still among all; nothing
    learned; and entries as the knowledge base has them, with a question (title) to their answer, looked for by the
    message's text alone.
    """
    from classifiers.knowledge import same_answer, signature

    titles = [row.get("title") or "" for row in rows]
    texts = [row["text"] for row in rows]
    numbers: dict[str, int] = {}
    answers = [numbers.setdefault(same_answer(row["reply"]), len(numbers)) for row in rows]
    alone = [signature("", row["reply"]) for row in rows]
    entries = [signature(title, row["reply"]) for title, row in zip(titles, rows, strict=True)]
    answered = [(title, text, row["reply"]) for title, text, row in zip(titles, texts, rows, strict=True)]
    places = _places(alone, answers, titles, answered)
    told = [place for place, row in zip(places, rows, strict=True) if len(row["reply"]) >= SAYS_SOMETHING]
    untaught = _places(alone, answers, titles, answered, learning=False)
    asked = _places(entries, answers, [""] * len(rows), answered)
    return _said(len(rows), len(numbers), len(told), {
        "recall": places, "recall_told": told, "recall_untaught": untaught, "recall_with_question": asked,
    })  # fmt: skip


def _said(rows: int, answers: int, told: int, places: dict[str, list[int]]) -> tuple[dict[str, Any], str]:
    from classifiers.knowledge import recalled

    names = {
        "recall": f"{rows} 行，只凭答复文字，相同答复并为一条（{answers} 条），由其余四份学习",
        "recall_told": f"  其中答复不少于 {SAYS_SOMETHING} 字的 {told} 行",
        "recall_untaught": "  不学习",
        "recall_with_question": "  条目带问题（标题）、只用来件正文查",
    }
    found = {name: recalled(of, RANKS) for name, of in places.items()}
    lines = [f"{names[name]}：前 1 位 {of[1]:.1%}，前 5 位 {of[5]:.1%}" for name, of in found.items()]
    result: dict[str, Any] = {"task": "knowledge", "rows": rows, "answers": answers, "rows_told": told}
    for name, of in found.items():
        result |= {f"{name}_at_{rank}": share for rank, share in of.items()}
    return result, "\n".join(lines)


def _places(
    signatures: Sequence[bytes], answers: Sequence[int], titles: Sequence[str],
    answered: Sequence[tuple[str, str, str]], *, learning: bool = True,
) -> list[int]:  # fmt: skip
    """The place of each message's own answer, from 0; another that scores the same stands before it.

    `answers`: for each row the number of its answer; an answer scores what the best of its entries does.
    `titles`: what is asked beside each row's text. `answered`: title, text and reply of each row; of the others'
    fifths and of their entries it is learned.
    """
    import numpy as np

    from classifiers.knowledge import AnswerIndex, lessons

    fifth = Random(0).choices(range(FOLDS), k=len(answered))
    places = [0] * len(answered)
    heard = [(title, text) for title, text, _ in answered]
    for fold in range(FOLDS):
        others = [row for row, its in enumerate(fifth) if its != fold]
        pairs = [signatures[row] for row in others], [answered[row] for row in others]
        learned = lessons(*pairs, heard) if learning else None
        index = AnswerIndex(dict(enumerate(signatures)), learned)
        for row in (row for row, its in enumerate(fifth) if its == fold):
            best = np.zeros(max(answers) + 1)
            np.maximum.at(best, answers, index.scores(titles[row], answered[row][1]))
            places[row] = int((best >= best[answers[row]] * _SAME).sum()) - 1
    return places
