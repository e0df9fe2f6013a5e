"""征集意见 (S 19): what was asked, what came in, and 总体情况、采纳情况、不采纳理由 made public by somebody else."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from models import identity
from models.actions.as_seen import must_be_as_shown
from models.actions.step import note
from models.actors import Actor
from models.errors import BadInput, Conflict, NotFound
from models.tables.knowledge import Solicitation, SolicitedMessage, SolicitedOpinion
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.tables.record import Outbox
from models.vocabulary import Adoption, Role

CENTRE = (Role.MODERATOR, Role.SUPERVISOR)
Scan = Callable[[str], Sequence[str]]
"""A text → what personal data still stands in it, in words."""


def open_solicitation(
    session: Session, title: str, unit: str, about: str, opens_on: date, closes_on: date, actor: Actor, now: datetime
) -> Solicitation:
    actor.must_be(*CENTRE, Role.UNIT)
    if actor.role is Role.UNIT and unit != actor.unit:
        raise BadInput("承办单位只能登记本单位的征集。")
    if not title.strip() or not about.strip():
        raise BadInput("标题和征求意见的事项都要填写。")
    if closes_on < opens_on:
        raise BadInput(f"截止日期 {closes_on} 早于开始日期 {opens_on}，请核对。")
    row = Solicitation(
        title=title.strip(), unit=unit, about=about.strip(), opens_on=opens_on, closes_on=closes_on,
        written_by=actor.login, written_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    note(session, "solicitation", str(row.id), "open", actor, now)
    return row


def add_opinion(
    session: Session, solicitation_id: int, opinion: str, heard: int, actor: Actor, now: datetime
) -> SolicitedOpinion:
    """One opinion in the office's words; the same from several people is one with their number."""
    row = unpublished(session, solicitation_id, actor)
    if not opinion.strip():
        raise BadInput("意见内容不能空。")
    if heard < 1:
        raise BadInput("提出人数至少为 1。")
    said = SolicitedOpinion(
        solicitation_id=row.id or 0, opinion=opinion.strip(), heard=heard, entered_by=actor.login, entered_at=now
    )
    session.add(said)
    changed(session, row, "enter", actor, now)
    return said


def decide_opinion(
    session: Session, solicitation_id: int, opinion_id: int, adoption: Adoption, reason: str, actor: Actor,
    now: datetime,
) -> SolicitedOpinion:  # fmt: skip
    """采纳情况; what is not or only partly adopted needs its reason (不采纳理由)."""
    row = unpublished(session, solicitation_id, actor)
    said = session.get(SolicitedOpinion, opinion_id)
    if said is None or said.solicitation_id != row.id:
        raise NotFound("没有找到这条意见。")
    if adoption is not Adoption.ADOPTED and not reason.strip():
        raise BadInput(f"{adoption.label}须写明理由。")
    said.adoption, said.reason, said.entered_by = adoption.value, reason.strip(), actor.login
    session.add(said)
    changed(session, row, "edit", actor, now)
    return said


def sum_up(session: Session, solicitation_id: int, overall: str, actor: Actor, now: datetime) -> Solicitation:
    """总体情况 in words; the counts stand beside it by themselves."""
    row = unpublished(session, solicitation_id, actor)
    if not overall.strip():
        raise BadInput("总体情况不能空。")
    row.overall, row.written_by = overall.strip(), actor.login
    changed(session, row, "edit", actor, now)
    return row


def publish_solicitation(
    session: Session, solicitation_id: int, scan: Scan, actor: Actor, now: datetime, *, today: date,
    seen: int | None = None,
) -> Solicitation:  # fmt: skip
    """Made public after the last day, whole, without personal data, by nobody who wrote any of it."""
    actor.must_be(*CENTRE)
    row = unpublished(session, solicitation_id, actor)
    must_be_as_shown(session, "solicitation", solicitation_id, seen, actor)
    opinions = opinions_of(session, solicitation_id)
    if unread := unheard(session, solicitation_id):
        raise BadInput(f"还有 {unread} 件归入本次征集的来件没有录为意见，也没有改归别处。")
    if today <= row.closes_on:
        raise Conflict(f"征集到 {row.closes_on} 才截止，结果还不能公开。")
    if not row.overall:
        raise BadInput("请先写总体情况。")
    if open_ones := sum(o.adoption is None for o in opinions):
        raise BadInput(f"还有 {open_ones} 条意见没有写明采纳情况。")
    for writer in {row.written_by, *(o.entered_by for o in opinions)}:
        actor.must_differ(writer, "征集结果的拟写与公开")
    for text in (row.title, row.about, row.overall, *(f"{o.opinion}\n{o.reason}" for o in opinions)):
        if found := list(scan(text)):
            raise BadInput(f"“{text[:12]}…”中仍含个人信息（{'、'.join(dict.fromkeys(found))}），请隐去后再公开。")
    row.published_by, row.published_at = actor.login, now
    changed(session, row, "publish", actor, now)
    session.add(Outbox(
        event_id=identity.event_id(f"solicitation:{row.id}", "published", 1, f"v{row.version}"),
        type="solicitation.published", payload={"solicitation": row.id, "unit": row.unit}, created_at=now,
    ))  # fmt: skip
    return row


def unheard(session: Session, solicitation_id: int) -> int:
    """Messages of it that nobody has written down yet; a sealed one is nobody's to write."""
    return session.exec(
        select(func.count()).select_from(SolicitedMessage)
        .join(Message, col(Message.id) == col(SolicitedMessage.message_id))
        .join(WorkOrder, col(WorkOrder.id) == col(Message.order_id))
        .where(SolicitedMessage.solicitation_id == solicitation_id, col(SolicitedMessage.opinion_id).is_(None),
               col(WorkOrder.sealed).is_not(True), col(Message.erased_at).is_(None))
    ).one()  # fmt: skip


def opinions_of(session: Session, solicitation_id: int) -> list[SolicitedOpinion]:
    statement = select(SolicitedOpinion).where(SolicitedOpinion.solicitation_id == solicitation_id)
    return list(session.exec(statement.order_by(col(SolicitedOpinion.id))).all())


def unpublished(session: Session, solicitation_id: int, actor: Actor) -> Solicitation:
    """Held until the transaction ends; what is public stays as it was published."""
    actor.must_be(*CENTRE, Role.UNIT)
    row = session.exec(
        select(Solicitation).where(Solicitation.id == solicitation_id).with_for_update()
        .execution_options(populate_existing=True)
    ).first()  # fmt: skip
    if row is None or (actor.role is Role.UNIT and row.unit != actor.unit):
        raise NotFound("没有找到该次征集，或不属于本单位。")
    if row.published_at is not None:
        raise Conflict("结果已经公开，不能再改。")
    return row


def changed(session: Session, row: Solicitation, action: str, actor: Actor, now: datetime) -> None:
    row.version += 1
    session.add(row)
    note(session, "solicitation", str(row.id), action, actor, now, detail={"version": row.version})
