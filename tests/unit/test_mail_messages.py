"""What a citizen's mail becomes: the words, the sender, the files, the identity."""

import base64
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from support.mails import BODY, HEAD, OPTIONS, accepted, mail, raw_mail

from channels.mailbox.message import read_mail
from models.inbound import Accepted


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
