"""The forms on an order's page. Each finds the order as this person may see it, then lets the action decide."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from sqlmodel import Session

from console.web.context import Line, Seen, back, house_of, must_be
from console.web.may import ROLES
from flows import answers
from flows.suggesting import suggested
from models.actions import accusations, avoiding, closing, handling, links, merging, replying, ringing, turning_away
from models.actions.step import locked_both, must_be_as_seen
from models.actions.turning_away import Grounds
from models.actions.urgency_changes import correct_urgency
from models.actors import Actor
from models.database import reading, writing
from models.errors import BadInput
from models.profile import Profile
from models.queries.orders import find_order, first_messages
from models.tables.orders import WorkOrder
from models.vocabulary import Role
from models.workflow import ACTION_LABELS, Action


def shown(request: Request, seen: Seen = None) -> None:
    """`seen`: the version of the order that the form's page showed; somebody may have moved it since."""
    request.state.seen = seen


router = APIRouter(prefix="/console/orders/{number}", dependencies=[Depends(shown)])
Act = Callable[[Session, int, Actor, datetime], object]
Codes = Annotated[list[str], Form(max_length=60)]


def order_id(request: Request, actor: Actor, number: str) -> int:
    """NotFound for what this person may not see, before anything is tried."""
    with reading(house_of(request).engine) as session:
        order = find_order(session, actor, number)
    assert order.id is not None  # noqa: S101  (a stored row has its id)
    return order.id


def acting(request: Request, number: str, action: Action) -> tuple[Actor, int]:
    actor = must_be(request, *ROLES[action]).actor
    return actor, order_id(request, actor, number)


def do(request: Request, number: str, action: Action, act: Act, to: str = "") -> Response:
    house = house_of(request)
    actor, found = acting(request, number, action)
    with writing(house.engine) as session:
        must_be_as_seen(session, found, request.state.seen, action, actor)
        act(session, found, actor, house.now())
    return after(number, action, to)


def after(number: str, action: Action, to: str = "") -> Response:
    lists = {"triage": "/console/triage", "returns": "/console/returns", "reviews": "/console/reviews"}
    room, _, asked = to.partition("?")
    path = lists.get(room, f"/console/orders/{number}")
    kept = f"?{urlencode(parse_qsl(asked))}" if asked and room in lists else ""  # the list as it was filtered
    return back(path + kept, f"{number} 已办理：{ACTION_LABELS[action]}。")


@router.post("/confirm-ring")
def confirm_ring(request: Request, number: str) -> Response:
    """我已知悉并处理: the duty roster is called no further."""
    actor = must_be(request, Role.MODERATOR, Role.SUPERVISOR).actor
    house = house_of(request)
    found = order_id(request, actor, number)
    with writing(house.engine) as session:
        ringing.confirm(session, found, actor, house.now())
    return back(f"/console/orders/{number}", f"{number} 已确认，不再呼叫值班人员。")


@router.post("/dispatch")
def dispatch(
    request: Request, number: str, lead: Annotated[str, Form(max_length=60)], co_units: Codes = [],  # noqa: B006
    informed: Codes = [], to: Line = "",  # noqa: B006
) -> Response:  # fmt: skip
    def act(session: Session, order: int, actor: Actor, now: datetime) -> None:
        others = [u for u in dict.fromkeys(co_units) if u != lead]
        told = [u for u in dict.fromkeys(informed) if u != lead and u not in others]
        handling.dispatch(session, house_of(request).reckoner, order, lead, actor, now, co_units=others,
                          informed=told, **_rule(session, house_of(request).profile, order, lead))  # fmt: skip

    return do(request, number, Action.DISPATCH, act, to)


def _rule(session: Session, profile: Profile, order: int, lead: str) -> dict[str, Any]:
    """The profile's row where the person took over its lead; a hand of one's own otherwise."""
    offered = suggested(profile, session.get_one(WorkOrder, order), first_messages(session, [order]).get(order))
    if offered["lead"] != lead:
        return {"rule": "人工派单", "presumed": False}
    return {"rule": offered["rule"], "presumed": bool(offered["presumed"])}


@router.post("/reclassify")
def reclassify(request: Request, number: str, domain: Annotated[str, Form(max_length=60)], to: Line = "") -> Response:
    profile = house_of(request).profile

    def act(session: Session, order: int, actor: Actor, now: datetime) -> None:
        handling.reclassify(session, profile, order, actor, now, domain=domain)

    return do(request, number, Action.RECLASSIFY, act, to)


@router.post("/urgency")
def urgency(
    request: Request, number: str, urgency: Annotated[str, Form(max_length=20)], grounds: Codes = [],  # noqa: B006
    to: Line = "",
) -> Response:  # fmt: skip
    reckoner = house_of(request).reckoner
    return do(request, number, Action.SET_URGENCY, lambda session, order, actor, now: correct_urgency(
        session, reckoner, order, actor, now, urgency=urgency, grounds=grounds), to)  # fmt: skip


