"""Which entries of the knowledge base answer a message: pairs of characters that both say, the rare ones first.

An entry is kept as its signature, made once when it is written; an index is made of the signatures at run time, so
that how common a pair is comes from the entries themselves. What the office's own record teaches, its messages and
their answers (classifiers.answer_learning), is added where there are enough of them.
"""

import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from classifiers.answer_learning import Keys, Learned, Said, evenly, learn
from classifiers.rarity import weight
from classifiers.segmentation import words
from classifiers.text import JUDGED_CHARACTERS

_RUN = re.compile(r"[A-Za-z0-9]+[市区县]?|[\u3400-\u9fff]+")
_WHOLE = np.uint64(1 << 32)  # marks what is no pair of Chinese characters
_PLACE = _WHOLE + _WHOLE  # and from here on names of places
_PLACED = "市区县"
_RARITY, _SOON, _LENGTH = 1.5, 0.5, 0.8  # chosen on message and reply pairs; the neighbourhood is flat
_TITLE = 2.0  # what a title names counts so much more
_QUESTION = 2  # what an entry's question says counts so much more than its answer
_NEAREST, _AT_ONCE = 5, 64  # an entry counts less, the nearer the nearest five messages are to it
_RARELY_ASKED = 1 / 3  # of the usual nearness: who is near to nothing counts no more than what is so near
_BEST = 10  # shared weight counts against that of the best so many
# Of the two maps, of an entry that names other places, of its length: fitted on half of the pairs, see DECISIONS.
_ABOUT, _WHERE, _ELSEWHERE, _LONG = 1.45, 0.40, 0.34, 0.185
_MOST_WORDS = 6
_WORD_WEIGHT = 8.0  # of a word that is shown as a reason
# How letters are written, whatever they are about.
_LETTERS = frozenset(
    {"咨询", "反映", "投诉", "建议", "关于", "请问", "市民", "居民", "群众", "网友", "来信", "来电",
     "您好", "你好", "非常", "感谢", "谢谢", "希望", "有没有", "才能", "问题", "有关", "相关", "部门",
     "领导", "政府", "单位", "答复", "回复", "解决", "处理", "办理", "请求", "恳请", "麻烦", "想问", "知道"}
)  # fmt: skip
_SHAPE = np.dtype([("key", "<u8"), ("asked", "<u2"), ("said", "<u2")])
Floats = npt.NDArray[np.float64]
Weights = npt.NDArray[np.float32]


def signature(question: str, answer: str) -> bytes:
    """What an entry is found by, and what is learned from: how often its question and its answer say what."""
    asked, said = _counted(question), _counted(answer)
    keys = list(asked | said)
    packed = np.zeros(len(keys), dtype=_SHAPE)
    packed["key"] = keys
    most = np.iinfo(np.uint16).max
    packed["asked"] = [min(most, asked[key]) for key in keys]
    packed["said"] = [min(most, said[key]) for key in keys]
    return packed.tobytes()


def lessons(
    signatures: Iterable[bytes], answered: Iterable[tuple[str, str, str]] = (), messages: Iterable[tuple[str, str]] = ()
) -> Learned | None:
    """What the entries with a question and the answered messages teach; None where they are too few.

    `answered`: title, text and answer of each. `messages`: title and text of what people wrote, answered or not; of
    them and the entries' questions comes what is rare in messages, and which entries are near to everything.
    """
    rows = [np.frombuffer(packed, dtype=_SHAPE) for packed in signatures]
    pairs = [(_part(row, row["asked"]), _part(row, row["said"])) for row in rows]
    heard = [(keys, 1 + np.log(counts)) for keys, counts in evenly([asked for asked, _ in pairs if len(asked[0])])]
    pairs += [(_said(_counted(_whole(title, text))), _said(_counted(answer))) for title, text, answer in answered]
    heard += [_said(_asked(title, text)) for title, text in messages]
    return learn([(asked, said) for asked, said in pairs if len(asked[0]) and len(said[0])], heard, int(_PLACE))


