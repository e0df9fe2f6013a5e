"""Does a reply speak of what was asked? Shared words, weighted by how rare they are in the language."""

import math
import re
from itertools import pairwise

from classifiers.rarity import weight
from classifiers.segmentation import words

_READ = 1500  # characters of each text; what a reply answers stands early
_COMMON = 5.0  # weights up to this are grammar and politeness
_CERTAIN = 14.0
_COURTESY = re.compile(
    r"网友|您好|你好|尊敬|留言|来信|来件|收悉|现将|现就|有关情况|相关情况|具体情况|答复如下|回复如下"
    r"|感谢|关心|支持|监督|理解|祝您|特此|(?:20\d\d年)?\d{1,2}月\d{1,2}日"
)
_WORDY = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]+")
_PAIR = 1.6  # two neighbours of which one is a single character: less sure than a word
_SINGLES = 1.3  # two single characters: an unknown name, or chance


def relevance(title: str | None, text: str, reply: str) -> float:
    """0 for nothing in common, about 0.1 for strangers, 0.5 and more where the reply takes up the matter; below 3."""
    asked, body, answered = terms(title or ""), terms(text[:_READ]), terms(reply[: 2 * _READ])
    both = {**body, **asked}
    shared = sum(value for term, value in both.items() if term in answered)
    scale = math.sqrt((1 + sum(both.values())) * (1 + sum(answered.values())))
    return _covered(asked or body, answered) + 2 * shared / scale


def terms(text: str, *, mixed: bool = True) -> dict[str, float]:
    """Words and neighbouring pairs with their weight. Unknown names fall apart into characters: pairs catch them.

    `mixed` also pairs a single character with the word beside it.
    """
    found: dict[str, float] = {}
    tokens = [word for word in words(_COURTESY.sub("。", text)) if not word.isspace()]
    for token in tokens:
        if len(token) > 1 and not token.isdecimal():
            found[token] = weight(token)
    for left, right in pairwise(tokens):
        single = len(left) == len(right) == 1
        if (single or (mixed and min(len(left), len(right)) == 1)) and _WORDY.fullmatch(left + right):
            divisor = _SINGLES if single else _PAIR
            found[left + right] = min(_CERTAIN, (weight(left) + weight(right)) / divisor)
    return {term: (value - _COMMON) ** 1.5 for term, value in found.items() if value > _COMMON}


def shared_terms(title: str | None, text: str, reply: str, most: int = 5) -> list[str]:
    """The words that the reply takes up, the most telling first: the reason that a person reads."""
    both = {**terms(text[:_READ]), **terms(title or "")}
    answered = terms(reply[: 2 * _READ])
    return sorted((term for term in both if term in answered), key=lambda term: -both[term])[:most]


def _covered(asked: dict[str, float], answered: dict[str, float]) -> float:
    whole = sum(asked.values())
    return sum(value for term, value in asked.items() if term in answered) / whole if whole else 0.0
