"""来电登记表: a unit's own calls, all units' for the centre; on the screen, and as a sheet that prints on A4.

What an office fills in later (拟办意见, 备注 …) is written on the page of one call, with what it said before.
"""

import uuid
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.web.context import back, house_of, must_be, pages
from console.web.downloads import download
from console.web.menu import allowed
from flows.call_register import COLUMNS, call_page, register_rows
from flows.paper_periods import between
from flows.papers import print_roll
from models.actions.calls import FIELDS, CallNotes, amend_call
from models.actors import Actor
from models.asked import BadAsked, in_order, span_asked
from models.database import writing
from models.vocabulary import Role

router = APIRouter()
_LONGEST = timedelta(days=366)
_OWN, _ALL = "/unit/register/table", "/console/calls"
_Text = Annotated[str, Form(max_length=4000)]
_Tick = Annotated[str, Form(max_length=5)]


@router.get(_OWN)
def own(request: Request, first: str = "", last: str = "") -> Response:
    return _table(request, must_be(request, Role.UNIT).actor, _OWN, first, last, None)


@router.get(_OWN + ".xlsx")
def own_sheet(request: Request, first: str = "", last: str = "") -> Response:
    return _sheet(request, must_be(request, Role.UNIT).actor, first, last, None)


@router.get(_ALL)
def everybodys(request: Request, first: str = "", last: str = "", unit: str = "") -> Response:
    return _table(request, must_be(request, *allowed("/console/callbacks")).actor, _ALL, first, last, unit or None)


@router.get(_ALL + ".xlsx")
def everybodys_sheet(request: Request, first: str = "", last: str = "", unit: str = "") -> Response:
    return _sheet(request, must_be(request, *allowed("/console/callbacks")).actor, first, last, unit or None)


@router.get("/unit/register/calls/{call}")
def own_call(request: Request, call: uuid.UUID) -> Response:
    return _call(request, must_be(request, Role.UNIT).actor, call, writes=True)


@router.get("/console/calls/{call}")
def anybodys_call(request: Request, call: uuid.UUID) -> Response:
    actor = must_be(request, *allowed("/console/callbacks")).actor
    return _call(request, actor, call, writes=actor.role is Role.MODERATOR)


@router.post("/unit/register/calls/{call}")
def amend_own(
    request: Request, call: uuid.UUID, version: Annotated[int, Form()], about_unit: _Text = "", section: _Text = "",
    proposal: _Text = "", remark: _Text = "", repeated: _Tick = "",
) -> Response:  # fmt: skip
    said = CallNotes(about_unit, bool(repeated), section, proposal, remark)
    return _amend(request, must_be(request, Role.UNIT).actor, call, said, version)


@router.post("/console/calls/{call}")
def amend_anybodys(
    request: Request, call: uuid.UUID, version: Annotated[int, Form()], about_unit: _Text = "", section: _Text = "",
    proposal: _Text = "", remark: _Text = "", repeated: _Tick = "",
) -> Response:  # fmt: skip
    said = CallNotes(about_unit, bool(repeated), section, proposal, remark)
    return _amend(request, must_be(request, Role.MODERATOR).actor, call, said, version)


def _call(request: Request, actor: Actor, call: uuid.UUID, *, writes: bool) -> Response:
    line, cells, known = call_page(house_of(request), actor, call)
    values: dict[str, Any] = {
        "line": line, "cells": cells, "names": known, "fields": FIELDS, "writes": writes,
        "table": _OWN if actor.role is Role.UNIT else _ALL,
    }  # fmt: skip
    return pages(request).show(request, "call.html", values)


def _amend(request: Request, actor: Actor, call: uuid.UUID, said: CallNotes, version: int) -> Response:
    house = house_of(request)
    with writing(house.engine) as session:
        changed = amend_call(session, call, said, version, actor, house.now())
    room = "/unit/register/calls" if actor.role is Role.UNIT else _ALL
    return back(f"{room}/{call}", f"已保存，改动 {changed} 项，原来的内容留在记录中。" if changed else "内容没有变化。")


def _table(request: Request, actor: Actor, base: str, first: str, last: str, unit: str | None) -> Response:
    begin, end = _days(request, first, last)
    values: dict[str, Any] = {
        "rows": register_rows(house_of(request), actor, begin, end, unit), "columns": COLUMNS, "base": base,
        "room": "/unit/register/calls" if base == _OWN else _ALL,
        "first": begin, "last": end, "unit": unit or "",
    }  # fmt: skip
    return pages(request).show(request, "call_register.html", values)


def _sheet(request: Request, actor: Actor, first: str, last: str, unit: str | None) -> Response:
    house = house_of(request)
    begin, end = _days(request, first, last)
    days = between(begin.isoformat(), end.isoformat(), end)
    printed = print_roll(house, actor, "calls", "xlsx", days, house.now(), unit=unit)
    return download(printed.content, f"来电登记表{begin}至{end}.xlsx")


def _days(request: Request, first: str, last: str) -> tuple[date, date]:
    """This month unless said otherwise; at most a year."""
    since, until = span_asked(first, last)
    end = until or house_of(request).today()
    begin = since or end.replace(day=1)
    in_order(begin, end)
    if end - begin > _LONGEST:
        raise BadAsked("first", f"起日 {begin} 至止日 {end} 超过一年，请分次查看。")
    return begin, end
