"""An opinion case from 发现 to 评估: opened, graded, given to units, reported up, closed, evaluated."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.actions.as_seen import must_be_as_shown
from models.actions.avoiding import avoided
from models.actions.clocks import stop_clocks
from models.actions.numbers import take_block
from models.actions.opinion_clocks import is_major, released, running, start_follow_up, start_response, timeliness
from models.actions.opinion_step import OFFICERS, held, needed, record, ring_duty, step, tell_unit
from models.actions.opinion_units import joined, must_not_be_about, propose
from models.actors import Actor
from models.bulk import insert_new
from models.errors import BadInput, Conflict, NotAllowed
from models.opinion_words import LineStatus, OpinionGrade, OpinionPart, OpinionPriority, Truth
from models.profile import Profile
from models.reckoning import Reckoner
from models.routing import Routing
from models.tables.messages import Message
from models.tables.opinion import OpinionCase, OpinionItem, OpinionLine
from models.tables.orders import WorkOrder
from models.vocabulary import CaseType, Role, Stage

GRADED = ("grade",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a case begins with. `doubt`: why it may be untrue; a machine says no more than that."""

    title: str
    items: Sequence[uuid.UUID]
    why: Sequence[str]
    doubt: str | None = None


def open_case(session: Session, reckoner: Reckoner, found: Found, actor: Actor, now: datetime) -> OpinionCase:
    """立项: its items are nobody else's case, none of them sealed; the response clock starts at once."""
    actor.must_be(Role.OPINION)
    title = needed(found.title, "请写明舆情名称。")
    messages = _free_items(session, found.items)
    first = min(messages, key=lambda message: message.received_at)
    order = session.get_one(WorkOrder, first.order_id)
    routing = _routing(session, reckoner, messages, order)
    serial = take_block(session, "opinion", 1)
    case = OpinionCase(
        number=f"YQ{now.astimezone(reckoner.zone):%Y%m%d}{serial:03d}", order_id=order.id or 0, title=title,
        domain=order.domain, region=order.region, why=list(found.why), first_posted_at=first.received_at,
        found_at=min(message.registered_at for message in messages), opened_by=actor.login,
        lead_unit=routing.lead, rule="；".join(routing.reasons), doubt=found.doubt,
        truth="doubtful" if found.doubt else "unjudged", report_to=routing.reported_to,
        liaison=routing.lead if routing.reported_to else None,
    )  # fmt: skip
    session.add(case)
    session.flush()
    _add(session, case, [message.id for message in messages], actor, now)
    record(session, case, "open", actor, now, items=len(messages))
    for unit in (routing.lead, *routing.co_units):
        part = OpinionPart.LEAD if unit == routing.lead else OpinionPart.JOINT
        propose(session, case, unit, part, routing.source, now)
    start_response(session, reckoner, case, now, major=False)
    return case


def add_items(
    session: Session, profile: Profile, case_id: int, items: Sequence[uuid.UUID], actor: Actor, now: datetime
) -> OpinionCase:
    """More of the same matter; 首发时间 goes back where an item is older."""
    actor.must_be(Role.OPINION)
    case = held(session, case_id)
    messages = _free_items(session, items)
    step(session, case, "add_items", actor, now, items=len(messages))
    _add(session, case, [message.id for message in messages], actor, now)
    must_not_be_about(session, profile, case_id, [case.lead_unit, *joined(session, case_id)])
    return case


def correct(
    session: Session, reckoner: Reckoner, case_id: int, title: str, summary: str, first_posted_at: datetime,
    actor: Actor, now: datetime,
) -> OpinionCase:  # fmt: skip
    """The officer's own words for the machine's; 首发时间 as it was traced, from which running hours are reckoned."""
    actor.must_be(*OFFICERS)
    case = held(session, case_id)
    if first_posted_at > case.found_at:
        raise BadInput("首发时间不能晚于发现时间，请核对。")
    moved = first_posted_at != case.first_posted_at
    case.title, case.summary = needed(title, "请写明舆情名称。"), summary.strip()
    case.first_posted_at = first_posted_at
    step(session, case, "correct", actor, now, moved=moved)
    if moved and running(session, case_id):
        start_response(session, reckoner, case, now, major=is_major(reckoner, case))
    return case