@router.post("/clear-unit")
def clear_unit(request: Request, number: str, unit: Annotated[str, Form(max_length=60)], reason: Line) -> Response:
    """回避核实: the message only names the unit."""
    actor = must_be(request, Role.SUPERVISOR, Role.INSPECTOR).actor
    house = house_of(request)
    found = order_id(request, actor, number)
    with writing(house.engine) as session:
        avoiding.clear_unit(session, house.profile, found, unit, reason, actor, house.now())
    return back(f"/console/orders/{number}", f"{number} 已核实：来件不涉及该单位自身。")


@router.post("/decline")
def decline(request: Request, number: str, reason: Line, ground: Line, proper_channel: Line) -> Response:
    return _turn_away(request, number, Action.DECLINE, Grounds(reason, ground, proper_channel))


@router.post("/divert")
def divert(
    request: Request, number: str, reason: Line, ground: Line, proper_channel: Line,
    outside_number: Annotated[str, Form(max_length=60)] = "",
) -> Response:  # fmt: skip
    return _turn_away(request, number, Action.DIVERT, Grounds(reason, ground, proper_channel, outside_number))


def _turn_away(
    request: Request, number: str, action: Literal[Action.DECLINE, Action.DIVERT], grounds: Grounds
) -> Response:
    return do(request, number, action, lambda session, order, actor, now: turning_away.turn_away(
        session, order, action, grounds, actor, now))  # fmt: skip


@router.post("/void")
def void(request: Request, number: str, reason: Line) -> Response:
    return do(request, number, Action.VOID, lambda session, order, actor, now: turning_away.void(
        session, order, reason, actor, now))  # fmt: skip


@router.post("/withdraw")
def withdraw(request: Request, number: str) -> Response:
    return do(request, number, Action.WITHDRAW, turning_away.withdraw)


@router.post("/merge")
def merge(request: Request, number: str, into: Annotated[str, Form(max_length=40)], to: Line = "") -> Response:
    actor, order = acting(request, number, Action.MERGE)
    main = order_id(request, actor, into.strip())
    house = house_of(request)
    with writing(house.engine) as session:
        locked_both(session, order, main)  # before one of them alone is
        must_be_as_seen(session, order, request.state.seen, Action.MERGE, actor)
        merging.merge(session, house.profile, order, main, actor, house.now())
    return after(number, Action.MERGE, to)


@router.post("/unmerge")
def unmerge(request: Request, number: str) -> Response:
    return do(request, number, Action.UNMERGE, lambda session, order, actor, now: merging.unmerge(
        session, house_of(request).reckoner, order, actor, now))  # fmt: skip


@router.post("/return")
def decide_return(
    request: Request, number: str, granted: Annotated[bool, Form()], note: Line = "", to: Line = ""
) -> Response:
    if not granted and not note.strip():
        raise BadInput("驳回退单须写明理由。")

    def act(session: Session, order: int, actor: Actor, now: datetime) -> None:
        decided = handling.decide_return(session, house_of(request).reckoner, order, actor, now, granted=granted,
                                         note=note.strip() or None)  # fmt: skip
        if not granted:
            links.send_back(session, house_of(request).profile, decided, now)

    return do(request, number, Action.GRANT_RETURN if granted else Action.REFUSE_RETURN, act, to)


@router.post("/approve")
def approve(request: Request, number: str, override_note: Line = "", to: Line = "") -> Response:
    actor, order = acting(request, number, Action.APPROVE_REPLY)
    house = house_of(request)
    answers.approve(house, order, actor, house.now(), override_note=override_note.strip() or None,
                    seen=request.state.seen)  # fmt: skip
    return after(number, Action.APPROVE_REPLY, to)


@router.post("/refuse")
def refuse(request: Request, number: str, note: Line, to: Line = "") -> Response:
    def act(session: Session, order: int, actor: Actor, now: datetime) -> None:
        replying.refuse_reply(session, order, note, actor, now)
        links.send_back(session, house_of(request).profile, session.get_one(WorkOrder, order), now)

    return do(request, number, Action.REFUSE_REPLY, act, to)


@router.post("/close")
def close(request: Request, number: str) -> Response:
    return do(request, number, Action.CLOSE, closing.close)


@router.post("/reopen")
def reopen(request: Request, number: str, grounds: Line) -> Response:
    must_be(request, Role.MODERATOR, Role.SUPERVISOR)
    return do(request, number, Action.REOPEN, lambda session, order, actor, now: closing.reopen(
        session, house_of(request).reckoner, order, grounds, actor, now))  # fmt: skip


@router.post("/seal")
def seal(request: Request, number: str) -> Response:
    """A moderator who seals an order does not see it any more: back to the list."""
    house = house_of(request)
    do(request, number, Action.SEAL, lambda session, order, actor, now: accusations.seal_order(
        session, house.reckoner, order, actor, now))  # fmt: skip
    return back("/console/triage", f"{number} 已转为密封件，由专办员办理。")


@router.post("/unseal")
def unseal(request: Request, number: str, reason: Line) -> Response:
    house = house_of(request)
    return do(request, number, Action.UNSEAL, lambda session, order, actor, now: accusations.unseal_order(
        session, house.reckoner, order, reason, actor, now))  # fmt: skip
