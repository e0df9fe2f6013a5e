"""Mail at the edge: over a limit, nested without end, broken heads, faulty senders."""

from dataclasses import replace
from email.message import EmailMessage

import pytest
from support.mails import BODY, HEAD, OPTIONS, accepted, mail, quarantined, raw_mail

from channels.options import Limits


def test_a_mail_within_the_limits_of_five_megabytes_is_read() -> None:
    message = accepted(mail("路灯坏了。\n" * 350_000))
    assert len(message.text.encode()) > 5_000_000


def test_mails_beyond_a_limit_are_quarantined_with_the_reason() -> None:
    tight = replace(OPTIONS, limits=Limits(size=2000, parts=3, depth=2))
    assert "超过上限" in quarantined(mail("x" * 3000), tight)
    many = EmailMessage()
    many["From"], many["Subject"] = "a@example.com", "x"
    many.set_content("x")
    for _ in range(4):
        many.add_attachment(b"x", "image", "png")
    assert "超过 3 个部分" in quarantined(many.as_bytes(), tight)


def test_a_mail_nested_without_end_is_quarantined() -> None:
    deep = HEAD + b"Subject: x\r\n" + b"Content-Type: message/rfc822\r\n\r\nFrom: a@example.com\r\n" * 3000 + b"\r\nend"
    assert "嵌套超过 20 层" in quarantined(deep)
    boundaries = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level) for level in range(3000)
    )
    assert "嵌套超过 20 层" in quarantined(HEAD + b"Subject: x\r\n" + boundaries + b"\r\nend")


@pytest.mark.parametrize(
    "junk", [b"", b"\n\n", b"%PDF-1.7 \0\1", b'{"a": 1}', b"just words\nwithout head", b"PK\3\4\0\0"]
)
def test_what_is_no_mail_is_quarantined(junk: bytes) -> None:
    assert quarantined(junk)


def test_an_empty_mail_and_an_outlook_file_say_what_to_do() -> None:
    assert "没有标题、正文和附件" in quarantined(b"From: a@example.com\nDate: Sun, 1 Mar 2026 10:00:00 +0800\n\n")
    assert "另存为 .eml" in quarantined(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100)


def test_headers_that_lost_their_indent_are_mended() -> None:
    raw = b"From : a@example.com\nSubject: first\nsecond line\nContent-Type: text/html\n\n<p>words</p>"
    message = accepted(raw)
    assert (message.email, message.title, message.text) == ("a@example.com", "first second line", "words")


def test_leading_lines_that_are_no_header_are_passed_over() -> None:
    for prefix in (b"\xef\xbb\xbf", b"\r\n\r\n", b"From a@example.com Sun Mar  1 10:00:00 2026\n", b">From x\n"):
        assert accepted(prefix + mail()).text == BODY
    assert accepted(mail().decode().encode("utf-16")).text == BODY


@pytest.mark.parametrize(
    ("field", "name", "address"),
    [
        ("=?gb2312?B?1cXI/Q==?= <zhang@example.com>", "张三", "zhang@example.com"),
        ('"张三, 业主" <ZHANG@example.com>', "张三, 业主", "zhang@example.com"),
        ("zhang@example.com (张三)", "张三", "zhang@example.com"),
        ("张三 zhang@example.com", "张三", "zhang@example.com"),
        ("residents: a@example.com, b@example.com;", None, "a@example.com"),
        ("张三 <not an address>", "张三 <not an address>", None),
        ('"a\r\n b" <x@example.com>', "a b", "x@example.com"),
    ],
)
def test_senders_are_found_in_faulty_fields(field: str, name: str | None, address: str | None) -> None:
    message = accepted(f"From: {field}\r\nSubject: x\r\n\r\nwords".encode())
    assert (message.sender_name, message.email) == (name, address)


def test_nothing_that_a_database_refuses_is_left_in_a_text() -> None:
    message = accepted(raw_mail(b"a\0b\x1bc", b"one\0two\x07three\xed\xa0\xbd"))
    assert message.text.isprintable()
    for text in (message.title, message.text, message.external_id):
        assert "\0" not in (text or "")
        (text or "").encode("utf-8")


def test_only_a_forwarded_mail_inside_is_read() -> None:
    outer = EmailMessage()
    outer["From"], outer["Subject"] = "a@example.com", "Fwd"
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "b@example.com", "电梯"
    inner.set_content(BODY)
    outer.set_content(inner)
    message = accepted(outer.as_bytes())
    assert message.text == BODY
    assert [file.name for file in message.attachments] == ["电梯.eml"]
