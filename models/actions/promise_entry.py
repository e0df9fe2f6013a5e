"""What a person enters or sets right: a promise made aloud, the units of a task."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import delete
from sqlmodel import Session, col

from models.actions.promise_public import link_of
from models.actions.promise_step import AT_WORK, check_due, locked, must_stand, needed, run_clock
from models.actions.step import note
from models.actors import Actor
from models.errors import BadInput, NotFound
from models.promise_words import PromiseLevel, PromiseSource, PromiseState
from models.reckoning import Reckoner
from models.tables.ledger import Promise
from models.tables.promise_steps import PromiseUnit
from models.vocabulary import Role

_BY_HAND = (PromiseSource.CONFERENCE, PromiseSource.INTERVIEW, PromiseSource.OPINION, PromiseSource.REPLY)
_UNDONE = AT_WORK | {PromiseState.TO_CONFIRM, PromiseState.TO_VERIFY}


@dataclass(frozen=True, slots=True)
class Spoken:
    """A promise made at a press conference, in an interview or an opinion release; `where` is the occasion."""

    source: PromiseSource
    unit: str
    text: str
    made_on: date
    where: str
    due: date | None = None
    url: str = ""


def enter_by_hand(session: Session, reckoner: Reckoner, spoken: Spoken, actor: Actor, now: datetime) -> Promise:
    """Into the ledger as 待确认. Said in public, so day, occasion and link are its 公开情况 as well."""
    actor.must_be(Role.MODERATOR, Role.SUPERVISOR)
    if spoken.source not in _BY_HAND:
        raise BadInput(f"手工登记的来源应为{'、'.join(s.label for s in _BY_HAND)}。")
    if spoken.made_on > now.astimezone(reckoner.zone).date():
        raise BadInput(f"承诺日期 {spoken.made_on} 还没有到，请核对。")
    made_at = datetime.combine(spoken.made_on, time(), reckoner.zone)
    check_due(spoken.due, made_at, reckoner.zone)
    public = spoken.source is not PromiseSource.REPLY  # a reply is to its citizen alone
    row = Promise(
        source=spoken.source.value, source_ref=needed(spoken.where, "须写明在什么场合作出。")[:200],
        unit=reckoner.profile.unit(spoken.unit).code, text=needed(spoken.text, "须写明承诺内容。"),
        level=(PromiseLevel.DATED if spoken.due else PromiseLevel.SPECIFIC).value, due=spoken.due, made_at=made_at,
        published_at=made_at if public else None, published_where=spoken.where.strip()[:200] if public else None,
        published_url=link_of(spoken.url),
    )  # fmt: skip
    session.add(row)
    session.flush()
    note(session, "promise", str(row.id), "enter", actor, now, to_status=row.state, detail={"source": row.source})
    return row


def assign_promise(
    session: Session, reckoner: Reckoner, promise_id: int, unit: str, actor: Actor, now: datetime
) -> Promise:
    """指定责任单位: the entry and its clock go to another unit."""
    actor.must_be(Role.MODERATOR, Role.SUPERVISOR)
    promise = locked(session, promise_id)
    must_stand(session, promise, _UNDONE)
    was, promise.unit = promise.unit, reckoner.profile.unit(unit).code
    promise.version += 1
    session.add(promise)
    note(session, "promise", str(promise_id), "assign", actor, now, detail={"from": was, "to": promise.unit})
    if promise.state != PromiseState.TO_CONFIRM.value:
        run_clock(session, reckoner, promise, now)
    return promise


def expand_group(
    session: Session, reckoner: Reckoner, promise_id: int, group_id: int, units: Sequence[str], actor: Actor,
    now: datetime,
) -> list[PromiseUnit]:  # fmt: skip
    """展开: which units «市直各部门» means here. Said again, the new list stands; the word itself stays."""
    actor.must_be(Role.MODERATOR, Role.SUPERVISOR)
    promise = locked(session, promise_id)
    must_stand(session, promise, _UNDONE)
    group = session.get(PromiseUnit, group_id)
    if group is None or group.promise_id != promise_id or group.unit is not None:
        raise NotFound(f"承诺 {promise_id} 没有这个待展开的单位群体。")
    if not units:
        raise BadInput(f"请至少选一个单位来展开“{group.name}”。")
    session.execute(delete(PromiseUnit).where(col(PromiseUnit.group_id) == group_id))
    known = [reckoner.profile.unit(code) for code in dict.fromkeys(units)]
    rows = [
        PromiseUnit(promise_id=promise_id, name=unit.name, unit=unit.code, part=group.part, group_id=group_id)
        for unit in known
    ]
    session.add_all(rows)
    detail = {"group": group_id, "units": [unit.code for unit in known]}
    note(session, "promise", str(promise_id), "expand", actor, now, detail=detail)
    return rows
