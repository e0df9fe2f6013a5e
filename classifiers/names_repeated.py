"""Names that prove one another: the next in a list, and the same person named again."""

import re
from collections.abc import Iterator

from classifiers.person_words import family_length, in_dictionary, is_person, is_sort_of_people
from classifiers.surnames import FULL, GIVEN, LONGEST, NOT_NAMES, OFFICIAL_TITLES, RARE, STOP, USUAL_GIVEN

_NEXT = re.compile(
    r"[、和与及](?P<name>[\u4e00-\u9fff]{2,3}?)(?=[、。；（(\s]|，|等|和|与|及|[二三四五六七八九两0-9]{1,2}[人户位名]|两口|$)"
)


def listed_on(source: str, end: int, found: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Behind a name, «、» or «和»: what begins with a family name and ends where the list goes on is the next one."""
    while (item := _NEXT.match(source, end)) and item.span("name") not in found:
        name = item["name"]
        given = name[family_length(name) :]
        if not family_length(name) or not 1 <= len(given) <= 2 or STOP.intersection(given) or is_common(name):  # noqa: PLR2004
            return
        if given.startswith(OFFICIAL_TITLES) or not GIVEN.intersection(given):
            return
        yield item.span("name")
        end = item.end()


def is_common(name: str) -> bool:
    """A word of the language that begins as a family name does; the dictionary also has some known persons."""
    given = name[family_length(name) :]
    return name in NOT_NAMES or is_sort_of_people(name) or (in_dictionary(name) and not GIVEN.issuperset(given))


def _is_own(name: str) -> bool:
    """A name of two characters that is no word, nor likely a part of one."""
    return (
        family_length(name) == 1
        and name[0] not in RARE
        and name[1] in USUAL_GIVEN
        and (is_person(name) or not in_dictionary(name))
    )


def again(source: str, found: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Wherever else the same full name stands; one walk over the text, however many names there are."""
    names = {source[start:end] for start, end in found if end - start <= LONGEST}
    names = {name for name in names if not name.endswith(("先生", "女士"))}
    names = {name for name in names if _is_own(name) or (len(name) >= FULL and not is_common(name))}
    heads = {name[0] for name in names}
    for start in (place for place, char in enumerate(source) if char in heads):
        for length in range(2, LONGEST + 1):
            end = start + length
            if end <= len(source) and source[start:end] in names and not source.startswith(OFFICIAL_TITLES, end):
                yield start, end
