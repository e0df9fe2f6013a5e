"""单位指标公开: a month's rates put forward by one supervisor, approved by another, withdrawn by either (四眼)."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from models.actions.as_seen import must_be_as_shown
from models.actions.step import note
from models.actors import Actor
from models.errors import Conflict, NotFound
from models.tables.public_figures import PublicFigures
from models.vocabulary import Role


def propose(session: Session, month: str, rates: dict[str, Any], actor: Actor, now: datetime) -> PublicFigures:
    """A month's figures anew: what was approved or withdrawn before needs an approval again."""
    actor.must_be(Role.SUPERVISOR)
    row = _row(session, month) or PublicFigures(month=month, proposed_by=actor.login, proposed_at=now)
    if row.approved_at and not row.withdrawn_at:
        raise Conflict(f"{month} 的指标正在公开，须先撤下再重新提交。")
    row.rates, row.proposed_by, row.proposed_at = rates, actor.login, now
    row.approved_by = row.approved_at = row.withdrawn_at = None
    session.add(row)
    note(session, "figures", month, "propose_public", actor, now)
    return row


def approve(session: Session, month: str, actor: Actor, now: datetime, *, seen: int | None = None) -> PublicFigures:
    """The figures that were read (`seen`: the month's last step on the page), by another than who put them forward."""
    actor.must_be(Role.SUPERVISOR)
    row = _held(session, month)
    if row.approved_at:
        raise Conflict(f"{month} 的指标已经审核过，请刷新查看。")
    actor.must_differ(row.proposed_by, "指标的提交与审核须由两人分别办理")
    must_be_as_shown(session, "figures", month, seen, actor)
    row.approved_by, row.approved_at = actor.login, now
    session.add(row)
    note(session, "figures", month, "approve_public", actor, now)
    return row


def withdraw(session: Session, month: str, actor: Actor, now: datetime) -> PublicFigures:
    actor.must_be(Role.SUPERVISOR)
    row = _held(session, month)
    row.withdrawn_at = now
    session.add(row)
    note(session, "figures", month, "withdraw_public", actor, now)
    return row


def _held(session: Session, month: str) -> PublicFigures:
    row = _row(session, month)
    if row is None or row.withdrawn_at:
        raise NotFound(f"没有待公开的 {month} 指标。")
    return row


def _row(session: Session, month: str) -> PublicFigures | None:
    return session.exec(select(PublicFigures).where(PublicFigures.month == month).with_for_update()).first()
