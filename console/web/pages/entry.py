"""登记 by hand: a unit writes down its calls in half a minute on a phone; the centre enters letters and visits."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.web.context import Line, Text, back, house_of, must_be, pages
from console.web.menu import allowed
from console.web.typed import plain_phone
from flows.entering import BY_HAND, Entry, enter
from models.asked import moment_asked
from models.errors import BadInput
from models.vocabulary import Channel, Role

router = APIRouter()
_Short = Annotated[str, Form(max_length=100)]
_Tick = Annotated[str, Form(max_length=5)]
_EMPTY: dict[str, Any] = {
    "channel": "", "at": "", "title": "", "text": "", "name": "", "phone": "", "place": "", "answer": "",
    "answered": "", "confidential": "", "may_publish": "", "about_unit": "", "repeated": "", "section": "",
    "remark": "",
}  # fmt: skip


@router.get("/unit/register")
def register_form(request: Request) -> Response:
    must_be(request, Role.UNIT)
    return _form(request, _present(request))


@router.post("/unit/register")
def register(
    request: Request, text: Text, phone: _Short, name: _Short = "", at: _Short = "", place: _Short = "",
    answer: Text = "", answered: _Tick = "", confidential: _Tick = "", may_publish: _Tick = "",
    about_unit: _Short = "", repeated: _Tick = "", section: _Short = "", remark: Line = "",
) -> Response:  # fmt: skip
    """The caller's own line of 来电登记表; not answered at once means a call back within five workdays."""
    person = must_be(request, Role.UNIT)
    given = _EMPTY | {"channel": Channel.REGISTER.value, "text": text, "phone": phone, "name": name, "at": at,
                      "place": place, "answer": answer, "answered": answered, "confidential": confidential,
                      "may_publish": may_publish, "about_unit": about_unit, "repeated": repeated, "section": section,
                      "remark": remark}  # fmt: skip
    return _enter(request, given, person.name, person.unit, "/unit/register")


@router.get("/console/entry")
def entry_form(request: Request) -> Response:
    must_be(request, *allowed("/console/entry"))
    return _form(request)


@router.post("/console/entry")
def entry(
    request: Request, channel: Annotated[Channel, Form()], text: Text, title: _Short = "", phone: _Short = "",
    name: _Short = "", at: _Short = "", place: _Short = "", answer: Text = "", answered: _Tick = "",
    confidential: _Tick = "", may_publish: _Tick = "",
) -> Response:  # fmt: skip
    person = must_be(request, *allowed("/console/entry"))
    given = _EMPTY | {"channel": channel.value, "text": text, "title": title, "phone": phone, "name": name, "at": at,
             "place": place, "answer": answer, "answered": answered, "confidential": confidential,
             "may_publish": may_publish}  # fmt: skip
    return _enter(request, given, person.name, None, "/console/entry")


def _enter(request: Request, given: dict[str, Any], agent: str, unit: str | None, to: str) -> Response:
    house = house_of(request)
    number = plain_phone(given["phone"]) if given["phone"].strip() else None
    if given["phone"].strip() and number is None:
        raise BadInput("电话号码有误，请核对。")
    entered = Entry(
        channel=Channel(given["channel"]), at=_moment(request, given["at"]), text=given["text"],
        title=given["title"], name=given["name"], phone=number, place=given["place"],
        answered=bool(given["answered"]), answer=given["answer"], confidential=bool(given["confidential"]),
        may_publish=bool(given["may_publish"]), about_unit=given["about_unit"], repeated=bool(given["repeated"]),
        section=given["section"], remark=given["remark"],
    )  # fmt: skip
    code = enter(house, entered, agent, unit, house.now())
    return back(to, f"已登记，查询码 {code}。")


def _moment(request: Request, typed: str) -> datetime | None:
    """Local time as the form has it; None where nothing was typed."""
    found = moment_asked(typed, "at", "时间")
    return found.replace(tzinfo=house_of(request).settings.zone) if found else None


def _present(request: Request) -> str:
    """This minute, as the form has it."""
    house = house_of(request)
    return f"{house.now().astimezone(house.settings.zone):%Y-%m-%dT%H:%M}"


def _form(request: Request, at: str = "") -> Response:
    return pages(request).show(request, "entry.html", {"at": at, "channels": BY_HAND})
