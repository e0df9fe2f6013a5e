"""Private persons' names, by what stands around them and by how they read; officials with their titles stay."""

import re
from collections.abc import Iterator

from classifiers import name_contexts as around
from classifiers.name_doubts import doubt
from classifiers.name_places import is_place
from classifiers.names_learned import SURE, chosen, scored
from classifiers.names_repeated import again, is_common, listed_on
from classifiers.numerals import plain
from classifiers.person_words import (
    People,
    family_length,
    in_dictionary,
    is_person,
    is_sort_of_people,
    is_wordlike,
    people,
)
from classifiers.segmentation import words
from classifiers.surnames import (
    FULL,
    GIVEN,
    NOT_NAMES,
    OFFICIAL_TITLES,
    PLACES_BEHIND,
    RARE,
    STOP,
    USUAL_GIVEN,
    WORDLIKE,
)

_CJK = re.compile(r"[\u4e00-\u9fff]{2,4}")
# Log-odds from which a name is hidden in a citizen's text and in an official's (who seldom names anybody), from which
# it holds up a publication, what a rule adds, below which no word holds by its form alone, and below which no rule.
_LEAST, _OFFICIAL, _HOLDS, _RULED, _UNLIKELY, _HARDLY = -1.7, -1.2, 2.0, 4.0, -3.0, -6.0
_ONE = re.compile(r"[\u4e00-\u9fff]")
_LINKING = frozenset("向和与找给由对被请问是叫从跟及让为于时同把帮")
_AHEAD = frozenset("位名叫户主人友民员工长师傅敬爱")
_AND = frozenset("、和与及,， /／")
_HELLO = re.compile("[！!，,：: ]{0,2}[您你]好")
_CERTAIN = ("：", ":", "名", "叫")


def name_spans(text: str, *, official: bool = False, sure: bool = False) -> Iterator[tuple[int, int, str]]:
    """(start, end, kind). In an official's text the office's own people stay: who signs, answers or bears a title.

    `sure`: what holds up a publication must be more than likely.
    """
    source = plain(text)
    known = people(source)
    found = {*_honored(source), *around.foreign_names(source), *_led(source, known, official=official)}
    found.update(_followed(source, known, official=official))
    if not official:
        for hit in around.LISTED.finditer(source):
            found.update(_bare(source, hit.end()))
        for hit in (*around.DEALT_WITH.finditer(source), *around.ACTS.finditer(source)):
            found.update(_named(source, hit.end(), known, sure=False))
    scores = {(start, end): score for score, start, end in scored(source)}
    found = {span for span in found if scores.get(span, 0) > _HARDLY}
    apart = (span for span in known.bare if scores.get(span, 0) > _UNLIKELY and _reads_whole(source, *span))
    found.update(span for span in apart if _private(source, *span, official=official))
    least = _HOLDS if sure else _OFFICIAL if official else _LEAST
    found.update(_learned(source, scores, found, least=least, official=official))
    for _, end in sorted(found):
        found.update([*listed_on(source, end, found)])
    found.update(again(source, found))
    for start, end in sorted(found):
        yield start, end, "name"


def _learned(
    source: str, scores: dict[tuple[int, int], float], found: set[tuple[int, int]], *, least: float, official: bool
) -> Iterator[tuple[int, int]]:
    """What reads as a person by all that speaks for it together, no single word being proof; a rule's find is more."""
    others = {edge for span in found for edge in span}
    others |= {edge for _, *span in chosen([(score, *span) for span, score in scores.items()], SURE) for edge in span}
    each = (
        (score + _RULED * (span in found) - doubt(source, *span, others), *span)
        for span, score in scores.items()
        if score > least - _RULED
        and not is_place(source, *span)
        and not source.startswith(OFFICIAL_TITLES, span[0] + family_length(source[span[0] : span[0] + 2]))
        and _private(source, *span, official=official)
    )
    for _, start, end in chosen(each, least):
        yield start, end


