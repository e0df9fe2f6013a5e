"""Machine mail is filed, never answered; a citizen is never taken for a machine."""

from datetime import UTC, datetime

import pytest

from channels.mailbox.message import read_mail
from channels.options import ReadOptions
from models.inbound import Accepted
from models.vocabulary import MachineMail

OPTIONS = ReadOptions(now=datetime(2026, 3, 2, tzinfo=UTC), own_addresses=frozenset({"box@wangxi.example"}))


def kind(head: str, body: str = "words") -> MachineMail | None:
    plain = head if "From:" in head else "From: a@example.com\n" + head
    item = read_mail(f"{plain}\n\n{body}".encode(), "x", OPTIONS)
    assert isinstance(item, Accepted)
    return item.message.machine


@pytest.mark.parametrize(
    "head",
    [
        "Subject: x\nReturn-Path: <>",
        "From: Mail Delivery <MAILER-DAEMON@mx.example.com>\nSubject: x",
        "From: postmaster@example.com\nSubject: 系统退信",
        "From: MAILER-DAEMON\nSubject: failure notice",
        "Subject: x\nX-Failed-Recipients: b@example.com",
        'Subject: x\nContent-Type: multipart/report; report-type="delivery-status"; boundary=b',
    ],
)
def test_bounces_are_recognised(head: str) -> None:
    assert kind(head) is MachineMail.BOUNCE


def test_a_bounce_without_marks_is_known_by_subject_and_words() -> None:
    assert kind("Subject: 退信：您的邮件", "收件人不存在，无法投递") is MachineMail.BOUNCE


@pytest.mark.parametrize(
    "head",
    [
        "Subject: x\nAuto-Submitted: auto-replied",
        "Subject: x\nAuto-Submitted: auto-generated (vacation)",
        "Subject: x\nPrecedence: auto_reply",
        "Subject: x\nPrecedence: bulk",
        "Subject: x\nX-Autoreply: yes",
        "Subject: 自动回复: 路灯",
        "Subject: 自动回复",
        "Subject: =?gb2312?B?19S2r7vYuLQ6IMK3tcY=?=",
        "Subject: Out of Office: x",
        "Subject: x\nReturn-Path: <>\nAuto-Submitted: auto-replied",
        "Subject: read\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b",
    ],
)
def test_automatic_answers_are_recognised(head: str) -> None:
    assert kind(head) is MachineMail.AUTO_REPLY


@pytest.mark.parametrize(
    "head",
    [
        "Subject: x\nX-Huiyin-Notice: 1",
        "From: Box <BOX@wangxi.example>\nSubject: x",
        "Subject: x\n" + "Received: a\n" * 60,
    ],
)
def test_our_own_mail_come_back_is_a_loop(head: str) -> None:
    assert kind(head.rstrip()) is MachineMail.LOOP


@pytest.mark.parametrize(
    "head",
    [
        "Subject: 自动回复系统总是答非所问",
        "Subject: 邮局退信问题",
        "Subject: 退信太多，请管管",
        "Subject: x\nAuto-Submitted: no",
        "Subject: Re: 受理回执\nIn-Reply-To: <r1@wangxi.example>\nReferences: <r1@wangxi.example>",
        "Subject: x\nPrecedence: normal",
    ],
)
def test_a_citizen_is_not_taken_for_a_machine(head: str) -> None:
    assert kind(head) is None
