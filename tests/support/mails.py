"""Raw mails, and what becomes of one."""

from datetime import UTC, datetime
from email.message import EmailMessage

from channels.mailbox.message import read_mail
from channels.options import ReadOptions
from models.inbound import Accepted, InboundMessage, Quarantined

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
OPTIONS = ReadOptions(now=NOW)
BODY = "您好，书院街道学府路的路灯坏了一个月，晚上一片漆黑，请尽快维修。"
HEAD = b"From: zhang@example.com\r\nDate: Sun, 1 Mar 2026 10:00:00 +0800\r\nMessage-ID: <a1@example.com>\r\n"


def accepted(raw: bytes, options: ReadOptions = OPTIONS) -> InboundMessage:
    item = read_mail(raw, "来信.eml", options)
    assert isinstance(item, Accepted), item
    assert item.raw == raw
    return item.message


def quarantined(raw: bytes, options: ReadOptions = OPTIONS) -> str:
    item = read_mail(raw, "来信.eml", options)
    assert isinstance(item, Quarantined)
    assert item.raw == raw
    assert item.where == "来信.eml"
    return item.reason


def mail(body: str = BODY, subject: str = "路灯坏了", **headers: str) -> bytes:
    message = EmailMessage()
    message["From"] = "张三 <zhang@example.com>"
    message["Subject"] = subject
    message["Date"] = "Sun, 01 Mar 2026 10:00:00 +0800"
    message["Message-ID"] = "<a1@example.com>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    return message.as_bytes()


def raw_mail(subject: bytes, body: bytes, kind: bytes = b"text/plain", encoding: bytes = b"8bit") -> bytes:
    return (
        HEAD + b"Subject: " + subject + b"\r\nMIME-Version: 1.0\r\nContent-Type: " + kind
        + b"\r\nContent-Transfer-Encoding: " + encoding + b"\r\n\r\n" + body
    )  # fmt: skip
