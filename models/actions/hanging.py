"""挂账: what can't be settled for now stands on an account with a date on which it is looked at again."""

from datetime import date, datetime, time, timedelta

from sqlmodel import Session, col, select

from models.actions.clock_changes import hold_clock, movable_clocks, release_clock
from models.actions.clock_requests import free_to_ask, waiting_request
from models.actions.clocks import start_dated_clock, stop_clocks
from models.actions.deciding import decide
from models.actions.step import locked, move
from models.actors import Actor
from models.errors import BadInput, Conflict
from models.reckoning import Reckoner
from models.tables.clocks import ClockRequest
from models.tables.orders import WorkOrder
from models.vocabulary import ClockRequestKind, Role, Stage
from models.workflow import Action

_HANGING = ClockRequestKind.HANGING


def ask_hanging(
    session: Session, reckoner: Reckoner, order_id: int, grounds: str, review_on: date, actor: Actor, now: datetime
) -> ClockRequest:
    """申请挂账, with the conditions that are missing and the day of the next look."""
    order = free_to_ask(session, order_id, _HANGING, actor, now)
    if not grounds.strip():
        raise BadInput("申请挂账须写明暂时不能办结的原因。")
    _must_be_ahead(reckoner, review_on, now, since=now)
    move(session, order, Action.ASK_HANGING, actor, now, unit=order.lead_unit, review_on=review_on.isoformat())
    request = ClockRequest(
        order_id=order_id, cycle=order.cycle, kind=_HANGING.value, unit=order.lead_unit or "", grounds=grounds.strip(),
        review_on=review_on.isoformat(), asked_by=actor.login, asked_at=now,
    )  # fmt: skip
    session.add(request)
    return request


def decide_hanging(
    session: Session, reckoner: Reckoner, order_id: int, actor: Actor, now: datetime, *, granted: bool,
    note: str | None = None,
) -> ClockRequest:  # fmt: skip
    """By a supervisor. Granted: the limits of handling stand still, and the day of the next look is chased."""
    actor.must_be(Role.SUPERVISOR)
    order = locked(session, order_id)
    request = waiting_request(session, order_id)
    if request is None or request.kind != _HANGING.value or request.review_on is None:
        raise Conflict(f"工单 {order.number} 没有待审批的挂账申请，可能已有人处理，请刷新查看。")
    decide(request, _HANGING.label, actor, now, granted=granted, note=note)
    move(session, order, Action.GRANT_HANGING if granted else Action.REFUSE_HANGING, actor, now, unit=request.unit)
    session.add(request)
    if granted:
        for clock in movable_clocks(session, order_id):
            hold_clock(session, clock, request.asked_at)
        _look_again(session, reckoner, order, date.fromisoformat(request.review_on), now)
    return request


def review_hanging(
    session: Session, reckoner: Reckoner, order_id: int, actor: Actor, now: datetime, *, note: str,
    review_on: date | None,
) -> ClockRequest:  # fmt: skip
    """挂账复查: hung on until another day, or taken off the account (`review_on` None): the limits run on."""
    actor.must_be(Role.SUPERVISOR)
    if not note.strip():
        raise BadInput("请写明复查情况。")
    order = locked(session, order_id)
    hung = hung_request(session, order_id)
    if hung is None:
        raise Conflict(f"工单 {order.number} 没有挂账。")
    if review_on is not None:
        _must_be_ahead(reckoner, review_on, now, since=hung.asked_at)
    day = review_on.isoformat() if review_on else None
    move(session, order, Action.REVIEW_HANGING, actor, now, unit=order.lead_unit, review_on=day)
    hung.note = f"{hung.note}\n{note.strip()}" if hung.note else note.strip()
    stop_clocks(session, "order", order_id, now, [Stage.HANGING])
    if review_on is not None:
        hung.review_on = day
        _look_again(session, reckoner, order, review_on, now)
    else:
        hung.ended_at, hung.ended_by = now, actor.login
        for clock in movable_clocks(session, order_id):
            if clock.paused_at:
                release_clock(session, reckoner, clock, now)
    session.add(hung)
    return hung


def hung_request(session: Session, order_id: int) -> ClockRequest | None:
    statement = select(ClockRequest).where(
        ClockRequest.order_id == order_id, ClockRequest.kind == _HANGING.value, col(ClockRequest.granted).is_(True),
        col(ClockRequest.ended_at).is_(None),
    )  # fmt: skip
    return session.exec(statement).first()


def _look_again(session: Session, reckoner: Reckoner, order: WorkOrder, day: date, now: datetime) -> None:
    due_at = datetime.combine(day, time(23, 59, 59), reckoner.zone)
    start_dated_clock(session, reckoner, order, Stage.HANGING, reckoner.profile.supervisor, due_at, now)


def _must_be_ahead(reckoner: Reckoner, day: date, now: datetime, *, since: datetime) -> None:
    """After today, and within the cap counted from when it was asked for."""
    if day <= now.astimezone(reckoner.zone).date():
        raise BadInput(f"复查日期 {day} 应在今天之后。")
    cap = reckoner.profile.limits.hanging_days
    last = since.astimezone(reckoner.zone).date() + timedelta(days=cap)
    if day > last:
        raise BadInput(f"挂账合计不超过 {cap} 天，复查日期不得晚于 {last}。")
