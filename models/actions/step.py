"""One step of a work order: guard, status, history row, outbox row. Every action goes through here."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models import identity
from models.actors import Actor
from models.errors import Conflict, NotFound
from models.tables.orders import WorkOrder
from models.tables.people import User
from models.tables.record import History, Outbox
from models.vocabulary import OrderStatus
from models.workflow import ACTION_LABELS, Action, target


def locked(session: Session, order_id: int) -> WorkOrder:
    """The order, held until the transaction ends and read afresh."""
    found = session.exec(
        select(WorkOrder).where(WorkOrder.id == order_id).with_for_update().execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise NotFound(f"没有找到工单（编号 {order_id}）。")
    return found


def locked_both(session: Session, one: int, other: int) -> tuple[WorkOrder, WorkOrder]:
    """Two orders, the older first: of two people who each want the other's, one waits, and neither is thrown out."""
    first, second = sorted((one, other))
    rows = {first: locked(session, first), second: locked(session, second)}
    return rows[one], rows[other]


def must_be_as_seen(session: Session, order_id: int, seen: int | None, action: Action, actor: Actor) -> None:
    """A page is old as soon as it is shown: Conflict where the order has moved on from the version that was `seen`.

    A double click and a browser's way back send the same form again, also where the state alone would allow it.
    """
    order = locked(session, order_id)
    if seen is None or order.version == seen:
        return
    steps = select(History).where(History.subject == "order", History.subject_id == str(order_id))
    last = session.exec(
        steps.where(col(History.action).in_(list(ACTION_LABELS))).order_by(col(History.id).desc())
    ).first()
    said = ACTION_LABELS[action]
    if last is not None and (last.actor, last.action) == (actor.login, action.value):
        raise Conflict(f"工单 {order.number} 您已经办理（{said}），没有重复办理；确需再办的，请看过现在的情况再提交。")
    by = session.exec(select(User.name).where(User.login == last.actor)).first() if last else None
    what = f"（{f'{by}：' if by else ''}{ACTION_LABELS[last.action]}）" if last else ""
    raise Conflict(f"工单 {order.number} 在您打开页面后已有人处理{what}，这次没有{said}；请看过现在的情况再办。")


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
