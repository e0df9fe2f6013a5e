"""The promise ledger: confirm or strike what the machine found, close what units report, reopen what did not hold."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session

from console.web.context import Line, Seen, back, house_of, must_be, pages
from console.web.marking import marked
from console.web.menu import allowed
from flows.ledger_rates import rates_table
from models.actions import promise_entry, promises
from models.actions.as_seen import last_step, must_be_as_shown
from models.actions.promise_entry import Spoken
from models.actions.promise_step import locked
from models.actors import Actor
from models.asked import day_asked, place_asked, year_asked
from models.database import reading, writing
from models.errors import BadInput
from models.promise_words import PromiseSource, PromiseState
from models.queries.ledger import (
    PAGE,
    PromiseFilter,
    count_promises,
    list_promises,
    promise_counts,
    whole_promise,
)
from models.queries.people import names
from models.vocabulary import Role

router = APIRouter()
Act = Callable[[Session, Actor, datetime], object]
Day = Annotated[str, Form(max_length=10)]
Code = Annotated[str, Form(max_length=60)]


@router.get("/console/ledger")
def listed(
    request: Request, state: str = "", unit: str = "", overdue: str = "", before: str = "", source: str = "",
    undated: str = "", asked: str = "",
) -> Response:  # fmt: skip
    person = must_be(request, *allowed("/console/ledger"))
    house = house_of(request)
    today = house.today()
    wanted = PromiseFilter(
        states=(state,) if state else (), unit=unit or None, overdue_on=today if overdue else None,
        before=place_asked(before), source=source or None, undated=bool(undated),
        asked=bool(asked),
    )  # fmt: skip
    with reading(house.engine) as session:
        lines, counts = list_promises(session, person.actor, wanted), promise_counts(session, person.actor)
        waiting = {name: count_promises(session, person.actor, of) for name, of in _waiting(today).items()}
    chosen = {"state": state, "unit": unit, "overdue": overdue, "source": source, "undated": undated, "asked": asked}
    values = {"lines": lines, "counts": counts, "asked": chosen, "waiting": waiting,
              "total": counts.total() - counts[PromiseState.STRUCK],
              "more": lines[-1].promise.id if len(lines) == PAGE else None}  # fmt: skip
    return pages(request).show(request, "ledger.html", values)


def _waiting(today: date) -> dict[str, PromiseFilter]:
    """The tabs that lie across the states."""
    return {
        "overdue": PromiseFilter(overdue_on=today), "undated": PromiseFilter(undated=True),
        "asked": PromiseFilter(asked=True),
    }  # fmt: skip


@router.get("/console/ledger/rates")
def rates(request: Request, year: str = "") -> Response:
    must_be(request, *allowed("/console/ledger"))
    house = house_of(request)
    rows, formulas = rates_table(house, year_asked(year, house.today().year + 1), house.now())
    return pages(request).show(request, "ledger_rates.html", {"rows": rows, "formulas": formulas, "year": year})


@router.get("/console/ledger/new")
def blank(request: Request) -> Response:
    must_be(request, Role.MODERATOR, Role.SUPERVISOR)
    return pages(request).show(request, "ledger_new.html", {})


@router.post("/console/ledger/new")
def enter(
    request: Request, source: Annotated[PromiseSource, Form()], unit: Code, text: Line, made_on: Day,
    where: Annotated[str, Form(max_length=200)], due: Day = "", url: Annotated[str, Form(max_length=500)] = "",
) -> Response:  # fmt: skip
    """手工登记."""
    actor = must_be(request, Role.MODERATOR, Role.SUPERVISOR).actor
    house = house_of(request)
    spoken = Spoken(source, unit, text, need_day(made_on), where, day(due), url)
    with writing(house.engine) as session:
        row = promise_entry.enter_by_hand(session, house.reckoner, spoken, actor, house.now())
        entered = row.id
    return back(f"/console/ledger/{entered}", "已登记，请核对后确认。")


@router.get("/console/ledger/{promise:int}")
def one(request: Request, promise: int) -> Response:
    person = must_be(request, *allowed("/console/ledger"))
    with reading(house_of(request).engine) as session:
        whole = whole_promise(session, person.actor, promise)
        values: dict[str, Any] = {"whole": whole, "promise": whole.promise, "names": names(session),
                                  "step": last_step(session, "promise", promise)}  # fmt: skip
    entry, reply = whole.promise, whole.reply
    spans = [(entry.start, entry.end)] if entry.start is not None and entry.end is not None else []
    values["text"] = marked(reply.text, spans) if reply else []
    values["decides"] = person.role in {Role.MODERATOR, Role.SUPERVISOR}
    values["base"] = f"/console/ledger/{promise}"
    return pages(request).show(request, "promise.html", values)


def do(request: Request, promise: int, act: Act, done: str, seen: int | None = None) -> Response:
    """`seen`: the entry's last step on the form's page; what is decided is what was read."""
    person = must_be(request, Role.MODERATOR, Role.SUPERVISOR)
    house = house_of(request)
    with reading(house.engine) as session:
        whole_promise(session, person.actor, promise)
    with writing(house.engine) as session:
        locked(session, promise)
        must_be_as_shown(session, "promise", promise, seen, person.actor)
        act(session, person.actor, house.now())
    return back(f"/console/ledger/{promise}", done)


@router.post("/console/ledger/{promise}/confirm")
def confirm(
    request: Request, promise: int, due: Day = "", unit: Code = "", other: Day = "", seen: Seen = None
) -> Response:
    """`due`: the date, or one of a damaged date's readings; `other`: where none of them is meant."""
    chosen = day(due or other)
    return do(request, promise, lambda session, actor, now: promises.confirm_promise(
        session, house_of(request).reckoner, promise, actor, now, due=chosen, unit=unit or None,
    ), "已确认，开始计时。", seen)  # fmt: skip


