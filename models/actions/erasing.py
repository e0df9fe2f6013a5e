"""Personal data past its 保管期限: proposed, approved by somebody else, erased in batches, with a receipt."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, inspect, text, update
from sqlmodel import Session, SQLModel, col, select

from models.actions.step import note
from models.actors import SYSTEM, Actor
from models.errors import Conflict, NotFound
from models.personal_data import BELOW, OF_A_MESSAGE, OF_AN_ORDER
from models.tables.erasures import Erasure
from models.tables.intake import Intake, IntakeRevision, Quarantine
from models.tables.ledger import Promise
from models.tables.messages import MatterKey, Message, MessageRevision
from models.tables.notices import Delivery, DeliveryNotice, Notice
from models.tables.orders import WorkOrder
from models.tables.promise_steps import PromiseEvidence
from models.vocabulary import Role

_CARRYING: tuple[type[SQLModel], ...] = (Message, MessageRevision, Intake, IntakeRevision, Quarantine)


def propose(session: Session, cutoff: datetime, actor: Actor, now: datetime) -> Erasure:
    """Conflict while another proposal waits: two at once would only confuse who approved what."""
    actor.must_be(Role.OPERATOR)
    if session.exec(select(Erasure).where(col(Erasure.done_at).is_(None))).first():
        raise Conflict("已有一项到期清除在等待批准或执行，请先办完那一项。")
    proposed = Erasure(cutoff=cutoff, proposed_by=actor.login, proposed_at=now)
    session.add(proposed)
    session.flush()
    note(session, "erasure", str(proposed.id), "propose_erasure", actor, now, detail={"cutoff": cutoff.isoformat()})
    return proposed


def approve(session: Session, erasure_id: int, actor: Actor, now: datetime) -> Erasure:
    """Four eyes: nobody approves what they proposed."""
    actor.must_be(Role.OPERATOR, Role.AUDITOR)
    proposed = session.get(Erasure, erasure_id, with_for_update=True)
    if proposed is None:
        raise NotFound("没有这项到期清除。")
    if proposed.approved_by:
        raise Conflict("这项到期清除已经批准。")
    actor.must_differ(proposed.proposed_by, "提出和批准到期清除")
    proposed.approved_by, proposed.approved_at = actor.login, now
    session.add(proposed)
    note(session, "erasure", str(erasure_id), "approve_erasure", actor, now)
    return proposed


def blobs_of(session: Session, messages: Sequence[uuid.UUID]) -> set[str]:
    """The raw bytes and attachments that only these messages hold."""
    held: set[str] = set()
    for key, attachments in session.exec(
        select(Message.raw_blob, Message.attachments).where(col(Message.id).in_(messages))
    ).all():
        held |= {key, *(a.get("blob") for a in attachments)} - {None}
    for table, (link, _) in OF_A_MESSAGE.items():
        if "raw_blob" in _columns(table):
            named = select(_columns(table).raw_blob).where(_columns(table)[link].in_(messages))
            held |= {key for key in session.execute(named).scalars() if key}
    return held - _held_elsewhere(session, held, messages)


def evidence_of(session: Session, orders: Sequence[int]) -> set[str]:
    """Evidence (佐证) of these orders' promises that no other entry of the ledger holds."""
    of_orders = select(Promise.id).where(col(Promise.order_id).in_(orders))
    theirs = col(PromiseEvidence.promise_id).in_(of_orders)
    held = set(session.exec(select(PromiseEvidence.blob).where(theirs)).all())
    return held - set(
        session.exec(select(PromiseEvidence.blob).where(col(PromiseEvidence.blob).in_(held), ~theirs)).all()
    )