@dataclass(frozen=True, slots=True)
class Match:
    """An entry and how well it fits; to be compared with other entries for the same message only."""

    id: int
    score: float


class AnswerIndex:
    """The signatures of all entries, turned round: for each pair the entries that have it."""

    def __init__(self, signatures: Mapping[int, bytes], learned: Learned | None = None) -> None:
        self._ids = np.array(list(signatures), dtype=np.int64)
        rows = [np.frombuffer(packed, dtype=_SHAPE) for packed in signatures.values()]
        told = np.concatenate(rows) if rows else np.zeros(0, dtype=_SHAPE)
        of = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
        keys = np.ascontiguousarray(told["key"])
        order = np.argsort(keys)
        keys = keys[order]
        starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1]))) if len(keys) else np.zeros(0, np.intp)
        self._keys, self._bounds = keys[starts], np.append(starts, len(keys))
        self._entries = of[order].astype(np.int32)
        said = told["said"].astype(np.float64) + _QUESTION * told["asked"]
        self._said = _saturated(said[order])
        self._lengths = self._made()
        self.learned = learned
        self._taught = None if learned is None else _Taught(learned, rows, self._shared)

    def _made(self) -> Floats:
        """Each pair's weight into its postings; what is left is each entry's length."""
        df = np.diff(self._bounds)
        rarity = np.log(1 + (len(self._ids) - df + 0.5) / (df + 0.5)) ** _RARITY
        self._rarity: Floats = np.where(self._keys >= _PLACE, 2.0, 1.0) * rarity
        self._said *= np.repeat(self._rarity, df)
        squares = np.bincount(self._entries, weights=self._said**2, minlength=len(self._ids))
        lengths: Floats = np.sqrt(np.maximum(squares, 1e-9)) ** _LENGTH
        return lengths

    def __len__(self) -> int:
        return len(self._ids)

    def scores(self, title: str, text: str) -> Floats:
        """For each entry; 0 where nothing is shared."""
        asked = _said(_asked(title, text))
        if self.learned is None or self._taught is None:
            return self._shared(*asked)
        shared = self._shared(*self.learned.weighed(asked))
        placed = asked[0] >= _PLACE
        there = self._shared(asked[0][placed], asked[1][placed]) > 0 if placed.any() else np.True_
        return self._taught.weighed(_said(_counted(_whole(title, text))), shared, there)

    def _shared(self, wanted: Keys, weights: Weights) -> Floats:
        """The share of the message's weight that each entry has, against the entry's own length."""
        places = np.searchsorted(self._keys, wanted)
        known = np.flatnonzero(places < len(self._keys))
        known = known[self._keys[places[known]] == wanted[known]]
        places, weights = places[known], weights[known]
        sizes = self._bounds[places + 1] - self._bounds[places]
        ends = np.cumsum(sizes)
        total = int(ends[-1]) if len(ends) else 0
        chosen = np.arange(total) + np.repeat(self._bounds[places] - (ends - sizes), sizes)
        summed = np.bincount(
            self._entries[chosen], weights=self._said[chosen] * np.repeat(weights, sizes), minlength=len(self._ids)
        )
        whole = float(np.sqrt(np.sum((weights * self._rarity[places]) ** 2))) or 1.0
        found: Floats = summed / self._lengths / whole
        return found

    def best(self, title: str, text: str, most: int) -> list[Match]:
        """The best first; ties by the order in which they were given. What shares nothing is not among them."""
        if not len(self._ids):
            return []
        scores = self.scores(title, text)
        top = np.argsort(-scores, kind="stable")[:most]
        return [Match(int(self._ids[i]), round(float(scores[i]), 4)) for i in top if scores[i] > 0]