@router.post("/console/ledger/{promise}/strike")
def strike(request: Request, promise: int, reason: Line) -> Response:
    return do(request, promise, lambda session, actor, now: promises.strike_promise(
        session, promise, reason, actor, now), "已剔除，不列为承诺。")  # fmt: skip


@router.post("/console/ledger/{promise}/report")
def report(request: Request, promise: int, progress: Line) -> Response:
    """What a unit told by telephone; somebody else then checks it."""
    return do(request, promise, lambda session, actor, now: promises.report_promise(
        session, promise, progress, actor, now), "已代为上报，等待他人核验。")  # fmt: skip


@router.post("/console/ledger/{promise}/close")
def close(
    request: Request, promise: int, state: Annotated[PromiseState, Form()], reason: Line = "", seen: Seen = None
) -> Response:
    return do(request, promise, lambda session, actor, now: promises.close_promise(
        session, promise, state, reason.strip() or None, actor, now), f"已销号：{state.label}。", seen)  # fmt: skip


@router.post("/console/ledger/{promise}/send-back")
def send_back(request: Request, promise: int, reason: Line, seen: Seen = None) -> Response:
    return do(request, promise, lambda session, actor, now: promises.send_back_promise(
        session, promise, reason, actor, now), "已退回承办单位继续履行。", seen)  # fmt: skip


@router.post("/console/ledger/{promise}/reopen")
def reopen(request: Request, promise: int, reason: Line, due: Day) -> Response:
    until = need_day(due)
    return do(request, promise, lambda session, actor, now: promises.reopen_promise(
        session, house_of(request).reckoner, promise, reason, until, actor, now), "已重新履行，开始计时。")  # fmt: skip


@router.post("/console/ledger/{promise}/assign")
def assign(request: Request, promise: int, unit: Code) -> Response:
    return do(request, promise, lambda session, actor, now: promise_entry.assign_promise(
        session, house_of(request).reckoner, promise, unit, actor, now), "已指定责任单位。")  # fmt: skip


@router.post("/console/ledger/{promise}/expand/{group}")
def expand(request: Request, promise: int, group: int, units: Annotated[list[str], Form()]) -> Response:
    return do(request, promise, lambda session, actor, now: promise_entry.expand_group(
        session, house_of(request).reckoner, promise, group, units, actor, now), "已展开。")  # fmt: skip


def day(text: str) -> date | None:
    return day_asked(text, "due", "日期")


def need_day(text: str) -> date:
    found = day(text)
    if found is None:
        raise BadInput("请填写日期，如 2026-03-31。")
    return found
