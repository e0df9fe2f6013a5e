"""Raw bytes to the parser's tree, with the faults that clients commit mended first and the limits kept."""

import re
from email.message import Message
from email.parser import BytesFeedParser
from email.policy import Policy, compat32

from channels.options import Limits

_FIELD = re.compile(rb"([!-9;-~]{1,80})[ \t]*:")
_SPACED_COLON = re.compile(rb"^([!-9;-~]{1,80})[ \t]+:")
_ENVELOPE = re.compile(rb">?From (?![ \t]*:)[^\r\n]*\r?\n")
_BLANK = re.compile(rb"\r?\n\r?\n|\r\r")
_HEADER_BLOCK = 256 * 1024
_KNOWN = {
    b"from", b"to", b"subject", b"date", b"message-id", b"received", b"return-path", b"sender", b"reply-to", b"cc",
    b"delivered-to", b"mime-version", b"in-reply-to", b"x-mailer", b"content-type",
}  # fmt: skip
_ENOUGH_KNOWN = 2


class NoMail(ValueError):
    """不是邮件。"""


class Part(Message):
    """A part that gives its body as it came: the parent class decodes eight-bit bodies by their (lying) label."""

    def body_bytes(self) -> bytes:
        payload = getattr(self, "_payload", None)
        text = payload if isinstance(payload, str) else ""
        try:
            return text.encode("ascii", "surrogateescape")
        except UnicodeEncodeError:
            return text.encode("utf-8", "replace")


def parsed(raw: bytes, limits: Limits) -> Message:
    """The tree of a mail; raises NoMail with the reason in Chinese."""
    data = _mended(raw)
    if len(raw) > limits.size:
        raise NoMail(
            f"邮件共 {len(raw) / 1024 / 1024:.1f} MB，超过上限 {limits.size / 1024 / 1024:g} MB，请人工查看原件。"
        )
    reason = _why_no_mail(data)
    if reason:
        raise NoMail(reason)
    try:
        return _tree(data, limits)
    except RecursionError:
        raise NoMail(f"邮件嵌套超过 {limits.depth} 层，请人工查看原件。") from None


def _tree(data: bytes, limits: Limits) -> Message:
    made = 0

    def make(policy: Policy = compat32) -> Message:
        nonlocal made
        made += 1
        if made > limits.parts + 1:  # the parser makes one to try the factory out
            raise NoMail(f"邮件超过 {limits.parts} 个部分，请人工查看原件。")
        # The open parts stand on the parser's stack; stopping here keeps a deep mail from costing time.
        if len(getattr(parser, "_msgstack", ())) > limits.depth:
            raise NoMail(f"邮件嵌套超过 {limits.depth} 层，请人工查看原件。")
        return Part(policy=policy)

    parser: BytesFeedParser[Message] | None = None
    parser = BytesFeedParser(make, policy=compat32)
    try:
        parser.feed(data)
        return parser.close()
    finally:
        parser = None  # parser and factory hold each other, and with them the whole mail


def _why_no_mail(data: bytes) -> str | None:
    if not data.strip():
        return "文件是空的。"
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "是 Outlook 的 .msg 或其他 Office 文件，不是邮件原文；请在 Outlook 中另存为 .eml 后再收。"
    names = _field_names(data)
    if not names or (len(names & _KNOWN) < _ENOUGH_KNOWN and not names & {b"from", b"received", b"subject"}):
        return "不是邮件：开头没有发件人、主题等邮件头。如是热线表格或留言数据，请用对应的渠道收取。"
    return None


def _field_names(data: bytes) -> set[bytes]:
    """Names of the leading header fields; empty if the first line is none."""
    block = _header_block(data)
    if not _FIELD.match(block):
        return set()
    return {match.group(1).lower() for line in block.splitlines() if (match := _FIELD.match(line))}


def _header_block(data: bytes) -> bytes:
    blank = _BLANK.search(data, 0, _HEADER_BLOCK)
    return data[: blank.start() if blank else _HEADER_BLOCK]


def _mended(raw: bytes) -> bytes:
    """Without byte order mark, leading blank lines and envelope lines; folded headers folded."""
    data = raw
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", "replace").encode("utf-8")
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n\t ")
    while envelope := _ENVELOPE.match(data):
        data = data[envelope.end() :]
    return _refolded(data)


def _refolded(data: bytes) -> bytes:
    """A header line that lost its indent would end the header for the parser: it gets one back."""
    block = _header_block(data)
    lines = block.splitlines(keepends=True)
    fields = [bool(_FIELD.match(line)) for line in lines]
    if not fields or not fields[0]:
        return data
    if all(fields) and not any(_SPACED_COLON.match(line) for line in lines):
        return data
    lines = [_SPACED_COLON.sub(rb"\1:", line) for line in lines]  # the obsolete «Subject  : x»
    last = max(at for at, field in enumerate(fields) if field)
    mended = [line if fields[at] or at > last or line[:1] in b" \t" else b" " + line for at, line in enumerate(lines)]
    return b"".join(mended) + data[len(block) :]
