"""A reply cut into sentences and clauses, with its own dates: what the promise reader walks over."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from classifiers.numerals import plain

_SENTENCE = re.compile(r"[^。！!？?；;\n]+[。！!？?；;\n]?")
_CLAUSE = re.compile(r"(?:[^，,：:]|[：:](?=\d))+[，,：:]?")
_ENUMERATION = re.compile(
    r"(?:^|(?<=[\s，：:、。；]))(?:[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,2})[）)、.．](?!\d)|第?[一二三四五六]是|其[一二三])"
)
_QUOTED = re.compile(r"《[^《》]{1,160}》|“[^“”]{6,200}”")
_SIGNED = re.compile(
    r"(20\d{2})[年./-]\s?(\d{1,2})[月./-]\s?(\d{1,2})日?(?=\s*(?:$|[“”\"（(]|您|你|尊敬|亲爱|网友|来信|【))"
)
_OLDEST, _NEWEST = timedelta(days=250), timedelta(days=40)
_EDGES = " \t\u3000\r\n，,。；;！!？?：:、_"


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece between commas: offsets into the reply, its text with quotations blanked, the mark behind it."""

    start: int
    end: int
    bare: str
    mark: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """Clauses up to a full stop; `listed` where it stands behind a list mark such as «一是» or «2、»."""

    clauses: list[Clause]
    listed: bool


def sentences(reply: str) -> Iterator[Sentence]:
    """What the reply says, piece by piece; a list mark begins a new piece."""
    bare = _QUOTED.sub(_blanked, plain(reply))
    for sentence in _SENTENCE.finditer(bare):
        for start, end, listed in _items(bare, sentence.start(), sentence.end()):
            found = (_clause(bare, hit.start(), hit.end()) for hit in _CLAUSE.finditer(bare, start, end))
            if clauses := [clause for clause in found if clause is not None]:
                yield Sentence(clauses, listed)


def _blanked(quote: re.Match[str]) -> str:
    return quote[0][0] + "\u3000" * (len(quote[0]) - 2) + quote[0][-1]


def _items(text: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    here, listed = start, False
    for mark in _ENUMERATION.finditer(text, start, end):
        if mark.start() > here:
            yield here, mark.start(), listed
        here, listed = mark.end(), True
    if here < end:
        yield here, end, listed


def _clause(bare: str, start: int, end: int) -> Clause | None:
    piece = bare[start:end]
    left = start + len(piece) - len(piece.lstrip(_EDGES))
    right = start + len(piece.rstrip(_EDGES))
    return Clause(left, right, bare[left:right], bare[right:end].strip()[:1]) if left < right else None


def signed_dates(reply: str, replied: date) -> list[tuple[int, date]]:
    """Where the reply's signatures stand and what day they name; unbelievable ones are left out."""
    out = []
    for hit in _SIGNED.finditer(plain(reply)):
        try:
            day = date(int(hit[1]), int(hit[2]), int(hit[3]))
        except ValueError:
            continue
        if replied - _OLDEST <= day <= replied + _NEWEST:
            out.append((hit.start(), day))
    return out
