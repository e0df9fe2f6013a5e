"""A unit's own room, made for a phone: its orders, calls and promises, and nothing else."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from math import inf
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session

from console.web.context import Line, Seen, Text, back, house_of, must_be, pages
from console.web.pages.callbacks import end, record
from console.web.pages.order_actions import order_id
from console.web.pages.orders import attachment, order_values
from flows import answers
from models.actions import handling, replying
from models.actions.step import must_be_as_seen
from models.actors import Actor
from models.asked import place_asked
from models.calling_words import AttemptResult, CallbackStatus
from models.database import reading, writing
from models.queries.callbacks import callback_counts, list_callbacks
from models.queries.order_lists import PAGE, OrderFilter, OrderLine, count_orders, list_orders
from models.queries.people import names
from models.vocabulary import OrderStatus, Outcome, Role
from models.workflow import OPEN_STATUSES, Action

router = APIRouter(prefix="/unit")
_Act = Callable[[Session, int, Actor, datetime], object]
_LATE = OrderFilter(statuses=OPEN_STATUSES, overdue=True)
_ENDED = tuple(s.value for s in OrderStatus if s.value not in OPEN_STATUSES)


@router.get("/")
def today(request: Request, show: str = "", before: str = "") -> Response:
    """What is due comes first: overdue, today, new."""
    person = must_be(request, Role.UNIT)
    house, actor = house_of(request), person.actor
    last = place_asked(before)
    ended = show == "ended"
    wanted = OrderFilter(statuses=_ENDED if ended else OPEN_STATUSES, before=last)
    with reading(house.engine) as session:
        lines = list_orders(session, actor, wanted, house.now())
        more = lines[-1].order.id if len(lines) == PAGE else None
        # An old order may run out tonight: what is due is asked for by itself, whichever page it would stand on.
        due = [] if ended or last else _by_limit(list_orders(session, actor, _LATE, _midnight(request)))
        groups = _groups(request, due, lines) if not ended else [("", "", lines)]
        values = {"groups": groups, "show": show, "more": more, "figures": _figures(request, session, actor)}
    return pages(request).show(request, "unit_home.html", values)


def _groups(request: Request, due: list[OrderLine], lines: list[OrderLine]) -> list[tuple[str, str, list[OrderLine]]]:
    """Anchor, heading and rows: late, due by tonight, the rest by their limits."""
    now = house_of(request).now()
    shown = {line.order.id for line in due}
    late = [line for line in due if line.due_at and line.due_at < now]
    tonight = [line for line in due if line not in late]
    rest = _by_limit([line for line in lines if line.order.id not in shown])
    groups = [("late", "已超期", late), ("tonight", "今天到期", tonight), ("rest", "其余在办", rest)]
    return [group for group in groups if group[2]]


def _by_limit(lines: list[OrderLine]) -> list[OrderLine]:
    return sorted(lines, key=lambda line: line.due_at.timestamp() if line.due_at else inf)


def _midnight(request: Request) -> datetime:
    house = house_of(request)
    tomorrow = house.now().astimezone(house.settings.zone) + timedelta(days=1)
    return tomorrow.replace(hour=0, minute=0, second=0, microsecond=0)


def _figures(request: Request, session: Session, actor: Actor) -> list[tuple[str, int, str]]:
    now = house_of(request).now()
    overdue = count_orders(session, actor, _LATE, now)
    by_tonight = count_orders(session, actor, _LATE, _midnight(request))
    fresh = count_orders(session, actor, OrderFilter(statuses=(OrderStatus.DISPATCHED.value,)), now)
    calls = callback_counts(session, actor)[CallbackStatus.DUE]
    return [("超期", overdue, "/unit/#late"), ("今天到期", by_tonight - overdue, "/unit/#tonight"),
            ("待签收", fresh, "/unit/"), ("待回电", calls, "/unit/callbacks")]  # fmt: skip


@router.get("/orders/{number}")
def one(request: Request, number: str) -> Response:
    return _page(request, number, {})


def _page(request: Request, number: str, draft: dict[str, Any]) -> Response:
    person = must_be(request, Role.UNIT)
    with reading(house_of(request).engine) as session:
        values = order_values(session, house_of(request), person.actor, number)
    lead = values["order"].lead_unit == person.unit
    values["may"] = values["may"] if lead else set()
    shown = {"text": "", "outcome": "", "checks": [], **draft}
    return pages(request).show(request, "unit_order.html", {**values, "lead": lead, "draft": shown})


@router.get("/orders/{number}/files/{message}/{index}")
def file(request: Request, number: str, message: uuid.UUID, index: int) -> Response:
    return attachment(request, must_be(request, Role.UNIT).actor, number, message, index)


def do(
    request: Request, number: str, act: _Act, done: str, *, said: Action | None = None, seen: int | None = None
) -> Response:
    """`said`, `seen`: the step that the form names, and the version of the order that its page showed."""
    actor = must_be(request, Role.UNIT).actor
    house = house_of(request)
    found = order_id(request, actor, number)
    with writing(house.engine) as session:
        if said:
            must_be_as_seen(session, found, seen, said, actor)
        act(session, found, actor, house.now())
    return back(f"/unit/orders/{number}", done)


@router.post("/orders/{number}/acknowledge")
def acknowledge(request: Request, number: str, to: Annotated[str, Form(max_length=10)] = "") -> Response:
    """From the list (`to`: home) with one thumb, or on the order's page."""
    done = do(request, number, handling.acknowledge, "已签收，请在期限内办理。")
    return back("/unit/", f"{number} 已签收，请在期限内办理。") if to == "home" else done


