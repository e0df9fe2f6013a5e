"""What citizens may read of a promise: scanned when it is proposed, and again when it is shown."""

from sqlmodel import Session, select

from flows.answers import for_others
from flows.house import House
from models.database import reading
from models.queries.ledger import order_promises, public_promises
from models.queries.lookup import Answer
from models.tables.ledger import Promise
from models.tables.messages import Message


def names_somebody(session: Session, promise: Promise | None, text: str) -> bool:
    """Whether a wording carries personal data: anybody's by its form, the order's own citizens' word by word."""
    from classifiers.redaction import redact

    if redact(text, "official").spans:
        return True
    if promise is None or promise.order_id is None:
        return False
    said = select(Message.phone, Message.email, Message.sender_name).where(Message.order_id == promise.order_id)
    return any(each and each in text for row in session.exec(said).all() for each in row)


def promises_told(session: Session, answer: Answer) -> list[tuple[Promise, str]]:
    """A look-up's promises with their text; a merged complainant reads them without the other's name and number."""
    if answer.order_id is None or answer.reply is None:
        return []
    rows = order_promises(session, answer.order_id)
    return [(p, p.text if answer.own else for_others(session, answer.order_id, p.text)) for p in rows]


def shown_promises(house: House) -> list[Promise]:
    """Approved ones; publication fails closed, so what the scan objects to now is not shown."""
    with reading(house.engine) as session:
        return [p for p in public_promises(session) if not names_somebody(session, p, p.public_text or "")]
