"""Opinion cases and what policy owes, as each side may see them. Others than the named roles and units see nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from models.actions.opinion_step import OFFICERS
from models.actors import Actor
from models.errors import NotAllowed, NotFound
from models.opinion_words import OPEN_CASES, OpinionStatus
from models.tables.clocks import Clock, DeadlineBasis
from models.tables.messages import Message
from models.tables.opinion import (
    CommonProblem,
    OpinionCase,
    OpinionFinding,
    OpinionItem,
    OpinionLine,
    OpinionReport,
    OpinionUnit,
    OpinionVoice,
    PolicyPaper,
)
from models.tables.orders import WorkOrder
from models.tables.record import History
from models.vocabulary import Channel, Role, Stage

PAGE = 100
RESPONSE = (Stage.OPINION_FIRST, Stage.OPINION_CONFERENCE)


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A row of the list: the clock that runs out first, how many items, where the latest line stands."""

    case: OpinionCase
    due_at: datetime | None
    stage: str | None
    items: int
    line: str | None


@dataclass(frozen=True, slots=True)
class CaseWhole:
    """Everything about a case. `items` is empty for a unit: it reads the officer's summary."""

    case: OpinionCase
    items: list[tuple[Message, WorkOrder]]
    units: list[OpinionUnit]
    clocks: list[tuple[Clock, DeadlineBasis]]
    lines: list[tuple[OpinionLine, list[OpinionVoice]]]
    findings: list[OpinionFinding]
    reports: list[OpinionReport]
    problems: list[CommonProblem]
    history: list[History]

    @property
    def superseded(self) -> set[int | None]:
        """Response clocks that a new grade or another 首发时间 has replaced."""
        last = {clock.stage: clock.id for clock, _ in self.clocks}
        return {c.id for c, _ in self.clocks if c.stage in RESPONSE and c.id != last[c.stage]}


def list_cases(session: Session, actor: Actor, status: str | None = None) -> list[CaseLine]:
    """Newest first."""
    statement = select(OpinionCase).where(*_visible(actor)).order_by(col(OpinionCase.id).desc()).limit(PAGE)
    if status:
        statement = statement.where(OpinionCase.status == status)
    cases = session.exec(statement).all()
    ids = [case.id for case in cases]
    clocks = session.exec(
        select(Clock)
        .where(Clock.subject == "opinion", col(Clock.subject_id).in_(ids), col(Clock.stopped_at).is_(None))
        .order_by(col(Clock.due_at).desc())
    ).all()
    first = {clock.subject_id: clock for clock in clocks}  # the earliest is written last
    items = Counter(session.exec(select(OpinionItem.case_id).where(col(OpinionItem.case_id).in_(ids))).all())
    drafted = select(OpinionLine).where(col(OpinionLine.case_id).in_(ids)).order_by(col(OpinionLine.serial))
    latest = {line.case_id: line.status for line in session.exec(drafted).all()}  # the last is written last
    return [_row(case, first.get(i), items[i], latest.get(i)) for case in cases if (i := case.id or 0)]


def _row(case: OpinionCase, clock: Clock | None, items: int, line: str | None) -> CaseLine:
    return CaseLine(case, clock.due_at if clock else None, clock.stage if clock else None, items, line)


def whole_case(session: Session, actor: Actor, case_id: int) -> CaseWhole:
    case = session.exec(select(OpinionCase).where(OpinionCase.id == case_id, *_visible(actor))).first()
    if case is None:
        raise NotFound("没有找到该舆情，或本单位未参加联动。")
    officer = actor.role is not Role.UNIT
    lines = session.exec(
        select(OpinionLine).where(OpinionLine.case_id == case_id).order_by(col(OpinionLine.serial))
    ).all()
    return CaseWhole(
        case=case,
        items=case_items(session, case_id) if officer else [],
        units=_of(session, OpinionUnit, case_id),
        clocks=_clocks(session, "opinion", case_id),
        lines=[(line, _voices(session, line)) for line in lines],
        findings=_of(session, OpinionFinding, case_id),
        reports=_of(session, OpinionReport, case_id) if officer else [],
        problems=_of(session, CommonProblem, case_id) if officer else [],
        history=history_of(session, "opinion", case_id) if officer else [],
    )


def case_items(session: Session, case_id: int) -> list[tuple[Message, WorkOrder]]:
    """Its items, oldest first. What was sealed since is no longer among them."""
    statement = (
        select(Message, WorkOrder)
        .join(OpinionItem, col(OpinionItem.message_id) == col(Message.id))
        .join(WorkOrder, col(WorkOrder.id) == col(Message.order_id))
        .where(OpinionItem.case_id == case_id, col(WorkOrder.sealed).is_(False))
        .order_by(col(Message.received_at), col(Message.id))
    )
    return list(session.exec(statement).all())


def free_items(session: Session, now: datetime, days: int) -> list[tuple[Message, WorkOrder]]:
    """Items of the last days that are in no case: the feed's, and other channels' for the same matter's heat."""
    taken = select(OpinionItem.message_id)
    statement = (
        select(Message, WorkOrder)
        .join(WorkOrder, col(WorkOrder.id) == col(Message.order_id))
        .where(
            col(Message.received_at) >= now - timedelta(days=days), col(Message.received_at) <= now,
            col(WorkOrder.sealed).is_(False), col(Message.id).not_in(taken), col(Message.text).is_not(None),
            col(Message.channel).in_([Channel.OPINION.value, Channel.BOARD.value]),
        )
        .order_by(col(Message.received_at), col(Message.id))
    )  # fmt: skip
    return list(session.exec(statement).all())


