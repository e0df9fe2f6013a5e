"""Numbers as people write them: full-width digits, Chinese numerals, telephone-style digit words."""

_KEPT = frozenset("，。；：？！（）")  # clause marks keep their Chinese form
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in _KEPT}
_PLAIN = {**_FULL_WIDTH, 0x3000: ord(" ")}
_SPOKEN = ("〇零○洞", "一壹幺么弌", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒拐", "八捌", "九玖勾")
_DIGITS = {word: digit for digit, words in enumerate(_SPOKEN) for word in words}
_READ_ALOUD = {ord(word): str(digit) for word, digit in _DIGITS.items()}
_TEN = 10


def plain(text: str) -> str:
    """The same length: full-width letters and digits as ASCII, so that offsets stay those of `text`."""
    return text.translate(_PLAIN)


def digits_of(text: str) -> str:
    """Each Chinese digit word as an ASCII digit, one for one: «幺三九» → «139»."""
    return text.translate(_READ_ALOUD)


def read_number(word: str) -> int:
    """«15», «十五», «二十», «二〇二六» as a number. Only for what a pattern has matched."""
    if word == "元":  # 元月
        return 1
    if word.isdecimal():
        return int(word)
    if "十" not in word:
        return int("".join(str(_DIGITS.get(char, 0)) for char in word))
    tens, _, ones = word.partition("十")
    return _TEN * (_DIGITS[tens[-1]] if tens and tens[-1] in _DIGITS else 1) + (_DIGITS.get(ones[:1], 0) if ones else 0)
