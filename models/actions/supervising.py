"""督办: instructions drafted, signed, answered and checked. Nothing that names a unit leaves without a signature."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlmodel import Session, col, select

from models import identity
from models.actions.as_seen import must_be_as_shown
from models.actions.avoiding import must_not_reach
from models.actions.clocks import start_instruction_clock, stop_clocks
from models.actions.document_numbers import give_number
from models.actions.notice_rows import Telling, targets_of, telling_rows, write_rows
from models.actions.step import note
from models.actors import Actor
from models.errors import BadInput, Conflict, NotAllowed, NotFound
from models.reckoning import Reckoner
from models.tables.clocks import Clock
from models.tables.orders import WorkOrder
from models.tables.supervision import Instruction
from models.vocabulary import InstructionKind, InstructionStatus, Role, Stage

_ANSWERED = frozenset({InstructionKind.SUPERVISE, InstructionKind.SUMMONS})


@dataclass(frozen=True, slots=True)
class Wording:
    """What an instruction says: 事由, 督办要求, 反馈时限 (none: no answer is asked for), 联系人电话, 约谈时间地点."""

    matter: str
    demand: str
    feedback_due: date | None = None
    contact: str = ""
    meeting: str = ""

    def check(self, kind: InstructionKind, today: date) -> None:
        if not (self.matter.strip() and self.demand.strip()):
            raise BadInput("事由和要求都要写明。")
        if self.feedback_due is None and kind in _ANSWERED:
            raise BadInput(f"{kind.label}须写明反馈时限。")
        if self.feedback_due is not None and self.feedback_due <= today:
            raise BadInput(f"反馈时限 {self.feedback_due} 应在今天之后。")

    def put(self, row: Instruction) -> None:
        row.matter, row.demand, row.contact = self.matter.strip(), self.demand.strip(), self.contact.strip() or None
        row.feedback_due = self.feedback_due.isoformat() if self.feedback_due else None
        row.meeting = self.meeting.strip() or None


def draft(
    session: Session, reckoner: Reckoner, kind: InstructionKind, unit: str, wording: Wording, actor: Actor,
    now: datetime, *, order_id: int | None = None,
) -> Instruction:  # fmt: skip
    """拟稿 by hand; the ladder's own drafts come from `drafted_row`."""
    actor.must_be(Role.SUPERVISOR)
    reckoner.profile.unit(unit)
    wording.check(kind, now.astimezone(reckoner.zone).date())
    if order_id is not None:
        order = session.get_one(WorkOrder, order_id)
        if order.sealed:
            raise NotAllowed("检举控告件不得督办到单位。")
        must_not_reach(session, reckoner.profile, order, (unit,))
    row = Instruction(
        cause=uuid.uuid4(), kind=kind.value, status=InstructionStatus.DRAFT.value, unit=unit, order_id=order_id,
        matter="", demand="", drafted_by=actor.login, drafted_at=now,
    )  # fmt: skip
    wording.put(row)
    if order_id is not None and kind is not InstructionKind.PRAISE:
        _put_limit(session, reckoner, row, order_id, now)
    session.add(row)
    session.flush()
    note(session, "instruct", str(row.id), "draft", actor, now, to_status=row.status, detail={"unit": unit})
    return row


def _put_limit(session: Session, reckoner: Reckoner, row: Instruction, order_id: int, now: datetime) -> None:
    """原时限 and 超期 of the order's handling, as the ladder's own drafts have them."""
    stages = (Stage.HANDLE.value, Stage.OPINION_FIRST.value)
    clock = session.exec(
        select(Clock)
        .where(Clock.subject == "order", Clock.subject_id == order_id, col(Clock.stage).in_(stages))
        .order_by(col(Clock.id).desc())
    ).first()
    if clock is None:
        return
    first, last = (at.astimezone(reckoner.zone).date() for at in (clock.due_at, clock.stopped_at or now))
    row.due_at, row.overdue = clock.due_at, max(reckoner.calendar.workdays_between(first, last), 0) or None


