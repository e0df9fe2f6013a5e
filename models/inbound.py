"""What a channel hands over: a message as it came in, or bytes that could not be read. No database here."""

from dataclasses import dataclass
from datetime import datetime

from models.vocabulary import Channel, MachineMail


@dataclass(frozen=True, slots=True)
class InboundAttachment:
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """One source item, read. `received_at` is aware; texts are as the citizen wrote them.

    `taken_by`: the unit that answered its own published line and wrote the call down.
    """

    channel: Channel
    external_id: str
    received_at: datetime
    text: str
    title: str | None = None
    sender_name: str | None = None
    phone: str | None = None
    email: str | None = None
    region_hint: str | None = None
    attachments: tuple[InboundAttachment, ...] = ()
    machine: MachineMail | None = None
    confidential: bool = False
    may_publish: bool = False
    answered_on_the_spot: bool | None = None
    answer: str | None = None
    agent: str | None = None
    taken_by: str | None = None
    likes: int | None = None
    dislikes: int | None = None
    source_name: str | None = None
    url: str | None = None
    in_reply_to: str | None = None

    @property
    def sender(self) -> str | None:
        """Who keeps their place in the queue: the phone number, else the address, else nobody."""
        return self.phone or self.email


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message with the bytes it was read from."""

    message: InboundMessage
    raw: bytes
    where: str


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Bytes that are no message, the place they stood (file, row) and the reason with what to do."""

    channel: Channel
    raw: bytes
    where: str
    reason: str


SourceItem = Accepted | Quarantined
