"""Which words of a text read as persons' names, by the tagger that also guesses words no dictionary has."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from classifiers.person_roles import ROLES
from classifiers.surnames import (
    COMPOUND,
    FREQUENT_GIVEN,
    FULL,
    GIVEN,
    LONGEST,
    OFFICIAL_TITLES,
    RARE,
    SOFT_STOP,
    SORTS_OF_PEOPLE,
    STOP,
    SURNAMES,
    WORDLIKE,
)

_CHUNK = 4_000  # characters tagged at once: memory stays small on a long text
_CUT_AT = "\n。；，,"
_FAMILIES = frozenset({*COMPOUND, *SURNAMES})
_HARD_STOP = STOP - SOFT_STOP
_ACTING = frozenset({"v", "vn", "vd", "d", "ad", "m", "p", "c", "b", "r", "q", "u", "f", "l", "i"})
_PLACE_MIDDLE = frozenset("镇县乡")
_ADDRESSED = ("先生", "女士", "小姐", "师傅", "老师", "大爷", "大姐", "阿姨")
# A bare word ending so is a place («某家冲», «某华苑») more often than a person.
_PLACE_LIKE = frozenset(
    "镇乡村县市区街路巷桥湖岭冲塘坪湾寨屯庄州省苑园城府庭院阁楼馆局站厂店口谷堂里间处人员站线坝溪港洲垸坡坳家河郡墓嘴垭坞树业章工物费师性"
)

# What trades and sorts of people are called by («钟点工», «高中生», «党员»).
_SORTS = frozenset("员工者生户师匠客徒侨商兵民人")


class _Word(NamedTuple):
    start: int
    end: int
    tag: str


_NOTHING = _Word(0, 0, "")


@dataclass(frozen=True, slots=True)
class People:
    """Words tagged as persons: `tagged` where each begins, `bare` those that no dictionary knows."""

    tagged: dict[int, int]
    bare: tuple[tuple[int, int], ...]


def people(source: str) -> People:
    """Persons by their words alone; what stands around them is for the caller to judge."""
    tagged: dict[int, int] = {}
    bare: list[tuple[int, int]] = []
    last: _Word | None = None
    for word in _tagged(source):
        for start in _begins(source, last, word):
            if not _is_name(source[start : word.end]):
                continue
            tagged[start] = word.end
            joined = last is not None and start == last.start
            if joined and not (last and last.tag.startswith("nr")):
                continue
            if _is_bare(source, start, word.end, joined=joined):
                bare.append((start, word.end))
        last = word
    return People(tagged, (*bare, *_spelled(source)))


def _spelled(source: str) -> Iterator[tuple[int, int]]:
    """A family name by itself, then two characters of given names, one word of the dictionary or two."""
    family, given = _NOTHING, _NOTHING
    for word in _tagged(source, guess=False):
        if word.end - word.start == 1 and given.end - given.start == 1:
            whole = family.start, word.end
        else:
            whole = given.start, word.end
        if whole[1] - whole[0] == FULL and _is_spelled(source[slice(*whole)], alone=whole[0] == given.start):
            yield whole
        family, given = given, word


def _is_spelled(name: str, *, alone: bool) -> bool:
    surname, given = name[:1], name[1:]
    if len(name) != FULL or surname not in SURNAMES or surname in WORDLIKE or surname in RARE:
        return False
    return GIVEN.issuperset(given) and not is_wordlike(given) and not (alone and given.startswith(OFFICIAL_TITLES))


def _begins(source: str, last: _Word | None, word: _Word) -> Iterator[int]:
    """Where a name that ends with this word may begin: with it, or with a family name standing before it."""
    if not word.tag.startswith("nr"):
        return
    yield word.start
    if last is not None and last.end == word.start and source[last.start : last.end] in _FAMILIES:
        yield last.start


def _is_name(name: str) -> bool:
    family = family_length(name)
    if name[family:] in _ADDRESSED:
        return False
    return 1 <= len(name) - family <= 2 and family > 0 and not _HARD_STOP.intersection(name[family:])  # noqa: PLR2004


def _is_bare(source: str, start: int, end: int, *, joined: bool) -> bool:
    name = source[start:end]
    given = name[family_length(name) :]
    if not FULL <= len(name) <= LONGEST or name[0] in RARE or name[0] == name[-1] or is_wordlike(given):
        return False
    return bool(GIVEN.intersection(given)) and (
        joined or not in_dictionary(name) or (name[0] not in WORDLIKE and GIVEN.issuperset(given))
    )


def is_wordlike(given: str) -> bool:
    """What ends as places and things do («某家冲», «桂花树»), or is an ordinary verb or adverb («发生»)."""
    if given.startswith(OFFICIAL_TITLES) or given[-1] in _PLACE_LIKE or given[0] in _PLACE_MIDDLE:
        return True
    return len(given) > 1 and in_dictionary(given) and _sort(given) in _ACTING


def _sort(word: str) -> str:
    import rjieba

    return str(rjieba.tag(word, False)[0][1])


def is_time(word: str) -> bool:
    """«当日», «周五»; not what people are named after («国庆»)."""
    return in_dictionary(word) and _sort(word) == "t" and not FREQUENT_GIVEN.issuperset(word)


def is_person(word: str) -> bool:
    """The dictionary has the word as a person's name."""
    return in_dictionary(word) and _sort(word).startswith("nr")


def is_sort_of_people(word: str) -> bool:
    """A word for many, not for one: a role, a trade («电工»), those of an age or a rank («毕业生», «党员»)."""
    if word in ROLES or word in SORTS_OF_PEOPLE:
        return True
    if word[-1] not in _SORTS or not in_dictionary(word) or is_person(word):
        return False
    return len(word) >= FULL or word[-1] not in FREQUENT_GIVEN


def in_dictionary(word: str) -> bool:
    import rjieba

    return bool(rjieba.has_word(word))


def family_length(name: str) -> int:
    """Characters of the family name that `name` begins with; 0 where it begins with none."""
    return 2 if name.startswith(COMPOUND) else int(name[:1] in SURNAMES)


def cuts(source: str) -> frozenset[int]:
    """Where the words of a text begin and end."""
    import rjieba

    found = {0}
    for at, piece in _pieces(source):
        found.update(at + end for end in accumulate(map(len, rjieba.cut(piece, False))))
    return frozenset(found)


def _tagged(source: str, *, guess: bool = True) -> Iterator[_Word]:
    """Each word with its place; of broken characters nothing but their place is known."""
    import rjieba

    for at, piece in _pieces(source):
        here = at
        for word, tag in rjieba.tag(piece, guess):
            yield _Word(here, here + len(word), tag)
            here += len(word)


def _pieces(source: str) -> Iterator[tuple[int, str]]:
    """The text in pieces that end with a clause where they can, fit for the tagger (no half characters)."""
    clean = source.encode("utf-8", "replace").decode("utf-8")
    at = 0
    while at < len(clean):
        end = min(at + _CHUNK, len(clean))
        cut = max(clean.rfind(mark, at, end) for mark in _CUT_AT) + 1 if end < len(clean) else end
        end = cut if cut > at else end
        yield at, clean[at:end]
        at = end
