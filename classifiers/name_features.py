"""What speaks for and against a person's name at a place: its characters, how its words are cut, what stands around.

A candidate is a family name with one or two characters behind it. Its features are buckets of a hash; each is seen
in a window of a few characters, so the work grows with the text and nothing else.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from zlib import crc32

from classifiers.person_roles import ROLES
from classifiers.person_words import cuts, family_length, in_dictionary
from classifiers.surnames import COMPOUND, FREQUENT_GIVEN, GIVEN, RARE, SURNAMES, USUAL_GIVEN, WORDLIKE

BUCKETS = 1 << 18
_AROUND = 5  # characters on either side
_LONGEST_GIVEN = 2
_FIRST, _LAST = "\u4e00", "\u9fff"
# No given name has these: they bind sentences together.
NEVER = frozenset("的是了我你他她它们这那吗呢吧啊您地")
# Behind a number these count: «19 时», «12位».
_MEASURES, _DIGITS = frozenset("时元万位户单班车路段方米项层束席卷房"), tuple("0123456789一二三四五六七八九十")
# How letters close and ask: «此致 敬礼».
_POLITE = ("敬礼", "敬请", "敬启")
_NEVER_LAST = frozenset("都和也又被把与及但就还要让给说跟时")
AND = frozenset("、和与及跟,， /／　")
_MASKS = frozenset("*[")
CLOSES = frozenset("、，。；：！？,;:!?（(）) \n等和与及　") | {""}
_BEGINS = SURNAMES | {family[0] for family in COMPOUND}
_EDGE = ("", "^")
Word = tuple[str, str]


def candidates(source: str) -> Iterator[tuple[int, int]]:
    """(start, end) of whatever could be a name by its family name, and by where the words of the text are cut."""
    whole = cuts(source)
    for start, char in enumerate(source):
        if char in _MEASURES and source[max(0, start - 2) : start].strip().endswith(_DIGITS):
            continue
        if source.startswith(_POLITE, start):
            continue
        if char not in _BEGINS or start not in whole or not (family := family_length(source[start : start + 2])):
            continue
        for length in range(1, _LONGEST_GIVEN + 1):
            end = start + family + length
            last = source[end - 1 : end]
            if not _FIRST <= last <= _LAST or last in NEVER:
                break
            apart = end in whole and not _beside_mask(source, start, end)
            if apart and last not in _NEVER_LAST and (family > 1 or last != char):
                yield start, end


def _beside_mask(source: str, start: int, end: int) -> bool:
    """«王**», «[手机号]张…»: what stood there was read when the text was whole; a mask tells nothing."""
    return source[end : end + 1] in _MASKS or (start > 0 and source[start - 1] == "]")


def window(source: str, start: int, end: int) -> tuple[str, str, str]:
    """All that the features of a candidate look at: what stands before it, the candidate, what stands behind it."""
    return source[max(0, start - _AROUND) : start], source[start:end], source[end : end + _AROUND]


def buckets(left: str, name: str, right: str) -> list[int]:
    """The features of one candidate, each as a bucket of the weights."""
    return [_bucket(each) for each in _features(left, name, right)]


def list_buckets(source: str, start: int, end: int, begins: AbstractSet[int], ends: AbstractSet[int]) -> list[int]:
    """What persons already known beside it in a list say for a candidate: «石开、柳絮、毛小兵»."""
    name = source[start:end]
    known = ("l" if start - 1 in ends and source[start - 1] in AND else "") + (
        "r" if end + 1 in begins and source[end : end + 1] in AND else ""
    )
    if not known:
        return []
    mark = source[start - 1] if "l" in known else source[end]
    closes = "r" in known or source[end : end + 1] in CLOSES
    each = ("listed", f"listed{known}", f"listed{mark} {len(name)}", f"listed {len(name)} {closes}")
    return [_bucket(one) for one in (*each, f"listed{mark} {closes}")]


def _bucket(feature: str) -> int:
    return crc32(feature.encode("utf-8", "replace")) % BUCKETS


def _features(left: str, name: str, right: str) -> Iterator[str]:
    family = family_length(name)
    given = name[family:]
    tiers = "".join(_tier(char) for char in given)
    cut = _cut(left, name, right)
    form = f"{family}{len(given)}"
    yield "form" + form
    yield "family" + name[:family]
    yield f"family{name[:family]} {cut}"
    yield f"cut{cut} {form}"
    kind = "r" if name[0] in RARE else "w" if name[0] in WORDLIKE else "s"
    yield f"cut{cut} {tiers} {kind}"
    yield f"tiers{tiers} {form}"
    whole, inside = _sort(name), _sort(given)
    yield f"whole{whole} {form}"
    yield f"given{inside} {tiers}"
    yield f"given{inside} {tiers} {kind} {cut}"
    yield f"front{_sort(name[:2])} {tiers} {cut}"
    yield f"front{_sort(name[:2])} {tiers[-1]} {kind}"
    yield f"tiers{tiers} {kind}"
    yield "pair" + name[:2]
    yield "pair" + name[-2:]
    yield "given=" + given
    yield f"first{given[0]} {form}"
    yield f"last{given[-1]} {form}"
    yield from _around(left, right, name, tiers, form, cut)


def _around(left: str, right: str, name: str, tiers: str, form: str, cut: str) -> Iterator[str]:
    (earlier, _), (before, before_tag) = ([_EDGE, _EDGE, *_words(left)])[-2:]
    (after, after_tag), (later, _) = ([*_words(right), _EDGE, _EDGE])[:2]
    role = next((length for length in (5, 4, 3, 2) if left[-length:] in ROLES), 0)
    if role or before in ROLES:
        yield f"role {form}"
        yield f"role {cut}"
        yield f"role {after_tag}"
        yield f"role {tiers}"
        yield f"role {after}"
    yield f"before{before}"
    yield f"before{before} {form} {tiers}"
    yield f"before{before_tag} {form}"
    yield f"before{before_tag} {cut}"
    yield f"before{earlier}|{before}"
    yield f"after{after}"
    yield f"after{after} {form} {tiers}"
    yield f"after{after_tag} {form}"
    yield f"after{after_tag} {cut}"
    yield f"after{after}|{later}"
    yield f"between{before_tag} {after_tag} {form}"
    yield f"between{before}|{after_tag}"
    yield f"between{before_tag}|{after}"
    yield f"l{left[-1:]}"
    yield f"l{left[-2:]}"
    yield f"l{left[-1:]}{name[0]}"
    yield f"l{left[-1:]}{cut}"
    yield f"r{right[:1]}"
    yield f"r{right[:2]}"
    yield f"r{name[-1]}{right[:1]} {form}"
    yield f"r{right[:1]}{cut}"


def _tier(char: str) -> str:
    if char in USUAL_GIVEN:
        return "u"
    return "f" if char in FREQUENT_GIVEN else "g" if char in GIVEN else "-"


def _cut(left: str, name: str, right: str) -> str:
    """Where the words around are cut, gap by gap from the name's beginning to its end: «1011»."""
    from classifiers.segmentation import words

    ends, at = {0}, 0
    for word in words(left + name + right):
        at += len(word)
        ends.add(at)
    return "".join("1" if len(left) + gap in ends else "0" for gap in range(len(name) + 1))


def _words(text: str) -> list[Word]:
    import rjieba

    return [(word, tag) for word, tag in rjieba.tag(text.encode("utf-8", "replace").decode("utf-8"), False)]


def _sort(word: str) -> str:
    return _words(word)[0][1] if in_dictionary(word) else "?"
