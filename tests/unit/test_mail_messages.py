"""What a citizen's mail becomes: the words, the sender, the files, the identity."""

import base64
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from channels.mailbox.message import read_mail
from channels.options import Limits, ReadOptions
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


def test_a_plain_mail_is_read_whole() -> None:
    message = accepted(mail())
    assert message.title == "路灯坏了"
    assert message.text == BODY
    assert (message.sender_name, message.email) == ("张三", "zhang@example.com")
    assert message.received_at == datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
    assert message.machine is None
    assert not message.may_publish


@pytest.mark.parametrize(
    ("kind", "codec"),
    [
        (b"text/plain; charset=gb2312", "gb18030"),
        (b'text/plain; charset="GBK"', "utf-8"),
        (b"text/plain; charset=utf-8", "gb18030"),
        (b"text/plain; charset=us-ascii", "gb18030"),
        (b"text/plain", "gb18030"),
        (b"text/plain; charset=x-unknown", "gb18030"),
        (b"text/plain; charset=gb2312 (Simplified)", "gb18030"),
        (b"text; charset", "utf-8"),
    ],
)
def test_body_and_raw_subject_are_read_under_wrong_labels(kind: bytes, codec: str) -> None:
    message = accepted(raw_mail("路灯坏了，请维修".encode(codec), BODY.encode(codec), kind))
    assert (message.title, message.text) == ("路灯坏了，请维修", BODY)


def test_hz_and_big5_bodies_are_read() -> None:
    assert accepted(raw_mail(b"x", BODY.encode("hz"), b"text/plain; charset=us-ascii")).text == BODY
    traditional = "社區門口的路燈壞了，晚上走路很危險，請儘快維修。"
    assert accepted(raw_mail(b"x", traditional.encode("big5"), b"text/plain")).text == traditional


def encoded(text: str, charset: str, how: str = "B") -> str:
    return f"=?{charset}?{how}?{base64.b64encode(text.encode(charset)).decode()}?="


@pytest.mark.parametrize(
    "subject",
    [
        encoded("路灯坏了", "gb2312"),
        encoded("路灯", "utf-8") + "\r\n " + encoded("坏了", "utf-8"),
        "=?gb2312?B?wrc=?= =?gb2312?B?tcY=?= =?gb2312?B?u7XB?= =?gb2312?B?yw==?=",
        "=?GB2312?B?" + base64.b64encode("路灯坏了".encode("gbk")).decode().rstrip("=") + "?=",
        "=?gbk?Q?=C2=B7=B5=C6=BB=B5=C1=CB?=",
        '"' + encoded("路灯坏了", "gb18030") + '"',
        "=?utf-8?B?" + base64.b64encode("路灯坏了".encode()).decode(),
    ],
)
def test_encoded_subjects_are_read_however_broken(subject: str) -> None:
    message = accepted(raw_mail(subject.encode(), b"x"))
    assert (message.title or "").strip('"') == "路灯坏了"


def test_a_character_cut_between_two_encoded_words_is_whole_again() -> None:
    data = "路灯坏了".encode("gb2312")
    words = [base64.b64encode(piece).decode() for piece in (data[:3], data[3:])]
    subject = "=?gb2312?B?" + words[0] + "?=\r\n =?gb2312?B?" + words[1] + "?="
    assert accepted(raw_mail(subject.encode(), b"x")).title == "路灯坏了"


def test_html_only_mail_becomes_text() -> None:
    page = (
        "<html><head><title>t</title><style>p{}</style></head><body><p>您好：</p><div>路灯<b>坏了</b>&nbsp;一个月</div>"
        "<script>alert(1)</script><table><tr><td>地点</td><td>学府路</td></tr></table></body></html>"
    )
    text = accepted(raw_mail(b"x", page.encode("gbk"), b"text/html; charset=gb2312")).text
    assert text.split("\n") == ["您好：", "", "路灯坏了 一个月", "", "地点 学府路"]


def test_html_without_a_label_uses_what_its_own_head_says() -> None:
    page = '<meta http-equiv="Content-Type" content="text/html; charset=big5"><p>路燈壞了</p>'
    assert accepted(raw_mail(b"x", page.encode("big5"), b"text/html")).text == "路燈壞了"


