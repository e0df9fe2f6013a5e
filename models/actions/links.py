"""What a signed link does: one action, by its holder, while the order is still his."""

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, select

from models.actions.entry_links import ENTRIES, entry_of
from models.actions.notice_rows import Telling, tell, telling_rows, write_rows
from models.actions.step import locked
from models.actors import Actor
from models.bulk import insertion
from models.errors import Conflict, NotAllowed
from models.links import Link, LinkEnded, Purpose, digest
from models.profile import Profile
from models.tables.links import UsedLink
from models.tables.orders import Assignment, WorkOrder
from models.vocabulary import Role

_OF_CITIZENS = {Purpose.RATE, Purpose.FOLLOW_UP}
_OF_UNITS = {Purpose.HANDLE, Purpose.SIGN, Purpose.BUTTON}


class LinkUsed(Conflict):
    """这个链接已经用过：一个链接只能办理一次。"""


def actor_of(link: Link) -> Actor:
    """Who a link acts as: 承办人 and 审签人 of one unit are two people, so they have two links."""
    if link.purpose in _OF_CITIZENS:
        return Actor("citizen")
    if link.purpose is Purpose.DUTY:
        return Actor("link:duty", Role.SUPERVISOR)
    signs = link.purpose is Purpose.SIGN
    return Actor(f"link:{link.holder}{':sign' if signs else ''}", Role.UNIT, link.holder, signs=signs)


def still_holds(session: Session, link: Link) -> WorkOrder:
    """The order, while the link's holder has his part in it; LinkEnded once it has gone to somebody else."""
    order = session.get(WorkOrder, link.order_id)
    if order is None or order.sealed:
        raise LinkEnded
    if link.purpose in _OF_UNITS:
        part = session.get(Assignment, link.part)
        if part is None or part.order_id != order.id or part.unit != link.holder or part.ended_at is not None:
            raise LinkEnded("该工单已不由贵单位办理，这个链接随之失效。")
    if link.purpose in _OF_CITIZENS and link.part != order.cycle:
        raise LinkEnded("这次答复已经评价过，或来件已在重新办理。")
    return order


def is_used(session: Session, token: str) -> bool:
    return session.get(UsedLink, digest(token)) is not None


def spend(session: Session, token: str, link: Link, action: str, by: str, now: datetime) -> None:
    """Use the link up, in the transaction of its action; a second use finds it used, however close they come."""
    if link.purpose in ENTRIES:
        entry_of(session, link)
    else:
        locked(session, link.order_id)
        still_holds(session, link)
    used = insertion(session.connection().dialect, UsedLink).on_conflict_do_nothing()
    row = {"digest": digest(token), "order_id": link.order_id or None, "holder": link.holder, "action": action,
           "by": by[:80], "used_at": now}  # fmt: skip
    if not session.connection().execute(used.values(**row)).rowcount:
        raise LinkUsed


def must_be_another(session: Session, order_id: int, name: str) -> None:
    """审签 under the name that the reply was written under is one person's, whatever links he was sent."""
    written = select(UsedLink.by).where(UsedLink.order_id == order_id, UsedLink.action == "write_reply")
    by = session.exec(written.order_by(col(UsedLink.used_at).desc())).first()
    if by and by.partition(" ")[2] == name.strip():
        raise NotAllowed(f"答复的拟写与审签，不能由同一人办理（{name.strip()}）。")


def part_of(session: Session, order_id: int, unit: str) -> Assignment | None:
    """The unit's part in the order now; the lead's before others."""
    statement = select(Assignment).where(
        Assignment.order_id == order_id, Assignment.unit == unit, col(Assignment.ended_at).is_(None)
    )
    parts = session.exec(statement.order_by(col(Assignment.id))).all()
    return next((part for part in parts if part.part == "lead"), parts[0] if parts else None)


def send_again(session: Session, profile: Profile, token: str, link: Link, now: datetime) -> None:
    """A new link, to where the holder is known to be and never to who asks; once for each used link."""
    order = still_holds(session, link)
    telling = _telling(order, "to_sign" if link.purpose is Purpose.SIGN else "link", link.holder, digest(token)[:24])
    if link.purpose is Purpose.SIGN:
        _to_signers(session, profile, telling, now)
    else:
        tell(session, profile, telling, now)


def ask_signers(session: Session, profile: Profile, order: WorkOrder, now: datetime) -> None:
    """A reply waits for the unit's 审签人; those who are told by letter get their own link."""
    if order.lead_unit:
        _to_signers(session, profile, _telling(order, "to_sign", order.lead_unit, f"v{order.version}"), now)


def send_back(session: Session, profile: Profile, order: WorkOrder, now: datetime) -> None:
    """The unit's reply came back, or its request was refused: it is told, and can act again."""
    if order.lead_unit:
        tell(session, profile, _telling(order, "sent_back", order.lead_unit, f"v{order.version}"), now)


def _to_signers(session: Session, profile: Profile, telling: Telling, now: datetime) -> None:
    rule = profile.notice(telling.kind)
    targets = tuple(target for target in profile.unit(telling.unit).signers if rule.carries(target))
    if targets:
        write_rows(session, telling_rows(replace(telling, targets=targets), now))


def _telling(order: WorkOrder, kind: str, unit: str, trigger: str) -> Telling:
    return Telling(
        kind=kind, unit=unit, subject=f"order:{order.id}", order_id=order.id, cycle=order.cycle, trigger=trigger,
        facts={"number": order.number, "domain": order.domain, "urgency": order.urgency},
    )  # fmt: skip
