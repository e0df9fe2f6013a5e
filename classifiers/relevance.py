"""The telling words of a text, weighted by how rare they are in the language, and what two texts share of them."""

import re
from itertools import pairwise

from classifiers.rarity import weight
from classifiers.segmentation import words

_READ = 1500  # characters of each text; what matters stands early
_COMMON = 5.0  # weights up to this are grammar and politeness
_CERTAIN = 14.0
_COURTESY = re.compile(
    r"网友|您好|你好|尊敬|留言|来信|来件|收悉|现将|现就|有关情况|相关情况|具体情况|答复如下|回复如下"
    r"|感谢|关心|支持|监督|理解|祝您|特此|(?:20\d\d年)?\d{1,2}月\d{1,2}日"
)
_PAIR = 1.6  # two neighbours of which one is a single character: less sure than a word
_SINGLES = 1.3  # two single characters: an unknown name, or chance


def terms(text: str, *, mixed: bool = True) -> dict[str, float]:
    """Words and neighbouring pairs with their weight. Unknown names fall apart into characters: pairs catch them.

    `mixed` also pairs a single character with the word beside it.
    """
    tokens = [word for word in words(_COURTESY.sub("。", text)) if not word.isspace()]
    tells = {token: weight(token) for token in dict.fromkeys(tokens)}
    found = {token: value for token, value in tells.items() if len(token) > 1 and not token.isdecimal()}
    for left, right in pairwise(tokens):
        one, other = len(left) == 1, len(right) == 1
        if ((one and other) or (mixed and (one or other))) and left.isalnum() and right.isalnum():
            divisor = _SINGLES if one and other else _PAIR
            found[left + right] = min(_CERTAIN, (tells[left] + tells[right]) / divisor)
    return {term: (value - _COMMON) ** 1.5 for term, value in found.items() if value > _COMMON}


def shared_terms(title: str | None, text: str, other: str, most: int = 5) -> list[str]:
    """The words that another text takes up, the most telling first: the reason that a person reads."""
    both = {**terms(text[:_READ]), **terms(title or "")}
    answered = terms(other[: 2 * _READ])
    return sorted((term for term in both if term in answered), key=lambda term: -both[term])[:most]
