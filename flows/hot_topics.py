"""Hot topics of a span of time: matters that more than one person wrote of, their titles without personal data."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

from models.tables.messages import Message
from models.tables.orders import WorkOrder


@dataclass(frozen=True, slots=True)
class Topic:
    """`region`: where most of them are, as the record has it; `numbers`: the orders that it is made of."""

    title: str
    region: str | None
    count: int
    first: date
    last: date
    numbers: list[str]


def topics_between(session: Session, since: datetime, until: datetime, *, top: int, most: int) -> list[Topic]:
    """The hottest first, out of the newest `most` messages received in [since, until); sealed orders in none."""
    from classifiers.hotspots import HotText, hotspots
    from classifiers.redaction import redact

    rows = session.execute(
        select(
            col(Message.id), col(Message.title), col(Message.text), col(Message.received_at), col(Message.likes),
            col(Message.dislikes), col(WorkOrder.region), col(WorkOrder.number),
        )
        .join(WorkOrder, col(WorkOrder.id) == col(Message.order_id))
        .where(
            col(WorkOrder.sealed).is_(False), col(Message.received_at) >= since, col(Message.received_at) < until,
            col(Message.text).is_not(None),
        )
        .order_by(col(Message.received_at).desc())
        .limit(most)
    ).all()  # fmt: skip
    texts = [HotText(str(r.id), r.title, r.text or "", r.received_at, r.likes or 0, r.dislikes or 0) for r in rows]
    found = [topic for topic in hotspots(texts, top=top) if len(topic.ids) > 1] if texts else []
    known = {str(r.id): (r.region, r.number) for r in rows}
    return [
        Topic(redact(t.title).text, _where([known[i][0] for i in t.ids]), len(t.ids), t.from_, t.to,
              list(dict.fromkeys(known[i][1] for i in t.ids)))
        for t in found
    ]  # fmt: skip


def _where(regions: list[str | None]) -> str | None:
    known = Counter(region for region in regions if region)
    return known.most_common(1)[0][0] if known else None
