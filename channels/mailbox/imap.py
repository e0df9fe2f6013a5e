"""Mail from an IMAP server, read and left as it was: nothing is deleted, moved or marked as seen.

The caller keeps one short text per mailbox (UIDVALIDITY and the last UID read). When the server's UIDVALIDITY
changes, UIDs mean nothing any more and everything is read again; the mails' own identities make that harmless.
"""

import contextlib
import imaplib
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

from channels.faults import BadSource, MailServerAway, SourceMissing, SourceUnreadable, cause
from channels.mailbox.message import read_mail
from channels.options import ReadOptions
from models.inbound import Quarantined, SourceItem
from models.vocabulary import Channel

if TYPE_CHECKING:
    from imap_tools import BaseMailBox

_SECONDS = 60.0
_INTERNAL_DATE = re.compile(rb'INTERNALDATE "([^"]{1,60})"')
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_PASSING = re.compile(rb"\[(?:UNAVAILABLE|INUSE|LIMIT|OVERQUOTA|CONTACTADMIN|SERVERBUG)\]", re.IGNORECASE)
_UID = re.compile(rb"\bUID (\d+)")
_AWAY = (OSError, imaplib.IMAP4.abort, EOFError)


@dataclass(frozen=True, slots=True)
class ImapSource:
    """imap(s)://user:password@host:port/mailbox; special characters percent-encoded."""

    host: str
    port: int
    tls: bool
    user: str
    password: str = field(repr=False)
    box: str

    @property
    def key(self) -> str:
        """Under which the caller keeps this mailbox's state; without the password."""
        return f"{'imaps' if self.tls else 'imap'}://{self.user}@{self.host}:{self.port}/{self.box}"


def parse_source(url: str) -> ImapSource:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadSource("邮箱地址写法有误：端口应为 0–65535 的数字，主机名不能有多余的方括号。") from None
    if not (parts.hostname and parts.username and parts.password):
        raise BadSource("邮箱地址应写成 imaps://用户名:密码@主机/文件夹；用户名中的 @ 写成 %40。")
    return _source(parts, parts.hostname, port)


def _source(parts: SplitResult, host: str, port: int | None) -> ImapSource:
    tls = parts.scheme.lower() == "imaps"
    return ImapSource(
        host=host,
        port=port or (993 if tls else 143),
        tls=tls,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        box=unquote(parts.path.strip("/")) or "INBOX",
    )


def read_imap(url: str, options: ReadOptions, context: ssl.SSLContext | None = None) -> Iterator[SourceItem]:
    """Mails that came since the state in `options.state`, oldest first; the state follows item by item.

    When an item is asked for, the one before counts as read: save the state only once that one is durable.
    """
    source = parse_source(url)
    return _read(source, options, context)


def _read(source: ImapSource, options: ReadOptions, context: ssl.SSLContext | None) -> Iterator[SourceItem]:
    mailbox = _connected(source, context)
    try:
        validity = _select(mailbox, source)
        last = _last_read(options.state.get(source.key), validity)
        for uid in _new_uids(mailbox, last):
            item = _fetch(mailbox, uid, source, options)
            if item is not None:
                yield item
            options.state[source.key] = f"{validity}:{uid}"
        options.state.setdefault(source.key, f"{validity}:{last}")
    except _AWAY as error:
        raise MailServerAway(
            f"与邮件服务器 {source.host} 的连接中断（{cause(error)}），已收的不受影响，稍后会接着收。"
        ) from None
    finally:
        _leave(mailbox)


def _connected(source: ImapSource, context: ssl.SSLContext | None) -> "BaseMailBox":
    from imap_tools import MailBox, MailboxLoginError, MailBoxUnencrypted

    try:
        if source.tls:
            secure = context or ssl.create_default_context()
            mailbox: BaseMailBox = MailBox(source.host, source.port, timeout=_SECONDS, ssl_context=secure)
        else:
            mailbox = MailBoxUnencrypted(source.host, source.port, timeout=_SECONDS)
    except ssl.SSLCertVerificationError as error:
        raise SourceUnreadable(f"邮件服务器 {source.host} 的证书不可信（{error.verify_message}）。") from None
    except (*_AWAY, imaplib.IMAP4.error) as error:
        raise MailServerAway(f"无法连接邮件服务器 {source.host}:{source.port}（{cause(error)}），稍后再试。") from None
    try:
        plain = (source.user + source.password).isascii()
        login = mailbox.login if plain else mailbox.login_utf8
        login(source.user, source.password, initial_folder=None)
    except (MailboxLoginError, imaplib.IMAP4.error) as error:
        _leave(mailbox)
        if isinstance(error, imaplib.IMAP4.abort):
            raise MailServerAway(f"邮件服务器 {source.host} 在登录时断开了连接，稍后再试。") from None
        raise SourceUnreadable(
            f"邮件服务器 {source.host} 不接受用户 {source.user} 的登录，请检查用户名和密码（或授权码）。"
        ) from None
    except OSError as error:
        _leave(mailbox)
        raise MailServerAway(f"邮件服务器 {source.host} 在登录时断开了连接（{cause(error)}），稍后再试。") from None
    _introduce(mailbox)
    return mailbox


