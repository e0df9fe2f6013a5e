"""Subscriptions to events, and each event's way out: leased, sent, recorded, under the event's own id.

At least once: a crash between sending and recording sends an event again, with the same id.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import CursorResult, exists, func, or_, update
from sqlmodel import Session, col, select

from models.actions.step import note
from models.actors import Actor
from models.bulk import insert_new
from models.errors import BadInput, Conflict, NotFound
from models.tables.orders import WorkOrder
from models.tables.record import Outbox
from models.tables.webhooks import Webhook, WebhookDelivery
from models.vocabulary import Role
from models.workflow import Action

# What may be followed. Opinion and policy events stay with their named roles.
SUBJECTS: Final = {
    "order": "工单", "callback": "回电", "promise": "承诺", "knowledge": "问答库", "solicitation": "征集意见",
    "line": "公开电话",
}  # fmt: skip
# An event may commit after one with a higher number: rows this young are looked at again.
_LATE: Final = timedelta(hours=1)
_PAGE: Final = 1000
_OPEN: Final = ("waiting", "leased")


@dataclass(frozen=True, slots=True)
class LeasedEvent:
    """An event in hand; `attempt` counts from 1 and proves that the lease is still ours."""

    id: int
    attempt: int
    webhook: Webhook
    event: Outbox


def subscribe(
    session: Session, name: str, url: str, subjects: Sequence[str], hosts: frozenset[str], actor: Actor, now: datetime
) -> Webhook:
    """From now on: what happened before is not told."""
    actor.must_be(Role.OPERATOR)
    if not name.strip():
        raise BadInput("请填写订阅方名称。")
    must_be_allowed(url, hosts)
    chosen = [s for s in SUBJECTS if s in subjects]
    if not chosen or set(subjects) - SUBJECTS.keys():
        raise BadInput(f"请选择要订阅的事件：{'、'.join(SUBJECTS.values())}。")
    newest = session.scalar(select(func.max(col(Outbox.id)))) or 0
    made = Webhook(
        name=name.strip(), url=url.strip(), subjects=chosen, settled=newest, created_by=actor.login, created_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    note(session, "webhook", str(made.id), "subscribe", actor, now, detail={"subjects": chosen})
    return made


def must_be_allowed(url: str, hosts: frozenset[str]) -> None:
    """Only to hosts that the operator named in HUIYIN_WEBHOOK_HOSTS (`host` or `host:port`)."""
    try:
        parts = urlsplit(url.strip())
        host, place = parts.hostname or "", f"{parts.hostname}:{parts.port}"
    except ValueError:
        raise BadInput("接收地址有误，应如 https://主机/路径。") from None
    if parts.scheme not in {"http", "https"} or not host or parts.username or parts.password:
        raise BadInput("接收地址有误，应如 https://主机/路径，其中不得写口令。")
    if host not in hosts and place not in hosts:
        raise BadInput(
            f"主机 {place if parts.port else host} 不在 HUIYIN_WEBHOOK_HOSTS 中，请由运维人员核准并设置后再试。"
        )


def renew_secret(session: Session, webhook_id: int, actor: Actor, now: datetime) -> Webhook:
    found = _held(session, webhook_id, actor)
    found.generation += 1
    session.add(found)
    note(session, "webhook", str(webhook_id), "renew_secret", actor, now)
    return found


def set_active(session: Session, webhook_id: int, active: bool, actor: Actor, now: datetime) -> Webhook:
    """While it rests, nothing is sent and nothing is lost: what waits goes out when it is active again."""
    found = _held(session, webhook_id, actor)
    found.active = active
    session.add(found)
    note(session, "webhook", str(webhook_id), "resume" if active else "rest", actor, now)
    return found


def send_again(session: Session, delivery_id: int, actor: Actor, now: datetime) -> None:
    """A failed one from the list, with the same event id."""
    actor.must_be(Role.OPERATOR)
    row = session.get(WebhookDelivery, delivery_id)
    if row is None:
        raise NotFound("没有这条推送记录。")
    if row.state != "failed":
        raise Conflict("只有推送失败的可以重推，请刷新查看。")
    row.state, row.attempts, row.next_try_at, row.error = "waiting", 0, now, None
    session.add(row)
    note(session, "webhook", str(row.webhook_id), "send_again", actor, now, detail={"event": str(row.event_id)})


def _held(session: Session, webhook_id: int, actor: Actor) -> Webhook:
    actor.must_be(Role.OPERATOR)
    found = session.exec(select(Webhook).where(Webhook.id == webhook_id).with_for_update()).first()
    if found is None:
        raise NotFound("没有这个订阅。")
    return found


def enlist(session: Session, webhook: Webhook, now: datetime) -> None:
    """Put new events of its subjects on a subscription's list.

    That an order was sealed tells of an accusation: nobody outside hears of it.
    """
    listed = exists().where(
        col(WebhookDelivery.webhook_id) == webhook.id, col(WebhookDelivery.event_id) == col(Outbox.event_id)
    )
    fresh = (
        select(Outbox)
        .where(col(Outbox.id) > webhook.settled, col(Outbox.type) != f"order.{Action.SEAL.value}", ~listed)
        .where(or_(*(col(Outbox.type).startswith(f"{subject}.") for subject in webhook.subjects)))
        .order_by(col(Outbox.id))
        .limit(_PAGE)
    )
    while events := session.exec(fresh).all():
        insert_new(session, WebhookDelivery, [_row(webhook, event, now) for event in events])
    old = select(func.max(col(Outbox.id))).where(col(Outbox.id) > webhook.settled, col(Outbox.created_at) < now - _LATE)
    webhook.settled = session.scalar(old) or webhook.settled
    session.add(webhook)


def _row(webhook: Webhook, event: Outbox, now: datetime) -> dict[str, object]:
    return {
        "webhook_id": webhook.id, "event_id": event.event_id, "outbox_id": event.id, "type": event.type,
        "order_number": _number(event), "state": "waiting", "attempts": 0, "next_try_at": now,
    }  # fmt: skip


def _number(event: Outbox) -> str | None:
    """The work order that an event is about; an opinion case's or a line's number is no order's."""
    told = event.payload.get("number")
    return event.order_number or (str(told) if told and event.type.startswith("promise.") else None)


