"""From dispatch to hand-over: 派单, 签收, 退单, 更正领域."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from models.actions.avoiding import avoided, must_not_reach
from models.actions.clocks import hand_over, order_rule, start_co_clocks, start_order_clock, stop_clocks
from models.actions.deciding import decide
from models.actions.ending import end_parts
from models.actions.notice_rows import Telling, tell
from models.actions.stage_clocks import OF_UNIT, begin_at_unit, looked_at, wait_at_desk
from models.actions.step import locked, move
from models.actors import Actor
from models.calling_words import CallbackStatus
from models.errors import BadInput, Conflict, NotAllowed
from models.profile import Profile
from models.reckoning import Reckoner
from models.tables.ledger import Callback
from models.tables.messages import Message
from models.tables.orders import Assignment, Correction, ReturnRequest, WorkOrder
from models.vocabulary import Procedure, Role, Stage
from models.workflow import Action


def dispatch(
    session: Session, reckoner: Reckoner, order_id: int, lead: str, actor: Actor, now: datetime, *,
    co_units: Sequence[str] = (), informed: Sequence[str] = (), rule: str = "人工派单", presumed: bool = False,
    ruled: bool = False,
) -> WorkOrder:  # fmt: skip
    """Hand the order to its lead unit (主办单位); co-units help, others are informed.

    Once it has been returned as often as the profile allows, it goes to the first unit (首派单位), unless a
    consultation `ruled` otherwise.
    """
    actor.must_be(Role.MODERATOR)
    order = locked(session, order_id)
    if order.procedure == Procedure.ACCUSATION:
        raise NotAllowed(f"检举控告件 {order.number} 不得派往承办单位，请由专办员按检举控告工作规则处理。")
    for unit in (lead, *co_units, *informed):
        reckoner.profile.unit(unit)
    must_not_reach(session, reckoner.profile, order, (lead, *co_units, *informed))
    if not ruled:
        _must_go_to_first(session, reckoner, order, lead)
    move(session, order, Action.DISPATCH, actor, now, unit=lead, rule=rule)
    order.accepted_at = order.accepted_at or now
    order.dispatched_at, order.lead_unit = now, lead
    end_parts(session, order_id, now, "改派")
    stop_clocks(session, "co_unit", order_id, now)
    parts = [("lead", lead), *(("co", u) for u in co_units), *(("informed", u) for u in informed)]
    for part, unit in parts:
        session.add(Assignment(order_id=order_id, unit=unit, part=part, rule=rule, presumed=presumed,
                               assigned_by=actor.login, assigned_at=now))  # fmt: skip
    begin_at_unit(session, reckoner, order, lead, now)
    start_co_clocks(session, reckoner, order, co_units, now)
    hand_over(session, order_id, lead)
    _move_callbacks(session, order_id, lead)
    tell_units(session, reckoner.profile, order, parts, now)
    return order


def _must_go_to_first(session: Session, reckoner: Reckoner, order: WorkOrder, lead: str) -> None:
    if order.returns < reckoner.profile.limits.returns:
        return
    statement = select(Assignment.unit).where(Assignment.order_id == order.id, Assignment.part == "lead")
    first = session.exec(statement.order_by(col(Assignment.id))).first()
    if first in avoided(session, reckoner.profile, order):
        return  # what came in later is about the first unit
    if first is not None and first != lead:
        name = reckoner.profile.unit(first).name
        raise NotAllowed(f"工单 {order.number} 已退单 {order.returns} 次，按规定由首派单位{name}办理；有争议的请会商。")


def tell_units(
    session: Session, profile: Profile, order: WorkOrder, parts: Sequence[tuple[str, str]], now: datetime
) -> None:
    """A unit is told number and domain; what the citizen wrote it reads after signing in."""
    kinds = {"lead": "dispatched", "co": "co_handling", "informed": "informed"}
    for part, unit in parts:
        telling = Telling(
            kind=kinds[part], unit=unit, subject=f"order:{order.id}", order_id=order.id, cycle=order.cycle,
            trigger=f"v{order.version}",
            facts={"number": order.number, "domain": order.domain, "urgency": order.urgency},
        )  # fmt: skip
        tell(session, profile, telling, now)


def acknowledge(session: Session, order_id: int, actor: Actor, now: datetime) -> WorkOrder:
    actor.must_be(Role.UNIT)
    order = locked(session, order_id)
    actor.must_hold(order.lead_unit)
    move(session, order, Action.ACKNOWLEDGE, actor, now, unit=order.lead_unit)
    session.execute(
        update(Assignment)
        .where(col(Assignment.order_id) == order_id, col(Assignment.ended_at).is_(None),
               col(Assignment.unit) == order.lead_unit)
        .values(acknowledged_at=now)
    )  # fmt: skip
    stop_clocks(session, "order", order_id, now, [Stage.ACKNOWLEDGE])
    return order


def ask_return(
    session: Session, reckoner: Reckoner, order_id: int, grounds: str, actor: Actor, now: datetime, *,
    suggested_unit: str | None = None,
) -> WorkOrder:  # fmt: skip
    """申请退单: with grounds, inside the window; after the loop limit the first unit keeps the order."""
    actor.must_be(Role.UNIT)
    if not grounds.strip():
        raise BadInput("退单须写明理由：职责依据或事实依据。")
    if suggested_unit:
        reckoner.profile.unit(suggested_unit)
    order = locked(session, order_id)
    actor.must_hold(order.lead_unit)
    must_not_reach(session, reckoner.profile, order, (suggested_unit,))
    _inside_window(reckoner, order, now)
    if order.returns >= reckoner.profile.limits.returns:
        raise NotAllowed(f"工单 {order.number} 已退单 {order.returns} 次，按规定由首派单位办理，不再退单。")
    move(session, order, Action.ASK_RETURN, actor, now, unit=order.lead_unit)
    session.add(ReturnRequest(order_id=order_id, unit=order.lead_unit or "", grounds=grounds.strip(),
                              suggested_unit=suggested_unit, asked_by=actor.login, asked_at=now))  # fmt: skip
    start_order_clock(session, reckoner, order, Stage.REVIEW, reckoner.profile.centre, now)  # 退单审核
    return order


def _inside_window(reckoner: Reckoner, order: WorkOrder, now: datetime) -> None:
    rule = order_rule(reckoner, order, Stage.RETURN_WINDOW)
    if rule is None or order.dispatched_at is None:
        return
    ends = reckoner.reckon(rule, order.dispatched_at).due_at.astimezone(reckoner.zone)
    if now > ends:
        raise NotAllowed(f"工单 {order.number} 的退单期限已于 {ends:%Y-%m-%d %H:%M} 届满（{rule.source}）。")


def decide_return(
    session: Session, reckoner: Reckoner, order_id: int, actor: Actor, now: datetime, *, granted: bool,
    note: str | None = None,
) -> WorkOrder:  # fmt: skip
    """退单审核: by somebody other than who asked. Granted: back to triage, the citizen's clock runs on."""
    actor.must_be(Role.MODERATOR, Role.SUPERVISOR)
    order = locked(session, order_id)
    request = session.exec(
        select(ReturnRequest).where(ReturnRequest.order_id == order_id, col(ReturnRequest.granted).is_(None))
    ).first()
    if request is None:
        raise Conflict(f"工单 {order.number} 没有待审核的退单申请，可能已有人处理，请刷新查看。")
    decide(request, "退单", actor, now, granted=granted, note=note)
    action = Action.GRANT_RETURN if granted else Action.REFUSE_RETURN
    move(session, order, action, actor, now, unit=order.lead_unit)
    session.add(request)
    if granted:
        order.returns += 1
        back_to_desk(session, reckoner, order, now, "退单")
    else:
        stop_clocks(session, "order", order_id, now, [Stage.ACKNOWLEDGE, Stage.REVIEW])
    return order


