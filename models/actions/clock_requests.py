"""延期 and 暂停计时: a unit asks with grounds, somebody else grants or refuses; both are capped by the profile."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from models.actions.clock_changes import hold_clock, lengthen_clock, movable_clocks, release_clock
from models.actions.deciding import decide
from models.actions.step import locked, move
from models.actors import Actor
from models.errors import BadInput, Conflict, NotAllowed
from models.reckoning import Reckoner
from models.tables.clocks import ClockRequest
from models.tables.orders import WorkOrder
from models.vocabulary import ClockRequestKind, OrderStatus, Role
from models.workflow import OPEN, Action

_KIND = ClockRequestKind
_ASK = {_KIND.EXTENSION: Action.ASK_EXTENSION, _KIND.PAUSE: Action.ASK_PAUSE}
_GRANT = {_KIND.EXTENSION: Action.GRANT_EXTENSION, _KIND.PAUSE: Action.GRANT_PAUSE}
_REFUSE = {_KIND.EXTENSION: Action.REFUSE_EXTENSION, _KIND.PAUSE: Action.REFUSE_PAUSE}


def ask_extension(
    session: Session, reckoner: Reckoner, order_id: int, workdays: int, grounds: str, actor: Actor, now: datetime
) -> ClockRequest:
    """申请延期, before the limit runs out and within the profile's caps."""
    order = free_to_ask(session, order_id, _KIND.EXTENSION, actor, now)
    limits = reckoner.profile.limits
    if not 1 <= workdays <= limits.extension_workdays:
        raise BadInput(f"每次延期应为 1 至 {limits.extension_workdays} 个工作日。")
    granted = _granted(session, order)
    if granted >= limits.extensions:
        raise NotAllowed(f"工单 {order.number} 已延期 {granted} 次，按规定不得再延。")
    return _ask(session, order, _KIND.EXTENSION, grounds, actor, now, workdays)


def ask_pause(
    session: Session, reckoner: Reckoner, order_id: int, grounds: str, actor: Actor, now: datetime
) -> ClockRequest:
    """申请暂停计时: the citizen must add something, or a test report is awaited."""
    order = free_to_ask(session, order_id, _KIND.PAUSE, actor, now)
    cap = reckoner.profile.limits.pause_days
    if _days_paused(session, order) >= cap:
        raise NotAllowed(f"工单 {order.number} 暂停计时已满 {cap} 天，不能再暂停。")
    return _ask(session, order, _KIND.PAUSE, grounds, actor, now, None)


def free_to_ask(session: Session, order_id: int, kind: ClockRequestKind, actor: Actor, now: datetime) -> WorkOrder:
    """The unit's own order, whose limit runs and has not run out, with no request open."""
    actor.must_be(Role.UNIT)
    order = locked(session, order_id)
    actor.must_hold(order.lead_unit)
    clocks = movable_clocks(session, order_id)
    if not clocks:
        raise Conflict(f"工单 {order.number} 没有正在计时的办理时限。")
    if any(clock.paused_at for clock in clocks):
        raise Conflict(f"工单 {order.number} 正在暂停计时或已挂账。")
    if waiting_request(session, order_id):
        raise Conflict(f"工单 {order.number} 已有一项申请待审核。")
    if any(clock.due_at < now for clock in clocks):
        raise NotAllowed(f"工单 {order.number} 的办理时限已过，不能再申请{kind.label}。")
    return order


def _ask(
    session: Session, order: WorkOrder, kind: ClockRequestKind, grounds: str, actor: Actor, now: datetime,
    workdays: int | None,
) -> ClockRequest:  # fmt: skip
    if not grounds.strip():
        raise BadInput(f"申请{kind.label}须写明理由。")
    move(session, order, _ASK[kind], actor, now, unit=order.lead_unit, workdays=workdays)
    request = ClockRequest(
        order_id=order.id or 0, cycle=order.cycle, kind=kind.value, unit=order.lead_unit or "",
        grounds=grounds.strip(), workdays=workdays, asked_by=actor.login, asked_at=now,
    )  # fmt: skip
    session.add(request)
    return request


