"""Personal numbers in any spelling: full-width, spaced, dashed, +86, Chinese numerals, mixed.

Digits are gathered into groups; neighbouring groups with only separators between them are tried together, never
more than a card's length, so the work grows with the text and nothing else.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from classifiers.numerals import digits_of, plain

# A circled digit is a digit in a row of its own kind; in front of other digits it numbers a paragraph.
_CIRCLED = {
    **{start + n: str(n + 1) for start in (0x2460, 0x2776, 0x2780, 0x278A) for n in range(9)},
    0x24EA: "0", 0x24FF: "0", 0x1F10B: "0",
}  # fmt: skip
_ROUND = "".join(map(chr, _CIRCLED))
_GROUP = re.compile(rf"[0-9]+|[〇零○洞一壹幺么弌二贰两三叁四肆五伍六陆七柒拐八捌九玖勾]+|[{_ROUND}]+")
_GAP = re.compile(r"[ \t\u00a0\u2000-\u200b\u20e3\ufe0f\-—–―‐‑~.·•・_/|丨…()（）]{0,3}|[ \t]{0,2}\r?\n[ \t]{0,2}")
_LONGEST = 19
_DATES = ([4, 1, 2], [4, 2, 1], [4, 2, 2], [4, 1, 1])  # 2026-6-12
_MOBILE_LENGTH, _OLD_IDENTITY, _IDENTITY = 11, 15, 18
_MOBILE = re.compile(r"(?:(?:00)?86|0)?(1[3-9][0-9]{9})")
_LANDLINE = re.compile(r"(?:0(?:10|2[0-9])[2-9][0-9]{7}|0[3-9][0-9]{2}[2-9][0-9]{6,7})")
# «139，0099，1234»: marks that stand between any numbers make a mobile only where it is cut as mobiles are.
_CUT_MOBILE = re.compile(
    r"(?<![0-9])1[3-9][0-9](?P<mark>[,，、*+=|#:：;；。&'<>空杠横]{1,2})[0-9]{4}(?P=mark)[0-9]{4}(?![0-9])"
)
_MARKS_OF_LISTS = frozenset(",，、+=:：;；。")
_LETTERED_MOBILE = re.compile(r"(?<![A-Za-z0-9])[1lI][3-9](?=[0-9]*[oOlI])[0-9oOlI]{9}(?![A-Za-z0-9])")
_FEWEST_DIGITS = 7
_ABROAD = re.compile(r"(?:00)?86(?:10|2[0-9]|[3-9][0-9]{2})[2-9][0-9]{6,7}")
_LOCAL = re.compile(r"[2-9][0-9]{6,7}")
_DAY = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_EXTENSION = re.compile(r"(?:转|分机|ext\.?|-|—)\s?[0-9]{1,5}(?![0-9])", re.IGNORECASE)
# Words before a number that say what it is.
PHONE_SAID = re.compile(
    r"(?:(?:电话|手机|座机|固话|致电|拨打|来电|(?<![证件QqＱ扣信账帐卡])号码|联系方式|联系[：:]|传真|热线|tel|phone|mobile)[^0-9]{0,6}"
    r"|[打拨][了过]?)$",
    re.IGNORECASE,
)
_PHONE_BEHIND = re.compile(r"[ ]?(?:这个|那个)?(?:座机|电话|固话|号码)")
_CARD_SAID = re.compile(r"(?:卡号|银行卡|账号|帐号|账户|帐户|储蓄卡|信用卡|工资卡|存折)[^0-9]{0,8}$")
_CLOSING = re.compile(r"[ \t\-—·]{0,2}([Xx*])(?![A-Za-z])")
_IDENTITY_SAID = re.compile(r"身份证(?:号码?|件号?|明)?[^0-9]{0,4}$")
_REFERENCE = re.compile(
    r"(?:单号|(?<!电话)编号|订单|工单|受理号|流水号?|案号|文号|发票|许可证?号?|信用代码|代码|备案号?"
    r"|批号|型号|合同号?|车架号|发动机号|产权证号?|字第|快递|运单|桩号|标号|查询码|凭证号?|金额"
    r"|合计)"
    r"[^0-9a-zA-Z]{0,3}[A-Za-z]{0,6}$"
)
_LETTERS = re.compile(r"[A-Za-z]{1,8}$")
_CALLED = frozenset(
    {"tel", "phone", "mobile", "mob", "qq", "wx", "vx", "wechat", "weixin", "t", "m", "no", "v", "call"}
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_UNITS_BEHIND = tuple("元万亿亩米吨度户人年%％㎡十百千")


@dataclass(frozen=True, slots=True)
class _Group:
    start: int
    end: int
    digits: str
    spoken: bool  # written in Chinese numerals


def number_spans(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, kind) of identity cards, bank cards, mobiles and landlines, left to right."""
    source = plain(text)
    groups = [
        _Group(hit.start(), hit.end(), digits_of(hit[0]).translate(_CIRCLED), not hit[0].isascii())
        for hit in _GROUP.finditer(source)
    ]
    yield from _disguised(source)
    index = 0
    while index < len(groups):
        found = _longest(source, groups, index)
        if found is None:
            yield from _inside(groups[index])
            index += 1
            continue
        last, start, end, kind = found
        yield start, end, kind
        index = last + 1


