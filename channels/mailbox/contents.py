"""What a mail holds: its text, its attachments, and the decoded parts that its identity is made of."""

import binascii
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message

from channels.charset import decode
from channels.mailbox.headers import lenient_base64, text_value
from channels.mailbox.html_text import html_text
from channels.mailbox.parameters import content_type, disposition, filename, parameter, safe_name
from channels.mailbox.parsing import Part
from channels.mailbox.trimming import take_out_uuencoded, unflowed, uudecoded
from channels.wording import cleaned
from models.inbound import InboundAttachment

_READABLE = {"text/plain", "text/html", "text/enriched", "text/richtext", "text/markdown", "message/external-body"}
_HTML_START = re.compile(r"\s*(?:<!doctype html|<html|<body|<div|<p>)", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_META_WITHIN = 4096


@dataclass(slots=True)
class Contents:
    """`spare` is text to read if there is no other: a named text file, a forwarded mail."""

    texts: list[str] = field(default_factory=list)
    attachments: list[InboundAttachment] = field(default_factory=list)
    spare: list[str] = field(default_factory=list)
    parts: list[tuple[str, str, bytes]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return cleaned("\n\n".join(text for text in self.texts or self.spare[:1] if text.strip()))

    def attach(self, name: str | None, kind: str, content: bytes) -> None:
        self.parts.append((kind, name or "", content))
        number = len(self.attachments) + 1
        self.attachments.append(InboundAttachment(safe_name(name, number, kind), kind, content))

    def take(self, other: "Contents", *, texts: bool) -> None:
        self.texts += other.texts if texts else []
        self.attachments += other.attachments
        self.spare += other.spare
        self.parts += other.parts


def contents_of(message: Message) -> Contents:
    found = Contents()
    _walk(message, found, top=True)
    return found


def _walk(part: Message, found: Contents, *, top: bool = False) -> None:
    kind = content_type(part)
    children = _children(part)
    if not children:
        _leaf(part, kind, found, top=top)
    elif kind == "multipart/alternative":
        _alternative(children, found)
    elif kind.startswith("multipart/"):
        for child in children:
            _walk(child, found)
    else:
        _embedded(children, kind, part, found)


def _children(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def _alternative(children: list[Message], found: Contents) -> None:
    """One text of several: plain if it says anything, else the last (richest) that does. All files are kept."""
    read: list[tuple[str, Contents]] = []
    for child in children:
        one = Contents()
        _walk(child, one)
        read.append((content_type(child), one))
    plain = [one for kind, one in read if kind == "text/plain" and one.text]
    rich = [one for _, one in read if any(text.strip() for text in one.texts)]
    chosen = plain[0] if plain else rich[-1] if rich else None
    for _, one in read:
        found.take(one, texts=one is chosen)


def _embedded(children: list[Message], kind: str, part: Message, found: Contents) -> None:
    """A forwarded mail, or the machine's half of a delivery report: a file, readable if nothing else is."""
    content = b"\n".join(_flattened(child) for child in children)
    title = text_value(children[0], "Subject") if kind == "message/rfc822" else None
    found.attach(filename(part) or (f"{title}.eml" if title else None), kind, content)
    if kind == "message/rfc822":
        inner = contents_of(children[0])
        if inner.text:
            found.spare.append(inner.text)


def _leaf(part: Message, kind: str, found: Contents, *, top: bool) -> None:
    data = _transfer_decoded(part)
    if kind.startswith("multipart/"):
        kind = "text/plain"  # a multipart whose boundary is never found is read as it stands
    name = filename(part)
    named = disposition(part) == "attachment" or (name is not None and not top)
    if kind in _READABLE and not named:
        _read_text(part, kind, data, found)
        return
    if not data and name is None and kind.startswith("text/"):
        return
    found.attach(name, kind, data)
    if kind in _READABLE:
        found.spare.append(_as_text(part, kind, data))


def _read_text(part: Message, kind: str, data: bytes, found: Contents) -> None:
    text, files = take_out_uuencoded(_as_text(part, kind, data))
    found.texts.append(text)
    found.parts.append((kind, "", cleaned(text).encode("utf-8")))
    for name, content in files:
        found.attach(name, "application/octet-stream", content)


def _as_text(part: Message, kind: str, data: bytes) -> str:
    label = (parameter(part, "Content-Type", "charset") or "").partition(" ")[0]
    if kind == "text/html" and not label:
        meta = _META_CHARSET.search(data[:_META_WITHIN])
        label = meta.group(1).decode("ascii", "replace") if meta else ""
    text = decode(data, label or None)
    if kind == "text/html" or (kind == "text/plain" and _HTML_START.match(text[:200])):
        return html_text(text)
    if kind in ("text/enriched", "text/richtext"):
        return html.unescape(re.sub(r"<[^<>]{0,200}>", "", text))
    if (parameter(part, "Content-Type", "format") or "").lower() == "flowed":
        return unflowed(text, delete_space=(parameter(part, "Content-Type", "delsp") or "").lower() == "yes")
    return text


def _transfer_decoded(part: Message) -> bytes:
    """Bytes of a leaf; what its encoding gets wrong is read as far as it goes."""
    data = part.body_bytes() if isinstance(part, Part) else b""
    encoding = re.sub(r"[^a-z0-9]", "", (text_value(part, "Content-Transfer-Encoding") or "").partition(";")[0].lower())
    if encoding.startswith("base64"):
        return lenient_base64(data)
    if encoding.startswith("quotedprintable"):
        return binascii.a2b_qp(data)
    if encoding in ("xuuencode", "uuencode", "xuue", "uue"):
        return _uu_body(data)
    return data


def _uu_body(data: bytes) -> bytes:
    lines = data.decode("latin-1").splitlines()
    begin = next((at for at, line in enumerate(lines) if line.startswith("begin ")), -1)
    return uudecoded([line for line in lines[begin + 1 :] if line.strip() not in ("end", "`", "")]) or data


def _flattened(message: Message) -> bytes:
    """A contained mail as bytes again; what the generator cannot write is put together from its pieces."""
    try:
        return message.as_bytes()
    except (ValueError, LookupError, TypeError, AttributeError):
        head = "".join(f"{name}: {value}\n" for name, value in message.raw_items())
        return head.encode("utf-8", "replace") + b"\n" + b"\n".join(_leaf_bytes(message))


def _leaf_bytes(message: Message) -> Iterator[bytes]:
    for part in message.walk():
        if not part.is_multipart():
            yield _transfer_decoded(part)