@router.post("/orders/{number}/return")
def ask_return(
    request: Request, number: str, grounds: Line, suggested_unit: Annotated[str, Form(max_length=60)] = "",
    seen: Seen = None,
) -> Response:  # fmt: skip
    return do(request, number, lambda session, order, actor, now: handling.ask_return(
        session, house_of(request).reckoner, order, grounds, actor, now, suggested_unit=suggested_unit or None,
    ), "退单申请已提交，等待审核。", said=Action.ASK_RETURN, seen=seen)  # fmt: skip


@router.post("/orders/{number}/reply")
def reply(
    request: Request, number: str, text: Text, outcome: Annotated[Outcome, Form()],
    check: Annotated[str, Form(max_length=1)] = "", co_note: Line = "", seen: Seen = None,
) -> Response:  # fmt: skip
    """Write the reply; with `check` only see what the gate says of the draft."""
    if check:
        found = order_id(request, must_be(request, Role.UNIT).actor, number)
        checks = answers.gate(house_of(request), found, text, outcome)
        promised = answers.found_promises(house_of(request), text, house_of(request).now())
        return _page(request, number, {"text": text, "outcome": outcome.value, "checks": checks, "promised": promised})
    return do(request, number, lambda session, order, actor, now: replying.write_reply(
        session, order, text, outcome, actor, now, co_note=co_note,
    ), "答复已提交，等待本单位另一位同事审签。", said=Action.WRITE_REPLY, seen=seen)  # fmt: skip


@router.post("/orders/{number}/check")
def check_reply(
    request: Request, number: str, text: Text = "", outcome: Annotated[str, Form(max_length=20)] = "",
) -> Response:  # fmt: skip
    """What the gate and the promise finder say of a draft, as a piece of page; nothing is kept."""
    actor = must_be(request, Role.UNIT).actor
    house = house_of(request)
    found = order_id(request, actor, number)
    promised = answers.found_promises(house, text, house.now())
    values = {"checks": answers.gate(house, found, text, outcome), "promised": promised}
    return pages(request).show(request, "_reply_checks.html", values)


@router.post("/orders/{number}/sign-off")
def sign_off(request: Request, number: str, seen: Seen = None) -> Response:
    actor = must_be(request, Role.UNIT).actor
    house = house_of(request)
    answers.sign_off(house, order_id(request, actor, number), actor, house.now(), seen=seen)
    return back(f"/unit/orders/{number}", "已审签，送服务中心审核。")


@router.post("/orders/{number}/refuse")
def refuse(request: Request, number: str, note: Line, seen: Seen = None) -> Response:
    return do(request, number, lambda session, order, actor, now: replying.refuse_sign_off(
        session, order, note, actor, now), "已退回修改。", said=Action.REFUSE_SIGN_OFF, seen=seen)  # fmt: skip


@router.get("/callbacks")
def calls(request: Request, status: str = CallbackStatus.DUE.value) -> Response:
    person = must_be(request, Role.UNIT)
    house = house_of(request)
    with reading(house.engine) as session:
        lines = list_callbacks(session, house.reckoner, person.actor, status=status, now=house.now())
        values = {"lines": lines, "status": status, "counts": callback_counts(session, person.actor),
                  "names": names(session)}  # fmt: skip
    return pages(request).show(request, "unit_callbacks.html", values)


@router.post("/callbacks/{callback}/attempts")
def attempt(
    request: Request, callback: int, result: Annotated[AttemptResult, Form()], note: Line = "",
    opinion: Annotated[str, Form(max_length=20)] = "",
) -> Response:  # fmt: skip
    actor = must_be(request, Role.UNIT).actor
    return back("/unit/callbacks", record(request, actor, callback, result, note, opinion))


@router.post("/callbacks/{callback}/give-up")
def give_up(request: Request, callback: int, reason: Line) -> Response:
    actor = must_be(request, Role.UNIT).actor
    return back("/unit/callbacks", end(request, actor, callback, reason))
