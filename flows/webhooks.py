"""Events out to those who follow them: codes, numbers and times alone, never a citizen's text."""

import hmac
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlmodel import col, select

from flows.house import House
from models.actions import webhooks
from models.actions.webhooks import LeasedEvent
from models.database import reading, writing
from models.errors import BadInput
from models.tables.record import Outbox
from models.tables.webhooks import Webhook
from responders.notifying.delivering import MOST_ATTEMPTS, wait_after
from responders.notifying.port import TransportFailed, TransportRefused
from responders.webhooks import TIMEOUT_SECONDS, post_event

_LEASE: Final = timedelta(seconds=6 * TIMEOUT_SECONDS)
_MOST: Final = 500
_IN_A_ROW: Final = 3  # failures after which a receiver counts as away for the rest of the sweep
# What an event may say to others; a payload's further fields stay in the house.
_TOLD: Final = (
    "number", "status", "domain", "unit", "cycle", "promise", "state", "source", "due", "entry", "version",
    "solicitation", "line",
)  # fmt: skip


def secret_of(house: House, webhook: Webhook) -> str:
    """What a subscriber checks signatures with; another after 更换密钥."""
    return hmac.digest(house.secret, f"webhook:{webhook.id}:{webhook.generation}".encode(), "sha256").hex()


def hosts_of(house: House) -> frozenset[str]:
    return frozenset(h.strip().lower() for h in house.settings.webhook_hosts.split(",") if h.strip())


def push_events(house: House, now: datetime, stop: Callable[[], bool] = lambda: False) -> dict[str, int]:
    """List what is new, send what is due: {"sent","retried","failed"}."""
    counts: Counter[str] = Counter()
    failures: Counter[int] = Counter()
    for delivery, webhook in _due(house, now):
        if stop():
            break
        if failures[webhook] >= _IN_A_ROW:
            continue
        with writing(house.engine) as session:
            leased = webhooks.lease(session, delivery, now, _LEASE)
        if leased is not None:
            result = _send(house, leased, now)
            failures[webhook] = 0 if result == "sent" else failures[webhook] + 1
            counts[result] += 1
    return {name: counts[name] for name in ("sent", "retried", "failed")}


def _due(house: House, now: datetime) -> list[tuple[int, int]]:
    with reading(house.engine) as session:
        followers = session.exec(select(Webhook.id).where(col(Webhook.active).is_(True))).all()
    for follower in followers:
        with writing(house.engine) as session:
            webhooks.enlist(
                session, session.exec(select(Webhook).where(Webhook.id == follower).with_for_update()).one(), now
            )
    if not followers:
        return []
    with reading(house.engine) as session:
        return webhooks.due(session, now, _MOST)


def _send(house: House, leased: LeasedEvent, now: datetime) -> str:
    webhook, state, fault = leased.webhook, "sent", ""
    try:
        webhooks.must_be_allowed(webhook.url, hosts_of(house))
        post_event(
            webhook.url, secret_of(house, webhook).encode(), str(leased.event.event_id), told(house, leased.event)
        )
    except (TransportFailed, BadInput) as error:
        lasting = isinstance(error, TransportRefused) or leased.attempt >= MOST_ATTEMPTS
        state, fault = ("failed" if lasting else "waiting"), str(error)
    again = now if state == "sent" else now + wait_after(leased.attempt)
    with writing(house.engine) as session:
        webhooks.record(session, leased, state, again, sent_at=now if state == "sent" else None, error=fault or None)
    return {"waiting": "retried"}.get(state, state)


def told(house: House, event: Outbox) -> Mapping[str, Any]:
    """The event as its follower gets it: {"id","type","at", codes…, "link"?, "notice"?}."""
    said: dict[str, Any] = {"id": str(event.event_id), "type": event.type, "at": event.created_at.isoformat()}
    said |= {name: event.payload[name] for name in _TOLD if name in event.payload}
    if event.order_number:
        said["link"] = f"{house.settings.public_url.rstrip('/')}/console/orders/{event.order_number}"
    if house.profile.demonstration:
        from models.vocabulary import DEMONSTRATION

        said["notice"] = DEMONSTRATION
    return said