def test_of_two_forms_the_plain_one_is_read_and_an_empty_one_is_not() -> None:
    for plain, expected in ((BODY, BODY), ("  \n", "网页版")):
        message = EmailMessage()
        message["From"], message["Subject"] = "a@example.com", "x"
        message.set_content(plain)
        message.add_alternative("<p>网页版</p>", subtype="html")
        assert accepted(message.as_bytes()).text == expected


def test_attachments_are_kept_with_safe_names() -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "a@example.com", "照片"
    message.set_content(BODY)
    message.add_attachment(b"\xff\xd8jpeg", "image", "jpeg", filename="..\\..\\现场 照片\u202egpj.exe")
    message.add_attachment(b"tnef", "application", "ms-tnef", filename="winmail.dat")
    message.add_attachment(b"x", "application", "octet-stream")
    files = accepted(message.as_bytes()).attachments
    assert [(f.name, f.content_type) for f in files] == [
        ("现场 照片_gpj.exe", "image/jpeg"),
        ("winmail.dat", "application/ms-tnef"),
        ("附件3.bin", "application/octet-stream"),
    ]
    assert files[0].content == b"\xff\xd8jpeg"


@pytest.mark.parametrize(
    "name",
    [
        b"filename*=gb2312''%CF%D6%B3%A1.jpg",
        b"filename*0*=gb2312''%CF%D6; filename*1*=%B3%A1; filename*2=.jpg",
        'filename="现场.jpg"'.encode("gbk"),
        "filename=现场.jpg".encode(),
        b'filename="=?gb2312?B?z9azoQ==?=.jpg"',
    ],
)
def test_file_names_are_read_in_every_form(name: bytes) -> None:
    raw = (
        HEAD + b"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n"
        b"Content-Type: image/jpeg\r\nContent-Disposition: attachment; " + name + b"\r\n\r\nJPEG\r\n--b--\r\n"
    )  # fmt: skip
    assert [file.name for file in accepted(raw).attachments] == ["现场.jpg"]


def test_a_uuencoded_file_is_taken_out_of_the_text() -> None:
    body = b"see below\r\nbegin 644 note.txt\r\n#0V%T\r\n`\r\nend\r\nbye\r\n"
    message = accepted(raw_mail(b"x", body))
    assert [(f.name, f.content) for f in message.attachments] == [("note.txt", b"Cat")]
    assert message.text == "see below\nbye"


def test_flowed_lines_are_joined() -> None:
    body = "路灯坏了一个月， \r\n晚上很黑。\r\n请维修。\r\n".encode()
    message = accepted(raw_mail(b"x", body, b"text/plain; charset=utf-8; format=flowed; delsp=yes"))
    assert message.text == "路灯坏了一个月，晚上很黑。\n请维修。"


def test_faulty_transfer_encodings_are_read_as_far_as_they_go() -> None:
    assert accepted(raw_mail(b"x", b"50% =E8=B7=AF=ZZ=E7=81=AF=", encoding=b"quoted-printable")).text == "50% 路=ZZ灯"
    data = base64.b64encode(BODY.encode()).rstrip(b"=")[:-1]
    assert accepted(raw_mail(b"x", b"!!" + data + b"\0**", encoding=b"base64;")).text.startswith(BODY[:20])
    assert accepted(raw_mail(b"x", BODY.encode(), encoding=b"text/html")).text == BODY


@pytest.mark.parametrize(
    "history",
    [
        "------------------ 原始邮件 ------------------\n发件人: 市民信箱\n路灯已报修",
        "-----Original Message-----\nFrom: a\nolder words",
        "在 2026年2月27日，市民信箱 <box@example.gov.cn> 写道：\n> 路灯已报修",
        "市民信箱 <box@example.gov.cn> 于2026年2月27日周五 10:00写道：\n\n路灯已报修",
        "On Fri, 27 Feb 2026 at 10:00, Box <box@example.gov.cn> wrote:\n> older words",
        "On Fri, 27 Feb 2026 at 10:00, Box\n<box@example.gov.cn> wrote:\n> older words",
        "发件人：市民信箱\n发送时间：2026年2月27日\n收件人：张三\n路灯已报修",
        "> 路灯已报修\n> 谢谢",
    ],
)
def test_quoted_history_of_a_reply_is_cut(history: str) -> None:
    message = accepted(mail(f"还是没有修好。\n\n{history}", "Re: 路灯坏了", In_Reply_To="<r9@example.gov.cn>"))
    assert message.text == "还是没有修好。"
    assert message.in_reply_to == "r9@example.gov.cn"