def _led(source: str, known: People, *, official: bool) -> Iterator[tuple[int, int]]:
    """Names behind a form's label, a role or a greeting."""
    for hit in (around.CITIZEN_SAID if official else around.SAID).finditer(source):
        certain = hit[0].rstrip('（(“" ,，').endswith(_CERTAIN) or not _is_word(source, hit.end())
        yield from _named(source, hit.end(), known, sure=certain)
    for hit in around.ROLE.finditer(source):
        if not official or not around.OFFICIAL_BEFORE.search(source, max(0, hit.start() - 24), hit.end()):
            yield from _named(source, hit.end(), known, sure=hit["join"].startswith(_CERTAIN))
    for hit in around.SPREAD.finditer(source):
        if family_length(hit["name"]):
            yield hit.span("name")
    for hit in around.SPOKEN_TO.finditer(source):
        if source[hit.start("name")] not in RARE and _whole(source, *hit.span("name"), sure=True):
            yield hit.span("name")


def _followed(source: str, known: People, *, official: bool) -> Iterator[tuple[int, int]]:
    """Names with «，男», an identity number or a telephone behind them, and those that stand under a letter."""
    for hit in around.NAMED_BEHIND.finditer(source):
        for length in (3, 4, 2):
            start = hit.start() - length
            if official and source.startswith("同志", hit.start()):
                break
            sure = length >= FULL or known.tagged.get(start) == hit.start() or _begins(source, start)
            if start >= 0 and source[start] not in RARE and _whole(source, start, hit.start(), sure=sure):
                if _private(source, start, hit.start(), official=official):
                    yield start, hit.start()
                break
    if official:
        return
    for hit in around.SIGNED.finditer(source):
        at = hit.start("names")
        for name in re.finditer(r"[\u4e00-\u9fff]{2,4}", hit["names"]):
            span = at + name.start(), at + name.end()
            if _whole(source, *span, sure=len(name[0]) >= FULL and source[span[0]] not in RARE):
                yield span


def _private(source: str, start: int, end: int, *, official: bool) -> bool:
    """Not a place, and nobody who is named with an office."""
    if source.startswith(PLACES_BEHIND, end) or source.startswith(OFFICIAL_TITLES, end):
        return False
    before = source[max(0, start - 24) : start]
    if around.OFFICIAL_BEFORE.search(before):
        return False
    return not official or not around.OFFICIAL_SIGNED.search(before)


def _named(source: str, start: int, known: People, *, sure: bool) -> Iterator[tuple[int, int]]:
    """The names at `start`, two to four characters long, «、» between them, if any stand there."""
    while length := _length(source, start, known, sure=sure):
        if not source.startswith(OFFICIAL_TITLES, start + length):
            yield start, start + length
        start += length
        if source[start : start + 1] not in _AND:
            return
        start, sure = start + 1, False


def _length(source: str, start: int, known: People, *, sure: bool) -> int:
    word = _CJK.match(source, start)
    name = word[0] if word else ""
    family = family_length(name)
    if not family or (name[0] in RARE and not sure and known.tagged.get(start, 0) - start < FULL):
        return 0
    tagged = known.tagged.get(start, 0)
    if tagged - start >= FULL and _reads_whole(source, start, tagged):
        return tagged - start
    if name[0] in RARE and _is_word(source, start + family):
        return 0
    longest = family + len(_given(name[family : family + 2]))
    for length in range(longest, family, -1):
        end = start + length
        if is_place(source, start, end) and not (sure and _closes(source, end)):
            return 0
        guessed = end == tagged and not in_dictionary(name[:length])
        reads = sure or guessed or _looks_given(source, start + family, end)
        if reads and _fits(source, start, end, sure=sure or guessed or length >= FULL):
            return length
    return _by_words(source, start) if name[0] not in WORDLIKE and name[0] not in RARE else 0


def _by_words(source: str, start: int) -> int:
    """Behind a role a family name that is no word of every day proves enough: what stands apart with it is the name."""
    first, second, third = [*words(source[start : start + 5]), "", ""][:3]
    if len(first) > 1:
        known = len(first) <= FULL and is_person(first) and first not in NOT_NAMES
        length = len(first) if known and not (STOP.intersection(first[1:]) or is_wordlike(first[1:])) else 0
    elif second in STOP or len(second) != 1 or not _CJK.match(first + second):
        length = 0
    else:
        length = 3 if second in GIVEN and third in GIVEN else 2
    return 0 if is_place(source, start, start + length) else length


def _given(rest: str) -> str:
    """At most two characters, fewer where the sentence goes on («王芳住…»)."""
    return "" if rest[:1] in STOP else rest[:1] if rest[1:2] in STOP else rest


