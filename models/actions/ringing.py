"""值班呼叫: an emergency or an hour clock rings post after post, in rounds, until a person confirms."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from models.actions.notice_rows import DUTY, RING, Row, Telling, posts_of, telling_rows, write_rows
from models.actions.step import announce, locked, note
from models.actors import Actor
from models.errors import Conflict
from models.opinion_words import OPEN_CASES, OpinionStatus
from models.profile import Profile
from models.tables.links import Ringing
from models.tables.notices import Notice
from models.tables.opinion import OpinionCase
from models.tables.orders import WorkOrder
from models.vocabulary import OrderStatus, Role
from models.workflow import OPEN

_BATCH = 200


def due_ringings(session: Session, now: datetime) -> list[Ringing]:
    """Those whose post has been silent for long enough; on PostgreSQL locked."""
    statement = (
        select(Ringing)
        .where(col(Ringing.ended_at).is_(None), col(Ringing.next_at) <= now)
        .order_by(col(Ringing.next_at))
        .limit(_BATCH)
        .with_for_update(skip_locked=True)
    )
    return list(session.exec(statement).all())


def ring_on(session: Session, profile: Profile, ringing: Ringing, now: datetime) -> bool:
    """Ring the next post where it is time; True if one was rung. After an outage that is one post, not many."""
    order = session.get_one(WorkOrder, ringing.order_id)
    posts = posts_of(profile)
    session.add(ringing)
    if order.sealed or _is_over(session, ringing, order):
        ringing.ended_at = now
        return False
    if ringing.rung == 0:  # the notice that it began with has rung the first post
        ringing.rung, ringing.next_at = 1, ringing.began_at + timedelta(minutes=posts[0].wait_minutes)
        if ringing.next_at > now:
            return False
    post = posts[ringing.rung % len(posts)]
    write_rows(session, _letter(session, ringing, post.role, post.targets, now))
    ringing.rung += 1
    ringing.next_at = now + timedelta(minutes=post.wait_minutes)
    return True


def _is_over(session: Session, ringing: Ringing, order: WorkOrder) -> bool:
    """What it rings for is done: the order, or the opinion case whose hours they are."""
    ref = str(session.get_one(Notice, ringing.notice_id).facts.get("ref", ""))
    if ref.startswith("opinion:"):
        case = session.get_one(OpinionCase, int(ref.partition(":")[2]))
        return OpinionStatus(case.status) not in OPEN_CASES
    return OrderStatus(order.status) not in OPEN


def _letter(session: Session, ringing: Ringing, role: str, targets: tuple[str, ...], now: datetime) -> Iterable[Row]:
    first = session.get_one(Notice, ringing.notice_id)
    facts: dict[str, Any] = {**first.facts, "role": role, "times": ringing.rung + 1}
    telling = Telling(
        kind=first.kind, unit=DUTY, subject=f"order:{ringing.order_id}", order_id=ringing.order_id,
        cycle=first.cycle, trigger=f"{RING}{ringing.notice_id.hex}:{ringing.rung}", facts=facts, targets=targets,
    )  # fmt: skip
    return telling_rows(telling, now)


def confirm(session: Session, order_id: int, actor: Actor, now: datetime, *, name: str = "") -> WorkOrder:
    """我已知悉并处理: ends the ringing; whoever comes second is told who was first."""
    actor.must_be(Role.MODERATOR, Role.SUPERVISOR, Role.OPINION, Role.OPINION_LEADER)
    order = locked(session, order_id)
    ringing = running(session, order_id)
    if not ringing:
        raise Conflict(f"工单 {order.number} 的值班呼叫已经有人确认，或没有呼叫。")
    who = name.strip()[:40]
    for each in ringing:
        each.ended_at, each.confirmed_by = now, f"{actor.login} {who}".strip()
        session.add(each)
    order.version += 1
    session.add(order)
    rung = max(each.rung for each in ringing)
    detail = {"rung": rung, **({"name_given": who} if who else {})}
    note(session, "order", str(order_id), "confirm_ring", actor, now, detail=detail)
    announce(session, order, "ring_confirmed", now)
    return order


def running(session: Session, order_id: int) -> list[Ringing]:
    statement = select(Ringing).where(Ringing.order_id == order_id, col(Ringing.ended_at).is_(None))
    return list(session.exec(statement).all())
