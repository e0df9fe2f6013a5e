"""舆情: the list, one case and its steps. Named roles alone; what the public wrote is shown without who wrote it."""

import uuid
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session

from console.web.context import Line, Seen, Text, actor_of, back, house_of, must_be, pages
from console.web.menu import allowed
from flows.opinion_finding import find_cases
from models.actions import opinion_cases, opinion_truth, opinion_units, ringing
from models.actions.as_seen import last_step
from models.actions.opinion_cases import Found
from models.actions.opinion_lines import WRITTEN
from models.actors import Actor
from models.asked import within_reach
from models.database import reading, writing
from models.errors import BadInput
from models.opinion_words import OpinionGrade, OpinionPriority
from models.queries.opinion import feed_without_case, list_cases, whole_case
from models.queries.orders import find_order, whole_order
from models.queries.people import names

router = APIRouter()
ROOM = "/console/opinion"
Moment = Annotated[datetime, Form()]
_Act = Callable[[Session, Actor, datetime], object]


@router.get(ROOM)
def listed(request: Request, status: str = "") -> Response:
    person, house = must_be(request, *allowed(ROOM)), house_of(request)
    days = house.profile.opinion.window_days
    with reading(house.engine) as session:
        lines = list_cases(session, person.actor, status or None)
        feed = feed_without_case(session, person.actor, house.now(), days)
        values = {"lines": lines, "status": status, "feed": feed, "days": days}
        return pages(request).show(request, "opinion_list.html", values)


@router.post(ROOM)
def opened(
    request: Request, title: Line, why: Line, number: Line = "",
    items: Annotated[list[uuid.UUID] | None, Form(max_length=100)] = None,
) -> Response:  # fmt: skip
    """立项 by hand: over what was ticked of the feed, and the messages of an order that is known by its number."""
    actor = actor_of(request, *allowed(ROOM))
    house = house_of(request)
    items = items or []
    if number.strip():
        with reading(house.engine) as session:
            order = find_order(session, actor, number.strip().upper())
            items += [message.id for message in whole_order(session, actor, order.number).messages]
    if not items:
        raise BadInput("请勾选未立项的信息，或填写来件的工单号。")
    with writing(house.engine) as session:
        case = opinion_cases.open_case(
            session, house.reckoner, Found(title=title, items=list(dict.fromkeys(items)), why=[why]), actor, house.now()
        )
        to = f"{ROOM}/{case.id}"
    return back(to, "已立项，请研判定级。")


@router.post(ROOM + "/scan")
def scan(request: Request) -> Response:
    must_be(request, *allowed(ROOM))
    house = house_of(request)
    found = find_cases(house, house.now())
    return back(ROOM, f"已比对热点：新立项 {found['opened']} 件，归并来件 {found['joined']} 条。")


@router.get(ROOM + "/{case}")
def one(request: Request, case: int) -> Response:
    person = must_be(request, *allowed(ROOM))
    with reading(house_of(request).engine) as session:
        whole = whole_case(session, person.actor, case)
        ringing_now = ringing.running(session, whole.case.order_id)
        values = {"whole": whole, "case": whole.case, "names": names(session), "rings": bool(ringing_now),
                  "step": last_step(session, "opinion", case, WRITTEN),
                  "grading": last_step(session, "opinion", case, opinion_cases.GRADED),
                  "joined": [u.unit for u in whole.units if u.confirmed]}  # fmt: skip
        return pages(request).show(request, "opinion_case.html", values)


def act(request: Request, case: int, done: str, what: _Act) -> Response:
    """One step of a case by an officer, then its page."""
    by_officer(request, what)
    return back(f"{ROOM}/{case}", done)


def by_officer(request: Request, what: _Act) -> None:
    actor = actor_of(request, *allowed(ROOM))
    house = house_of(request)
    with writing(house.engine) as session:
        what(session, actor, house.now())


def local(request: Request, moment: datetime) -> datetime:
    """A form's moment is the office's wall clock."""
    within_reach(moment)
    return moment.replace(tzinfo=house_of(request).settings.zone) if moment.tzinfo is None else moment


@router.post(ROOM + "/{case}/correct")
def correct(request: Request, case: int, title: Line, first_posted_at: Moment, summary: Text = "") -> Response:
    reckoner, first = house_of(request).reckoner, local(request, first_posted_at)
    return act(request, case, "已更正。", lambda session, actor, now: opinion_cases.correct(
        session, reckoner, case, title, summary, first, actor, now))  # fmt: skip


