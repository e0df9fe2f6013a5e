"""How much a word tells: rare words much, common ones little, by the frequencies in jieba's own dictionary."""

import math
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from classifiers.word_arrays import WordTable

_COMMON = 8000  # entries kept; every other word counts as rare
_TOTAL = 60_101_967  # the sum of all frequencies in that dictionary
_RAREST = 14.0


@cache
def _table() -> dict[str, float]:
    """Read once, at the first use: a third of a second, and no import of jieba."""
    spec = find_spec("jieba")
    if spec is None or not spec.submodule_search_locations:
        return {}
    with (Path(spec.submodule_search_locations[0]) / "dict.txt").open(encoding="utf-8") as lines:
        entries = (line.split(" ") for line in lines)
        counted = [(int(entry[1]), entry[0]) for entry in entries if len(entry[1]) > 2]  # noqa: PLR2004 - three digits and more
    counted.sort(reverse=True)
    return {word: math.log(_TOTAL / count) for count, word in counted[: 4 * _COMMON]}


@cache
def weights() -> tuple[WordTable, npt.NDArray[np.float64]]:
    """Every word that is kept and its weight; behind them that of all others."""
    return WordTable(_table()), np.array([*map(weight, _table()), _RAREST])


@lru_cache(maxsize=200_000)
def weight(word: str) -> float:
    """About 3 for «的», 14 for a word that the dictionary hardly knows."""
    return min(_RAREST, _table().get(word, _RAREST))
