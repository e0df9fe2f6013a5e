"""What `huiyin export` says about each kind of row: its question to the record, and its columns."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import Session, col

from flows.house import House
from models.calling_words import CallbackStatus
from models.promise_words import PromiseState
from models.tables.clocks import Clock
from models.tables.ledger import Callback, CallbackAttempt, Promise
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.vocabulary import DEMONSTRATION, OrderStatus

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Exported:
    """Columns in their order, the statement, and how a row of it becomes a row of the file."""

    columns: tuple[str, ...]
    statement: Callable[[], Any]
    row: Callable[[Row[Any], "Teller"], dict[str, Any]]


class Teller:
    """Times and names as the office's people read them; `marks`: the columns that a demonstration adds."""

    def __init__(self, house: House) -> None:
        self._zone = house.settings.zone
        self._units = house.profile.units_by_code
        self._now = house.now()
        # Every row says so itself: rows are copied out of their file, a file's name and head stay behind.
        self.marks = {"notice": DEMONSTRATION} if house.profile.demonstration else {}

    def time(self, moment: datetime | None) -> str | None:
        return None if moment is None else moment.astimezone(self._zone).isoformat(timespec="seconds")

    def day(self, moment: datetime | None) -> str | None:
        return None if moment is None else moment.astimezone(self._zone).date().isoformat()

    def unit(self, code: str | None) -> str | None:
        return self._units[code].name if code in self._units else code

    def late(self, due_at: datetime | None) -> bool:
        return due_at is not None and due_at < self._now


def read_rows(session: Session, exported: Exported, teller: Teller) -> Iterator[dict[str, Any]]:
    """Every row of one snapshot, a page in memory at a time."""
    for row in session.execute(exported.statement().execution_options(yield_per=_PAGE)):
        yield exported.row(row, teller) | teller.marks


def _messages() -> Any:  # noqa: ANN401  (Select is typed by each of its columns)
    return (
        select(
            col(Message.channel), col(Message.external_id), col(Message.title), col(Message.text),
            col(Message.received_at), col(Message.query_code), col(Message.machine), col(Message.url),
            col(Message.likes), col(Message.dislikes), col(Message.erased_at), col(WorkOrder.number),
            col(WorkOrder.sealed), col(WorkOrder.domain), col(WorkOrder.kind), col(WorkOrder.procedure),
            col(WorkOrder.region),
        )
        .join(WorkOrder, col(WorkOrder.id) == col(Message.order_id), isouter=True)
        .order_by(col(Message.received_at), col(Message.id))
    )  # fmt: skip


def _message(row: Row[Any], teller: Teller) -> dict[str, Any]:
    # A sealed message (检举控告工作规则 第四十七条) is listed; what it says, about whom and where, is not.
    shown = not row.sealed
    return {
        "channel": row.channel,
        "external_id": row.external_id,
        "title": row.title if shown else None,
        "text": row.text if shown else None,
        "received_at": teller.time(row.received_at),
        "query_code": row.query_code,
        "work_order": row.number,
        "machine": row.machine,
        "domain": row.domain if shown else None,
        "kind": row.kind if shown else None,
        "procedure": row.procedure if shown else None,
        "region": row.region if shown else None,
        "url": row.url if shown else None,
        "likes": row.likes,
        "dislikes": row.dislikes,
        "sealed": bool(row.sealed),
        "erased_at": teller.time(row.erased_at),
    }


def _work_orders() -> Any:  # noqa: ANN401  (Select is typed by each of its columns)
    due = (
        select(func.min(col(Clock.due_at)))
        .where(
            col(Clock.subject) == "order", col(Clock.subject_id) == col(WorkOrder.id), col(Clock.stopped_at).is_(None)
        )
        .correlate(WorkOrder)
        .scalar_subquery()
    )
    return select(WorkOrder, due.label("due_at")).order_by(col(WorkOrder.id))


def _work_order(row: Row[Any], teller: Teller) -> dict[str, Any]:
    order: WorkOrder = row.WorkOrder
    shown = not order.sealed
    return {
        "work_order": order.number,
        "case_type": order.case_type,
        "status": order.status,
        "status_name": OrderStatus(order.status).label,
        "channel": order.channel,
        "title": order.title if shown else None,
        "domain": order.domain if shown else None,
        "kind": order.kind if shown else None,
        "procedure": order.procedure if shown else None,
        "urgency": order.urgency if shown else None,
        "region": order.region if shown else None,
        "unit": order.lead_unit if shown else None,
        "unit_name": teller.unit(order.lead_unit) if shown else None,
        "received_at": teller.time(order.received_at),
        "accepted_at": teller.time(order.accepted_at),
        "dispatched_at": teller.time(order.dispatched_at),
        "replied_at": teller.time(order.replied_at),
        "closed_at": teller.time(order.closed_at),
        "outcome": order.outcome if shown else None,
        "due_at": teller.time(row.due_at),
        "overdue": teller.late(row.due_at),
        "rounds": order.cycle,
        "returns": order.returns,
        "sealed": order.sealed,
    }


