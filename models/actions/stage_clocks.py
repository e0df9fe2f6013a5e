"""Which stage's clock runs when, and with whom: each starts and stops at its event, by the profile's limits.

审看 and 派单 run while the order waits at the desk, 签收 and 首次联系 from each dispatch, 办理 until the unit hands its
reply in, 审核 and 答复 from then on with the desk. The limit of 答复 is the citizen's: it counts from where that of
办理 began.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from models.actions.clock_changes import changes_of
from models.actions.clocks import order_rule, start_order_clock, start_reckoned, stop_clocks
from models.actions.step import locked, move
from models.actors import Actor
from models.errors import Conflict
from models.given_dates import is_given
from models.reckoning import Reckoner
from models.tables.clocks import Clock, ClockChange, DeadlineBasis
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.vocabulary import CaseType, Channel, Role, Stage
from models.workflow import Action

AT_DESK = (Stage.SCREEN, Stage.DISPATCH)
OF_UNIT = (Stage.ACKNOWLEDGE, Stage.FIRST_CONTACT)


def wait_at_desk(session: Session, reckoner: Reckoner, order: WorkOrder, now: datetime) -> None:
    """The order waits to be looked at and sent out; what is sealed is dispatched to nobody."""
    for stage in (Stage.SCREEN,) if order.sealed else AT_DESK:
        start_order_clock(session, reckoner, order, stage, reckoner.profile.centre, now)


def looked_at(session: Session, order_id: int, now: datetime) -> None:
    """审看 is done with the first thing that a person does about it; 派单 may still be owed."""
    stop_clocks(session, "order", order_id, now, [Stage.SCREEN])


def begin_at_unit(session: Session, reckoner: Reckoner, order: WorkOrder, unit: str, now: datetime) -> None:
    """The unit owes its signature, and a word to whoever can be reached."""
    assert order.id is not None  # noqa: S101  (a stored row has its id)
    stop_clocks(session, "order", order.id, now, (*AT_DESK, *OF_UNIT))
    start_order_clock(session, reckoner, order, Stage.ACKNOWLEDGE, unit, now)
    left = select(Message.channel, Message.phone, Message.email, Message.machine).where(Message.order_id == order.id)
    if any(owes_contact(order.case_type, *said) for said in session.exec(left).all()):
        start_order_clock(session, reckoner, order, Stage.FIRST_CONTACT, unit, now)


def owes_contact(case_type: str, channel: str, phone: str | None, email: str | None, machine: object = None) -> bool:
    """Whether there is anybody to contact; on a unit's own line it has spoken to the caller already."""
    reachable = bool(phone or email) and machine is None
    return reachable and case_type == CaseType.ORDER and channel != Channel.REGISTER


def record_contact(session: Session, order_id: int, actor: Actor, now: datetime) -> WorkOrder:
    """首次联系: the unit has spoken with the citizen. Once for each dispatch; what was said stands in no record."""
    actor.must_be(Role.UNIT)
    order = locked(session, order_id)
    actor.must_hold(order.lead_unit)
    if not contact_owed(session, order_id):
        raise Conflict(f"工单 {order.number} 的首次联系已经登记过，或不需要联系。")
    move(session, order, Action.CONTACT, actor, now, unit=order.lead_unit)
    stop_clocks(session, "order", order_id, now, [Stage.FIRST_CONTACT])
    return order


def contact_owed(session: Session, order_id: int) -> bool:
    return _latest(session, order_id, Stage.FIRST_CONTACT, running=True) is not None


def hand_in(session: Session, reckoner: Reckoner, order: WorkOrder, now: datetime) -> None:
    """The unit's part is done: 办理 stops, the desk's 审核 and the citizen's 答复 run. Without them 办理 runs on."""
    assert order.id is not None  # noqa: S101  (a stored row has its id)
    centre = reckoner.profile.centre
    started = [start_order_clock(session, reckoner, order, Stage.REVIEW, centre, now)]
    handling = _latest(session, order.id, Stage.HANDLE, running=True, cycle=order.cycle)
    if handling is None:
        return
    started.append(_citizens_limit(session, reckoner, order, handling))
    if any(started):
        stop_clocks(session, "order", order.id, now, [Stage.HANDLE])


def _citizens_limit(session: Session, reckoner: Reckoner, order: WorkOrder, handling: Clock) -> Clock | None:
    """What was granted to 办理, more time or a pause, was granted to the answer.

    An imported order that came with a limit of its own has no other.
    """
    rule = order_rule(reckoner, order, Stage.REPLY)
    code = session.exec(select(DeadlineBasis.rule).where(DeadlineBasis.id == handling.basis_id)).one()
    if rule is None or is_given(code):
        return None
    granted = changes_of(session, [handling.id])[handling.id]
    reckoned = reckoner.reckon_changed(rule, handling.started_at, granted)
    clock = start_reckoned(session, order, Stage.REPLY, reckoner.profile.centre, handling.started_at, reckoned)
    clock.changes = len(granted)
    session.flush()
    session.add_all(
        ClockChange(**each.model_dump(exclude={"id", "clock_id"}), clock_id=clock.id or 0) for each in granted
    )
    return clock


def take_back(session: Session, order: WorkOrder, now: datetime) -> None:
    """The reply is refused: the unit's limit runs on as if it had never stopped; the next sweep looks at it."""
    assert order.id is not None  # noqa: S101  (a stored row has its id)
    stop_clocks(session, "order", order.id, now, [Stage.REVIEW, Stage.REPLY])
    handling = _latest(session, order.id, Stage.HANDLE, running=False, cycle=order.cycle)
    if handling is None or _latest(session, order.id, Stage.HANDLE, running=True, cycle=order.cycle):
        return
    handling.stopped_at, handling.unit = None, order.lead_unit or handling.unit
    handling.next_chase_at = None if handling.paused_at else now
    session.add(handling)


def _latest(session: Session, order_id: int, stage: Stage, *, running: bool, cycle: int | None = None) -> Clock | None:
    stopped = col(Clock.stopped_at)
    statement = select(Clock).where(
        Clock.subject == "order", Clock.subject_id == order_id, Clock.stage == stage.value,
        stopped.is_(None) if running else stopped.is_not(None),
    )  # fmt: skip
    if cycle is not None:
        statement = statement.where(Clock.cycle == cycle)
    return session.exec(statement.order_by(col(Clock.id).desc())).first()
