"""One step of a work order: guard, status, history row, outbox row. Every action goes through here."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from models import identity
from models.actors import Actor
from models.errors import NotFound
from models.tables.orders import WorkOrder
from models.tables.record import History, Outbox
from models.vocabulary import OrderStatus
from models.workflow import Action, target


def locked(session: Session, order_id: int) -> WorkOrder:
    """The order, held until the transaction ends and read afresh."""
    found = session.exec(
        select(WorkOrder).where(WorkOrder.id == order_id).with_for_update().execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise NotFound(f"没有找到工单（编号 {order_id}）。")
    return found


def move(
    session: Session,
    order: WorkOrder,
    action: Action,
    actor: Actor,
    now: datetime,
    **detail: Any,  # noqa: ANN401
) -> OrderStatus:
    """Make one move of the loop. `detail` holds codes and numbers, never a citizen's text."""
    was = order.status
    order.status = target(action, was, order.number).value
    order.version += 1
    session.add(order)
    note(session, "order", str(order.id), action.value, actor, now, was, order.status, detail)
    announce(session, order, action.value, now, **detail)
    return OrderStatus(order.status)


def note(
    session: Session,
    subject: str,
    subject_id: str,
    action: str,
    actor: Actor,
    now: datetime,
    from_status: str | None = None,
    to_status: str | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Append a history row."""
    row = History(
        subject=subject, subject_id=subject_id, at=now, actor=actor.login, action=action,
        from_status=from_status, to_status=to_status, detail=detail or {},
    )  # fmt: skip
    session.add(row)


def announce(session: Session, order: WorkOrder, type_: str, now: datetime, **facts: Any) -> None:  # noqa: ANN401
    """Append an event. A sealed order tells nothing (检举控告工作规则 第四十七条), and its sealing only its number."""
    if order.sealed:
        return
    told = {"number": order.number} if type_ == Action.SEAL else {**event_facts(order), **facts}
    event = Outbox(
        event_id=identity.event_id(f"order:{order.id}", type_, order.cycle, f"v{order.version}"),
        type=f"order.{type_}", order_number=order.number, payload=told, created_at=now,
    )  # fmt: skip
    session.add(event)


def event_facts(order: WorkOrder) -> dict[str, Any]:
    return {
        "number": order.number,
        "status": order.status,
        "domain": order.domain,
        "unit": order.lead_unit,
        "cycle": order.cycle,
    }
