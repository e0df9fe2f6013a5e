"""What opinion says to policy: 出台前风险评估, 公开后解读, 共性问题. Office and unit see the same pages."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.accounts import SignedIn
from console.web.context import Line, Seen, Text, back, house_of, must_be, pages
from console.web.downloads import download
from console.web.menu import allowed
from console.web.pages.opinion import Moment, local
from flows.paper_matters import print_policy
from models.actions import opinion_policies
from models.actions.as_seen import last_step
from models.actions.opinion_policies import Assessment, Problem
from models.database import reading, writing
from models.opinion_words import RiskLevel, RiskVerdict
from models.queries.opinion import find_policy, find_problem, history_of, list_policies, list_problems
from models.queries.people import names
from models.vocabulary import Role

router = APIRouter()
OFFICE, UNIT = "/console/policies", "/unit/policies"
_Day = Annotated[date, Form()]


def _must_be(request: Request) -> SignedIn:
    return must_be(request, *allowed(OFFICE), Role.UNIT)


def _room(person: SignedIn) -> str:
    return "/unit" if person.role is Role.UNIT else "/console"


@router.get(OFFICE)
@router.get(UNIT)
def listed(request: Request) -> Response:
    roles = allowed(UNIT if request.url.path == UNIT else OFFICE)
    person = must_be(request, *roles)
    with reading(house_of(request).engine) as session:
        values = {"policies": list_policies(session, person.actor), "problems": list_problems(session, person.actor),
                  "room": _room(person)}  # fmt: skip
        return pages(request).show(request, "policies.html", values)


@router.post(OFFICE)
def plan(request: Request, title: Line, planned_on: _Day, unit: Line = "") -> Response:
    person, house = _must_be(request), house_of(request)
    with writing(house.engine) as session:
        row = opinion_policies.plan_policy(
            session, house.reckoner, title, person.unit or unit, planned_on, person.actor, house.now()
        )
        to = f"{_room(person)}/policies/{row.id}"
    return back(to, "已登记，出台前须完成舆情风险评估。")


@router.get(OFFICE + "/{policy}")
@router.get(UNIT + "/{policy}")
def one(request: Request, policy: int) -> Response:
    person = _must_be(request)
    with reading(house_of(request).engine) as session:
        row, clocks = find_policy(session, person.actor, policy)
        values = {"row": row, "clocks": clocks, "names": names(session), "room": _room(person),
                  "history": history_of(session, "policy", policy),
                  "step": last_step(session, "policy", policy)}  # fmt: skip
        return pages(request).show(request, "policy.html", values)


@router.get(OFFICE + "/{policy}/paper.docx")
@router.get(UNIT + "/{policy}/paper.docx")
def paper(request: Request, policy: int) -> Response:
    person, house = _must_be(request), house_of(request)
    printed = print_policy(house, person.actor, policy, house.now())
    return download(printed.content, printed.name)


@router.post(UNIT + "/{policy}/assess")
def assess(
    request: Request, policy: int, affected: Text, risks: Text, level: Annotated[RiskLevel, Form()], measures: Text
) -> Response:
    person, house = must_be(request, Role.UNIT), house_of(request)
    with writing(house.engine) as session:
        said = Assessment(affected, risks, level, measures)
        opinion_policies.submit_assessment(session, policy, said, person.actor, house.now())
    return back(f"{UNIT}/{policy}", "已提交评估，等待审核。")


@router.post(OFFICE + "/{policy}/judge")
def judge(
    request: Request, policy: int, verdict: Annotated[RiskVerdict, Form()], why: Text, seen: Seen = None
) -> Response:
    person, house = must_be(request, *allowed(OFFICE)), house_of(request)
    with writing(house.engine) as session:
        opinion_policies.judge_assessment(session, policy, verdict, why, person.actor, house.now(), seen=seen)
    return back(f"{OFFICE}/{policy}", "已登记评估结论。")


@router.post(OFFICE + "/{policy}/publish")
def publish(request: Request, policy: int, public_at: Moment, url: Line, against: Line = "") -> Response:
    person, house = _must_be(request), house_of(request)
    with writing(house.engine) as session:
        opinion_policies.publish_policy(session, house.reckoner, policy, local(request, public_at), url, person.actor,
                                        house.now(), against=against)  # fmt: skip
    return back(f"{_room(person)}/policies/{policy}", "已登记公开，解读时限开始计算。")


@router.post(OFFICE + "/{policy}/interpret")
def interpret(request: Request, policy: int, at: Moment, url: Line) -> Response:
    person, house = _must_be(request), house_of(request)
    with writing(house.engine) as session:
        opinion_policies.interpret_policy(session, policy, local(request, at), url, person.actor, house.now())
    return back(f"{_room(person)}/policies/{policy}", "已登记解读。")


@router.post("/console/problems")
def open_problem(
    request: Request, unit: Line, problem: Text, basis: Text, demand: Text, due_on: _Day, case: Line = ""
) -> Response:
    person, house = must_be(request, *allowed(OFFICE)), house_of(request)
    with writing(house.engine) as session:
        said = Problem(problem, basis, demand)
        row = opinion_policies.open_problem(session, house.reckoner, unit, said, due_on, person.actor, house.now(),
                                            case_id=int(case) if case.isdecimal() else None)  # fmt: skip
        to = f"/console/problems/{row.id}"
    return back(to, "已反馈给政策制定单位，按期跟踪。")


@router.get("/console/problems/{problem}")
@router.get("/unit/problems/{problem}")
def one_problem(request: Request, problem: int) -> Response:
    person = _must_be(request)
    with reading(house_of(request).engine) as session:
        row, case = find_problem(session, person.actor, problem)
        values = {"row": row, "case": case, "names": names(session), "room": _room(person),
                  "history": history_of(session, "problem", problem),
                  "step": last_step(session, "problem", problem)}  # fmt: skip
        return pages(request).show(request, "problem.html", values)


@router.post("/unit/problems/{problem}/answer")
def answer(request: Request, problem: int, text: Text, adopted: Annotated[bool, Form()]) -> Response:
    person, house = must_be(request, Role.UNIT), house_of(request)
    with writing(house.engine) as session:
        opinion_policies.answer_problem(session, problem, text, person.actor, house.now(), adopted=adopted)
    return back(f"/unit/problems/{problem}", "已反馈采纳情况，等待核实。")


@router.post("/console/problems/{problem}/settle")
def settle(request: Request, problem: int, note: Text, done: Annotated[bool, Form()], seen: Seen = None) -> Response:
    person, house = must_be(request, *allowed(OFFICE)), house_of(request)
    with writing(house.engine) as session:
        opinion_policies.settle_problem(session, problem, note, person.actor, house.now(), done=done, seen=seen)
    return back(f"/console/problems/{problem}", "已销号。" if done else "已退回重报。")
