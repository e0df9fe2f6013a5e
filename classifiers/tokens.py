"""Search tokens: segmented words for a full-text index, which by itself cannot find words of two characters.

SQLite's trigram index misses 电梯, so words are indexed as tokens; a long word also gives its two-character
parts, so that 电梯 finds 电梯间. Long numbers stay out: a phone number is not something to search texts by.
"""

from collections.abc import Iterable

from classifiers.segmentation import words

_LONGEST_NUMBER = 6
_MOST_KNOWN, _LONGEST_KNOWN = 100_000, 16
_COMMON = frozenset("的了是在我你他和与及也都就不有这那个请") | {
    "我们",
    "你们",
    "他们",
    "请问",
    "您好",
    "你好",
    "谢谢",
    "希望",
}


class _Known(dict[str, str]):
    """What each word met so far is found by; a dictionary answers faster than any cache."""

    def __missing__(self, word: str) -> str:
        if len(self) >= _MOST_KNOWN:
            self.clear()
        found = _pieces(word)
        if len(word) <= _LONGEST_KNOWN:
            self[word] = found
        return found


def _pieces(word: str) -> str:
    """Tell what one word is found by: itself and, for longer words, every pair of neighbouring characters."""
    folded = word.strip().lower()
    if not folded.isalnum() or folded in _COMMON:
        return ""
    if folded.isascii():
        return "" if folded.isdigit() and len(folded) > _LONGEST_NUMBER else folded
    pairs = [folded[i : i + 2] for i in range(len(folded) - 1)] if len(folded) > 2 else []  # noqa: PLR2004
    return " ".join((folded, *pairs))


_known = _Known()


def search_tokens(cut: Iterable[str]) -> str:
    """Join what the words of a text are found by; give each distinct word once."""
    return " ".join(filter(None, map(_known.__getitem__, cut)))


def query_tokens(query: str) -> list[str]:
    """Tokens that a search for `query` must all find; each word stands for itself."""
    folded = (word.strip().lower() for word in words(query))
    return [word for word in dict.fromkeys(folded) if word.isalnum() and word not in _COMMON]
