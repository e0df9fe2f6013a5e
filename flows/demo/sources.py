"""A day's messages written as the files that real offices get: raw mails, the call centre's CSV, JSON lines."""

import base64
import csv
import io
import json
import random
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from flows.demo.samples import Sample
from models.vocabulary import DEMONSTRATION, Channel

HEADER = ("工单编号", "来电时间", "来电人", "联系电话", "诉求标题", "诉求内容", "所属区域", "是否当场答复",
          "当场答复内容", "受理员", "是否保密", "是否同意公开", "备注")  # fmt: skip
_AGENTS = ("话务员01", "话务员02", "话务员03", "话务员05")
_CONSENT: dict[bool | None, str] = {True: "是", False: "否", None: ""}
_BOX = "信箱 <mailbox@wangxi.example>"


def write_day(
    folder: Path, samples: Sequence[Sample], reading: datetime, rng: random.Random
) -> dict[Channel, list[str]]:
    """Write the files that are read at that local moment; the sources to collect, by channel."""
    folder.mkdir(parents=True, exist_ok=True)
    moments = {s.id: _moment(reading, rng) for s in samples}
    sources: dict[Channel, list[str]] = {}
    mails = [s for s in samples if s.channel == Channel.MAILBOX]
    if mails:
        box = folder / "mail"
        box.mkdir(exist_ok=True)
        for sample in mails:
            (box / f"{sample.id}.eml").write_bytes(mail(sample, moments[sample.id]))
        sources[Channel.MAILBOX] = [str(box)]
    calls = [s for s in samples if s.channel == Channel.HOTLINE]
    if calls:
        file = folder / "hotline.csv"
        file.write_bytes(sheet(calls, moments, rng).encode("gb18030"))
        sources[Channel.HOTLINE] = [str(file)]
    for channel in (Channel.BOARD, Channel.OPINION):
        posts = [s for s in samples if s.channel == channel]
        if posts:
            file = folder / f"{channel.value}.jsonl"
            file.write_text("".join(_post(s, moments[s.id], channel) for s in posts), encoding="utf-8")
            sources[channel] = [str(file)]
    return sources


def mail(sample: Sample, sent: datetime) -> bytes:
    """The sample as a citizen's client would send it: charset, transfer encoding and all.

    The mark stands in the head (Comments, RFC 5322 §3.6.5), so that no judgement reads it.
    """
    fields = sample.fields
    body = str(fields["text"])
    if fields.get("phone"):
        body += f"\n\n{fields.get('name') or ''}\n电话：{fields['phone']}"
    if fields.get("may_publish"):
        body += "\n（同意公开）"
    if fields.get("confidential"):
        body += "\n请对我的身份保密。"
    if fields.get("encoding") == "gbk-unlabelled":
        return _unlabelled(sample, sent, body)
    message = EmailMessage()
    message["From"] = f"{_plain(fields.get('name') or '群众')} <{sample.address}>"
    message["To"] = _BOX
    message["Subject"] = fields.get("title") or "来信"
    message["Date"] = format_datetime(sent)
    message["Message-ID"] = f"<{sample.id}@wangxi.example>"
    message["Comments"] = DEMONSTRATION
    if fields.get("machine") == "auto_reply":
        message["Auto-Submitted"] = "auto-replied"
    if fields.get("machine") == "bounce":
        message["X-Failed-Recipients"] = sample.address
        message.replace_header("From", "Mail Delivery System <mailer-daemon@wangxi.example>")
    charset = {"gb18030": "gb18030", "big5": "utf-8", "hz": "utf-8"}.get(str(fields.get("encoding")), "utf-8")
    transfer = "quoted-printable" if fields.get("encoding") == "qp" else "base64"
    message.set_content(body, charset=charset, cte=transfer)
    return message.as_bytes()


def _unlabelled(sample: Sample, sent: datetime, body: str) -> bytes:
    """An old client: GBK bytes, and no word of which charset they are."""
    subject, mark = _word(str(sample.fields.get("title") or "来信")), _word(DEMONSTRATION)
    head = (
        f"From: <{sample.address}>\r\nTo: <mailbox@wangxi.example>\r\nSubject: {subject}\r\nComments: {mark}\r\n"
        f"Date: {format_datetime(sent)}\r\nMessage-ID: <{sample.id}@wangxi.example>\r\n\r\n"
    )
    return head.encode("ascii") + body.replace("\n", "\r\n").encode("gbk", "replace")


def _word(text: str) -> str:
    return f"=?gb2312?B?{base64.b64encode(text.encode('gbk', 'replace')).decode()}?="


def sheet(samples: Sequence[Sample], moments: dict[str, datetime], rng: random.Random) -> str:
    """The call centre's export."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    for sample in samples:
        f = sample.fields
        answered = bool(f.get("on_the_spot"))
        writer.writerow([
            f"RX{moments[sample.id]:%Y%m%d}{sample.id}", f"{moments[sample.id]:%Y/%-m/%-d %-H:%M}",
            f.get("name") or "", f.get("phone") or "", f.get("title") or "", f["text"], f.get("region") or "",
            "是" if answered else "否", f.get("answer") or "" if answered else "", rng.choice(_AGENTS),
            "是" if f.get("confidential") else "否", _CONSENT[f.get("may_publish")], DEMONSTRATION,
        ])  # fmt: skip
    return out.getvalue()


def _post(sample: Sample, at: datetime, channel: Channel) -> str:
    f = sample.fields
    text = f"{f['text']}\n（同意公开）" if f.get("may_publish") else f["text"]
    post = {
        "id": sample.id, "title": f.get("title"), "text": text, "time": at.isoformat(),
        "author": f.get("name"), "contact": f.get("phone"), "region": f.get("region"),
        "likes": f.get("likes", 0), "dislikes": f.get("dislikes", 0), "notice": DEMONSTRATION,
    }  # fmt: skip
    if channel is Channel.OPINION:
        post |= {"source": f.get("source", "望溪论坛（虚构）"), "url": f"https://forum.wangxi.example/{sample.id}"}
    return json.dumps(post, ensure_ascii=False) + "\n"


def _moment(reading: datetime, rng: random.Random) -> datetime:
    """Some minute of the night before the day's mail is read."""
    midnight = datetime.combine(reading.date(), time(), reading.tzinfo)
    minutes = int((reading - midnight).total_seconds() // 60)
    return midnight + timedelta(minutes=rng.randint(0, max(0, minutes - 1)))


def _plain(name: str) -> str:
    return "".join(c for c in name if c not in '<>",;:\r\n')
