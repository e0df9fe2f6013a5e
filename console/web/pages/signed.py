"""`/u/{signed link}`: units without accounts, the duty roster and citizens do one thing each.

A GET changes nothing, however often a mail filter or a chat's preview opens it; each POST uses its link up.
"""

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import StringConstraints
from sqlmodel import Session

from console.web.context import Line, Seen, Text, back, house_of, pages
from console.web.pages.follow_ups import answer_of
from console.web.pages.orders import attachment, order_values
from console.web.pages.public_track import apart, thanks
from flows import signed_links
from flows.signed_links import Opened
from models.actions import co_handling, handling, ringing
from models.calling_words import CallbackStatus
from models.database import reading
from models.links import Purpose
from models.queries.callbacks import CallbackLine, list_callbacks
from models.tables.orders import WorkOrder
from models.vocabulary import Outcome, Satisfaction

router = APIRouter(prefix="/u/{token}")
_YesNo = Annotated[str, Form(max_length=3)]
# Who holds the link: blanks are nobody's name, and it is the only word of who acted.
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), Form(max_length=40)]
_SIGNS = {"sign_off", "refuse_sign_off"}
_HANDLES = {"acknowledge", "contact", "ask_return", "write_reply", "ask_extension", "resume"}
# The address is the key: no other site, no cache and no search engine may learn it.
_HEADERS = {"referrer-policy": "no-referrer", "cache-control": "no-store", "x-robots-tag": "noindex, nofollow"}


@router.get("")
def page(request: Request, token: str) -> Response:
    if entry := signed_links.opened_entry(house_of(request), token):
        return shown(request, "signed_entry.html", {"token": token, "used": entry.used, "viewer": entry.actor,
                     "entry": entry.entry, "paper": entry.link.purpose is Purpose.PAPER})  # fmt: skip
    opened = signed_links.opened(house_of(request), token)
    if opened.link.purpose is Purpose.RATE:
        return shown(request, "signed_rate.html", {"token": token, "used": opened.used})
    if opened.link.purpose is Purpose.FOLLOW_UP:
        return shown(request, "signed_follow_up.html", {"token": token, "used": opened.used})
    if opened.link.purpose is Purpose.DUTY:
        return shown(request, "signed_duty.html", _duty(request, token, opened))
    return shown(request, "signed_unit.html", _unit(request, token, opened))


def shown(request: Request, template: str, values: dict[str, Any]) -> Response:
    answer = pages(request).show(request, template, values)
    answer.headers.update(_HEADERS)
    return answer


def _unit(request: Request, token: str, opened: Opened) -> dict[str, Any]:
    """What the unit would see in its own room, and what this link may still do."""
    house = house_of(request)
    with reading(house.engine) as session:
        values = order_values(session, house, opened.actor, opened.number)
        signing = opened.link.purpose is Purpose.SIGN
        calls = [] if signing or opened.used else _calls(request, session, opened)
    lead = values["order"].lead_unit == opened.actor.unit
    may = values["may"] & (_SIGNS if signing else _HANDLES) if lead and not opened.used else set()
    helps = not lead and not signing and not opened.used and "contribute" in values["may"]
    return {**values, "token": token, "used": opened.used, "viewer": opened.actor, "may": may, "helps": helps,
            "signing": signing, "lead": lead, "calls": calls, "files_base": f"/u/{token}/files/"}  # fmt: skip


def _calls(request: Request, session: Session, opened: Opened) -> list[CallbackLine]:
    """The calls of this order that the unit owes."""
    house = house_of(request)
    lines = list_callbacks(session, house.reckoner, opened.actor, status=CallbackStatus.DUE.value, now=house.now())
    return [line for line in lines if line.callback.order_id == opened.link.order_id]


def _duty(request: Request, token: str, opened: Opened) -> dict[str, Any]:
    """Number, domain, who has it and how to call them: what the letter may say, and no more."""
    with reading(house_of(request).engine) as session:
        order = session.get_one(WorkOrder, opened.link.order_id)
        waiting = bool(ringing.running(session, opened.link.order_id))
    unit = house_of(request).profile.units_by_code.get(order.lead_unit or "")
    return {"token": token, "order": order, "waiting": waiting and not opened.used, "holder": unit}


@router.get("/files/{number}/files/{message}/{index}")
def file(request: Request, token: str, number: str, message: uuid.UUID, index: int) -> Response:
    opened = signed_links.opened(house_of(request), token)
    del number  # the link says which order it is
    return attachment(request, opened.actor, opened.number, message, index)


@router.post("/acknowledge")
def acknowledge(request: Request, token: str, name: Name) -> Response:
    return done_with(signed_links.act(
        house_of(request), token, "acknowledge", handling.acknowledge, Purpose.HANDLE, name=name,
    ), "已签收，请在期限内办理。")  # fmt: skip


@router.post("/contribution")
def contribute(request: Request, token: str, text: Text, name: Name) -> Response:
    return done_with(signed_links.act(
        house_of(request), token, "contribute",
        lambda session, order, actor, now: co_handling.contribute(session, order, text, actor, now),
        Purpose.HANDLE, name=name,
    ), "意见已反馈给主办单位。")  # fmt: skip


@router.post("/reply")
def reply(
    request: Request,
    token: str,
    text: Text,
    outcome: Annotated[Outcome, Form()],
    name: Name,
    co_note: Line = "",
    seen: Seen = None,
) -> Response:
    after = signed_links.write_reply(house_of(request), token, text, outcome, co_note, name, seen=seen)
    return done_with(after, "答复已提交，等待本单位审签人审签。")


@router.post("/sign-off")
def sign_off(request: Request, token: str, name: Name, seen: Seen = None) -> Response:
    return done_with(signed_links.sign_off(house_of(request), token, name, seen=seen), "已审签，送服务中心审核。")


@router.post("/refuse")
def refuse(request: Request, token: str, note: Line, name: Name, seen: Seen = None) -> Response:
    after = signed_links.refuse_sign_off(house_of(request), token, note, name, seen=seen)
    return done_with(after, "已退回修改，并已通知承办人。")


@router.post("/confirm")
def confirm(request: Request, token: str, name: Name) -> Response:
    signed_links.confirm(house_of(request), token, name)
    return done_with(token, "已确认，不再呼叫。")


@router.post("/rate")
def rate(
    request: Request, token: str, satisfaction: Annotated[Satisfaction, Form()],
    comment: Annotated[str, Form(max_length=1000)] = "",
) -> Response:  # fmt: skip
    words = signed_links.rate(house_of(request), token, satisfaction, comment)
    return back("/track", thanks(satisfaction, words))


@router.post("/follow-up")
def follow_up(
    request: Request, token: str, contacted: _YesNo = "", resolved: _YesNo = "",
    satisfaction: Annotated[str, Form(max_length=20)] = "", reasons: Annotated[list[str], Form()] = [],  # noqa: B006
    words: Annotated[str, Form(max_length=1000)] = "",
) -> Response:  # fmt: skip
    said = answer_of(contacted, resolved, satisfaction, reasons, words)
    return back("/track", "您的意见已收到，谢谢。" + apart(signed_links.follow_up(house_of(request), token, said)))


@router.post("/again")
def again(request: Request, token: str) -> Response:
    """A new link, to where the unit is known to be: never to whoever holds the old one."""
    signed_links.send_again(house_of(request), token)
    return done_with(token, "新的链接已发往本单位登记的通知方式。")


def done_with(token: str, done: str) -> Response:
    answer = back(f"/u/{token}", done)
    answer.headers.update(_HEADERS)
    return answer
