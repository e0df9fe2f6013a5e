"""Bytes to text where labels lie: GB2312 that is GB18030, GBK under ISO-8859-1, Big5 without a name, HZ in ASCII.

The order: byte order mark; 7-bit escapes; UTF-8 that proves itself; a label that fits; the likelier of the
Chinese encodings by how many of its characters are everyday ones; last, a detector.
"""

import codecs
import re
from functools import cache

_NAMES = {
    "gb18030": "gb2312 gbk gb18030 gb cp936 ms936 windows936 xgbk xgb2312 euccn eucgb2312cn gb231280 gb23121980"
    " csgb2312 chinese isoir58 gb180302000 gb180302005 gb180302022 xgb18030",
    "big5hkscs": "big5 big5hkscs big5tw cp950 ms950 xbig5 xxbig5 csbig5 cnbig5 windows950",
    "hz": "hz hzgb hzgb2312",
    "utf-8": "utf8 utf8mb4 unicode unicode11utf8 utf",
    "utf-7": "unicode11utf7 utf7",
    "cp949": "ksc56011987 ksc5601 euckr uhc cp949 windows949",
    "cp932": "xsjis sjis shiftjis mskanji windows31j cp932",
    "cp1252": "latin1 iso88591 cp1252 windows1252 usascii ascii ansix341968 646",
}
_ALIASES = {alias: codec for codec, names in _NAMES.items() for alias in names.split()}
# Labels that mailers write without looking: eight-bit bytes under them are judged anew.
_DOUBTFUL = {"cp1252", "iso8859-1", "ascii", "unknown", "iso8859-15", "utf-8"}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHINESE = ("gb18030", "big5hkscs")
_HZ = re.compile(rb"~\{(?:[\x21-\x77][\x21-\x7e])+~\}")
_HAN_LIKE = re.compile(rb"(?:[\x81-\xfe]{2}){2}")  # a lone é or ¡ under a Latin label is what the label says
_SAMPLE = 16 * 1024
_SURE = 0.6  # share of everyday characters that a Chinese reading must have to be believed over a label
_WIDE = 0x800  # the first character that takes three bytes in UTF-8; Chinese starts well above it
_TRIAL = 64 * 1024
_FAULTS_APART = 10


def decode(data: bytes, label: str | None = None) -> str:
    """Text of `data`; never raises. Bytes that fit nowhere become U+FFFD."""
    for mark, wide in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(wide, "replace")
    codec = codec_for(label)
    if data.isascii():
        return _seven_bit(data, codec)
    return data.decode(choose(data, codec), "replace")


def choose(data: bytes, codec: str | None = None) -> str:
    """The codec in which eight-bit `data` reads best."""
    text = _strictly(data, "utf-8")
    if text is not None and (codec not in _CHINESE or any(ord(c) >= _WIDE for c in text[:_SAMPLE])):
        return "utf-8"
    if text is None and codec not in _CHINESE and _nearly_utf8(data):
        return "utf-8"
    if codec and codec not in (*_CHINESE, *_DOUBTFUL) and _strictly(data, codec) is not None:
        return codec
    return _likelier(data, codec)


@cache
def codec_for(label: str | None) -> str | None:
    """Python's codec for what a mail calls its charset; None for an unknown or a non-text one."""
    if not label:
        return None
    plain = re.sub(r"[^a-z0-9]", "", label.lower()[:60])
    if plain in _ALIASES:
        return _ALIASES[plain]
    try:
        found = codecs.lookup(label.strip().strip("'\"")[:60])
    except (LookupError, ValueError, UnicodeError):
        return None
    return found.name if found._is_text_encoding else None  # noqa: SLF001 - bytes.decode asks the same


def _seven_bit(data: bytes, codec: str | None) -> str:
    if codec == "hz" or _HZ.search(data):
        text = _strictly(data, "hz")
        if text is not None:
            return text
    if b"\x1b$" in data or b"\x1b(" in data:
        for name in (codec, "iso2022_jp_2", "iso2022_kr"):
            text = _strictly(data, name) if name else None
            if text is not None:
                return text
    if codec and (codec.startswith(("utf-16", "utf-32")) or codec == "utf-7"):
        return data.decode(codec, "replace")
    return data.decode("ascii")


def _likelier(data: bytes, codec: str | None) -> str:
    scores = {name: _everyday(data, name) for name in _CHINESE}
    best = max(_CHINESE, key=lambda name: scores[name])
    if codec in _CHINESE and scores[codec] >= min(_SURE, scores[best]):
        return codec
    if scores[best] >= _SURE and (codec != "cp1252" or _HAN_LIKE.search(data)):
        return best
    if codec == "cp1252" or (codec and _strictly(data, codec) is not None):
        return codec
    return _detected(data[:_TRIAL]) or (codec if codec in _CHINESE else best)


def _nearly_utf8(data: bytes) -> bool:
    """UTF-8 that was cut or scratched: few faults among many wide characters."""
    text = data[:_SAMPLE].decode("utf-8", "replace")
    faults = text.count("\ufffd")
    return sum(ord(c) >= _WIDE for c in text) - faults > _FAULTS_APART * faults


def _everyday(data: bytes, codec: str) -> float:
    """Share of the two-byte characters that are level-one hanzi or punctuation of `codec`; each fault counts against.

    Level one of GB2312 (B0–D7 with a second byte from A1) and of Big5 (A4–C6) holds the characters of daily use.
    """
    low, high, second = (0xB0, 0xD7, 0xA1) if codec == "gb18030" else (0xA4, 0xC6, 0x40)
    sample = data[:_SAMPLE]
    common = total = at = 0
    while at < len(sample) - 1:
        first, following = sample[at], sample[at + 1]
        if first < 0x80:  # noqa: PLR2004 - the end of ASCII
            at += 1
            continue
        total += 1
        common += following >= second and (low <= first <= high or 0xA1 <= first <= 0xA3)  # noqa: PLR2004
        at += 2 if following >= 0x40 else 1  # noqa: PLR2004 - the least second byte of both
    faults = sample.decode(codec, "replace").count("\ufffd")
    return (common - 3 * faults) / total if total else 0.0


def _detected(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    found = from_bytes(data, cp_exclusion=["utf_7"]).best()
    return found.encoding if found else None


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError, ValueError):
        return None
