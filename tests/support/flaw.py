"""A judgement that fails on some words for as long as it is told to."""

from collections.abc import Sequence
from typing import Any

from flows.house import House


class Flaw:
    """Makes the judgement of one text fail as long as it is there, and counts how often it was asked."""

    def __init__(self, house: House, words: str) -> None:
        self.words, self.asked, self.there = words, 0, True
        self._judgement = house.judgement
        house.__dict__["judgement"] = self

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  (whatever the judgement has)
        return getattr(self._judgement, name)

    def findings(self, texts: Sequence[Any], **how: Any) -> Any:  # noqa: ANN401  (the judgement's own)
        if self.there and any(self.words in text.text for text in texts):
            self.asked += len(texts) == 1
            raise ZeroDivisionError("判断不了")
        return self._judgement.findings(texts, **how)
