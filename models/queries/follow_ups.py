"""回访 as the centre sees it: the call list, the draws. There is no question here that a unit may ask."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from models.actors import Actor
from models.calling_words import AttemptResult, FollowUpStatus, FollowUpWhy
from models.queries.orders import first_messages
from models.reckoning import Reckoner
from models.retrying import still_to_try
from models.sampling import drawn
from models.tables.follow_ups import FollowUp, FollowUpAttempt, FollowUpDraw
from models.tables.ledger import Callback, CallbackAttempt
from models.tables.messages import Message
from models.tables.orders import Rating, Reply, WorkOrder
from models.vocabulary import CaseType, OrderStatus, Role, Satisfaction

_PAGE = 100
_ANSWERED = (OrderStatus.REPLIED.value, OrderStatus.CLOSED.value)


@dataclass(frozen=True, slots=True)
class FollowUpLine:
    """`missing`: what the retry plan still asks for before it may be closed with a reason."""

    row: FollowUp
    order: WorkOrder
    caller: Message | None
    attempts: list[FollowUpAttempt]
    missing: str


def list_follow_ups(
    session: Session, reckoner: Reckoner, actor: Actor, status: str, now: datetime, *, unit: str | None = None
) -> list[FollowUpLine]:
    """The most pressing first. What was mailed and not answered in time is to be called like the rest."""
    actor.must_be(Role.MODERATOR, Role.SUPERVISOR)
    wanted: list[Any] = [col(WorkOrder.sealed).is_(False)]
    if status == FollowUpStatus.DUE:
        silent = now - timedelta(days=reckoner.profile.follow_up.mail_days)
        mailed = (col(FollowUp.status) == FollowUpStatus.MAILED.value) & (col(FollowUp.mailed_at) < silent)
        wanted.append(or_(col(FollowUp.status) == status, mailed))
    else:
        wanted.append(col(FollowUp.status) == status)
    if unit:
        wanted.append(col(FollowUp.unit) == unit)
    newest = status in {FollowUpStatus.DONE, FollowUpStatus.UNREACHED}
    rows = session.exec(
        select(FollowUp, WorkOrder)
        .join(WorkOrder, col(WorkOrder.id) == col(FollowUp.order_id))
        .where(*wanted)
        .order_by(col(FollowUp.id).desc() if newest else col(FollowUp.due_at), col(FollowUp.id))
        .limit(_PAGE)
    ).all()
    callers = first_messages(session, [order.id for _, order in rows])
    tries = _tries(session, [row.id for row, _ in rows])
    return [
        FollowUpLine(row, order, callers.get(order.id), made := tries.get(row.id or 0, []), _missing(reckoner, made))
        for row, order in rows
    ]


def _tries(session: Session, ids: Sequence[int | None]) -> dict[int, list[FollowUpAttempt]]:
    found: dict[int, list[FollowUpAttempt]] = {}
    statement = select(FollowUpAttempt).where(col(FollowUpAttempt.follow_up_id).in_(ids))
    for attempt in session.exec(statement.order_by(col(FollowUpAttempt.id))).all():
        found.setdefault(attempt.follow_up_id, []).append(attempt)
    return found


def _missing(reckoner: Reckoner, made: Sequence[FollowUpAttempt]) -> str:
    vain = [(a.at, AttemptResult(a.result)) for a in made if a.result != AttemptResult.ANSWERED.value]
    return still_to_try(reckoner.profile.callback_retry, vain, reckoner.zone)


def follow_up_counts(session: Session, actor: Actor) -> Counter[str]:
    """Status → how many."""
    actor.must_be(Role.MODERATOR, Role.SUPERVISOR)
    statement = (
        select(FollowUp.status, func.count())
        .join(WorkOrder, col(WorkOrder.id) == col(FollowUp.order_id))
        .where(col(WorkOrder.sealed).is_(False))
        .group_by(col(FollowUp.status))
    )
    return Counter(dict(session.exec(statement).all()))


def candidates(session: Session, since: datetime, until: datetime) -> list[list[Any]]:
    """[order id, round, number, unit, why always or None] of each answer of [since, until) that still stands.

    Whoever left neither telephone nor address can't be asked; accusations are asked by nobody.
    """
    reachable = select(Message.id).where(
        Message.order_id == WorkOrder.id, or_(col(Message.phone).is_not(None), col(Message.email).is_not(None))
    )
    rows = session.exec(
        select(WorkOrder, Reply)
        .join(Reply, (col(Reply.order_id) == col(WorkOrder.id)) & (col(Reply.cycle) == col(WorkOrder.cycle)))
        .where(
            col(Reply.sent_at) >= since, col(Reply.sent_at) < until, col(WorkOrder.status).in_(_ANSWERED),
            col(WorkOrder.sealed).is_(False), WorkOrder.case_type == CaseType.ORDER.value,
            col(WorkOrder.lead_unit).is_not(None), reachable.exists(),
        )
        .order_by(col(WorkOrder.id))
    ).all()  # fmt: skip
    unhappy = _dissatisfied(session, [order.id for order, _ in rows])
    return [[o.id, o.cycle, o.number, reply.unit, _why(o, unhappy)] for o, reply in rows]


def _why(order: WorkOrder, unhappy: set[int]) -> str | None:
    if order.cycle > 1:
        return FollowUpWhy.REOPENED.value
    return FollowUpWhy.DISSATISFIED.value if order.id in unhappy else None


def _dissatisfied(session: Session, orders: Sequence[int | None]) -> set[int]:
    """Orders with which somebody was not content: rated so, or said so when called back."""
    no = Satisfaction.DISSATISFIED.value
    rated = select(Rating.order_id).where(col(Rating.order_id).in_(orders), Rating.satisfaction == no)
    told = (
        select(Callback.order_id)
        .join(CallbackAttempt, col(CallbackAttempt.callback_id) == col(Callback.id))
        .where(col(Callback.order_id).in_(orders), CallbackAttempt.opinion == no)
    )
    return {*session.exec(rated).all(), *session.exec(told).all()}


@dataclass(frozen=True, slots=True)
class DrawLine:
    """A draw, and whether drawing again gives whom it gave."""

    row: FollowUpDraw
    agrees: bool


def list_draws(session: Session, actor: Actor) -> list[DrawLine]:
    """Newest first."""
    actor.must_be(Role.MODERATOR, Role.SUPERVISOR, Role.AUDITOR)
    draws = session.exec(select(FollowUpDraw).order_by(col(FollowUpDraw.id).desc()).limit(_PAGE)).all()
    return [DrawLine(row, agrees(session, row)) for row in draws]


def all_draws(session: Session) -> list[DrawLine]:
    """For the command line, which has no roles."""
    return [DrawLine(row, agrees(session, row)) for row in session.exec(select(FollowUpDraw)).all()]


def agrees(session: Session, draw: FollowUpDraw) -> bool:
    statement = select(FollowUp.order_id, FollowUp.cycle).where(FollowUp.draw_id == draw.id)
    return sorted(drawn(draw.seed, draw.rate, draw.rounds)) == sorted(session.exec(statement).all())
