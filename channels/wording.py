"""What a text itself says about its sender: phone, name, consent. And the cleaning that every text goes through."""

import re
import unicodedata

# NUL and lone surrogates cannot be stored by PostgreSQL or written as UTF-8; other control characters say nothing.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BLANK_LINES = re.compile(r"\n{3,}")

_MOBILE = r"(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}"
_LANDLINE = r"(?:\(0\d{2,3}\)[- ]?|0\d{2,3}[- ]?)[2-9]\d{6,7}(?:[-转]\d{1,5})?"
_PHONE = re.compile(rf"(?<![\d.])(?:{_MOBILE}|{_LANDLINE})(?![\d.]*\d)")
_PHONE_LABEL = re.compile(
    r"(?:联系(?:电话|方式|手机|号码)?|本人电话|我的(?:电话|手机|号码)|手机号?码?|电话号?码?|致电|回电|Tel|TEL|Mobile)"
    r"(?:是|为|[：:])?\s*$"
)
_NAME_LABEL = re.compile(
    r"(?<!被)(?:联系人|姓\s*名|署名|投诉人|反映人|举报人|来信人|写信人|市民|村民|居民|业主)\s*[：:]\s*"
    r"([\u4e00-\u9fff·]{2,5})(?![\u4e00-\u9fff])"
)
_CLOSING_LINES = 6

_SELF = r"(?:本人|我们|我)(?:完全|也|均|都)?"
_PUBLISH = (
    r"(?:同意|可以|愿意)(?:(?:将|把)?(?:本信|此信|来信|本件|留言|信件|邮件)?(?:内容)?)?"
    r"(?:予以|对外|向社会|在网上|全文|匿名)*公开"
)
_END = r"(?:发布|发表|答复|回复|本信|此信|来信|留言|信件|邮件|内容)*\s*(?=$|[。．.！!；;，,）)】\]、])"
_CONSENT = re.compile(
    rf"{_SELF}{_PUBLISH}{_END}|(?:^|[（(【\[])[ \u3000]{{0,8}}{_PUBLISH}{_END}"
    r"|是否同意公开\s*[：:]?\s*(?:是|同意)(?=$|[\s。，；）)])",
    re.MULTILINE,
)
_REFUSAL = re.compile(r"(?:不|未|没有?|勿|别|拒绝|反对)[^。！？\n，,；;]{0,6}公开|是否同意公开\s*[：:]?\s*(?:否|不)")
_SECRET = re.compile(
    r"(?:请|要求|希望|恳请|务必|望|烦请|麻烦|注意)[^。！？\n，,；;]{0,12}(?:保密|不要泄[露漏]|勿泄[露漏]|不泄[露漏])"
    r"|(?:不要|请勿|切勿|勿|别)[^。！？\n，,；;]{0,4}泄[露漏][^。！？\n，,；;]{0,6}(?:信息|姓名|身份|电话|号码)"
    r"|(?:个人|本人|我的|来信人|举报人)[^。！？\n，,；;]{0,8}保密"
    r"|是否保密[ \t]{0,8}[：:]?[ \t]{0,8}是|^[ \u3000]{0,8}[（(【\[]?(?:请)?保密[）)】\]]?[。！]?$",
    re.MULTILINE,
)
_NOT_SECRET = re.compile(r"(?:不用|无需|不需要|不必|毋需|不要求)[^。！？\n，,；;]{0,6}保密|是否保密\s*[：:]?\s*否")


def cleaned(text: str) -> str:
    """The text without what cannot be kept; line ends become line feeds, runs of blank lines one."""
    if text.isprintable():  # the common case of a single line
        return text.strip()
    text = (
        text.replace("\r\n", "\n")
        .replace("\r", "\n")
        .replace("\u2028", "\n")
        .replace("\u2029", "\n")
        .replace("\x85", "\n")
    )
    text = _SURROGATE.sub("\ufffd", _CONTROL.sub("", text)).replace("\u00a0", " ")
    return _BLANK_LINES.sub("\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip()


def one_line(text: str | None, most: int = 300) -> str | None:
    """A title, a name: cleaned, on one line, None if nothing is left."""
    if text is None:
        return None
    short = " ".join(cleaned(text).split())
    return (short if len(short) <= most else short[: most - 1] + "…") or None


def phone_in(text: str) -> str | None:
    """The author's number: one that is named as such, else in the closing lines, else the only one there is."""
    plain = _narrow(text)
    found = [(match, _tidy(match.group())) for match in _PHONE.finditer(plain)]
    if not found:
        return None
    for match, number in reversed(found):
        if _PHONE_LABEL.search(plain[max(0, match.start() - 12) : match.start()]):
            return number
    closing = _closing_start(plain)
    in_closing = [number for match, number in found if match.start() >= closing]
    if in_closing:
        return in_closing[-1]
    return found[0][1] if len({number for _, number in found}) == 1 else None


def name_in(text: str) -> str | None:
    """The name that the author signs with, where it is labelled (联系人：…)."""
    found = _NAME_LABEL.findall(text)
    return found[-1] if found else None


def may_publish(text: str) -> bool:
    """Only a clear «我同意公开»; unstated, doubtful and contradictory all mean no."""
    return bool(_CONSENT.search(text)) and not _REFUSAL.search(text) and not is_confidential(text)


def is_confidential(text: str) -> bool:
    return bool(_SECRET.search(_NOT_SECRET.sub("", text)))


def _narrow(text: str) -> str:
    """Full-width digits and signs as ASCII, character for character."""
    wide = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFF01, 0xFF5F)}
    return text.translate(wide | {0x2010: "-", 0x2013: "-", 0x2014: "-", 0x3000: " "})


def _tidy(number: str) -> str:
    digits = re.sub(r"[^\d转-]", "", number.replace(")", "-"))
    mobile = re.sub(r"\D", "", digits).removeprefix("86")
    return mobile if re.fullmatch(r"1[3-9]\d{9}", mobile) else re.sub(r"-{2,}", "-", digits)


def _closing_start(text: str) -> int:
    at = len(text.rstrip())
    for _ in range(_CLOSING_LINES):
        at = text.rfind("\n", 0, at)
        if at < 0:
            return max(0, len(text) - 80)  # a text of few lines: its last words are its signature
    return at
