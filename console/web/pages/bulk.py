"""Many rows of the list at once, and the last steps taken back: each row in its own transaction.

What failed is named with its reason, the rest is done. The page after it is had by GET (console/web/outcomes.py).
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from console.accounts import SignedIn
from console.web import outcomes
from console.web.context import back, house_of, must_be
from console.web.outcomes import Outcome, carried, one_by_one
from console.web.pages.triage import asked_of
from flows.suggesting import suggested
from models.actions.avoiding import also_accuses
from models.actions.handling import dispatch, reclassify
from models.actions.merging import merge
from models.actions.step import locked, locked_both, must_be_as_seen
from models.actions.undoing import undo
from models.database import writing
from models.errors import BadInput, Conflict, NotAllowed
from models.queries.order_lists import TRIAGE_PAGE
from models.queries.orders import find_order, first_messages
from models.tables.orders import WorkOrder
from models.vocabulary import OrderStatus, Role, Urgency
from models.workflow import Action

router = APIRouter(prefix="/console/triage")
Rows = Annotated[list[str], Form(max_length=TRIAGE_PAGE)]
Code = Annotated[str, Form(max_length=60)]
Verb = Literal["accept", "dispatch", "reclassify", "merge"]
Step = Callable[[Session, WorkOrder, datetime], object]
_ACTIONS: dict[Verb, Action] = {
    "accept": Action.DISPATCH, "dispatch": Action.DISPATCH, "reclassify": Action.RECLASSIFY, "merge": Action.MERGE,
}  # fmt: skip


@router.get("/bulk")
@router.get("/undo")
def again(request: Request) -> Response:
    """A refusal stands on these addresses: asked for again, they show the list."""
    must_be(request, Role.MODERATOR)
    return RedirectResponse("/console/triage", status_code=303)


@router.post("/bulk")
def bulk(
    request: Request, act: Annotated[Verb, Form()], rows: Rows = [],  # noqa: B006
    lead: Code = "", domain: Code = "", into: Code = "",
) -> Response:  # fmt: skip
    person = must_be(request, Role.MODERATOR)
    if not rows:
        raise BadInput("还没有选择工单：请先勾选要办理的行，再点按钮。")
    seen = dict(_chosen(row) for row in rows)
    step = _step(request, person, act, lead, domain, into.strip(), seen)
    return _told(request, person, _each(request, person, act, list(seen), step))


@router.post("/undo")
def take_back(request: Request, rows: Rows = []) -> Response:  # noqa: B006
    person = must_be(request, Role.MODERATOR)
    reckoner = house_of(request).reckoner

    def step(session: Session, order: WorkOrder, now: datetime) -> None:
        undo(session, reckoner, order.id or 0, person.actor, now)

    return _told(request, person, _each(request, person, "undo", rows, step))


def _told(request: Request, person: SignedIn, outcome: Outcome) -> Response:
    """To the list as it was narrowed, with what was done."""
    asked = {name: value for name, value in asked_of(request).items() if value}
    said = {outcomes.NAME: carried(house_of(request), person.login, outcome)}
    return back(f"/console/triage?{urlencode(asked | said)}")


def _each(request: Request, person: SignedIn, act: str, rows: list[str], step: Step) -> Outcome:
    house = house_of(request)

    def take(number: str) -> None:
        with writing(house.engine) as session:
            step(session, find_order(session, person.actor, number), house.now())

    return one_by_one(act, {number: partial(take, number) for number in rows})


def _chosen(row: str) -> tuple[str, int]:
    """A row names the version that the list showed: on what somebody changed since, its reader decides anew."""
    number, _, version = row.partition(":")
    if not version.isdecimal():
        raise BadInput(f"“{row[:60]}”不是审看列表中的工单，请刷新后重新勾选。")
    return number, int(version)


def _step(
    request: Request, person: SignedIn, act: Verb, lead: str, domain: str, into: str, seen: dict[str, int]
) -> Step:
    house, actor = house_of(request), person.actor
    needed = {"dispatch": (lead, "主办单位"), "reclassify": (domain, "领域"), "merge": (into, "并入的工单")}
    value, said = needed.get(act, ("-", ""))
    if not value:
        raise BadInput(f"请先选择{said}，再批量办理。")

    def take(session: Session, order: WorkOrder, now: datetime) -> None:
        number = order.id or 0
        main = find_order(session, actor, into).id or 0 if act == "merge" else 0
        if main:
            locked_both(session, number, main)  # before one of them alone is
        _must_wait(session, order, dispatches=act in ("accept", "dispatch"))
        must_be_as_seen(session, number, seen[order.number], _ACTIONS[act], actor)
        first = first_messages(session, [order.id or 0]).get(order.id or 0)
        if act in ("accept", "dispatch") and also_accuses(order, first):
            raise NotAllowed(f"工单 {order.number} 同时涉及检举控告：不得批量派单，请打开工单处置险情，之后密封。")
        if act == "reclassify":
            reclassify(session, house.profile, number, actor, now, domain=domain)
        elif act == "merge":
            merge(session, house.profile, number, main, actor, now)
        elif act == "dispatch":
            dispatch(session, house.reckoner, number, lead, actor, now)
        else:
            offered = suggested(house.profile, order, first)
            if not offered["lead"]:
                raise BadInput(f"工单 {order.number} 没有派单建议，请逐件选择主办单位。")
            rest = {"co_units": offered["co_units"], "informed": offered["informed"], "rule": offered["rule"]}
            presumed = bool(offered["presumed"])
            dispatch(session, house.reckoner, number, offered["lead"], actor, now, presumed=presumed, **rest)

    return take


def _must_wait(session: Session, order: WorkOrder, *, dispatches: bool) -> None:
    """A second person's click must not send again what the first has sent; danger to life is a call, not a row."""
    fresh = locked(session, order.id or 0)
    if fresh.status != OrderStatus.TRIAGE:
        raise Conflict(f"工单 {order.number} 已不在审看，可能已有人处理。")
    if dispatches and fresh.urgency == Urgency.EMERGENCY:
        raise Conflict(f"工单 {order.number} 可能危及生命：请先拨打 110、119 或 120，再逐件派单。")
