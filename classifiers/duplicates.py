"""The same matter told twice: MinHash signatures, bands for the database to look candidates up by, and evidence.

Words go in, bytes and integers come out; which orders share a band is the record's business.
"""

import struct
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from classifiers.relevance import shared_terms

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SIZE = 64  # hash functions: the estimate of similarity is good to about 0.06
ROWS = 4  # per band: texts of similarity 0.5 share one of the 16 bands in two cases of three, of 0.7 nearly always
_BYTES = 4 * SIZE
_EMPTY = b"\xff" * _BYTES
_SEED = 20_160_913  # changing it makes every stored signature worthless
ALIKE = 0.35
_CLOSE_DAYS = 30
_MOST_KNOWN, _LONGEST_KNOWN = 100_000, 16  # words whose checksum is remembered


@cache
def _functions() -> tuple["NDArray[np.uint32]", "NDArray[np.uint32]"]:
    """Odd multipliers and offsets of multiply-shift hashing, the same for ever."""
    import numpy as np

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


def signature(words: Sequence[str]) -> bytes:
    """64 minima of 32 bits each, little-endian; all ones for a text without a telling word."""
    return signatures([words])[0]


def signatures(texts: Sequence[Collection[str]]) -> list[bytes]:
    """Sign the words of each text; those of all texts are looked up in one go."""
    import numpy as np

    sums = np.fromiter(map(_sums.__getitem__, chain.from_iterable(texts)), dtype=np.int64)
    ends = np.cumsum([len(words) for words in texts], dtype=np.int64).tolist()
    return [_minima(sums[start:end]) for start, end in pairwise([0, *ends])]


def _minima(sums: "NDArray[np.int64]") -> bytes:
    """Hash each telling word in 64 ways and keep the smallest of each; a text at a time stays in the cache."""
    import numpy as np

    telling = sums[sums >= 0].astype(np.uint32)[:, None]
    if not len(telling):
        return _EMPTY
    multipliers, offsets = _functions()
    mixed = telling * multipliers + offsets
    mixed ^= mixed >> np.uint32(15)
    mixed *= np.uint32(0x2C1B3C6D)
    return bytes(mixed.min(axis=0).astype("<u4", copy=False).tobytes())


class _Sums(dict[str, int]):
    """The checksum of each word met so far; -1 for one that tells nothing."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _MOST_KNOWN:
            self.clear()
        telling = len(word) > 1 and word not in _stops() and not word.isspace()
        found = zlib.crc32(word.encode()) if telling else -1
        if len(word) <= _LONGEST_KNOWN:
            self[word] = found
        return found


_sums = _Sums()


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
    import numpy as np

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