def _promises() -> Any:  # noqa: ANN401  (Select is typed by each of its columns)
    return (
        select(Promise, col(WorkOrder.number), col(WorkOrder.sealed))
        .join(WorkOrder, col(WorkOrder.id) == col(Promise.order_id), isouter=True)
        .order_by(col(Promise.id))
    )


def _promise(row: Row[Any], teller: Teller) -> dict[str, Any]:
    promise: Promise = row.Promise
    shown = not row.sealed
    return {
        "id": promise.id,
        "work_order": row.number,
        "source": promise.source,
        "source_ref": promise.source_ref,
        "unit": promise.unit if shown else None,
        "unit_name": teller.unit(promise.unit) if shown else None,
        "text": promise.text if shown else None,
        "level": promise.level,
        "due": None if promise.due is None else promise.due.isoformat(),
        "due_expr": promise.due_expr,
        "state": promise.state,
        "state_name": PromiseState(promise.state).label,
        "made_at": teller.time(promise.made_at),
        "progress": promise.progress if shown else None,
        "reason": promise.reason if shown else None,
        "closed_at": teller.time(promise.closed_at),
        "published_at": teller.time(promise.published_at),
        "published_url": promise.published_url,
        "published_where": promise.published_where,
        "first_due": None if promise.first_due is None else promise.first_due.isoformat(),
        "task": promise.task,
        "every": promise.every,
        "times": promise.times,
    }


def _callbacks() -> Any:  # noqa: ANN401  (Select is typed by each of its columns)
    tries = (
        select(func.count(col(CallbackAttempt.id)))
        .where(col(CallbackAttempt.callback_id) == col(Callback.id))
        .correlate(Callback)
        .scalar_subquery()
    )
    return (
        select(Callback, col(WorkOrder.number), col(WorkOrder.sealed), tries.label("tries"))
        .join(WorkOrder, col(WorkOrder.id) == col(Callback.order_id))
        .order_by(col(Callback.id))
    )


def _callback(row: Row[Any], teller: Teller) -> dict[str, Any]:
    callback: Callback = row.Callback
    open_ = callback.status == CallbackStatus.DUE.value
    return {
        "work_order": row.number,
        "due": teller.day(callback.due_at),
        "status": callback.status,
        "status_name": CallbackStatus(callback.status).label,
        "due_at": teller.time(callback.due_at),
        "unit": None if row.sealed else callback.unit,
        "unit_name": None if row.sealed else teller.unit(callback.unit),
        "attempts": row.tries,
        "done_at": teller.time(callback.done_at),
        "overdue": open_ and teller.late(callback.due_at),
    }


_MESSAGE_COLUMNS = (
    "channel", "external_id", "title", "text", "received_at", "query_code", "work_order", "machine", "domain", "kind",
    "procedure", "region", "url", "likes", "dislikes", "sealed", "erased_at",
)  # fmt: skip
_ORDER_COLUMNS = (
    "work_order", "case_type", "status", "status_name", "channel", "title", "domain", "kind", "procedure", "urgency",
    "region", "unit", "unit_name", "received_at", "accepted_at", "dispatched_at", "replied_at", "closed_at", "outcome",
    "due_at", "overdue", "rounds", "returns", "sealed",
)  # fmt: skip
PROMISE_COLUMNS = (
    "id", "work_order", "source", "source_ref", "unit", "unit_name", "text", "level", "due", "due_expr", "state",
    "state_name", "made_at", "progress", "reason", "closed_at", "published_at", "published_url", "published_where",
    "first_due", "task", "every", "times",
)  # fmt: skip
_CALLBACK_COLUMNS = (
    "work_order", "due", "status", "status_name", "due_at", "unit", "unit_name", "attempts", "done_at", "overdue",
)  # fmt: skip

EXPORTED: dict[str, Exported] = {
    "messages": Exported(_MESSAGE_COLUMNS, _messages, _message),
    "work-orders": Exported(_ORDER_COLUMNS, _work_orders, _work_order),
    "promises": Exported(PROMISE_COLUMNS, _promises, _promise),
    "callbacks": Exported(_CALLBACK_COLUMNS, _callbacks, _callback),
}