def grade(
    session: Session, reckoner: Reckoner, case_id: int, graded: OpinionGrade, priorities: Collection[OpinionPriority],
    lead: str, actor: Actor, now: datetime, *, seen: int | None = None,
) -> OpinionCase:  # fmt: skip
    """研判: a person says how grave it is and of which kinds; the clocks follow the grade, units are proposed.

    `seen`: the grading that the page showed, if any.
    """
    actor.must_be(*OFFICERS)
    reckoner.profile.unit(lead)
    case = held(session, case_id)
    must_be_as_shown(session, "opinion", case_id, seen, actor, GRADED)
    must_not_be_about(session, reckoner.profile, case_id, [lead])
    was_major = is_major(reckoner, case)
    case.grade, case.priorities = graded.value, [p.value for p in OpinionPriority if p in priorities]
    case.graded_by, case.graded_at = actor.login, now
    case.lead_unit = lead
    step(session, case, "grade", actor, now, grade=graded.value, priorities=case.priorities, unit=lead)
    propose(session, case, lead, OpinionPart.LEAD, "研判确定", now, by=actor)
    for rule in reckoner.profile.opinion.joint:
        if graded in rule.grades and (not rule.domains or case.domain in rule.domains):
            for unit in rule.units:
                propose(session, case, unit, OpinionPart.JOINT, rule.source, now)
    major = is_major(reckoner, case)
    if running(session, case_id) or not released(session, case_id):
        start_response(session, reckoner, case, now, major=major)
    tell_unit(session, reckoner.profile, case, "opinion_lead", lead, now)
    if major and not was_major:
        ring_duty(session, reckoner.profile, case, now)
    return case


def dismiss(session: Session, case_id: int, reason: str, actor: Actor, now: datetime) -> OpinionCase:
    """不作舆情处置: its items go on as ordinary orders."""
    actor.must_be(*OFFICERS)
    case = held(session, case_id)
    case.close_note, case.closed_by, case.closed_at = needed(reason, "须写明不作舆情处置的理由。"), actor.login, now
    step(session, case, "dismiss", actor, now)
    stop_clocks(session, "opinion", case_id, now)
    return case


def report_up(session: Session, case_id: int, to: str, note: str, actor: Actor, now: datetime) -> OpinionCase:
    """上报 (重庆高新区 2021 二(三)1): said to the upper level; the local liaison unit keeps the clock meanwhile."""
    actor.must_be(*OFFICERS)
    case = held(session, case_id)
    if case.reported_at is not None:
        raise Conflict(f"舆情 {case.number} 已上报，可能已有人办理，请刷新查看。")
    case.report_to, case.report_note = needed(to, "请写明上报给谁。")[:60], needed(note, "请写明上报内容。")
    case.reported_by, case.reported_at = actor.login, now
    step(session, case, "report_up", actor, now, to=case.report_to)
    return case


def hold_conference(
    session: Session, case_id: int, held_at: datetime, what: str, actor: Actor, now: datetime
) -> OpinionCase:
    """新闻发布会: when it was held and where it can be read; stops its clock."""
    actor.must_be(*OFFICERS)
    case = held(session, case_id)
    if case.conference_at is not None:
        raise Conflict(f"舆情 {case.number} 的新闻发布会已经登记，请刷新查看。")
    if not case.first_posted_at <= held_at <= now:
        raise BadInput("发布会举行时间应在首发时间之后、现在之前，请核对。")
    case.conference_at, case.conference_by = held_at, actor.login
    case.conference = needed(what, "请写明发布会情况。")
    step(session, case, "hold_conference", actor, now)
    stop_clocks(session, "opinion", case_id, held_at, [Stage.OPINION_CONFERENCE])
    return case