def due(session: Session, now: datetime, most: int) -> list[tuple[int, int]]:
    """(delivery, subscription) that may be tried now, of subscriptions that are active, longest waiting first."""
    statement = (
        select(WebhookDelivery.id, WebhookDelivery.webhook_id)
        .join(Webhook, col(Webhook.id) == col(WebhookDelivery.webhook_id))
        .where(col(WebhookDelivery.state).in_(_OPEN), col(WebhookDelivery.next_try_at) <= now)
        .where(col(Webhook.active).is_(True))
        .order_by(col(WebhookDelivery.next_try_at), col(WebhookDelivery.id))
        .limit(most)
    )
    return [(delivery, webhook) for delivery, webhook in session.exec(statement).all() if delivery is not None]


def lease(session: Session, delivery_id: int, now: datetime, length: timedelta) -> LeasedEvent | None:
    """Take one in hand; None where another process has it, or where its order was sealed since (moot)."""
    free = (
        col(WebhookDelivery.id) == delivery_id, col(WebhookDelivery.state).in_(_OPEN),
        col(WebhookDelivery.next_try_at) <= now,
    )  # fmt: skip
    taken = session.execute(
        update(WebhookDelivery)
        .where(*free)
        .values(state="leased", attempts=WebhookDelivery.attempts + 1, next_try_at=now + length)
    )
    if not isinstance(taken, CursorResult) or taken.rowcount != 1:
        return None
    row = session.get_one(WebhookDelivery, delivery_id, populate_existing=True)
    if row.order_number and _is_sealed(session, row.order_number):
        row.state, row.error = "moot", "工单已转为专办，不再推送。"
        session.add(row)
        return None
    webhook, event = session.get_one(Webhook, row.webhook_id), session.get_one(Outbox, row.outbox_id)
    return LeasedEvent(delivery_id, row.attempts, webhook, event)


def _is_sealed(session: Session, number: str) -> bool:
    found = select(WorkOrder.id).where(WorkOrder.number == number, col(WorkOrder.sealed).is_(True))
    return session.exec(found).first() is not None


def record(
    session: Session, leased: LeasedEvent, state: str, next_try_at: datetime, *, sent_at: datetime | None = None,
    error: str | None = None,
) -> None:  # fmt: skip
    """How it went; of a lease that ran out meanwhile and is another's now, nothing is recorded."""
    ours = (col(WebhookDelivery.id) == leased.id, col(WebhookDelivery.state) == "leased",
            col(WebhookDelivery.attempts) == leased.attempt)  # fmt: skip
    session.execute(
        update(WebhookDelivery)
        .where(*ours)
        .values(state=state, next_try_at=next_try_at, sent_at=sent_at, error=error[:500] if error else None)
    )
