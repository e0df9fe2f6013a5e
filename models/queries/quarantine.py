"""What could not be read, handled or delivered, and waits for a person."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.errors import NotFound
from models.tables.intake import DeadLetter, Intake, Quarantine
from models.tables.notices import Delivery, DeliveryNotice, Notice
from models.tables.orders import WorkOrder

PAGE = 100


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """A letter and the orders that it tells of, by number."""

    delivery: Delivery
    kinds: list[str]
    numbers: list[str]


def list_quarantined(session: Session, *, resolved: bool, before: int | None = None) -> list[Quarantine]:
    """Newest first; without a page limit nobody would see what came in bulk."""
    done = col(Quarantine.resolved_at)
    statement = select(Quarantine).where(done.is_not(None) if resolved else done.is_(None))
    if before is not None:
        statement = statement.where(col(Quarantine.id) < before)
    return list(session.exec(statement.order_by(col(Quarantine.id).desc()).limit(PAGE)).all())


def find_quarantined(session: Session, item: int) -> Quarantine:
    found = session.get(Quarantine, item)
    if found is None:
        raise NotFound(f"没有隔离件（编号 {item}）。")
    return found


def list_dead_letters(session: Session) -> list[tuple[DeadLetter, str | None]]:
    """With the channel; those that wait for replay first, then those that went back."""
    statement = (
        select(DeadLetter, Intake.channel)
        .join(Intake, col(Intake.id) == col(DeadLetter.id), isouter=True)
        .order_by(col(DeadLetter.replayed_at).is_not(None), col(DeadLetter.created_at).desc())
    )
    return list(session.exec(statement.limit(PAGE)).all())


def list_deliveries(session: Session, *, state: str) -> list[DeliveryLine]:
    """Newest first."""
    statement = select(Delivery).where(Delivery.state == state).order_by(col(Delivery.created_at).desc())
    deliveries = list(session.exec(statement.limit(PAGE)).all())
    told = {d.id: DeliveryLine(d, [], []) for d in deliveries}
    rows = session.exec(
        select(DeliveryNotice.delivery_id, Notice.kind, WorkOrder.number)
        .join(Notice, col(Notice.id) == col(DeliveryNotice.notice_id))
        .join(WorkOrder, col(WorkOrder.id) == col(Notice.order_id), isouter=True)
        .where(col(DeliveryNotice.delivery_id).in_(told), col(WorkOrder.sealed).is_not(True))
    ).all()
    for delivery, kind, number in rows:
        line = told[delivery]
        if kind not in line.kinds:
            line.kinds.append(kind)
        if number and number not in line.numbers:
            line.numbers.append(number)
    return list(told.values())
