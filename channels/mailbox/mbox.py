"""mbox files, read as a stream: one mail in memory at a time, however large the file."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from channels.mailbox.message import read_mail
from channels.options import ReadOptions
from models.inbound import Quarantined, SourceItem
from models.vocabulary import Channel

# «From sender weekday month day time [zone] year»: a citizen's sentence that begins with From is no such line.
_SEPARATOR = re.compile(
    rb"From \S+(?: at \S+)?\s+\w{3},?\s+(?:\w{3}\s+\d{1,2}|\d{1,2}\s+\w{3})\s.{0,60}\d{4}", re.IGNORECASE
)
_FIELD = re.compile(rb"[!-9;-~]{1,80}[ \t]*:")
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)
_LINE = 1024 * 1024


def is_mbox(path: Path) -> bool:
    with path.open("rb") as file:
        return bool(_SEPARATOR.match(file.readline(_LINE)))


def read_mbox(path: Path, where: str, options: ReadOptions, stored: datetime) -> Iterator[SourceItem]:
    """Each mail as its own item; where is «file 第N封»."""
    for number, (raw, size) in enumerate(_mails(path, options.limits.kept), start=1):
        place = f"{where} 第{number}封"
        if size > options.limits.kept:
            held = options.limits.kept / 1024 / 1024
            reason = f"邮件共 {size / 1024 / 1024:.1f} MB，这里只存了前 {held:g} MB，全文仍在原处。"
            yield Quarantined(Channel.MAILBOX, raw, place, reason)
        else:
            yield read_mail(_ESCAPED.sub(rb"\1", raw), place, options, stored)


def _mails(path: Path, most: int) -> Iterator[tuple[bytes, int]]:
    """(bytes of a mail without its separator line, at most `most`; its true size)."""
    held, size, blank = bytearray(), 0, True
    with path.open("rb") as file:
        file.readline(_LINE)
        line = file.readline(_LINE)
        while line:
            following = file.readline(_LINE)
            if blank and _SEPARATOR.match(line) and (not following or _FIELD.match(following)):
                yield bytes(held), size
                held, size = bytearray(), 0
            else:
                size += len(line)
                if len(held) < most:
                    held += line[: most - len(held)]
            blank = line in (b"\n", b"\r\n")
            line = following
    yield bytes(held), size
