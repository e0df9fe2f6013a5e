"""What the words of the language say against a name: by its characters «冷藏车» or «公布|新» might be a person."""

from collections.abc import Set as AbstractSet

from classifiers.name_contexts import HONORIFIC
from classifiers.person_roles import ROLES
from classifiers.person_words import family_length, in_dictionary, is_person, is_sort_of_people, is_time, is_wordlike
from classifiers.surnames import FREQUENT_GIVEN, GIVEN, RARE, WORDLIKE

# Log-odds taken from what is a word for persons itself («申请人»), from two words cut across («施工|前», «和|电话»),
# from a family name with a thing behind it («张|照片»), from any other word («堵塞»), and where less speaks against it.
_NEVER, _CUT, _THING, _WORD, _SLIGHT = 8.0, 4.0, 3.0, 2.5, 1.5
_TOWARDS = frozenset("叫找给跟让替和与被是")
_BETWEEN = frozenset("、和与及,， /／")
_LONGEST_ROLE = 5


def doubt(source: str, start: int, end: int, others: AbstractSet[int]) -> float:
    """Log-odds to take from a candidate; `others`: where likely persons of the same text begin and end."""
    name = source[start:end]
    front, given = name[:2], name[family_length(name) :]
    if is_sort_of_people(name):
        return _NEVER
    if HONORIFIC.fullmatch(given) or is_person(name):
        return _usual_doubt(name)
    if len(given) > 1 and (is_time(given) or is_time(front)):
        return _CUT
    told = FREQUENT_GIVEN.issuperset(given) or _is_told(source, start, end, others)
    if in_dictionary(name):
        return _SLIGHT if told else _WORD
    return max(_usual_doubt(name), _across(name, front, given, told=told)) if len(given) > 1 else _usual_doubt(name)


def _across(name: str, front: str, given: str, *, told: bool) -> float:
    """A given name of two characters that is no usual one, or words that are cut across it."""
    thing = in_dictionary(given) and not is_person(given)
    begun = in_dictionary(front) and not (is_person(front) or in_dictionary(given))
    if not FREQUENT_GIVEN.issuperset(given) and (begun or (thing and name[0] in RARE)):
        return _CUT
    if name[0] in WORDLIKE and is_wordlike(given) and not FREQUENT_GIVEN.issuperset(given):
        return _NEVER
    if told:
        return 0.0
    return _THING if thing else 0.0 if GIVEN.issuperset(given) else _SLIGHT


def _is_told(source: str, start: int, end: int, others: AbstractSet[int]) -> bool:
    """Behind a word for persons, behind one that leads to them, or beside another in a list."""
    if start and source[start - 1] in _TOWARDS:
        return True
    if any(source[max(0, start - length) : start] in ROLES for length in range(2, _LONGEST_ROLE + 1)):
        return True
    left = start - 1 in others and source[start - 1] in _BETWEEN
    return left or (end + 1 in others and source[end : end + 1] in _BETWEEN)


def _usual_doubt(name: str) -> float:
    return _SLIGHT * _is_doubtful(name)


def _is_doubtful(name: str) -> bool:
    """An ordinary word, or what begins or ends like one."""
    front, given = name[:2], name[family_length(name) :]
    if is_wordlike(given) or (in_dictionary(name) and not is_person(name)):
        return True
    return len(given) > 1 and in_dictionary(front) and not is_person(front) and not GIVEN.issuperset(given)
