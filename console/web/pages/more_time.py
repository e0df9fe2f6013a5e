"""The centre's side of more time and of matters that several units settle: 延期, 暂停, 挂账, 会商."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from console.web.context import Line, house_of
from console.web.pages.order_actions import Codes, acting, after, do, shown
from models.actions import clock_requests, consulting, hanging
from models.actions.step import must_be_as_seen
from models.database import reading, writing
from models.vocabulary import ClockRequestKind
from models.workflow import Action

router = APIRouter(prefix="/console/orders/{number}", dependencies=[Depends(shown)])
_Day = Annotated[date | None, Form()]


@router.post("/more-time")
def decide(request: Request, number: str, granted: Annotated[bool, Form()], note: Line = "", to: Line = "") -> Response:
    """Whichever was asked for: 延期, 暂停计时 or 挂账."""
    actor, order = acting(request, number, Action.GRANT_EXTENSION)
    house = house_of(request)
    with reading(house.engine) as session:
        waiting = clock_requests.waiting_request(session, order)
    kind = ClockRequestKind(waiting.kind) if waiting else ClockRequestKind.EXTENSION
    verdict = Action(f"{'grant' if granted else 'refuse'}_{kind.value}")
    with writing(house.engine) as session:
        must_be_as_seen(session, order, request.state.seen, verdict, actor)
        settle = hanging.decide_hanging if kind is ClockRequestKind.HANGING else clock_requests.decide_request
        settle(session, house.reckoner, order, actor, house.now(), granted=granted, note=note.strip() or None)
    return after(number, verdict, to)


@router.post("/resume")
def resume(request: Request, number: str) -> Response:
    return do(request, number, Action.RESUME, lambda session, order, actor, now: clock_requests.resume(
        session, house_of(request).reckoner, order, actor, now))  # fmt: skip


@router.post("/hanging")
def review_hanging(request: Request, number: str, note: Line, review_on: _Day = None) -> Response:
    """With a day: looked at again then. Without: off the account."""
    return do(request, number, Action.REVIEW_HANGING, lambda session, order, actor, now: hanging.review_hanging(
        session, house_of(request).reckoner, order, actor, now, note=note, review_on=review_on))  # fmt: skip


@router.post("/convene")
def convene(request: Request, number: str, question: Line, units: Codes = [], meets_on: _Day = None) -> Response:  # noqa: B006
    return do(request, number, Action.CONVENE, lambda session, order, actor, now: consulting.convene(
        session, house_of(request).reckoner, order, question, units, actor, now, meets_on=meets_on))  # fmt: skip


@router.post("/conclude")
def conclude(
    request: Request, number: str, outcome: Line, lead: Annotated[str, Form(max_length=60)] = "",
) -> Response:  # fmt: skip
    return do(request, number, Action.CONCLUDE, lambda session, order, actor, now: consulting.conclude(
        session, house_of(request).reckoner, order, outcome, actor, now, lead=lead or None))  # fmt: skip