def feed_without_case(session: Session, actor: Actor, now: datetime, days: int) -> list[Message]:
    """The feed's latest items that nobody has taken up, newest first, for an officer to choose from."""
    _must_be_officer(actor)
    found = [message for message, _ in free_items(session, now, days) if message.channel == Channel.OPINION]
    return found[::-1][:PAGE]


def find_report(session: Session, actor: Actor, report_id: int) -> tuple[OpinionReport, OpinionCase]:
    _must_be_officer(actor)
    statement = (
        select(OpinionReport, OpinionCase)
        .join(OpinionCase, col(OpinionCase.id) == col(OpinionReport.case_id))
        .where(OpinionReport.id == report_id)
    )
    found = session.exec(statement).first()
    if found is None:
        raise NotFound(f"没有找到分析报告（编号 {report_id}）。")
    return found


def list_policies(session: Session, actor: Actor) -> list[tuple[PolicyPaper, Clock | None]]:
    statement = select(PolicyPaper).where(*_own(actor, col(PolicyPaper.unit)))
    rows = session.exec(statement.order_by(col(PolicyPaper.id).desc()).limit(PAGE)).all()
    clocks = _first_clocks(session, "policy", [row.id or 0 for row in rows])
    return [(row, clocks.get(row.id or 0)) for row in rows]


def find_policy(
    session: Session, actor: Actor, policy_id: int
) -> tuple[PolicyPaper, list[tuple[Clock, DeadlineBasis]]]:
    statement = select(PolicyPaper).where(PolicyPaper.id == policy_id, *_own(actor, col(PolicyPaper.unit)))
    row = session.exec(statement).first()
    if row is None:
        raise NotFound(f"没有找到政策（编号 {policy_id}）。")
    return row, _clocks(session, "policy", policy_id)


def list_problems(session: Session, actor: Actor) -> list[tuple[CommonProblem, Clock | None]]:
    statement = select(CommonProblem).where(*_own(actor, col(CommonProblem.unit)))
    rows = session.exec(statement.order_by(col(CommonProblem.id).desc()).limit(PAGE)).all()
    clocks = _first_clocks(session, "problem", [row.id or 0 for row in rows])
    return [(row, clocks.get(row.id or 0)) for row in rows]


def find_problem(session: Session, actor: Actor, problem_id: int) -> tuple[CommonProblem, OpinionCase | None]:
    """With the case that it came from; a unit is not told which."""
    statement = select(CommonProblem).where(CommonProblem.id == problem_id, *_own(actor, col(CommonProblem.unit)))
    row = session.exec(statement).first()
    if row is None:
        raise NotFound(f"没有找到共性问题（编号 {problem_id}）。")
    known = row.case_id is not None and actor.role is not Role.UNIT
    return row, session.get(OpinionCase, row.case_id) if known else None


def history_of(session: Session, subject: str, subject_id: int) -> list[History]:
    statement = select(History).where(History.subject == subject, History.subject_id == str(subject_id))
    return list(session.exec(statement.order_by(col(History.id))).all())


def open_cases(session: Session) -> list[OpinionCase]:
    statement = select(OpinionCase).where(col(OpinionCase.status).in_([s.value for s in OPEN_CASES]))
    return list(session.exec(statement).all())


def _visible(actor: Actor) -> list[Any]:
    """Named roles, and units whose part a person confirmed, while or after it is handled."""
    if actor.role is Role.UNIT:
        mine = select(OpinionUnit.case_id).where(OpinionUnit.unit == actor.unit, col(OpinionUnit.confirmed).is_(True))
        known = [OpinionStatus.HANDLING.value, OpinionStatus.CLOSED.value, OpinionStatus.EVALUATED.value]
        return [col(OpinionCase.id).in_(mine), col(OpinionCase.status).in_(known)]
    _must_be_officer(actor)
    return []


def _own(actor: Actor, unit: Any) -> list[Any]:  # noqa: ANN401  (a column)
    if actor.role is Role.UNIT:
        return [unit == actor.unit]
    _must_be_officer(actor)
    return []


def _must_be_officer(actor: Actor) -> None:
    if actor.role is not None and actor.role not in OFFICERS:
        raise NotAllowed("舆情只对指定岗位开放。")


def _of(session: Session, table: Any, case_id: int) -> list[Any]:  # noqa: ANN401  (any table of a case)
    return list(session.exec(select(table).where(table.case_id == case_id).order_by(table.id)).all())


def _voices(session: Session, line: OpinionLine) -> list[OpinionVoice]:
    statement = select(OpinionVoice).where(OpinionVoice.line_id == line.id).order_by(col(OpinionVoice.id))
    return list(session.exec(statement).all())


def _clocks(session: Session, subject: str, subject_id: int) -> list[tuple[Clock, DeadlineBasis]]:
    statement = (
        select(Clock, DeadlineBasis)
        .join(DeadlineBasis, col(DeadlineBasis.id) == col(Clock.basis_id))
        .where(Clock.subject == subject, Clock.subject_id == subject_id)
        .order_by(col(Clock.id))
    )
    return list(session.exec(statement).all())


def _first_clocks(session: Session, subject: str, ids: Sequence[int]) -> dict[int, Clock]:
    statement = select(Clock).where(
        Clock.subject == subject, col(Clock.subject_id).in_(ids), col(Clock.stopped_at).is_(None)
    )
    return {clock.subject_id: clock for clock in session.exec(statement.order_by(col(Clock.due_at).desc())).all()}