def back_to_desk(session: Session, reckoner: Reckoner, order: WorkOrder, now: datetime, reason: str) -> None:
    """No unit has a part in it any more; it waits for a moderator to send it elsewhere, the centre answering for it."""
    assert order.id is not None  # noqa: S101  (a stored row has its id)
    end_parts(session, order.id, now, reason)
    stop_clocks(session, "co_unit", order.id, now)
    stop_clocks(session, "order", order.id, now, (*OF_UNIT, Stage.REVIEW))
    order.lead_unit = None
    wait_at_desk(session, reckoner, order, now)
    hand_over(session, order.id, reckoner.profile.centre)
    _move_callbacks(session, order.id, reckoner.profile.centre)


def reclassify(
    session: Session, profile: Profile, order_id: int, actor: Actor, now: datetime, *, domain: str
) -> WorkOrder:
    """A moderator's correction: the machine learns from it, except from what is sealed."""
    actor.must_be(Role.MODERATOR, Role.INSPECTOR)
    if domain not in profile.domain_labels:
        raise BadInput(f"没有领域“{domain}”，可用：{'、'.join(profile.domain_labels)}。")
    order = locked(session, order_id)
    was = order.domain
    move(session, order, Action.RECLASSIFY, actor, now, was=was, domain=domain)
    order.domain = domain
    looked_at(session, order_id, now)
    if not order.sealed and was != domain:
        for message in session.exec(select(Message).where(Message.order_id == order_id)).all():
            session.add(Correction(message_id=message.id, field="domain", was=was, corrected=domain,
                                   by=actor.login, at=now, model_version=message.model_version))  # fmt: skip
    return order


def _move_callbacks(session: Session, order_id: int, unit: str) -> None:
    session.execute(
        update(Callback)
        .where(col(Callback.order_id) == order_id, col(Callback.status) == CallbackStatus.DUE.value)
        .values(unit=unit)
    )
