"""Looking at who wrote: nothing changes but that the history says who looked."""

from datetime import datetime
from typing import Final

from sqlmodel import Session

from models.actions.step import note
from models.actors import Actor
from models.tables.orders import WorkOrder
from models.vocabulary import Role

UNMASK: Final = "unmask"
LOOKERS: Final = (Role.MODERATOR, Role.SUPERVISOR, Role.INSPECTOR)


def unmask(session: Session, order: WorkOrder, actor: Actor, now: datetime) -> None:
    """A person is about to see name, telephone and address of an order's senders."""
    actor.must_be(*LOOKERS)
    note(session, "order", str(order.id), UNMASK, actor, now)
