"""An order that an office had before: read from its sheet, and what becomes of it here."""

from dataclasses import dataclass
from datetime import date, datetime

from models.inbound import InboundMessage
from models.registration import Registration
from models.vocabulary import OrderStatus, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class PastOrder:
    """One row: the message as it came in, and how far the office had got. Units are as the office names them.

    `status` is None where the sheet does not say; `due` is the day that the office had set.
    """

    message: InboundMessage
    where: str
    raw: bytes
    status: OrderStatus | None = None
    unit: str | None = None
    co_units: tuple[str, ...] = ()
    domain: str | None = None
    kind: str | None = None
    accepted_at: datetime | None = None
    dispatched_at: datetime | None = None
    due: date | None = None
    replied_at: datetime | None = None
    closed_at: datetime | None = None
    reply: str | None = None
    writer: str | None = None
    outcome: Outcome | None = None

    @property
    def number(self) -> str:
        return self.message.external_id


@dataclass(frozen=True, slots=True)
class Import:
    """A past order with what the judgement and the profile make of it; the plan carries status and units."""

    past: PastOrder
    registration: Registration