def _looks_given(source: str, start: int, end: int) -> bool:
    """Characters that people are named with, and behind them the sentence goes on with a word of its own."""
    if not all(char in GIVEN for char in source[start:end]):
        return False
    if end - start > 1:
        return True
    behind = source[end : end + 1]
    begins = len(words(source[end : end + 4])[0]) > 1 if behind else True
    return begins or behind in STOP or source[start] in USUAL_GIVEN


def _closes(source: str, end: int) -> bool:
    """Nothing follows, or what ends a form's line."""
    return not _ONE.match(source, end)


def _reads_whole(source: str, start: int, end: int) -> bool:
    """A name that the tagger found, with no word of the dictionary across its edges («儿童|权益», «银行卡»)."""
    name = source[start:end]
    if is_place(source, start, end) or is_common(name):
        return False
    after = left = max(0, start - 4)
    for word in words(source[left : end + 4]):
        here, after = after, after + len(word)
        if here < start < after or here < end < after or (here == start and 1 < len(word) < end - start):
            return False
    return True


def _fits(source: str, start: int, end: int, *, sure: bool = False, closed: bool = False) -> bool:
    """No word of the language runs across the name's edges, nor begins it («施工|方», «祖国»).

    `closed`: what follows is known to be no part of it («林|先生», which the dictionary has as a word).
    """
    name = source[start:end]
    if source.startswith(PLACES_BEHIND, end) or name in NOT_NAMES or is_sort_of_people(name):
        return False
    after = left = max(0, start - 4)
    for word in words(source[left : end if closed else end + 4]):
        here, after = after, after + len(word)
        crosses_in = here < start < after and not sure
        crosses_out = start < end < after and here < end
        begins = here == start and len(word) > 1 and not sure
        if crosses_in or crosses_out or begins:
            return False
    return True


def _honored(source: str) -> Iterator[tuple[int, int]]:
    """«张建国先生» hides the name, «张先生» the whole: a family name with its bearer's street is enough."""
    for hit in around.HONORIFIC.finditer(source):
        end = hit.start()
        if length := next(
            (n for n in (3, 2, 4) if _whole(source, end - n, end, sure=n >= FULL or _begins(source, end - n))), 0
        ):
            yield end - length, end
        elif _alone(source[max(0, end - 2) : end]) or _is_greeted(source, end - 1, hit.end()):
            yield end - 1, hit.end()


def _begins(source: str, start: int) -> bool:
    """Nothing stands before it, or what ends a clause or leads to a person."""
    before = source[max(0, start - 1) : max(0, start)]
    return not before or before in STOP or before in _LINKING or not _ONE.match(before)


def _whole(source: str, start: int, end: int, *, sure: bool = False) -> bool:
    name = source[max(0, start) : end]
    given = name[family_length(name) :]
    if start < 0 or not _CJK.fullmatch(name) or not family_length(name) or not 1 <= len(given) <= 2:  # noqa: PLR2004
        return False
    if (len(name) == 2 and name[0] in _LINKING) or is_place(source, start, end):  # noqa: PLR2004 - «向张先生»
        return False
    if given.startswith(OFFICIAL_TITLES) or (in_dictionary(name) and not is_person(name) and len(name) == 2):  # noqa: PLR2004
        return False
    if len(name) > 2 and is_common(name):  # noqa: PLR2004
        return False
    likely = any if sure and len(given) > 1 else all
    return (
        likely(char in GIVEN for char in given)
        and not STOP.intersection(given)
        and _fits(source, start, end, sure=sure, closed=True)
    )


def _alone(before: str) -> bool:
    """A family name by itself stands where a word begins: «找金先生» yes, «奖金先生» no."""
    if not before or family_length(before[-1]) == 0 or before[-1] in RARE:
        return False
    last = before[:-1]
    return not last or last in STOP or last in _LINKING or last in _AHEAD


def _is_greeted(source: str, start: int, end: int) -> bool:
    """«花女士您好» at the head of a letter: a family name that is an everyday word is one there."""
    if start < 0 or not family_length(source[start]) or not _HELLO.match(source, end):
        return False
    return start == 0 or source[start - 1] == "\n"


def _bare(source: str, start: int) -> Iterator[tuple[int, int]]:
    """A full name of three characters among commas, without a word that says so."""
    end = start + 3
    if source[start] not in RARE and _whole(source, start, end) and not source.startswith(OFFICIAL_TITLES, end):
        yield start, end


def _is_word(source: str, start: int) -> bool:
    """«签名支持» goes on with a word of the language."""
    return len(words(source[start : start + 4] + "。")[0]) > 1
