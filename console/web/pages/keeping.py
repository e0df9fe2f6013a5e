"""What went wrong on the way, for people to mend: quarantined items, dead letters, failed deliveries."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.web.context import Line, Text, back, house_of, must_be, pages
from console.web.downloads import download
from console.web.menu import allowed
from console.web.typed import plain_phone
from flows import dead_letters
from flows.quarantine_mending import register_quarantined
from models.actions import deliveries as delivery_actions
from models.actions import quarantine
from models.asked import place_asked
from models.database import reading, writing
from models.errors import BadInput, NotFound
from models.queries.people import names
from models.queries.quarantine import (
    PAGE,
    find_quarantined,
    list_dead_letters,
    list_deliveries,
    list_quarantined,
)
from models.vocabulary import Role

router = APIRouter()
_Ticked = Annotated[list[uuid.UUID] | None, Form()]
_PREVIEW = 4000  # bytes of a quarantined item shown on its page
_STATES = {
    "failed": "未送达", "waiting": "等待中", "leased": "发送中", "sent": "已送达",
    "merged": "并入他信", "moot": "无须发送",
}  # fmt: skip


@router.get("/console/quarantine")
def quarantined(request: Request, resolved: str = "", before: str = "") -> Response:
    must_be(request, *allowed("/console/quarantine"))
    with reading(house_of(request).engine) as session:
        items = list_quarantined(session, resolved=bool(resolved), before=place_asked(before))
    values = {"items": items, "resolved": resolved, "more": items[-1].id if len(items) == PAGE else None}
    return pages(request).show(request, "quarantine.html", values)


@router.get("/console/quarantine/{item}")
def quarantined_item(request: Request, item: int) -> Response:
    must_be(request, *allowed("/console/quarantine"))
    house = house_of(request)
    with reading(house.engine) as session:
        found, known = find_quarantined(session, item), names(session)
    preview, size = _preview(_bytes(request, found.raw_blob))
    values = {"item": found, "names": known, "preview": preview, "size": size}
    return pages(request).show(request, "quarantine_item.html", values)


@router.get("/console/quarantine/{item}/raw")
def quarantined_bytes(request: Request, item: int) -> Response:
    must_be(request, *allowed("/console/quarantine"))
    with reading(house_of(request).engine) as session:
        found = find_quarantined(session, item)
    return download(house_of(request).blobs.get(found.raw_blob), f"隔离件{item}.bin")


@router.post("/console/quarantine/{item}/resolve")
def resolve(request: Request, item: int, resolution: Line) -> Response:
    person = must_be(request, *allowed("/console/quarantine"))
    house = house_of(request)
    with writing(house.engine) as session:
        quarantine.resolve(session, item, resolution, person.actor, house.now())
    return back("/console/quarantine", f"隔离件 {item} 已处理。")


@router.post("/console/quarantine/{item}/register")
def register(
    request: Request, item: int, text: Text,
    title: Annotated[str, Form(max_length=100)] = "", name: Annotated[str, Form(max_length=60)] = "",
    phone: Annotated[str, Form(max_length=30)] = "",
) -> Response:  # fmt: skip
    """What no reader understood is typed in by a person, who has the bytes before them."""
    person = must_be(request, Role.MODERATOR)
    house = house_of(request)
    number = plain_phone(phone) if phone.strip() else None
    if phone.strip() and number is None:
        raise BadInput("电话号码有误，请返回核对。")
    code = register_quarantined(house, item, title=title, text=text, name=name, phone=number, actor=person.actor,
                                now=house.now())  # fmt: skip
    return back("/console/quarantine", f"隔离件 {item} 已补录，查询码 {code}。")


@router.get("/console/dead-letters")
def letters(request: Request) -> Response:
    must_be(request, *allowed("/console/dead-letters"))
    with reading(house_of(request).engine) as session:
        found = list_dead_letters(session)
    return pages(request).show(request, "dead_letters.html", {"letters": found})


@router.post("/console/dead-letters/replay")
def replay(request: Request, ids: _Ticked = None) -> Response:
    person = must_be(request, *allowed("/console/dead-letters"))
    house = house_of(request)
    count = dead_letters.replay(house, _chosen(ids), house.now(), actor=person.actor)
    return back("/console/dead-letters", f"已重新送入队列 {count} 件。")


@router.get("/console/deliveries")
def deliveries(request: Request, state: str = "failed") -> Response:
    must_be(request, *allowed("/console/deliveries"))
    state = state if state in _STATES else "failed"
    with reading(house_of(request).engine) as session:
        lines = list_deliveries(session, state=state)
    return pages(request).show(request, "deliveries.html", {"lines": lines, "state": state, "states": _STATES})


@router.post("/console/deliveries/resend")
def resend(request: Request, ids: _Ticked = None) -> Response:
    """Given up, and its cause mended: once more under the same key."""
    person = must_be(request, *allowed("/console/deliveries"))
    house = house_of(request)
    chosen = _chosen(ids)
    with writing(house.engine) as session:
        for each in chosen:
            delivery_actions.resend(session, each, person.actor, house.now())
    return back("/console/deliveries", f"已重新发送 {len(chosen)} 封通知。")


def _chosen(ids: list[uuid.UUID] | None) -> list[uuid.UUID]:
    if not ids:
        raise BadInput("请先勾选要重新发送的各行。")
    return ids


def _bytes(request: Request, key: str) -> bytes:
    try:
        return house_of(request).blobs.get(key)
    except NotFound:
        return b""


def _preview(raw: bytes) -> tuple[str, int]:
    """The beginning, as far as it can be read; what is no character is shown as such."""
    for charset in ("utf-8", "gb18030"):
        try:
            return raw.decode(charset)[:_PREVIEW], len(raw)
        except UnicodeDecodeError:
            continue
    return raw[:_PREVIEW].decode("utf-8", errors="replace"), len(raw)