def drafted_row(action: str, generation: str, facts: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The row that a rung of the ladder lays before a leader; the same rung twice is the same row."""
    number, stage, overdue = facts["number"], facts["stage"], facts["overdue"]
    task = "一项承诺" if stage == Stage.PROMISE else f"一项{Stage(stage).label}任务"
    of_order = f"工单 {number} " if number else task
    return {
        "cause": identity.event_id(generation, "draft", 1, action), "kind": action,
        "status": InstructionStatus.DRAFT.value, "unit": facts["holder"], "order_id": facts["order_id"],
        "stage": stage, "due_at": facts["due_at"], "overdue": overdue,
        "matter": f"{of_order}已超过时限 {overdue} 个工作日，经催办、督办仍未办结。",
        "demand": "请立即办理，并书面说明超期原因和整改措施。", "drafted_by": "system", "drafted_at": now,
    }  # fmt: skip


def issue(
    session: Session, reckoner: Reckoner, instruction_id: int, wording: Wording, actor: Actor, now: datetime
) -> Instruction:
    """签发: the leader's words count; the number is given, the unit is told, its answer is awaited."""
    actor.must_be(Role.SUPERVISOR)
    row = _held(session, instruction_id, InstructionStatus.DRAFT)
    actor.must_differ(row.drafted_by, "督办文书的拟稿与签发")
    kind, today = InstructionKind(row.kind), now.astimezone(reckoner.zone).date()
    wording.check(kind, today)
    wording.put(row)
    row.number = give_number(session, reckoner, kind, now)
    row.signed_by, row.signed_at = actor.login, now
    row.status = (InstructionStatus.ISSUED if wording.feedback_due else InstructionStatus.CLOSED).value
    session.add(row)
    if wording.feedback_due:
        due_at = datetime.combine(wording.feedback_due, time(23, 59, 59), reckoner.zone)
        start_instruction_clock(session, reckoner, instruction_id, row.unit, due_at, now)
    _tell(session, reckoner, row, now)
    _note(session, row, "issue", actor, now, InstructionStatus.DRAFT)
    return row


def drop(session: Session, instruction_id: int, why: str, actor: Actor, now: datetime) -> Instruction:
    """不予发出, with a reason: it was right that a person looked."""
    actor.must_be(Role.SUPERVISOR)
    if not why.strip():
        raise BadInput("不予发出须写明理由。")
    row = _held(session, instruction_id, InstructionStatus.DRAFT)
    row.dropped_why, row.status = why.strip(), InstructionStatus.DROPPED.value
    session.add(row)
    _note(session, row, "drop", actor, now, InstructionStatus.DRAFT)
    return row


def answer(session: Session, instruction_id: int, text: str, actor: Actor, now: datetime) -> Instruction:
    """反馈 by the unit that it names."""
    actor.must_be(Role.UNIT)
    if not text.strip():
        raise BadInput("反馈内容不能为空。")
    row = _held(session, instruction_id, InstructionStatus.ISSUED, actor)
    row.feedback, row.feedback_by, row.feedback_at = text.strip(), actor.login, now
    row.status = InstructionStatus.ANSWERED.value
    session.add(row)
    stop_clocks(session, "instruct", instruction_id, now)
    _note(session, row, "answer", actor, now, InstructionStatus.ISSUED)
    return row


def verify(
    session: Session, reckoner: Reckoner, instruction_id: int, verdict: str, actor: Actor, now: datetime, *,
    again_by: date | None = None, seen: int | None = None,
) -> Instruction:  # fmt: skip
    """核查意见 on the answer that was read (`seen`: the page's last step).

    With `again_by` the answer is not enough: the unit answers once more by that day.
    """
    actor.must_be(Role.SUPERVISOR)
    if not verdict.strip():
        raise BadInput("请写明核查意见。")
    row = _held(session, instruction_id, InstructionStatus.ANSWERED)
    must_be_as_shown(session, "instruct", instruction_id, seen, actor)
    row.verdict, row.verified_by, row.verified_at = verdict.strip(), actor.login, now
    if again_by is None:
        row.status = InstructionStatus.CLOSED.value
    else:
        if again_by <= now.astimezone(reckoner.zone).date():
            raise BadInput(f"反馈时限 {again_by} 应在今天之后。")
        row.status, row.feedback_due = InstructionStatus.ISSUED.value, again_by.isoformat()
        due_at = datetime.combine(again_by, time(23, 59, 59), reckoner.zone)
        start_instruction_clock(session, reckoner, instruction_id, row.unit, due_at, now)
        _tell(session, reckoner, row, now)
    session.add(row)
    _note(session, row, "verify", actor, now, InstructionStatus.ANSWERED)
    return row


def _held(session: Session, instruction_id: int, status: InstructionStatus, actor: Actor | None = None) -> Instruction:
    row = session.exec(
        select(Instruction).where(Instruction.id == instruction_id).with_for_update()
        .execution_options(populate_existing=True)
    ).first()  # fmt: skip
    # A unit does not learn of drafts, nor of what was written to others; of a sealed order's papers nobody does.
    hidden = row is not None and actor is not None and (row.unit != actor.unit or row.signed_at is None)
    if row is None or hidden or _is_sealed(session, row):
        raise NotFound(f"没有找到督办文书（编号 {instruction_id}）。")
    if row.status != status.value:
        now_is = InstructionStatus(row.status).label
        raise Conflict(f"督办文书现为“{now_is}”，须为“{status.label}”。可能已有人处理，请刷新查看。")
    return row


def _is_sealed(session: Session, row: Instruction) -> bool:
    return row.order_id is not None and session.get_one(WorkOrder, row.order_id).sealed


def _tell(session: Session, reckoner: Reckoner, row: Instruction, now: datetime) -> None:
    telling = Telling(
        kind="instruction", unit=row.unit, subject=f"instruct:{row.id}", order_id=row.order_id, cycle=1,
        trigger=f"{row.number}:{row.feedback_due}", targets=targets_of(reckoner.profile, row.unit),
        facts={"name": InstructionKind(row.kind).label, "document": row.number, "feedback_due": row.feedback_due,
               "number": None, "domain": None, "ref": f"instruct:{row.id}"},
    )  # fmt: skip
    write_rows(session, telling_rows(telling, now))


def _note(session: Session, row: Instruction, action: str, actor: Actor, now: datetime, was: InstructionStatus) -> None:
    detail = {"unit": row.unit, "number": row.number}
    note(session, "instruct", str(row.id), action, actor, now, was.value, row.status, detail)