def _held_elsewhere(session: Session, keys: set[str], messages: Sequence[uuid.UUID]) -> set[str]:
    """The store is content-addressed: the same bytes may have come in twice."""
    elsewhere: set[str] = set()
    for table in _CARRYING:
        columns = _columns(table)
        link = OF_A_MESSAGE[table][0] if table in OF_A_MESSAGE else None
        others = [columns[link].not_in(messages)] if link else []
        named = select(columns.raw_blob).where(columns.raw_blob.in_(keys), *others)
        elsewhere |= set(session.execute(named).scalars())
    return elsewhere


def erase_messages(session: Session, messages: Sequence[uuid.UUID], now: datetime) -> None:
    for table, (link, blank) in OF_A_MESSAGE.items():
        _blank(session, table, link, messages, dict(blank))
    session.execute(update(Message).where(col(Message.id).in_(messages)).values(erased_at=now))


def erase_orders(session: Session, orders: Sequence[int], now: datetime) -> list[str]:
    """Blank everything that hangs on these orders; their numbers."""
    for table, (above, parent, blank) in BELOW.items():
        of_orders = select(_columns(parent).id).where(_columns(parent).order_id.in_(orders))
        _blank(session, table, above, of_orders, dict(blank))
    for table, (link, blank) in OF_AN_ORDER.items():
        _blank(session, table, link, orders, dict(blank))
    _erase_letters(session, orders)
    session.execute(delete(MatterKey).where(col(MatterKey.order_id).in_(orders)))
    key = "rowid" if session.get_bind().dialect.name == "sqlite" else "order_id"
    session.execute(text(f"DELETE FROM order_search WHERE {key} = :id"), [{"id": order} for order in orders])  # noqa: S608
    numbers = list(session.exec(select(WorkOrder.number).where(col(WorkOrder.id).in_(orders))).all())
    for order in orders:
        note(session, "order", str(order), "erase", SYSTEM, now)
    return sorted(numbers)


def _erase_letters(session: Session, orders: Sequence[int]) -> None:
    """To whom the citizen's own letters went."""
    of_citizens = (
        select(DeliveryNotice.delivery_id)
        .join(Notice, col(Notice.id) == col(DeliveryNotice.notice_id))
        .where(col(Notice.order_id).in_(orders), Notice.unit == "citizen")
    )
    blank = {"target": "", "receipt": None, "error": None}
    session.execute(update(Delivery).where(col(Delivery.id).in_(of_citizens)).values(**blank))


def _blank(session: Session, table: type[SQLModel], link: str, which: Any, values: dict[str, Any]) -> None:  # noqa: ANN401
    session.execute(update(table).where(_columns(table)[link].in_(which)).values(**values))


def stands_at(session: Session, erasure_id: int, digest: str) -> bool:
    """Whether the receipt, held from now on, is where a batch was read from; two runs never both write one batch."""
    receipt = session.get_one(Erasure, erasure_id, with_for_update=True)
    return receipt.done_at is None and (receipt.digest or "") == digest


def add_to_receipt(session: Session, erasure_id: int, *, orders: int, messages: int, blobs: int, digest: str) -> None:
    """What one batch erased; `digest` chains the batches."""
    receipt = session.get_one(Erasure, erasure_id, with_for_update=True)
    receipt.orders += orders
    receipt.messages += messages
    receipt.blobs += blobs
    receipt.digest = digest
    session.add(receipt)


def finish(session: Session, erasure_id: int, now: datetime) -> Erasure | None:
    """The receipt, in the audit too; None where it is finished already."""
    receipt = session.get_one(Erasure, erasure_id, with_for_update=True)
    if receipt.done_at is not None:
        return None
    receipt.done_at = now
    session.add(receipt)
    told = {"orders": receipt.orders, "messages": receipt.messages, "blobs": receipt.blobs, "digest": receipt.digest}
    note(session, "erasure", str(erasure_id), "erase", SYSTEM, now, detail=told)
    return receipt


def _columns(table: type[SQLModel]) -> Any:  # noqa: ANN401  (SQLAlchemy's own collection)
    mapper: Any = inspect(table)
    return mapper.local_table.c
