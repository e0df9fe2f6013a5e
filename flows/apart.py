"""What a citizen or a caller says of an order that a unit has: words that accuse reach no part of that order (回避).

One check for every way in: 评价, 回访, 回电, 再次反映. Nothing is lost: such words come in as a letter of their own,
which registration seals, and the order keeps only how satisfied the citizen is. What comes by the sources (催单, an
answer to our receipt, a changed call) is looked at by the same measure where it is registered (flows/judging.py).
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import Session, select

from flows.house import House
from flows.submitting import submit
from models.actions.avoiding import also_accuses, parts_now
from models.avoiding import stays_apart
from models.blobs import digest
from models.calling_words import AttemptResult
from models.database import reading
from models.errors import NotFound
from models.inbound import InboundMessage
from models.payload import Envelope
from models.queries.alike import first_message
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.vocabulary import Channel
from responders.dispatching import concerned_units
from responders.joining import without_numbers

if TYPE_CHECKING:
    from classifiers.judgement import Findings


@dataclass(frozen=True, slots=True)
class Sifted:
    """`said`: what may stand on the order; `code`: of the letter that the words became instead."""

    said: str | None
    code: str | None = None


def sift(
    house: House, order_id: int, words: str | None, way: str, now: datetime, *, code: str | None = None,
    agent: str | None = None,
) -> Sifted:  # fmt: skip
    """Before the words are written: those that accuse are in as a letter when this returns.

    `code`: whose words they are, the first sender's if not given; `agent`: who wrote them down.
    """
    said = (words or "").strip()
    if not said:
        return Sifted(None)
    with reading(house.engine) as session:
        order, sender = _order_and_sender(session, order_id, code)
    letter = letter_about(order, sender, said, way, now, agent=agent)
    if not goes_apart(house, letter):
        return Sifted(said)
    return Sifted(None, take_apart(house, order, letter, way, now))


def noted(result: AttemptResult, words: Sifted) -> str | None:
    """The note of a call whose words may have gone apart: that somebody answered stands, not what he said."""
    return "已接通。" if words.code and result is AttemptResult.ANSWERED else words.said


def letter_about(
    order: WorkOrder, sender: Message, said: str, way: str, now: datetime, *, agent: str | None = None
) -> InboundMessage:
    """Of the same sender, under the same conditions. The same words on one day are one letter, however often sent.

    The order's number stands beside the words: within them its digits change what the judgement makes of so few.
    """
    key = f"{order.number}|{order.cycle}|{sender.id}|{now.date()}|{way}|{said}"
    return InboundMessage(
        channel=Channel.WEB, external_id=digest(key.encode()), received_at=now, text=said,
        source_name=f"{order.number} 的{way}",
        sender_name=sender.sender_name, phone=sender.phone, email=sender.email, region_hint=sender.region_hint,
        confidential=sender.confidential, may_publish=sender.may_publish, agent=agent,
    )  # fmt: skip


def revision_apart(house: House, revision: Envelope, now: datetime) -> bool:
    """Whether a changed call says of its order's unit what it did not say before; its words are then in as a letter."""
    said = revision.message
    with reading(house.engine) as session:
        message = session.get(Message, revision.intake_id)
        order = session.get(WorkOrder, message.order_id) if message and message.order_id else None
        if message is None or order is None or order.sealed or (said.title, said.text) == (message.title, message.text):
            return False
        parts, known = parts_now(session, order.id or 0), also_accuses(order, message)
    letter = replace(letter_about(order, message, said.text, "更正", now), title=said.title)
    found = _found(house, letter)
    reaches = not set(parts).isdisjoint(concerned_units(letter, found, house.profile))
    if reaches or (stays_apart(found) and not known):
        take_apart(house, order, letter, "更正", now)
        return True
    return False


def goes_apart(house: House, letter: InboundMessage) -> bool:
    """Whether the unit must not read it: it accuses, or it is about a unit's conduct and names the unit."""
    found = _found(house, letter)
    return stays_apart(found) or bool(concerned_units(letter, found, house.profile))


def _found(house: House, letter: InboundMessage) -> "Findings":
    from classifiers.text import Text

    said = Text(id="words", text=without_numbers(letter.text), title=without_numbers(letter.title or ""))
    return house.judgement.findings([said], kept=False)[0]


def take_apart(house: House, order: WorkOrder, letter: InboundMessage, way: str, now: datetime) -> str:
    """Its query code. It says who has the order: whom the words accuse without a name is likely that unit."""
    unit = house.profile.unit(order.lead_unit).name if order.lead_unit else ""
    text = f"{letter.text}\n承办单位：{unit}" if unit and unit not in letter.text else letter.text
    return submit(house, replace(letter, text=text), letter.text.encode(), way, now)


def _order_and_sender(session: Session, order_id: int, code: str | None) -> tuple[WorkOrder, Message]:
    order = session.get_one(WorkOrder, order_id)
    by_code = select(Message).where(Message.query_code == code)
    sender = session.exec(by_code).first() if code else first_message(session, order_id)
    if sender is None:
        raise NotFound("没有找到这封来信。")
    return order, sender
