"""Names by learned weights: which of the candidates in a text read as persons, chosen so that none overlap."""

import json
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from classifiers.features import Floats
from classifiers.name_features import BUCKETS, buckets, candidates, list_buckets, window
from models.errors import BadModel

_WEIGHTS, _MODEL = "names.npz", "names.json"
SURE = 0.0  # log-odds from which a name proves its neighbours in a list
_ROUNDS = 3
SHIPPED = Path(__file__).parent / "artifact"


@dataclass(frozen=True, slots=True)
class NameWeights:
    """`weights`: one per bucket of `name_features`; the sum with `bias` is a log-odds."""

    weights: Floats
    bias: float


def scored(source: str) -> list[tuple[float, int, int]]:
    """(log-odds, start, end) of every candidate; a list's persons speak for one another."""
    found = [(_score(*window(source, start, end)), start, end) for start, end in candidates(source)]
    told = found
    for _ in range(_ROUNDS):
        sure = chosen(told, SURE)
        begins, ends = {start for _, start, _ in sure}, {end for _, _, end in sure}
        told = [(score + _listed(source, start, end, begins, ends), start, end) for score, start, end in found]
    return told


@lru_cache(maxsize=1 << 14)
def _score(left: str, name: str, right: str) -> float:
    learned = shipped()
    return float(learned.weights[buckets(left, name, right)].sum()) + learned.bias


def _listed(source: str, start: int, end: int, begins: AbstractSet[int], ends: AbstractSet[int]) -> float:
    beside = list_buckets(source, start, end, begins, ends)
    return float(shipped().weights[beside].sum()) if beside else 0.0


def chosen(found: Iterable[tuple[float, int, int]], least: float) -> list[tuple[float, int, int]]:
    """The candidates above `least`, of overlapping ones the strongest."""
    taken: list[tuple[float, int, int]] = []
    for score, start, end in found:
        if score < least:
            continue
        if taken and start < taken[-1][2]:
            if score <= taken[-1][0]:
                continue
            taken.pop()
        taken.append((score, start, end))
    return taken


def save_names(learned: NameWeights, folder: Path) -> None:
    """Write weights as npz and what they are for as JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = np.flatnonzero(learned.weights).astype(np.int32)
    np.savez_compressed(folder / _WEIGHTS, at=kept, weights=learned.weights[kept].astype(np.float16))
    told = {"format": 1, "buckets": BUCKETS, "bias": learned.bias}
    (folder / _MODEL).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


@lru_cache(maxsize=1)
def shipped() -> NameWeights:
    """The weights that came with the programme."""
    return load_names(SHIPPED)


def load_names(folder: Path) -> NameWeights:
    """Raises BadModel where the weights are missing or not of this programme's features."""
    try:
        told = json.loads((folder / _MODEL).read_text(encoding="utf-8"))
        with np.load(folder / _WEIGHTS) as stored:
            weights = np.zeros(BUCKETS, dtype=np.float32)
            weights[stored["at"]] = stored["weights"]
    except (OSError, ValueError, KeyError, IndexError) as error:
        raise BadModel(f"{folder} 中的人名模型无法读取，请重新安装或重新训练：{error}") from error
    if told.get("buckets") != BUCKETS:
        raise BadModel(f"{folder / _MODEL} 与本程序的特征不符，请重新训练。")
    return NameWeights(weights, float(told["bias"]))
