"""Keys under which the record finds what may be the same matter: pairs of the most telling words of a message.

Two citizens tell one matter in other words, but the estate and the trouble they both name. Fifteen keys of a message
stand in an indexed table; messages that share one are candidates, whatever the history's length.
"""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import combinations

from classifiers.rarity import weight
from classifiers.segmentation import words

_READ = 150  # characters of the text; what and where stand early
_TITLE = 3  # times that a word of the title counts
_TELLING = 6  # words, so 15 pairs
_COMMON, _RAREST = 5.0, 14.0
_SINGLES = 1.3  # two single characters side by side: an unknown name, or chance
_COUNTED, _RARE = 0.7, 0.75  # exponents: being said often tells less than being rare
_MOST_KNOWN, _LONGEST_KNOWN = 100_000, 16


def matter_keys(title: str | None, text: str) -> tuple[int, ...]:
    """At most 15 signed 64-bit numbers, fit for a database column; none for a text that says nothing."""
    return keys_of_words(words(title or ""), words(text[:_READ]))


def keys_of_words(title: Sequence[str], body: Sequence[str]) -> tuple[int, ...]:
    """The same of a text that is cut into words already; of its body the first words count."""
    said = Counter(list(title) * _TITLE)
    said.update(body[: _within(body)])
    hashes = sorted(_hash(word) for word in telling(said))
    return tuple(dict.fromkeys(_signed(a * 3 + b) for a, b in combinations(hashes, 2)))


def _within(body: Sequence[str]) -> int:
    """How many words stand in the part that is read."""
    left = _READ
    for number, word in enumerate(body):
        left -= len(word)
        if left < 0:
            return number
    return len(body)


def telling(said: dict[str, int]) -> list[str]:
    """The words that tell most, where unknown names are two single characters side by side."""
    scored: list[tuple[float, str]] = []
    before, weight_before, times_before = "", 0.0, 0
    for word, times in said.items():
        value, share = _weights[word]
        if len(word) > 1:
            before = ""
            if share:
                scored.append((_counted[times] * share, word))
        elif value:
            if before and (both := (weight_before + value) / _SINGLES) > _COMMON:
                least = min(times_before, times)
                scored.append((_counted[least] * (min(_RAREST, both) - _COMMON) ** _RARE, before + word))
            before, weight_before, times_before = word, value, times
        else:
            before = ""
    scored.sort(reverse=True)
    return [word for _, word in scored[:_TELLING]]


class _Powers(dict[int, float]):
    """What being said so often counts."""

    def __missing__(self, times: int) -> float:
        found = self[times] = float(times**_COUNTED)
        return found


_counted = _Powers()


class _Weights(dict[str, tuple[float, float]]):
    """The weight of each word met so far, none for signs and numbers, and what it adds to a score when said once."""

    def __missing__(self, word: str) -> tuple[float, float]:
        if len(self) >= _MOST_KNOWN:
            self.clear()
        value = weight(word) if word.isalnum() and not word.isdecimal() else 0.0
        found = (value, (value - _COMMON) ** _RARE if value > _COMMON else 0.0)
        if len(word) <= _LONGEST_KNOWN:
            self[word] = found
        return found


_weights = _Weights()


@lru_cache(maxsize=_MOST_KNOWN)
def _hash(word: str) -> int:
    return int.from_bytes(blake2b(word.encode("utf-8", "replace"), digest_size=8).digest(), "little")


def _signed(number: int) -> int:
    number &= (1 << 64) - 1
    return number - (1 << 64) if number >> 63 else number
