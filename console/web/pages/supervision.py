"""督办: what waits for a signature, what was sent, what units answered; and the paper itself, for A4."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.web.context import Line, Seen, Text, back, house_of, must_be, pages
from console.web.menu import allowed
from models.actions import supervising
from models.actions.as_seen import last_step
from models.actions.supervising import Wording
from models.database import reading, writing
from models.errors import BadInput
from models.queries.orders import find_order
from models.queries.people import names
from models.queries.supervision import find_instruction, list_instructions
from models.vocabulary import InstructionKind, InstructionStatus, Role

router = APIRouter()
_ROOM = "/console/supervision"
_Short = Annotated[str, Form(max_length=60)]
_Place = Annotated[str, Form(max_length=200)]
_Day = Annotated[date | None, Form()]


@router.get(_ROOM)
def listed(request: Request, status: str = InstructionStatus.DRAFT.value, kind: str = "") -> Response:
    person = must_be(request, *allowed(_ROOM))
    with reading(house_of(request).engine) as session:
        lines = list_instructions(session, person.actor, status or None, kind or None)
        values = {"lines": lines, "status": status, "kind": kind, "names": names(session)}
    return pages(request).show(request, "supervision.html", values)


@router.post(_ROOM)
def draft(
    request: Request, kind: Annotated[InstructionKind, Form()], unit: Annotated[str, Form(max_length=60)],
    matter: Line, demand: Line, feedback_due: _Day = None, contact: _Short = "", number: Line = "",
    meeting: _Place = "",
) -> Response:  # fmt: skip
    person = must_be(request, Role.SUPERVISOR)
    house = house_of(request)
    with reading(house.engine) as session:
        order = find_order(session, person.actor, number.strip().upper()) if number.strip() else None
    with writing(house.engine) as session:
        wording = Wording(matter, demand, feedback_due, contact, meeting)
        row = supervising.draft(session, house.reckoner, kind, unit, wording, person.actor, house.now(),
                                order_id=order.id if order else None)  # fmt: skip
        to = f"{_ROOM}/{row.id}"
    return back(to, "已拟稿，须由另一位督办员签发。")


@router.get(_ROOM + "/{instruction}")
def one(request: Request, instruction: int) -> Response:
    person = must_be(request, *allowed(_ROOM))
    with reading(house_of(request).engine) as session:
        line = find_instruction(session, person.actor, instruction)
        values = {"line": line, "names": names(session), "step": last_step(session, "instruct", instruction)}
        return pages(request).show(request, "instruction.html", values)


@router.get(_ROOM + "/{instruction}/paper")
def paper(request: Request, instruction: int) -> Response:
    person = must_be(request, *allowed(_ROOM), Role.UNIT)
    with reading(house_of(request).engine) as session:
        line = find_instruction(session, person.actor, instruction)
        if line.row.signed_at is None:
            raise BadInput("还没有签发，没有正式文书。")
        return pages(request).show(request, "instruction_paper.html", {"line": line, "names": names(session)})


@router.post(_ROOM + "/{instruction}/issue")
def issue(
    request: Request, instruction: int, matter: Line, demand: Line, feedback_due: _Day = None, contact: _Short = "",
    meeting: _Place = "",
) -> Response:  # fmt: skip
    person = must_be(request, Role.SUPERVISOR)
    house = house_of(request)
    with writing(house.engine) as session:
        wording = Wording(matter, demand, feedback_due, contact, meeting)
        row = supervising.issue(session, house.reckoner, instruction, wording, person.actor, house.now())
        said = f"已签发 {row.number}，并通知承办单位。"
    return back(f"{_ROOM}/{instruction}", said)


@router.post(_ROOM + "/{instruction}/drop")
def drop(request: Request, instruction: int, why: Line) -> Response:
    person = must_be(request, Role.SUPERVISOR)
    house = house_of(request)
    with writing(house.engine) as session:
        supervising.drop(session, instruction, why, person.actor, house.now())
    return back(_ROOM, "已登记为不予发出。")


@router.post(_ROOM + "/{instruction}/verify")
def verify(request: Request, instruction: int, verdict: Line, again_by: _Day = None, seen: Seen = None) -> Response:
    person = must_be(request, Role.SUPERVISOR)
    house = house_of(request)
    with writing(house.engine) as session:
        supervising.verify(session, house.reckoner, instruction, verdict, person.actor, house.now(),
                           again_by=again_by, seen=seen)  # fmt: skip
    return back(f"{_ROOM}/{instruction}", "已登记核查意见。")


@router.get("/unit/supervision")
def mine(request: Request) -> Response:
    person = must_be(request, Role.UNIT)
    with reading(house_of(request).engine) as session:
        lines = list_instructions(session, person.actor)
        return pages(request).show(request, "unit_supervision.html", {"lines": lines, "names": names(session)})


@router.post("/unit/supervision/{instruction}/answer")
def answer(request: Request, instruction: int, text: Text) -> Response:
    person = must_be(request, Role.UNIT)
    house = house_of(request)
    with writing(house.engine) as session:
        supervising.answer(session, instruction, text, person.actor, house.now())
    return back("/unit/supervision", "已反馈，等待核查。")