def close(session: Session, case_id: int, why: str, actor: Actor, now: datetime) -> OpinionCase:
    """办结: only what was answered in public, with no line under way and no press conference owed."""
    actor.must_be(*OFFICERS)
    case = held(session, case_id)
    if case.truth == Truth.DOUBTFUL:
        raise Conflict(f"舆情 {case.number} 仍是“疑似不实，待核实”，请先登记查明结论，或记为经核实属实，再办结。")
    lines = session.exec(select(OpinionLine).where(OpinionLine.case_id == case_id)).all()
    if not any(line.released_at for line in lines):
        raise Conflict(f"舆情 {case.number} 还没有公开回应，不能办结。")
    if under_way := [line for line in lines if line.status != LineStatus.RELEASED]:
        raise Conflict(f"舆情 {case.number} 第 {under_way[0].serial} 次口径尚未发布，不能办结。")
    if Stage.OPINION_CONFERENCE.value in {clock.stage for clock in running(session, case_id)}:
        raise Conflict(f"舆情 {case.number} 的新闻发布会尚未举行或登记，不能办结。")
    case.close_note, case.closed_by, case.closed_at = needed(why, "请写明办结理由。"), actor.login, now
    step(session, case, "close", actor, now)
    stop_clocks(session, "opinion", case_id, now)
    return case


def reopen(session: Session, reckoner: Reckoner, case_id: int, why: str, actor: Actor, now: datetime) -> OpinionCase:
    """The matter flares up again: another release is owed."""
    actor.must_be(*OFFICERS)
    case = held(session, case_id)
    case.close_note, case.closed_at = needed(why, "请写明重新处置的理由。"), None
    step(session, case, "reopen", actor, now)
    start_follow_up(session, reckoner, case, None, now)
    return case


def evaluate(session: Session, case_id: int, effect: str, lessons: str, actor: Actor, now: datetime) -> OpinionCase:
    """效果评估 (九江市意见 21), by somebody else than who closed it; in time or not is computed."""
    actor.must_be(*OFFICERS)
    case = held(session, case_id)
    actor.must_differ(case.closed_by, "办结与效果评估")
    timely = timeliness(session, case)
    releases = session.exec(select(OpinionLine).where(OpinionLine.case_id == case_id)).all()
    case.evaluation = {
        "effect": needed(effect, "请写明回应效果。"), "lessons": lessons.strip(), "timely": timely,
        "releases": len(releases),
    }  # fmt: skip
    case.evaluated_by, case.evaluated_at = actor.login, now
    step(session, case, "evaluate", actor, now, timely=timely)
    return case


def _routing(session: Session, reckoner: Reckoner, messages: Sequence[Message], order: WorkOrder) -> Routing:
    """The profile's row for all places named, past the units that an item is about (回避)."""
    places = [place for message in messages for place in message.findings.get("places", [])]
    orders = [session.get_one(WorkOrder, message.order_id) for message in messages]
    avoiding = set().union(*(avoided(session, reckoner.profile, each) for each in orders))
    said = "\n".join(f"{message.title or ''}\n{message.text or ''}" for message in messages)
    return reckoner.profile.route(order.domain, places, order.kind, CaseType.OPINION, text=said, avoiding=avoiding)


def _free_items(session: Session, ids: Sequence[uuid.UUID]) -> list[Message]:
    statement = (
        select(Message, WorkOrder.sealed, OpinionItem.case_id)
        .join(WorkOrder, col(WorkOrder.id) == col(Message.order_id))
        .join(OpinionItem, col(OpinionItem.message_id) == col(Message.id), isouter=True)
        .where(col(Message.id).in_(list(ids)))
    )
    rows = session.exec(statement).all()
    if not rows or len(rows) != len(set(ids)):
        raise BadInput("请至少选择一条来件；没有工单的来件不能立为舆情。")
    if any(sealed for _, sealed, _ in rows):
        raise NotAllowed("检举控告件不得作为舆情处置。")
    if any(case_id is not None for *_, case_id in rows):
        raise Conflict("所选来件已归入另一舆情，请刷新查看。")
    return [message for message, *_ in rows]


def _add(session: Session, case: OpinionCase, ids: Sequence[uuid.UUID], actor: Actor, now: datetime) -> None:
    insert_new(session, OpinionItem, [
        {"message_id": each, "case_id": case.id, "added_by": actor.login, "added_at": now} for each in ids
    ])  # fmt: skip
    oldest = session.exec(select(Message.received_at).where(col(Message.id).in_(list(ids)))).all()
    case.first_posted_at = min(case.first_posted_at, *oldest)
    session.add(case)
