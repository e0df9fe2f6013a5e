"""What a person has just done and may take back."""

from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.actions.undoing import UNDOABLE
from models.actors import Actor
from models.queries.orders import visible
from models.tables.orders import WorkOrder
from models.tables.record import History
from models.vocabulary import OrderStatus
from models.workflow import Action

_SHOWN_FOR = timedelta(hours=1)
_LOOKED_AT = 20_000  # newest rows of the history: the work is bounded at any size
_MOST = 100


def undoable(session: Session, actor: Actor, now: datetime) -> list[tuple[History, WorkOrder]]:
    """The last hour's steps of this person that nobody has built upon, the newest first."""
    newest = session.exec(select(func.max(History.id))).one() or 0
    steps = session.exec(
        select(History)
        .where(col(History.id) > newest - _LOOKED_AT, History.subject == "order", History.actor == actor.login,
               col(History.action).in_(UNDOABLE), col(History.at) > now - _SHOWN_FOR)
        .order_by(col(History.id).desc()).limit(_MOST)
    ).all()  # fmt: skip
    mine = {step.subject_id: step for step in reversed(steps) if not _sent_again(step)}
    last = select(History.subject_id, func.max(History.id)).where(
        History.subject == "order", col(History.subject_id).in_(mine)
    )
    still = {subject for subject, last_id in session.exec(last.group_by(History.subject_id)).all()
             if mine[subject].id == last_id}  # fmt: skip
    orders = select(WorkOrder).where(col(WorkOrder.id).in_([int(subject) for subject in still]), *visible(actor))
    found = [(mine[str(order.id)], order) for order in session.exec(orders).all()]
    return sorted(found, key=lambda pair: -(pair[0].id or 0))


def _sent_again(step: History) -> bool:
    return step.action == Action.DISPATCH and step.from_status != OrderStatus.TRIAGE
