"""One mail's bytes to one source item."""

import hashlib
import logging
from datetime import datetime
from email.message import Message

from channels.mailbox.contents import Contents, contents_of
from channels.mailbox.dates import arrival
from channels.mailbox.headers import address_of, message_ids, raw_value, text_value
from channels.mailbox.machine import machine_kind
from channels.mailbox.parsing import NoMail, parsed
from channels.mailbox.trimming import is_reply, without_history
from channels.options import ReadOptions
from channels.wording import cleaned, is_confidential, may_publish, name_in, one_line, phone_in
from models.inbound import Accepted, InboundMessage, Quarantined, SourceItem
from models.vocabulary import Channel

_LOG = logging.getLogger(__name__)
_LONGEST_ID = 200


def read_mail(raw: bytes, where: str, options: ReadOptions, file_time: datetime | None = None) -> SourceItem:
    """Accepted or quarantined, never an error. `file_time`: when the bytes were stored, if that is known."""
    try:
        message = parsed(raw, options.limits)
        inbound = _inbound(message, where, options, file_time)
    except NoMail as reason:
        return Quarantined(Channel.MAILBOX, raw, where, str(reason))
    except Exception as error:  # noqa: BLE001 - whatever a hostile mail trips over, its bytes are kept
        _LOG.warning("%s：邮件解析失败：%s", where, type(error).__name__)
        return Quarantined(Channel.MAILBOX, raw, where, f"邮件解析失败（{type(error).__name__}），请人工查看原件。")
    if not (inbound.title or inbound.text or inbound.attachments or inbound.machine):
        return Quarantined(Channel.MAILBOX, raw, where, "邮件没有标题、正文和附件，请人工查看原件。")
    return Accepted(inbound, raw, where)


def _inbound(message: Message, where: str, options: ReadOptions, file_time: datetime | None) -> InboundMessage:
    name, address = _sender(message)
    title = text_value(message, "Subject")
    contents = contents_of(message)
    refers = message_ids(message, "In-Reply-To")[:1] or message_ids(message, "References")[-1:]
    whole = contents.text
    text = cleaned(without_history(whole)) if is_reply(title, refers=bool(refers)) else whole
    said = f"{title or ''}\n{text}"
    return InboundMessage(
        channel=Channel.MAILBOX,
        external_id=external_id(message, address, title, contents),
        received_at=arrival(message, where, options, file_time),
        text=text,
        title=title,
        sender_name=name_in(text) or name,
        phone=phone_in(text),
        email=address,
        attachments=tuple(contents.attachments),
        machine=machine_kind(message, address, whole, options.own_addresses),
        confidential=is_confidential(said),
        may_publish=may_publish(said),
        in_reply_to=one_line(refers[0], _LONGEST_ID * 4) if refers else None,
    )


def external_id(message: Message, address: str | None, title: str | None, contents: Contents) -> str:
    """Message-ID and a digest of sender, date, subject and decoded parts. May NEVER change.

    Message-IDs are reused in the wild; transfer encodings and line ends change on the way and don't count.
    """
    digest = hashlib.sha256()
    date = " ".join(raw_value(message, "Date").split())
    for piece in (address or raw_value(message, "From"), date, title or ""):
        digest.update(piece.encode("utf-8", "replace") + b"\0")
    for kind, name, content in contents.parts:
        plain = content.replace(b"\r\n", b"\n").strip() if kind.startswith(("text/", "message/")) else content
        digest.update(f"{kind}\0{name}\0".encode("utf-8", "replace") + hashlib.sha256(plain).digest())
    ids = message_ids(message, "Message-ID")
    given = one_line(ids[0], _LONGEST_ID) if ids else None
    return f"{given or '-'}#{digest.hexdigest()[:32]}"


def _sender(message: Message) -> tuple[str | None, str | None]:
    """(name, address) from From, else Sender, Reply-To or Return-Path."""
    name: str | None = None
    for field in ("From", "Sender", "Reply-To", "Return-Path"):
        display, address = address_of(message, field)
        name = name or display
        if address:
            return name, address
    return name, None