def _disguised(source: str) -> Iterator[tuple[int, int, str]]:
    """Mobiles with other marks between their parts, and with letters that look like digits."""
    for hit in _CUT_MOBILE.finditer(digits_of(source)):
        said = PHONE_SAID.search(source, max(0, hit.start() - 24), hit.start())
        if said or not _MARKS_OF_LISTS.intersection(hit["mark"]):
            yield hit.start(), hit.end(), "mobile"
    for hit in _LETTERED_MOBILE.finditer(source):
        if sum(char.isdecimal() for char in hit[0]) >= _FEWEST_DIGITS:
            yield hit.start(), hit.end(), "mobile"


def _longest(source: str, groups: list[_Group], first: int) -> tuple[int, int, int, str] | None:
    """The longest run of groups from `first` that makes a personal number."""
    best = None
    digits, sizes = "", []
    for last in range(first, min(first + _LONGEST, len(groups))):
        group = groups[last]
        if last > first and not _GAP.fullmatch(source, groups[last - 1].end, group.start):
            break
        digits += group.digits
        sizes.append(len(group.digits))
        if len(digits) > _LONGEST:
            break
        if found := _kind(source, groups[first].start, group.end, digits, sizes):
            best = (last, *found)
    return best


def _kind(source: str, start: int, end: int, digits: str, sizes: list[int]) -> tuple[int, int, str] | None:
    before = source[max(0, start - 24) : start]
    closing = _CLOSING.match(source, end)
    said = bool(_IDENTITY_SAID.search(before))
    length = _identity(digits, closing[1] if closing else "", said=said)
    if length and (said or len(digits) > _OLD_IDENTITY or _free(before, digits)):
        return start, closing.end() if closing and length > len(digits) else end, "id_card"
    if source.startswith(_UNITS_BEHIND, end) or not _free(before, digits):
        return None
    whole = "\n" not in source[start:end] or bool(PHONE_SAID.search(before))
    if _MOBILE.fullmatch(digits) and whole and _grouped_as_phone(digits, sizes, before):
        return start - before.endswith("+"), end, "mobile"
    if is_card(digits, sizes, before):
        return start, end, "bank_card"
    if sizes in _DATES or "\n" in source[start:end]:
        return None
    return _landline(source, start, end, digits, before)


def _identity(digits: str, behind: str, *, said: bool) -> int:
    """Characters of the identity number that `digits` is or begins (an X may close it), 0 if it is none."""
    closed = digits + behind.upper()
    if len(digits) == _IDENTITY - 1 and (is_identity(closed) or (said and behind in {"X", "x", "*"})):
        return _IDENTITY
    return len(digits) if is_identity(digits) or (said and len(digits) in {15, 18}) else 0


