"""Content-Type and Content-Disposition as clients write them: RFC 2231, raw GBK names, no quotes, no sense."""

import re
import unicodedata
from email.message import Message
from urllib.parse import unquote_to_bytes

from channels.charset import decode
from channels.mailbox.headers import decoded, raw_value
from channels.wording import cleaned

_TYPE = re.compile(r"\s*([\w.+!#$&^-]{1,100})/([\w.+!#$&^-]{1,100})", re.ASCII)
_PARAMETER = re.compile(r""";\s*([^\s=;"']{1,40})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]*))""", re.DOTALL)
# Path separators, what Windows forbids, and the marks that turn «exe.txt» round on the screen.
_UNSAFE = re.compile('[\\\\/:*?"<>|\n\t\u200b-\u200f\u202a-\u202e\u2066-\u2069]')
_LONGEST_NAME = 120
_EXTENSIONS = {
    "text/plain": ".txt", "text/html": ".html", "text/csv": ".csv", "text/calendar": ".ics",
    "message/rfc822": ".eml", "image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif",
    "application/pdf": ".pdf", "application/ms-tnef": ".dat", "application/zip": ".zip",
}  # fmt: skip


def content_type(part: Message, default: str = "text/plain") -> str:
    """The type in lower case; what is missing or senseless is the default."""
    match = _TYPE.match(raw_value(part, "Content-Type"))
    return f"{match.group(1)}/{match.group(2)}".lower() if match else default


def disposition(part: Message) -> str:
    return raw_value(part, "Content-Disposition").partition(";")[0].strip().lower()


def parameter(part: Message, field: str, name: str) -> str | None:
    """A parameter's text: name="x", name*=charset''x, or in pieces name*0, name*1*."""
    pieces: dict[int, tuple[bool, str]] = {}
    for match in _PARAMETER.finditer(raw_value(part, field)):
        key, quoted, bare = match.groups()
        base, _, rest = key.lower().partition("*")
        if base != name:
            continue
        value = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else (bare or "").strip().strip("'\"")
        if not rest and "*" not in key:
            return decoded(value) or None
        digits = rest.rstrip("*")
        pieces[int(digits) if digits.isdigit() and len(digits) < 4 else 0] = (key.endswith("*"), value)  # noqa: PLR2004
    return _joined([pieces[number] for number in sorted(pieces)])


def filename(part: Message) -> str | None:
    """The name that the sender gave, as given."""
    return parameter(part, "Content-Disposition", "filename") or parameter(part, "Content-Type", "name")


def safe_name(name: str | None, number: int, kind: str) -> str:
    """A name that can stand in a list and be saved: no path, no control or direction marks, not too long."""
    text = unicodedata.normalize("NFC", cleaned(name or ""))
    text = _UNSAFE.sub("_", re.split(r"[\\/]", text)[-1]).strip(" .")
    if not text:
        return f"附件{number}{_EXTENSIONS.get(kind, '.bin')}"
    if len(text) <= _LONGEST_NAME:
        return text
    stem, dot, extension = text.rpartition(".")
    tail = f"{dot}{extension}" if stem and len(extension) <= 10 else ""  # noqa: PLR2004 - .numbers, .jpeg
    return text[: _LONGEST_NAME - len(tail) - 1] + "…" + tail


def _joined(pieces: list[tuple[bool, str]]) -> str | None:
    if not pieces:
        return None
    charset: str | None = None
    data = b""
    for index, (encoded, piece) in enumerate(pieces):
        value = piece
        if encoded and index == 0 and value.count("'") >= 2:  # noqa: PLR2004 - charset'language'value
            charset, _, value = value.split("'", 2)
        content = value.encode("utf-8", "surrogateescape")
        data += unquote_to_bytes(content) if encoded else content
    return decode(data, charset) or None