class _Taught:
    """The entries in the axes of what was learned, how near they are to messages at large, and how long they are."""

    def __init__(
        self, learned: Learned, rows: Sequence[npt.NDArray[np.void]], shared: Callable[[Keys, Weights], Floats]
    ) -> None:
        self._learned = learned
        said = [_part(row, row["said"]) for row in rows]
        self._about, self._where = learned.about[1].of(said), learned.where[1].of(said)
        self._longer = _LONG * np.log(1 + np.array([row["said"].sum() for row in rows]))
        self._placed = np.array([bool((row["key"] >= _PLACE).any()) for row in rows])
        nearest = np.zeros((_NEAREST, len(rows)))
        for start in range(0, len(learned.heard), _AT_ONCE):
            some = [shared(*learned.weighed(message)) for message in learned.heard[start : start + _AT_ONCE]]
            scores = np.vstack([nearest, *some])
            nearest = np.partition(scores, len(scores) - _NEAREST, axis=0)[-_NEAREST:]
        near = nearest.mean(axis=0)
        self._near = np.maximum(near, max(_RARELY_ASKED * float(np.median(near)), 1e-9) if len(near) else 0)

    def weighed(self, message: Said, shared: Floats, there: npt.NDArray[np.bool_] | np.bool_) -> Floats:
        """0 stays 0; else above 0, the likelier the more. `there`: who names a place that the message names."""
        own = shared / self._near
        own /= max(float(np.sort(own)[-_BEST:].mean()), 1e-9)
        about, where = self._learned.about[0].of([message])[0], self._learned.where[0].of([message])[0]
        own += _ABOUT * (self._about @ about) + _WHERE * (self._where @ where)
        found: Floats = np.exp(own - _ELSEWHERE * (self._placed & ~there) - self._longer) * (shared > 0)
        return found


def shared_words(title: str, text: str, question: str, answer: str) -> list[str]:
    """The words of a message that an entry has too, the most telling first: why it is suggested."""
    entry = f"{question}\n{answer}"
    said = {word for word in words(f"{title}\n{text}") if len(word) > 1 and word.isalnum() and word in entry}
    telling = [word for word in said - _LETTERS if weight(word) >= _WORD_WEIGHT and not word.isdigit()]
    return sorted(telling, key=lambda word: (word not in question, -weight(word), word))[:_MOST_WORDS]


def same_answer(answer: str) -> str:
    """Equal for answers that say the same word for word, however they are spaced: to whoever looks they are one."""
    return "".join(answer.split())


def recalled(found: Sequence[int], ranks: Sequence[int]) -> dict[int, float]:
    """For each rank the share of places (0 is the first) that lie before it."""
    return {rank: round(sum(place < rank for place in found) / max(1, len(found)), 4) for rank in ranks}


def _asked(title: str, text: str) -> dict[int, float]:
    """What a message says once counts 1, often a little more; what its title says more again."""
    asked = {key: 1.0 + float(np.log(count)) for key, count in _counted(text).items()}
    for key in _counted(title):
        asked[key] = asked.get(key, 0.0) + _TITLE
    return asked


def _whole(title: str, text: str) -> str:
    return f"{title}\n{title}\n{text}"


def _said(counts: Mapping[int, float]) -> Said:
    return np.array(list(counts), dtype=np.uint64), np.array(list(counts.values()), dtype=np.float32)


def _part(row: npt.NDArray[np.void], counts: npt.NDArray[np.uint16]) -> Said:
    some = np.flatnonzero(counts)
    return np.ascontiguousarray(row["key"][some]), counts[some].astype(np.float32)


def _counted(text: str) -> Counter[int]:
    """Pairs of Chinese characters; a name of letters and figures (A3区, 12345) is one thing."""
    found: Counter[int] = Counter()
    for run in _RUN.findall(text[:JUDGED_CHARACTERS]):
        if run[0].isascii():
            placed = 2 if run[-1] in _PLACED else 1
            found[(placed << 32) + zlib.crc32(run.lower().encode())] += 1
        else:
            points = list(map(ord, run))
            found.update((one << 16) + other for one, other in pairwise(points))
    return found


def _saturated(counts: Floats) -> Floats:
    said: Floats = counts / (counts + _SOON)
    return said
