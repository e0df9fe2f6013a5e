"""What a citizen sees without an account: write a letter, read the editions."""

import json
import re
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from console.web.attempts import Attempts, address_of
from console.web.context import Text, house_of, pages
from console.web.security import policy_for
from console.web.typed import plain_email, plain_phone
from console.web.uploads import ACCEPT, KINDS, MOST_FILES, attachments_of
from flows.submitting import submit
from models.asked import BadAsked
from models.blobs import digest
from models.database import reading
from models.errors import BadInput, NotFound
from models.inbound import InboundMessage
from models.queries.editions import find_edition, public_editions
from models.tables.editions import Edition
from models.vocabulary import Channel, EditionStatus

router = APIRouter()


_RECEIPT = "huiyin_receipt"
_letters = Attempts(most=30, seconds=600)  # an office or a village may stand behind one address
_EMPTY: dict[str, Any] = {
    "title": "", "text": "", "name": "", "phone": "", "email": "", "region": "", "may_publish": False,
    "confidential": False,
}  # fmt: skip
_LIMITS: dict[str, Any] = {"most_files": MOST_FILES, "kinds": KINDS, "accept": ACCEPT}
_FEED = "application/rss+xml; charset=utf-8"
_FILES = {"edition.json": "application/json", "edition.csv": "text/csv", "edition.docx":
          "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}  # fmt: skip


@router.get("/")
def home(request: Request) -> Response:
    return pages(request).show(
        request,
        "home.html",
        {"editions": [e for e in _public(request) if e.status == EditionStatus.PUBLISHED.value][:3]},
    )


@router.get("/favicon.ico")
def icon() -> Response:
    return RedirectResponse("/static/huiyin.svg", status_code=301)


@router.get("/send")
def form(request: Request) -> Response:
    return pages(request).show(
        request, "send.html", {**_LIMITS, "given": _EMPTY, "fault": "", "wrong": "", "files_lost": False}
    )


@router.post("/send")
def send(
    request: Request,
    title: Annotated[str, Form(max_length=100)],
    text: Text,
    phone: Annotated[str, Form(max_length=30)],
    name: Annotated[str, Form(max_length=60)] = "",
    email: Annotated[str, Form(max_length=200)] = "",
    region: Annotated[str, Form(max_length=100)] = "",
    may_publish: Annotated[str, Form()] = "",
    confidential: Annotated[str, Form()] = "",
    files: Annotated[list[UploadFile], File()] = [],  # noqa: B006  (FastAPI copies it)
) -> Response:
    given = {
        "title": title.strip(), "text": text.strip(), "name": name.strip(), "phone": phone.strip(),
        "email": email.strip(), "region": region.strip(), "may_publish": bool(may_publish),
        "confidential": bool(confidential),
    }  # fmt: skip
    number = plain_phone(phone)
    try:
        _must_be_whole(given, number)
        attachments = attachments_of(files)
    except BadInput as wrong:
        lost, field = any(f.filename for f in files), wrong.field if isinstance(wrong, BadAsked) else ""
        values = {**_LIMITS, "given": given, "fault": str(wrong), "wrong": field, "files_lost": lost}
        return pages(request).show(request, "send.html", values, status=422)
    _letters.count(address_of(request))
    house = house_of(request)
    # Sent twice by a hasty hand it is one letter: the same words from the same phone on the same day.
    day = house.today()
    said = [given["title"], given["text"], number, str(day), *(digest(a.content) for a in attachments)]
    again = digest(json.dumps(said).encode())
    message = InboundMessage(
        channel=Channel.WEB, external_id=again, received_at=house.now(), title=str(given["title"]),
        text=str(given["text"]), sender_name=name.strip() or None, phone=number,
        email=plain_email(email), region_hint=region.strip() or None,
        may_publish=bool(may_publish) and not confidential, confidential=bool(confidential),
        attachments=attachments,
    )  # fmt: skip
    raw = json.dumps(given, ensure_ascii=False).encode()
    code = submit(house, message, raw, "网上提交", house.now())
    answer = RedirectResponse("/sent", status_code=303)  # a reload shows the receipt and sends nothing
    answer.set_cookie(_RECEIPT, code, max_age=600, httponly=True, samesite="lax", path="/sent")
    return answer


@router.get("/sent")
def sent(request: Request) -> Response:
    code = request.cookies.get(_RECEIPT, "")
    if not re.fullmatch(r"[0-9A-Z]{12}", code):
        return RedirectResponse("/send", status_code=303)
    return pages(request).show(request, "sent.html", {"code": code})


def _must_be_whole(given: dict[str, Any], number: str | None) -> None:
    if not given["title"] or not given["text"]:
        raise BadAsked("text" if given["title"] else "title", "标题和内容都要填写。")
    if number is None:
        raise BadAsked("phone", "手机号有误，请核对；查询办理进度要用手机号后四位。")
    if given["email"] and plain_email(given["email"]) is None:
        raise BadAsked("email", "电子邮箱有误，应如 name@example.com，请核对；没有邮箱的可以不填。")


@router.get("/editions/")
def editions(request: Request) -> Response:
    return pages(request).show(request, "editions.html", {"editions": _public(request)})


@router.get("/editions/feed.xml")
def feed(request: Request) -> Response:
    """The newest edition's feed, which lists those before it; it stands even where that one was withdrawn."""
    known = _public(request)
    if not known:
        raise NotFound("还没有公开的选登。")
    content, _ = _content(request, known[0].week, "feed.xml")
    return Response(content, media_type=_FEED)


@router.get("/editions/{week}")
def edition(request: Request, week: str) -> Response:
    return _file(request, week, "edition.html", "text/html; charset=utf-8")


@router.get("/editions/{week}/{name}")
def edition_file(request: Request, week: str, name: str) -> Response:
    if name == "feed.xml":
        return _file(request, week, name, _FEED)
    if name not in _FILES:
        raise NotFound("没有这个文件。")
    return _file(request, week, name, _FILES[name], download=True)


def _file(request: Request, week: str, name: str, kind: str, *, download: bool = False) -> Response:
    """410 for one that is withdrawn, with the file that says so in the same form."""
    content, there = _content(request, week, name)
    headers = {"content-disposition": f'attachment; filename="{week}-{name}"'} if download else {}
    if name == "edition.html":
        headers["content-security-policy"] = policy_for(content)
    return Response(content, media_type=kind, headers=headers, status_code=200 if there else 410)


def _content(request: Request, week: str, name: str) -> tuple[bytes, bool]:
    """The bytes that the record names, and whether the edition stands: a withdrawn one says so while it is put right.

    The folder may hold other bytes, or none: another host published, or withdrew, since.
    """
    house = house_of(request)
    with reading(house.engine) as session:
        found = find_edition(session, week)
    if found is None or not (found.status == EditionStatus.PUBLISHED.value or found.note) or name not in found.digests:
        raise NotFound("没有这一期选登。")
    file = house.settings.data_dir / "editions" / week / name
    content = file.read_bytes() if file.is_file() else b""
    if digest(content) != found.digests[name]:
        content = house.blobs.get(found.digests[name])
    return content, found.status == EditionStatus.PUBLISHED.value


def _public(request: Request) -> list[Edition]:
    with reading(house_of(request).engine) as session:
        return public_editions(session)
