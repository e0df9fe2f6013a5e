"""The subscriptions to events and what became of what was sent."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.tables.webhooks import Webhook, WebhookDelivery

_MOST = 200


def followers(session: Session) -> list[tuple[Webhook, Counter[str]]]:
    """Every subscription with its deliveries by state."""
    counted = select(WebhookDelivery.webhook_id, WebhookDelivery.state, func.count()).group_by(
        col(WebhookDelivery.webhook_id), col(WebhookDelivery.state)
    )
    states: dict[int, Counter[str]] = {}
    for webhook, state, count in session.exec(counted).all():
        states.setdefault(webhook, Counter())[state] = count
    rows = session.exec(select(Webhook).order_by(col(Webhook.id))).all()
    return [(row, states.get(row.id or 0, Counter())) for row in rows]


def failed_deliveries(session: Session) -> Sequence[tuple[WebhookDelivery, str]]:
    """What was given up, newest first, with its follower's name."""
    statement = (
        select(WebhookDelivery, Webhook.name)
        .join(Webhook, col(Webhook.id) == col(WebhookDelivery.webhook_id))
        .where(WebhookDelivery.state == "failed")
        .order_by(col(WebhookDelivery.id).desc())
        .limit(_MOST)
    )
    return [(row, name) for row, name in session.exec(statement).all()]
