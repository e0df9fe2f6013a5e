"""Looking at who wrote: nothing changes but that the history says who looked."""

from datetime import datetime
from typing import Final

from sqlmodel import Session

from models.actions.step import note
from models.actors import Actor
from models.contact_words import LookReason
from models.errors import BadInput
from models.tables.orders import WorkOrder
from models.vocabulary import Role

UNMASK: Final = "unmask"
LOOKERS: Final = (Role.MODERATOR, Role.SUPERVISOR, Role.INSPECTOR)


def unmask(
    session: Session, order: WorkOrder, reason: LookReason, actor: Actor, now: datetime, *, words: str = ""
) -> None:
    """A person is about to see name, telephone and address of an order's senders.

    `words` tell another reason than the usual ones, without personal data: the history is never erased.
    """
    actor.must_be(*LOOKERS)
    detail = {"reason": reason.value}
    if reason is LookReason.OTHER:
        if not words.strip():
            raise BadInput("请写明为什么要查看联系方式。")
        detail["words"] = words.strip()
    note(session, "order", str(order.id), UNMASK, actor, now, detail=detail)