def _free(before: str, digits: str) -> bool:
    """Not an order's, document's or licence's number, and not the tail of a code with letters."""
    letters = _LETTERS.search(before)
    if letters and letters[0].lower() not in _CALLED:
        return False
    return not _REFERENCE.search(before) or bool(_CARD_SAID.search(before) and digits)


def _landline(source: str, start: int, end: int, digits: str, before: str) -> tuple[int, int, str] | None:
    opened = before.endswith(("(", "（"))
    if _LANDLINE.fullmatch(digits) or (before.endswith("+") and _ABROAD.fullmatch(digits)):
        tail = _EXTENSION.match(source, end)
        return start - (opened or before.endswith("+")), tail.end() if tail else end, "landline"
    said = PHONE_SAID.search(before) or _PHONE_BEHIND.match(source, end)
    if _LOCAL.fullmatch(digits) and said and not _DAY.fullmatch(digits):
        tail = _EXTENSION.match(source, end)
        return start, tail.end() if tail else end, "landline"
    return None


def _inside(group: _Group) -> Iterator[tuple[int, int, str]]:
    """Numbers that run together with others: an identity number in a longer row, a mobile before «一直»."""
    digits = group.digits
    if len(digits) > 18:  # noqa: PLR2004 - longer than an identity number
        for offset in range(len(digits) - 17):
            if is_identity(digits[offset : offset + 18]):
                yield group.start + offset, group.start + offset + 18, "id_card"
                return
    if len(digits) > _MOBILE_LENGTH:  # «幺三九…一直没人接»: the row of numerals runs into the next word
        for offset in (0, len(digits) - _MOBILE_LENGTH):
            if group.spoken and _MOBILE.fullmatch(digits, offset, offset + _MOBILE_LENGTH):
                yield group.start + offset, group.start + offset + _MOBILE_LENGTH, "mobile"
                return


def is_identity(number: str) -> bool:
    """GB 11643: seventeen digits and the check character by ISO 7064 MOD 11-2, or the old fifteen; a real birthday.

    The region is not looked up: regions are dissolved, and test numbers use one that never was.
    """
    if len(number) == 18:  # noqa: PLR2004
        if not (number[:17].isdecimal() and number[0] != "0" and _birthday(number[6:14])):
            return False
        total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
        return _CHECK[total % 11] == number[17]
    return len(number) == 15 and number.isdecimal() and number[0] in "12345689" and _birthday("19" + number[6:12])  # noqa: PLR2004


def _birthday(digits: str) -> bool:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return 1880 < born.year < 2100  # noqa: PLR2004 - nobody older, nobody unborn


def is_card(digits: str, sizes: list[int], before: str) -> bool:
    """Bank cards have 16 to 19 digits and Luhn's check digit; groups of four or more, or digit by digit."""
    if not 16 <= len(digits) <= _LONGEST:  # noqa: PLR2004
        return False
    if _CARD_SAID.search(before):
        return True
    even = max(sizes) == 1 or all(size >= 4 for size in sizes[:-1])  # noqa: PLR2004
    return even and digits[0] in "345689" and luhn(digits)


def luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(int(digit) for digit in digits[-1::-2])) % 10 == 0


def _grouped_as_phone(digits: str, sizes: list[int], before: str) -> bool:
    """«139 0000 1234», «1390000-1234», digit by digit; not «15 2018 12345» unless a telephone is spoken of."""
    if len(sizes) == 1 or max(sizes) == 1 or PHONE_SAID.search(before):
        return True
    head = len(digits) - 11
    start = sizes[0] if sizes[0] > head or head == 0 else sizes[1]
    return start >= 3 or digits.startswith(("86", "0086"))  # noqa: PLR2004
