"""Where mail stands: a file, a folder, an mbox, a Maildir, an IMAP server."""

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from channels.faults import cause, present, unreadable
from channels.mailbox.mbox import is_mbox, read_mbox
from channels.mailbox.message import read_mail
from channels.options import ReadOptions
from models.inbound import Quarantined, SourceItem
from models.vocabulary import Channel

_IMAP = re.compile(r"imaps?://", re.IGNORECASE)
_MAILDIR = ("cur", "new", "tmp")


def read_mailbox(source: str | Path, options: ReadOptions | None = None) -> Iterator[SourceItem]:
    """Every mail of a source, one item each, in a stable order; nothing at the source is changed.

    Raises SourceMissing, SourceUnreadable or BadSource at once, MailServerAway also while reading.
    """
    chosen = options or ReadOptions()
    chosen = replace(chosen, own_addresses=frozenset(a.strip().lower() for a in chosen.own_addresses))
    if isinstance(source, str) and _IMAP.match(source):
        from channels.mailbox.imap import read_imap

        return read_imap(source, chosen)
    path = present(Path(source))
    return _folder(path, chosen) if path.is_dir() else _one_file(path, chosen)


def _one_file(path: Path, options: ReadOptions) -> Iterator[SourceItem]:
    """The file that the user named: unreadable is an error and not an item."""
    try:
        path.open("rb").close()
    except OSError as error:
        raise unreadable(path, error) from None
    return _file(path, options)


def _folder(root: Path, options: ReadOptions) -> Iterator[SourceItem]:
    try:
        os.scandir(root).close()
    except OSError as error:
        raise unreadable(root, error) from None
    return _walk(root, options)


def _walk(root: Path, options: ReadOptions) -> Iterator[SourceItem]:
    """All files below, links to folders not followed: they may lead in circles."""
    blocked: list[OSError] = []
    for folder, folders, names in os.walk(root, onerror=blocked.append):
        here = Path(folder)
        if all(name in folders for name in _MAILDIR):
            # Mail still being delivered (tmp) is not there yet, and a Maildir's index files are no mail.
            folders.remove("tmp")
            names.clear()
        folders.sort()
        for name in sorted(names):
            yield from _file(here / name, options)
    for error in blocked:
        yield Quarantined(
            Channel.MAILBOX, b"", str(error.filename), f"文件夹无法读取（{cause(error)}），请检查权限后重新读取。"
        )


def _file(path: Path, options: ReadOptions) -> Iterator[SourceItem]:
    where = _shown(path)
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            yield Quarantined(Channel.MAILBOX, b"", where, "不是普通文件（管道、设备或套接字），没有读取。")
            return
        stored = datetime.fromtimestamp(facts.st_mtime, tz=UTC)
        if is_mbox(path):
            yield from read_mbox(path, where, options, stored)
            return
        with path.open("rb") as file:
            raw = file.read(options.limits.kept + 1)
    except (OSError, OverflowError, ValueError) as error:
        yield Quarantined(Channel.MAILBOX, b"", where, f"文件无法读取（{cause(error)}），请检查权限或磁盘后重新读取。")
        return
    yield oversize(raw, facts.st_size, where, options) or read_mail(raw, where, options, stored)


def oversize(raw: bytes, size: int, where: str, options: ReadOptions) -> Quarantined | None:
    """What is too big even to hold is quarantined with its beginning."""
    kept = options.limits.kept
    if size <= kept:
        return None
    reason = f"共 {size / 1024 / 1024:.1f} MB，远超邮件大小；这里只存了前 {kept / 1024 / 1024:g} MB，全文仍在原处。"
    return Quarantined(Channel.MAILBOX, raw[:kept], where, reason)


def _shown(path: Path) -> str:
    """A path that can be stored: bytes that are no UTF-8 in a file's name are shown in hexadecimal."""
    return str(path).encode("utf-8", "backslashreplace").decode("utf-8")