def _introduce(mailbox: "BaseMailBox") -> None:
    """RFC 2971. Large Chinese providers open no folder («Unsafe Login») to clients that don't say who they are."""
    if "ID" in mailbox.client.capabilities:
        with contextlib.suppress(imaplib.IMAP4.error):
            mailbox.client.xatom("ID", '("name" "huiyin")')


def _select(mailbox: "BaseMailBox", source: ImapSource) -> str:
    """Opens the folder for reading only; its UIDVALIDITY."""
    from imap_tools import MailboxFolderSelectError

    try:
        mailbox.folder.set(source.box, readonly=True)
    except imaplib.IMAP4.abort:
        raise
    except (MailboxFolderSelectError, imaplib.IMAP4.error):
        raise SourceMissing(
            f"邮件服务器 {source.host} 上没有文件夹“{source.box}”或不让打开，请检查地址最后一段。"
        ) from None
    _, values = mailbox.client.response("UIDVALIDITY")
    value = values[-1] if values else None
    return value.decode("ascii", "replace") if isinstance(value, bytes) else "0"


def _last_read(state: str | None, validity: str) -> int:
    known, _, last = (state or "").rpartition(":")
    return int(last) if known == validity and last.isdigit() else 0


def _new_uids(mailbox: "BaseMailBox", last: int) -> list[int]:
    """A server answers «n+1:*» with its last mail even when that is older: filtered here."""
    status, answer = mailbox.client.uid("SEARCH", f"UID {last + 1}:*")
    if status != "OK":
        raise MailServerAway("邮件服务器没有完成查找新邮件，稍后再试。")
    words = b" ".join(part for part in answer if isinstance(part, bytes)).split()
    return sorted(uid for uid in (int(word) for word in words if word.isdigit()) if uid > last)


def _fetch(mailbox: "BaseMailBox", uid: int, source: ImapSource, options: ReadOptions) -> SourceItem | None:
    """None if the mail was removed meanwhile. BODY.PEEK leaves it unseen; the range bounds what is held."""
    where = f"{source.key} UID {uid}"
    kept = options.limits.kept
    wanted = f"(UID RFC822.SIZE INTERNALDATE BODY.PEEK[]<0.{kept}>)"
    try:
        status, answer = mailbox.client.uid("FETCH", str(uid), wanted)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        status, answer = "BAD", [str(error).encode("utf-8", "replace")]
    if status != "OK":
        return _refused(answer, where)
    for part in answer:
        if isinstance(part, tuple) and _is(uid, part, answer):
            return _item(part[0] + _after(part, answer), part[1], where, options)
    if any(isinstance(part, bytes) and _UID.search(part) for part in answer):
        return Quarantined(Channel.MAILBOX, b"", where, "服务器没有给出邮件内容，请在邮箱中查看这封邮件。")
    return None


def _refused(answer: list[object], where: str) -> Quarantined:
    """A refusal that will pass ends the poll; one that stays must not keep all later mail waiting."""
    if any(isinstance(part, bytes) and _PASSING.search(part) for part in answer):
        raise MailServerAway("邮件服务器暂时不给出邮件，稍后会接着收。")
    return Quarantined(Channel.MAILBOX, b"", where, "服务器拒绝给出这封邮件，请在邮箱中查看。")


def _is(uid: int, part: tuple[bytes, bytes], answer: list[object]) -> bool:
    found = _UID.search(part[0]) or _UID.search(_after(part, answer))
    return found is None or int(found.group(1)) == uid


def _after(part: tuple[bytes, bytes], answer: list[object]) -> bytes:
    """What stands behind the literal: some servers put UID and date there."""
    at = next((index for index, other in enumerate(answer) if other is part), -1) + 1
    following = answer[at] if at < len(answer) else b""
    return following if isinstance(following, bytes) else b""


def _item(facts: bytes, raw: bytes, where: str, options: ReadOptions) -> SourceItem:
    size = _SIZE.search(facts)
    if size and int(size.group(1)) > options.limits.kept:
        megabytes = int(size.group(1)) / 1024 / 1024
        return Quarantined(Channel.MAILBOX, raw, where, f"邮件共 {megabytes:.1f} MB，这里只存了开头，全文仍在邮箱中。")
    return read_mail(raw, where, options, _stored(facts))


def _stored(facts: bytes) -> datetime | None:
    found = _INTERNAL_DATE.search(facts)
    try:
        text = found.group(1).decode("ascii").strip() if found else ""
        return datetime.strptime(text, "%d-%b-%Y %H:%M:%S %z").astimezone(UTC) if text else None
    except ValueError:
        return None


def _leave(mailbox: "BaseMailBox") -> None:
    with contextlib.suppress(Exception):  # the answer to a farewell changes nothing
        mailbox.logout()
    with contextlib.suppress(Exception):  # a farewell that failed leaves the socket open
        mailbox.client.shutdown()