def test_a_forwarded_letter_is_not_cut() -> None:
    text = "请看物业的答复：\n\n-----原始邮件-----\n发件人: 物业\n主题: 电梯\n我们不修。"
    assert accepted(mail(text, "Fw: 电梯")).text == text


def test_a_reply_written_below_the_quotation_keeps_its_words() -> None:
    text = "> 路灯已报修\n\n并没有人来修。"
    assert accepted(mail(text, "回复：路灯")).text == "并没有人来修。"


def test_a_citizens_own_sentence_about_writing_is_not_cut() -> None:
    text = "局长在会上写道：\n路灯月底修好。"
    assert accepted(mail(text, "Re: 路灯")).text == text


def test_references_name_the_message_that_is_answered() -> None:
    assert accepted(mail(References="<one@x> <two@x>")).in_reply_to == "two@x"
    assert accepted(mail()).in_reply_to is None


@pytest.mark.parametrize(
    ("date", "received", "expected"),
    [
        ("Mon, 01 Jan 1900 00:00:00 +0800", "Sun, 1 Mar 2026 11:00:00 +0800", "2026-03-01T03:00:00+00:00"),
        ("Fri, 01 Jan 2100 00:00:00 +0000", "Sun, 1 Mar 2026 11:00:00 +0800", "2026-03-01T03:00:00+00:00"),
        ("rubbish", "Sun, 1 Mar 2026 11:00:00 +0800 (CST)", "2026-03-01T03:00:00+00:00"),
        ("Thu, 01 Jan 1970 00:00:00 +0000", "", "2026-03-02T01:00:00+00:00"),
        ("Tue, 01 Jan 2019 00:00:00 +0800", "Sun, 1 Mar 2026 11:00:00 +0800", "2026-03-01T03:00:00+00:00"),
        ("Sun, 1 Mar 2026 10:00:00", "", "2026-03-01T02:00:00+00:00"),
        ("2026年3月1日 10:00", "", "2026-03-01T02:00:00+00:00"),
        ("Sun, 99 Mar 2026 10:00:00 +9999", "", "2026-03-02T01:00:00+00:00"),
    ],
)
def test_a_date_that_cannot_be_believed_gives_way(date: str, received: str, expected: str) -> None:
    head = f"From: a@example.com\r\nSubject: x\r\nDate: {date}\r\n"
    head += f"Received: from a by b; {received}\r\n" if received else ""
    assert accepted(head.encode() + b"\r\nwords").received_at.astimezone(UTC).isoformat() == expected


def test_the_files_time_stands_in_for_a_missing_date() -> None:
    stored = datetime(2026, 2, 1, tzinfo=UTC)
    item = read_mail(b"From: a@example.com\nSubject: x\n\nwords", "x", OPTIONS, stored)
    assert isinstance(item, Accepted)
    assert item.message.received_at == stored


def test_the_same_mail_has_the_same_identity_on_every_road() -> None:
    plain = raw_mail("路灯".encode(), BODY.encode())
    recoded = raw_mail("路灯".encode(), base64.encodebytes(BODY.encode()), encoding=b"base64")
    ids = {accepted(raw).external_id for raw in (plain, plain.replace(b"\r\n", b"\n"), recoded)}
    assert len(ids) == 1
    assert ids.pop().startswith("a1@example.com#")


def test_a_reused_message_id_with_other_words_is_another_message() -> None:
    base = accepted(mail()).external_id
    others = [
        mail("别的内容"),
        mail(subject="别的标题"),
        mail().replace(b"10:00:00", b"10:00:01"),
        mail().replace(b"zhang@example.com>", b"li@example.com>", 1),
    ]
    assert len({base, *(accepted(raw).external_id for raw in others)}) == 5


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
