"""The promise ledger: confirm or strike what the machine found, close what units report."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session

from console.web.context import back, house_of, must_be, pages
from console.web.marking import marked
from console.web.menu import allowed
from models.actions import promises
from models.actors import Actor
from models.database import reading, writing
from models.errors import BadInput
from models.queries.ledger import (
    PAGE,
    PromiseFilter,
    list_promises,
    promise_counts,
    whole_promise,
)
from models.queries.people import names
from models.vocabulary import PromiseState, Role

router = APIRouter()
_Act = Callable[[Session, Actor, datetime], object]
_Line = Annotated[str, Form(max_length=2000)]


@router.get("/console/ledger")
def listed(request: Request, state: str = "", unit: str = "", overdue: str = "", before: str = "") -> Response:
    person = must_be(request, *allowed("/console/ledger"))
    house = house_of(request)
    today = house.now().astimezone(house.settings.zone).date()
    wanted = PromiseFilter(
        states=(state,) if state else (), unit=unit or None, overdue_on=today if overdue else None,
        before=int(before) if before.isdecimal() else None,
    )  # fmt: skip
    with reading(house.engine) as session:
        lines, counts = list_promises(session, person.actor, wanted), promise_counts(session, person.actor)
    asked = {"state": state, "unit": unit, "overdue": overdue}
    values = {"lines": lines, "counts": counts, "asked": asked, "total": counts.total(),
              "more": lines[-1].promise.id if len(lines) == PAGE else None}  # fmt: skip
    return pages(request).show(request, "ledger.html", values)


@router.get("/console/ledger/{promise}")
def one(request: Request, promise: int) -> Response:
    person = must_be(request, *allowed("/console/ledger"))
    with reading(house_of(request).engine) as session:
        whole = whole_promise(session, person.actor, promise)
        values = {"whole": whole, "promise": whole.promise, "names": names(session)}
    entry, reply = whole.promise, whole.reply
    values["text"] = marked(reply.text, [(entry.start, entry.end)]) if reply else []
    values["decides"] = person.role in {Role.MODERATOR, Role.SUPERVISOR}
    return pages(request).show(request, "promise.html", values)


def _do(request: Request, promise: int, act: _Act, done: str) -> Response:
    person = must_be(request, Role.MODERATOR, Role.SUPERVISOR)
    house = house_of(request)
    with reading(house.engine) as session:
        whole_promise(session, person.actor, promise)
    with writing(house.engine) as session:
        act(session, person.actor, house.now())
    return back(f"/console/ledger/{promise}", done)


@router.post("/console/ledger/{promise}/confirm")
def confirm(request: Request, promise: int, due: Annotated[str, Form(max_length=10)] = "") -> Response:
    day = _day(due)
    return _do(request, promise, lambda session, actor, now: promises.confirm_promise(
        session, house_of(request).reckoner, promise, actor, now, due=day), "已确认，开始计时。")  # fmt: skip


@router.post("/console/ledger/{promise}/strike")
def strike(request: Request, promise: int, reason: _Line) -> Response:
    return _do(request, promise, lambda session, actor, now: promises.strike_promise(
        session, promise, reason, actor, now), "已剔除，不列为承诺。")  # fmt: skip


@router.post("/console/ledger/{promise}/close")
def close(request: Request, promise: int, state: Annotated[PromiseState, Form()], reason: _Line = "") -> Response:
    return _do(request, promise, lambda session, actor, now: promises.close_promise(
        session, promise, state, reason.strip() or None, actor, now), f"已销号：{state.label}。")  # fmt: skip


@router.post("/console/ledger/{promise}/send-back")
def send_back(request: Request, promise: int, reason: _Line) -> Response:
    return _do(request, promise, lambda session, actor, now: promises.send_back_promise(
        session, promise, reason, actor, now), "已退回承办单位继续履行。")  # fmt: skip


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"期限“{text}”不是日期，应如 2026-03-31。") from None
