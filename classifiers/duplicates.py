"""The same matter told twice: MinHash signatures, bands for the database to look candidates up by, and evidence.

Words go in, bytes and integers come out; which orders share a band is the record's business.
"""

import struct
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from classifiers.relevance import shared_terms
from classifiers.word_arrays import WordArrays, WordTable, word_arrays

Sums = npt.NDArray[np.uint32]

SIZE = 64  # hash functions: the estimate of similarity is good to about 0.06
ROWS = 4  # per band: texts of similarity 0.5 share one of the 16 bands in two cases of three, of 0.7 nearly always
_BYTES = 4 * SIZE
_EMPTY = b"\xff" * _BYTES
_SEED = 20_160_913  # changing it makes every stored signature worthless
ALIKE = 0.35
_CLOSE_DAYS = 30
_FACTOR = 0x2C1B3C6D
_SPACES = np.array([0x85, 0xA0, 0x3000], dtype=np.uint32)  # beside those of ASCII


@cache
def _functions() -> tuple[Sums, Sums]:
    """Odd multipliers and offsets of multiply-shift hashing, the same for ever."""
    seeds = [zlib.crc32(struct.pack("<II", _SEED, index)) for index in range(2 * SIZE)]
    table = np.array(seeds, dtype=np.uint32)
    return table[:SIZE] | np.uint32(1), table[SIZE:]


@cache
def _stops() -> frozenset[str]:
    return frozenset(
        [
            "我们",
            "你们",
            "他们",
            "这个",
            "那个",
            "什么",
            "怎么",
            "因为",
            "所以",
            "但是",
            "而且",
            "如果",
            "没有",
            "已经",
            "可以",
            "现在",
            "问题",
            "情况",
            "反映",
            "投诉",
            "举报",
            "咨询",
            "建议",
            "请求",
            "希望",
            "领导",
            "政府",
            "部门",
            "有关",
            "相关",
            "请问",
            "谢谢",
            "尊敬",
            "您好",
            "你好",
            "解决",
            "处理",
            "进行",
            "一个",
            "一直",
            "就是",
            "不是",
            "还是",
            "自己",
            "大家",
            "目前",
            "时候",
            "时间",
            "知道",
            "觉得",
            "以及",
            "为了",
            "对于",
            "关于",
            "由于",
            "是否",
            "能够",
            "应该",
            "需要",
            "市民",
            "居民",
            "业主",
            "群众",
            "书记",
            "市长",
            "县长",
        ]
    )


@cache
def _stop_table() -> WordTable:
    return WordTable(sorted(_stops()))


def signature(words: Sequence[str]) -> bytes:
    """64 minima of 32 bits each, little-endian; all ones for a text without a telling word."""
    return signatures(word_arrays([words]))[0]


def signatures(told: WordArrays) -> list[bytes]:
    """Sign the words of each row: those of two characters or more that are not common to all letters."""
    telling = (
        told.some((told.points > ord(" ")) & ~np.isin(told.points, _SPACES))
        & (told.lengths > 1)
        & (_stop_table().find(told.hashes) < 0)
    )
    sums = (told.hashes[telling] >> 32).astype("<u4")
    bounds = [0, *told.owners[telling].searchsorted(range(1, told.n_rows + 1)).tolist()]
    return [_minima(sums[start:end]) for start, end in pairwise(bounds)]


def _minima(sums: Sums) -> bytes:
    """Hash each telling word in 64 ways and keep the smallest of each; a text at a time stays in the cache."""
    if not len(sums):
        return _EMPTY
    multipliers, offsets = _functions()
    mixed = sums[:, None] * multipliers
    mixed += offsets
    mixed ^= mixed >> 15
    mixed *= _FACTOR
    return bytes(mixed.min(axis=0).tobytes())


def bands(signature: bytes, rows: int = ROWS) -> list[int]:
    """One signed 64-bit integer per band, fit for a database column; none for an empty text."""
    if signature == _EMPTY:
        return []
    step = 4 * rows
    pieces = (signature[at : at + step] for at in range(0, _BYTES - step + 1, step))
    return [_signed(zlib.crc32(piece) << 32 | zlib.adler32(piece) ^ number) for number, piece in enumerate(pieces)]


def _signed(number: int) -> int:
    return number - (1 << 64) if number >> 63 else number


def similarity(a: bytes, b: bytes) -> float:
    """The estimated share of words in common (Jaccard), 0 to 1; 0 where a text says nothing."""
    if _EMPTY in (a, b) or len(a) != _BYTES or len(b) != _BYTES:
        return 0.0
    return float((np.frombuffer(a, dtype="<u4") == np.frombuffer(b, dtype="<u4")).mean())


@dataclass(frozen=True, slots=True)
class Told:
    """One telling of a matter, as the record keeps it."""

    title: str | None
    text: str
    signature: bytes
    places: Collection[str] = ()
    time: datetime | None = None
    sender: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why two messages may be one matter: likelihood 0 to 1, and the reasons that a moderator reads."""

    likelihood: float
    reasons: list[str]


def evidence(one: Told, other: Told) -> Evidence:
    """Text weighs most; the same place, nearness in time and the same sender add, another place takes away."""
    alike = similarity(one.signature, other.signature)
    words = shared_terms(one.title, one.text, f"{other.title or ''}。{other.text}")
    reasons = [f"文字相似度约 {alike:.0%}" + (f"，都提到：{'、'.join(words)}" if words else "")]
    likelihood = min(1.0, alike * 1.6)
    common = sorted({*one.places} & {*other.places})
    if common:
        likelihood += 0.15
        reasons.append(f"同一地点：{'、'.join(common)}")
    elif one.places and other.places:
        likelihood *= 0.5
        reasons.append("地点不同")
    if one.sender and one.sender == other.sender:
        likelihood += 0.1
        reasons.append("同一来件人")
    if one.time and other.time:
        days = abs((one.time - other.time).days)
        reasons.append(f"相隔 {days} 天")
        likelihood += 0.05 if days <= _CLOSE_DAYS else 0.0
    return Evidence(min(1.0, likelihood), reasons)
