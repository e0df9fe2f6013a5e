"""A source item that came again with other content: recorded beside the first, shown on its order."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, select

from models.actions.notice_rows import Telling, tell
from models.actions.step import announce, note
from models.actors import SYSTEM
from models.bulk import insert_new
from models.payload import Envelope
from models.profile import Profile
from models.tables.messages import Message, MessageRevision
from models.tables.orders import WorkOrder


def revise(session: Session, profile: Profile, envelope: Envelope, now: datetime, *, apart: bool = False) -> bool:
    """Whether the message was there to be revised; a second time changes nothing.

    `apart`: the new words are a matter of their own, because the order's unit must not read them.
    """
    message = session.get(Message, envelope.intake_id)
    if message is None:
        return False
    if session.exec(select(MessageRevision.id).where(MessageRevision.id == envelope.record_id)).first():
        return True
    said = replace(envelope.message, title=message.title, text=message.text or "") if apart else envelope.message
    changed = {name: True for name in ("title", "text", "phone", "sender_name", "email")
               if getattr(said, name) != getattr(message, name)}  # fmt: skip
    insert_new(session, MessageRevision, [{
        "id": envelope.record_id, "message_id": message.id, "received_at": said.received_at, "title": said.title,
        "text": said.text, "changed": changed, "raw_blob": envelope.raw_blob,
    }])  # fmt: skip
    order = session.get(WorkOrder, message.order_id) if message.order_id else None
    if order is not None:
        _tell(session, profile, order, str(envelope.record_id), list(changed), now)
    return True


def _tell(
    session: Session, profile: Profile, order: WorkOrder, revision: str, changed: list[str], now: datetime
) -> None:
    note(
        session,
        "order",
        str(order.id),
        "revise",
        SYSTEM,
        now,
        detail={"revision": revision, "fields": changed},
    )
    order.version += 1
    session.add(order)
    announce(session, order, "revise", now)
    if order.lead_unit and not order.sealed:
        telling = Telling(
            kind="revised", unit=order.lead_unit, subject=f"order:{order.id}", order_id=order.id,
            cycle=order.cycle, trigger=revision, facts={"number": order.number, "domain": order.domain},
        )  # fmt: skip
        tell(session, profile, telling, now)
