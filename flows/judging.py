"""Findings for a batch of messages, and what follows from them. Reads; writes nothing."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flows.house import House
from models import identity
from models.actions.avoiding import parts_now
from models.actions.order_rows import answered_at_once
from models.avoiding import stays_apart
from models.database import reading
from models.inbound import InboundMessage
from models.payload import Envelope
from models.queries.joining import open_orders_of, orders_answered
from models.registration import Registration
from responders.dispatching import concerned_units, plan, route, suggestion
from responders.joining import joins, without_numbers

if TYPE_CHECKING:
    from classifiers.judgement import Findings


def registrations(house: House, envelopes: Sequence[Envelope]) -> list[Registration]:
    """What each message is about and where it goes; machine mail is filed without an order."""
    from classifiers.text import Text

    people = [e for e in envelopes if e.message.machine is None]
    texts = [
        Text(id=str(e.intake_id), text=without_numbers(e.message.text), title=without_numbers(e.message.title or ""),
             time=e.message.received_at, region_hint=e.message.region_hint)
        for e in people
    ]  # fmt: skip
    judged = dict(zip((e.intake_id for e in people), house.judgement.findings(texts), strict=True)) if texts else {}
    known = _Known(house, people)
    return [_registration(house, e, judged.get(e.intake_id), known) for e in envelopes]


class _Known:
    """What the record already has of these senders and mail references."""

    def __init__(self, house: House, envelopes: Sequence[Envelope]) -> None:
        self._secret, self._engine = house.secret, house.engine
        references = [e.message.in_reply_to for e in envelopes if e.message.in_reply_to]
        hashes = {self.sender_hash(e.message) for e in envelopes}
        with reading(house.engine) as session:
            self.answered = orders_answered(session, references)
            self.open = open_orders_of(session, [h for h in hashes if h])

    def sender_hash(self, message: InboundMessage) -> str:
        return identity.keyed_hash(self._secret, message.sender) if message.sender else ""

    def parts(self, order_id: int) -> list[str]:
        """Units that have a part in the order; asked of few messages."""
        with reading(self._engine) as session:
            return parts_now(session, order_id)

    def reaches(self, order_id: int, units: Sequence[str]) -> bool:
        """Whether one of the units has a part in the order."""
        return bool(units) and not set(units).isdisjoint(self.parts(order_id))


def _registration(house: House, envelope: Envelope, found: "Findings | None", known: _Known) -> Registration:
    message = envelope.message
    if found is None:
        return Registration(envelope=envelope, plan=None)
    concerned, holders = concerned_units(message, found, house.profile), list[str]()
    routing = route(message, found, house.profile, concerned)
    planned = plan(message, found, house.profile, routing, answered=answered_at_once(message))
    own_open = known.open.get(known.sender_hash(message), [])
    joined = joins(message, found.domain, known.answered, own_open)
    if joined is not None and stays_apart(found):
        # Those who have the order are whom it is likely about.
        holders = known.parts(joined)
        joined = None
    elif joined is not None and known.reaches(joined, concerned):
        joined = None  # whoever the message is about would read it in the order that he has (回避)
    return Registration(
        envelope=envelope,
        plan=planned,
        findings={**as_json(found), "suggestion": suggestion(found, routing, concerned), "holders": holders},
        model_version=found.model_version,
        tokens="" if planned.sealed else found.tokens,
        signature=found.signature,
        joins=joined,
    )


def as_json(found: "Findings") -> dict[str, Any]:
    """The part of the findings that is kept with the message."""
    return {
        "domain": found.domain,
        "confidence": round(float(found.confidence), 4),
        "accepted": bool(found.accepted),
        "candidates": [[code, round(float(p), 4)] for code, p in found.candidates],
        "kind": str(found.kind),
        "procedure": str(found.procedure),
        "urgency": str(found.urgency),
        "urgency_reasons": list(found.urgency_reasons),
        "places": list(found.places),
        "reasons": list(found.reasons),
        "never_automatic": list(found.never_automatic),
        "accusation": found.accusation,
    }