@router.post(ROOM + "/{case}/grade")
def grade(
    request: Request, case: int, grade: Annotated[OpinionGrade, Form()], lead: Line,
    priorities: Annotated[list[OpinionPriority] | None, Form()] = None, seen: Seen = None,
) -> Response:  # fmt: skip
    reckoner = house_of(request).reckoner
    return act(request, case, "已研判定级，时限已按等级计算。", lambda session, actor, now: opinion_cases.grade(
        session, reckoner, case, grade, priorities or [], lead, actor, now, seen=seen))  # fmt: skip


@router.post(ROOM + "/{case}/dismiss")
def dismiss(request: Request, case: int, reason: Line) -> Response:
    return act(request, case, "已登记为不作舆情处置。", lambda session, actor, now: opinion_cases.dismiss(
        session, case, reason, actor, now))  # fmt: skip


@router.post(ROOM + "/{case}/units")
def add_unit(request: Request, case: int, unit: Line) -> Response:
    profile = house_of(request).profile
    return act(request, case, "已增加联动单位并通知。", lambda session, actor, now: opinion_units.add_unit(
        session, profile, case, unit, actor, now))  # fmt: skip


@router.post(ROOM + "/{case}/units/{unit}")
def decide_unit(request: Request, case: int, unit: str, joins: Annotated[bool, Form()]) -> Response:
    profile = house_of(request).profile
    done = "已确认并通知该单位。" if joins else "已登记为不需参加。"
    return act(request, case, done, lambda session, actor, now: opinion_units.decide_unit(
        session, profile, case, unit, actor, now, joins=joins))  # fmt: skip


@router.post(ROOM + "/{case}/bear-out")
def bear_out(request: Request, case: int, how: Line) -> Response:
    return act(request, case, "已记为经核实基本属实。", lambda session, actor, now: opinion_truth.bear_out(
        session, case, how, actor, now))  # fmt: skip


@router.post(ROOM + "/{case}/doubt")
def doubt(request: Request, case: int, why: Line) -> Response:
    return act(request, case, "已标注“疑似不实，待核实”。", lambda session, actor, now: opinion_truth.doubt(
        session, case, why, actor, now))  # fmt: skip


@router.post(ROOM + "/{case}/findings")
def record_finding(
    request: Request, case: int, authority: Line, finding: Text, evidence: Text, found_on: Annotated[date, Form()],
) -> Response:  # fmt: skip
    done = "已登记查明结论，须由分管领导核对后才能用于澄清。"
    zone = house_of(request).settings.zone
    return act(request, case, done, lambda session, actor, now: opinion_truth.record_finding(
        session, case, authority, finding, evidence, found_on, actor, now, today=now.astimezone(zone).date(),
    ))  # fmt: skip


@router.post(ROOM + "/{case}/findings/{finding}/check")
def check_finding(request: Request, case: int, finding: int) -> Response:
    return act(request, case, "已核对查明结论。", lambda session, actor, now: opinion_truth.check_finding(
        session, finding, actor, now))  # fmt: skip


@router.post(ROOM + "/{case}/report-up")
def report_up(request: Request, case: int, to: Line, note: Text) -> Response:
    return act(request, case, "已登记上报。", lambda session, actor, now: opinion_cases.report_up(
        session, case, to, note, actor, now))  # fmt: skip


@router.post(ROOM + "/{case}/conference")
def hold_conference(request: Request, case: int, held_at: Moment, what: Text) -> Response:
    when = local(request, held_at)
    return act(request, case, "已登记新闻发布会。", lambda session, actor, now: opinion_cases.hold_conference(
        session, case, when, what, actor, now))  # fmt: skip


@router.post(ROOM + "/{case}/confirm-ring")
def confirm_ring(request: Request, case: int) -> Response:
    actor = actor_of(request, *allowed(ROOM))
    house = house_of(request)
    with reading(house.engine) as session:
        order = whole_case(session, actor, case).case.order_id
    return act(request, case, "已确认值班呼叫。", lambda session, actor, now: ringing.confirm(
        session, order, actor, now))  # fmt: skip


@router.post(ROOM + "/{case}/close")
def close(request: Request, case: int, why: Line) -> Response:
    return act(request, case, "已办结，请由另一人作效果评估。", lambda session, actor, now: opinion_cases.close(
        session, case, why, actor, now))  # fmt: skip


@router.post(ROOM + "/{case}/reopen")
def reopen(request: Request, case: int, why: Line) -> Response:
    reckoner = house_of(request).reckoner
    return act(request, case, "已重新处置，请继续发布。", lambda session, actor, now: opinion_cases.reopen(
        session, reckoner, case, why, actor, now))  # fmt: skip


@router.post(ROOM + "/{case}/evaluate")
def evaluate(request: Request, case: int, effect: Text, lessons: Text = "") -> Response:
    return act(request, case, "已完成效果评估。", lambda session, actor, now: opinion_cases.evaluate(
        session, case, effect, lessons, actor, now))  # fmt: skip
