"""The citizen who got a promise hears what became of it. Only numbers go into the notice."""

from datetime import datetime

from sqlmodel import Session, col, select

from models.actions.notice_rows import CITIZEN, Telling, addressee, citizen_target, telling_rows, write_rows
from models.tables.ledger import Promise
from models.tables.messages import Message
from models.tables.orders import WorkOrder


def tell_closed(session: Session, promise: Promise, now: datetime) -> None:
    """Everyone whose message belongs to the promise's order, or to one merged into it, once for each close-out."""
    order = session.get(WorkOrder, promise.order_id) if promise.order_id else None
    if order is None or order.sealed:
        return
    merged = select(WorkOrder.id).where(WorkOrder.merged_into == order.id)
    theirs = (col(Message.order_id) == order.id) | col(Message.order_id).in_(merged)
    senders = session.exec(select(Message.email, Message.phone).where(theirs, col(Message.machine).is_(None))).all()
    for target in sorted({found for sender in senders if (found := citizen_target(*sender))}):
        telling = Telling(
            kind="promise_closed", unit=CITIZEN, subject=f"promise:{promise.id}", order_id=order.id,
            cycle=order.cycle, trigger=f"v{promise.version}:{addressee(target)}",
            facts={"promise": promise.id, "state": promise.state}, targets=(target,),
        )  # fmt: skip
        write_rows(session, telling_rows(telling, now))