def waiting_request(session: Session, order_id: int) -> ClockRequest | None:
    """What waits for a decision."""
    statement = select(ClockRequest).where(ClockRequest.order_id == order_id, col(ClockRequest.granted).is_(None))
    return session.exec(statement).first()


def decide_request(
    session: Session, reckoner: Reckoner, order_id: int, actor: Actor, now: datetime, *, granted: bool,
    note: str | None = None,
) -> ClockRequest:  # fmt: skip
    """By somebody other than who asked. A pause counts from the asking: our own slowness costs the unit nothing."""
    actor.must_be(Role.MODERATOR, Role.SUPERVISOR)
    order = locked(session, order_id)
    request = waiting_request(session, order_id)
    if request is None or request.kind == _KIND.HANGING.value:
        raise Conflict(f"工单 {order.number} 没有待审核的延期或暂停申请，可能已有人处理，请刷新查看。")
    kind = ClockRequestKind(request.kind)
    decide(request, kind.label, actor, now, granted=granted, note=note)
    if granted:
        _grant(session, reckoner, order, request, now)
    verdict = (_GRANT if granted else _REFUSE)[kind]
    move(session, order, verdict, actor, now, unit=request.unit, workdays=request.workdays)
    session.add(request)
    return request


def _grant(session: Session, reckoner: Reckoner, order: WorkOrder, request: ClockRequest, now: datetime) -> None:
    clocks = movable_clocks(session, request.order_id)
    if request.workdays:
        for clock in clocks:
            lengthen_clock(session, reckoner, clock, request.workdays, now)
        return
    left = reckoner.profile.limits.pause_days - _days_paused(session, order)
    request.until = request.asked_at + timedelta(days=left)
    for clock in clocks:
        hold_clock(session, clock, request.asked_at)


def resume(session: Session, reckoner: Reckoner, order_id: int, actor: Actor, now: datetime) -> bool:
    """恢复计时, by the unit or the centre, or by the sweep when the cap is reached. False: nothing was paused."""
    actor.must_be(Role.UNIT, Role.MODERATOR, Role.SUPERVISOR)
    order = locked(session, order_id)
    actor.must_hold(order.lead_unit)
    paused = running_pause(session, order_id)
    if paused is None or paused.until is None:
        return False
    ends = min(now, paused.until)
    for clock in movable_clocks(session, order_id):
        if clock.paused_at:
            release_clock(session, reckoner, clock, ends)
    paused.ended_at, paused.ended_by = ends, actor.login
    session.add(paused)
    if OrderStatus(order.status) in OPEN:
        move(session, order, Action.RESUME, actor, now, unit=order.lead_unit)
    return True


def running_pause(session: Session, order_id: int) -> ClockRequest | None:
    statement = select(ClockRequest).where(
        ClockRequest.order_id == order_id,
        col(ClockRequest.until).is_not(None),
        col(ClockRequest.ended_at).is_(None),
    )
    return session.exec(statement).first()


def pauses_to_end(session: Session, now: datetime, most: int) -> list[int]:
    """Orders whose pause has reached its cap, longest over first."""
    statement = (
        select(ClockRequest.order_id)
        .where(col(ClockRequest.until) <= now, col(ClockRequest.ended_at).is_(None))
        .order_by(col(ClockRequest.until))
        .limit(most)
    )
    return list(session.exec(statement).all())


def _granted(session: Session, order: WorkOrder) -> int:
    """How many extensions this round has had."""
    statement = select(func.count()).select_from(ClockRequest).where(
        ClockRequest.order_id == order.id, ClockRequest.cycle == order.cycle,
        ClockRequest.kind == _KIND.EXTENSION.value, col(ClockRequest.granted).is_(True),
    )  # fmt: skip
    return session.exec(statement).one()


def _days_paused(session: Session, order: WorkOrder) -> int:
    """Days of this round's ended pauses, each begun day a whole one."""
    statement = select(ClockRequest).where(
        ClockRequest.order_id == order.id,
        ClockRequest.cycle == order.cycle,
        ClockRequest.kind == _KIND.PAUSE.value,
        col(ClockRequest.ended_at).is_not(None),
    )
    spans = [pause.ended_at - pause.asked_at for pause in session.exec(statement).all() if pause.ended_at]
    return sum(-(-span // timedelta(days=1)) for span in spans)
