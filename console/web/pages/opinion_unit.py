"""舆情 at a unit: the cases that a person called it to, its word on a line, and the lines that it drafts as lead."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.web.context import Seen, Text, back, house_of, must_be, pages
from models.actions import opinion_lines
from models.actions.as_seen import last_step
from models.actions.opinion_lines import WRITTEN, Points
from models.database import reading, writing
from models.queries.opinion import list_cases, whole_case
from models.vocabulary import Role

router = APIRouter()
ROOM = "/unit/opinion"


@router.get(ROOM)
def listed(request: Request) -> Response:
    person = must_be(request, Role.UNIT)
    with reading(house_of(request).engine) as session:
        return pages(request).show(request, "unit_opinion.html", {"lines": list_cases(session, person.actor)})


@router.get(ROOM + "/{case}")
def one(request: Request, case: int) -> Response:
    person = must_be(request, Role.UNIT)
    with reading(house_of(request).engine) as session:
        whole = whole_case(session, person.actor, case)
        return pages(request).show(request, "unit_opinion_case.html", {"whole": whole, "case": whole.case,
                                   "step": last_step(session, "opinion", case, WRITTEN)})  # fmt: skip


@router.post(ROOM + "/{case}/lines")
def draft(request: Request, case: int, facts: Text, measures: Text, result: Text) -> Response:
    person, house = must_be(request, Role.UNIT), house_of(request)
    with writing(house.engine) as session:
        whole_case(session, person.actor, case)
        opinion_lines.draft_line(session, case, Points(facts, measures, result), person.actor, house.now())
    return back(f"{ROOM}/{case}", "口径已拟稿。")


@router.post(ROOM + "/{case}/lines/{line}/revise")
def revise(
    request: Request, case: int, line: int, facts: Text, measures: Text, result: Text, seen: Seen = None
) -> Response:
    person, house = must_be(request, Role.UNIT), house_of(request)
    with writing(house.engine) as session:
        whole_case(session, person.actor, case)
        opinion_lines.revise_line(session, line, Points(facts, measures, result), person.actor, house.now(), seen=seen)
    return back(f"{ROOM}/{case}", "口径已修改，请舆情专员重新会商。")


@router.post(ROOM + "/{case}/lines/{line}/say")
def say(
    request: Request, case: int, line: int, agrees: Annotated[bool, Form()], text: Text = "", seen: Seen = None
) -> Response:
    person, house = must_be(request, Role.UNIT), house_of(request)
    with writing(house.engine) as session:
        whole_case(session, person.actor, case)
        opinion_lines.say(session, line, text, person.actor, house.now(), agrees=agrees, seen=seen)
    return back(f"{ROOM}/{case}", "已反馈会商意见。")
