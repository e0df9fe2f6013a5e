"""Messages that arrive by themselves: a web form, the open API, a hook. Durable before the sender is thanked."""

import uuid
from datetime import datetime

from flows.house import House
from models import identity
from models.actions.intake import take_in_batch
from models.inbound import Accepted, InboundMessage


def submit(house: House, message: InboundMessage, raw: bytes, where: str, now: datetime) -> str:
    """Take one message in; its query code. The same external id again gives the same code."""
    take_in_batch(house.engine, house.blobs, [Accepted(message, raw, where)], house.secret, now)
    return identity.query_code(house.secret, identity.inbox_id(message.channel, message.external_id))


def new_external_id() -> str:
    return uuid.uuid4().hex
