"""Header fields as a citizen's client wrote them: RFC 2047 in all its broken forms, raw eight-bit, no quoting."""

import base64
import binascii
import re
from collections.abc import Iterator
from email.message import Message
from email.utils import getaddresses

from channels.charset import decode
from channels.wording import one_line

_WORD = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?]*)(?:\?=|$)")
_ADDRESS = re.compile(r"[^\s<>\"'(),:;\[\]]{1,200}@[^\s<>\"'(),:;\[\]]{1,200}")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,900})>")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_MOST_HEADER = 64 * 1024  # of one field's value; nobody writes more, and patterns run over it


def raw_values(message: Message, name: str) -> list[str]:
    """All values of a field as the parser kept them: eight-bit bytes as surrogates, folding undone."""
    wanted = name.lower()
    return [_unfolded(str(value)) for key, value in message.raw_items() if key.lower() == wanted]


def raw_value(message: Message, name: str) -> str:
    """The first value that is not blank; an empty string if there is none."""
    return next((value for value in raw_values(message, name) if value), "")


def text_value(message: Message, name: str) -> str | None:
    return one_line(decoded(raw_value(message, name)))


def decoded(value: str) -> str:
    """Encoded words and raw bytes as text. Neighbouring words of one charset are joined before decoding:

    Chinese clients cut a character's two bytes into two words.
    """
    return "".join(decode(data, charset) for data, charset in _runs(value))


def address_of(message: Message, name: str) -> tuple[str | None, str | None]:
    """(display name, address in lower case) of the first usable mailbox in a field."""
    value = raw_value(message, name)
    for display, address in _mailboxes(value):
        found = _ADDRESS.fullmatch(address.strip())
        if found:
            return one_line(decoded(display).strip("'\" "), 80), _clean_address(found.group())
    found = _ADDRESS.search(value)
    if found:
        display = value[: found.start()].strip(" \t<\"'(:")
        return one_line(decoded(display), 80), _clean_address(found.group())
    return one_line(decoded(value), 80), None


def message_ids(message: Message, name: str) -> list[str]:
    """The ids in Message-ID, In-Reply-To or References, without their brackets."""
    value = decoded(raw_value(message, name))
    bare = [value.strip("<> ")] if "@" in value and " " not in value.strip() else []
    return _MESSAGE_ID.findall(value) or bare


def lenient_base64(data: bytes) -> bytes:
    """What can be read of base64 with foreign characters, missing padding or a cut end."""
    letters = _NOT_BASE64.sub(b"", data)
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    try:
        return base64.b64decode(letters + b"=" * (-len(letters) % 4))
    except binascii.Error:
        return b""


def _unfolded(value: str) -> str:
    return re.sub(r"[\r\n]+[ \t]?", " ", value[:_MOST_HEADER]).strip()


def _runs(value: str) -> Iterator[tuple[bytes, str | None]]:
    """(bytes, charset or None for what stands between encoded words)."""
    pending, charset, at = b"", "", 0
    for word in _WORD.finditer(value):
        between = value[at : word.start()]
        if pending and (between.strip() or word.group(1).lower() != charset):
            yield pending, charset
            pending = b""
        if between.strip() or at == 0:
            yield _as_bytes(between), None
        charset, at = word.group(1).lower(), word.end()
        pending += _word_bytes(word.group(2), word.group(3))
    if pending:
        yield pending, charset
    yield _as_bytes(value[at:]), None


def _word_bytes(how: str, payload: str) -> bytes:
    data = _as_bytes(payload)
    if how in "bB":
        return b"".join(lenient_base64(piece) for piece in re.split(rb"(?<==)(?=[^=])", data))
    return binascii.a2b_qp(data.replace(b"_", b" "), header=False)


def _as_bytes(value: str) -> bytes:
    """The bytes that the parser read; text that never was bytes goes as UTF-8."""
    try:
        return value.encode("ascii", "surrogateescape")
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogateescape" if _escaped(value) else "surrogatepass")


def _escaped(value: str) -> bool:
    return all(not 0xD800 <= ord(c) <= 0xDFFF or 0xDC80 <= ord(c) <= 0xDCFF for c in value)  # noqa: PLR2004


def _mailboxes(value: str) -> list[tuple[str, str]]:
    try:
        return getaddresses([value])
    except (ValueError, IndexError, TypeError, AttributeError, RecursionError):
        return []


def _clean_address(address: str) -> str | None:
    return one_line(decoded(address).strip(".").lower(), 320)
