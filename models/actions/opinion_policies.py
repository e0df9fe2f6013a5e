"""What opinion says to policy: 出台前风险评估, 公开后解读, 共性问题反馈; each with its unit, its date, its check."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TypeVar

from sqlmodel import Session

from models import identity
from models.actions.as_seen import must_be_as_shown
from models.actions.clocks import start_agreed_clock, start_subject_clock, stop_clocks
from models.actions.notice_rows import Telling, tell
from models.actions.opinion_step import OFFICERS, needed
from models.actions.step import note
from models.actors import Actor
from models.errors import BadInput, Conflict, NotFound
from models.opinion_words import PolicyStatus, ProblemStatus, RiskLevel, RiskVerdict
from models.reckoning import Reckoner
from models.tables.opinion import CommonProblem, PolicyPaper
from models.tables.record import Outbox
from models.vocabulary import Role, Stage

_END = time(23, 59, 59)
_Row = TypeVar("_Row", PolicyPaper, CommonProblem)


@dataclass(frozen=True, slots=True)
class Assessment:
    """舆情风险评估: whom it touches, what may be said against it, how grave, what is ready for it."""

    affected: str
    risks: str
    level: RiskLevel
    measures: str


def plan_policy(
    session: Session, reckoner: Reckoner, title: str, unit: str, planned_on: date, actor: Actor, now: datetime
) -> PolicyPaper:
    """A policy that is to issue: its drafting unit owes the assessment before that day (腾冲市 2019 一(一)2)."""
    actor.must_be(Role.OPINION, Role.UNIT)
    actor.must_hold(unit)
    reckoner.profile.unit(unit)
    if planned_on <= now.astimezone(reckoner.zone).date():
        raise BadInput(f"拟出台日期 {planned_on} 应在今天之后，评估须在出台前完成。")
    row = PolicyPaper(title=needed(title, "请写明政策名称。"), unit=unit, planned_on=planned_on.isoformat(),
                      opened_by=actor.login, opened_at=now)  # fmt: skip
    session.add(row)
    session.flush()
    due_at = datetime.combine(planned_on, time(), reckoner.zone)
    start_agreed_clock(session, reckoner, "policy", row.id or 0, Stage.RISK_ASSESSMENT, unit,
                       "政策出台前完成舆情风险评估", due_at, now)  # fmt: skip
    _note(session, row, "policy", "open", actor, now, None)
    if actor.role is not Role.UNIT:
        _tell(session, reckoner, row, "policy", "policy_planned", now)
    return row


def submit_assessment(
    session: Session, policy_id: int, assessment: Assessment, actor: Actor, now: datetime
) -> PolicyPaper:
    actor.must_be(Role.UNIT)
    row = _policy(session, policy_id, {PolicyStatus.ASSESSING}, actor)
    row.affected = needed(assessment.affected, "请写明涉及的群体和范围。")
    row.risks = needed(assessment.risks, "请写明可能引发的舆情风险。")
    row.measures = needed(assessment.measures, "请写明应对和解读预案。")
    row.level, row.submitted_by, row.submitted_at = assessment.level.value, actor.login, now
    _turn_policy(session, row, PolicyStatus.SUBMITTED, "submit", actor, now)
    return row


def judge_assessment(
    session: Session, policy_id: int, verdict: RiskVerdict, why: str, actor: Actor, now: datetime, *,
    seen: int | None = None,
) -> PolicyPaper:  # fmt: skip
    """评估结论 by a leader of opinion handling; 完善后出台 goes back to the unit. `seen`: the page's last step."""
    actor.must_be(Role.OPINION_LEADER)
    row = _policy(session, policy_id, {PolicyStatus.SUBMITTED})
    must_be_as_shown(session, "policy", policy_id, seen, actor)
    actor.must_differ(row.submitted_by, "风险评估的提交与审核")
    row.verdict, row.verdict_note = verdict.value, needed(why, "请写明评估意见。")
    row.assessed_by, row.assessed_at = actor.login, now
    done = verdict is not RiskVerdict.IMPROVE
    _turn_policy(session, row, PolicyStatus.ASSESSED if done else PolicyStatus.ASSESSING, "judge", actor, now)
    if done:
        stop_clocks(session, "policy", policy_id, now)
    return row


def publish_policy(
    session: Session, reckoner: Reckoner, policy_id: int, public_at: datetime, url: str, actor: Actor, now: datetime,
    *, against: str = "",
) -> PolicyPaper:  # fmt: skip
    """公开: the interpretation is owed from now (3 workdays, or the same day). Without a «may issue» only with why."""
    actor.must_be(Role.OPINION, Role.UNIT)
    row = _policy(session, policy_id, {PolicyStatus.ASSESSING, PolicyStatus.SUBMITTED, PolicyStatus.ASSESSED}, actor)
    if not row.opened_at <= public_at <= now:
        raise BadInput("公开时间应在登记之后、现在之前，请核对。")
    if row.status != PolicyStatus.ASSESSED or row.verdict != RiskVerdict.ISSUE:
        row.against = needed(against, "舆情风险评估尚无“可以出台”的结论；已经公开的，须写明原因和批准人。")
    row.public_at, row.public_url = public_at, needed(url, "请写明公开网址。")
    _turn_policy(session, row, PolicyStatus.PUBLIC, "publish", actor, now)
    stop_clocks(session, "policy", policy_id, now)
    rule = reckoner.profile.clock(Stage.INTERPRETATION)
    if rule is not None:
        start_subject_clock(session, reckoner, "policy", policy_id, rule, row.unit, public_at)
    return row


def interpret_policy(
    session: Session, policy_id: int, at: datetime, url: str, actor: Actor, now: datetime
) -> PolicyPaper:
    """解读已发布: when and where."""
    actor.must_be(Role.OPINION, Role.UNIT)
    row = _policy(session, policy_id, {PolicyStatus.PUBLIC}, actor)
    # The day is the office's: `at` is in its zone, the record in UTC.
    if row.public_at is None or row.public_at.astimezone(at.tzinfo).date() > at.date() or at > now:
        raise BadInput("解读发布时间应在政策公开当日或之后，且不晚于现在。")
    row.interpreted_at, row.interpretation_url = at, needed(url, "请写明解读材料网址。")
    _turn_policy(session, row, PolicyStatus.INTERPRETED, "interpret", actor, now)
    stop_clocks(session, "policy", policy_id, at)
    return row


@dataclass(frozen=True, slots=True)
class Problem:
    """共性问题: what it is, what it rests on (counts, cases), what is asked of the unit."""

    problem: str
    basis: str
    demand: str


def open_problem(
    session: Session, reckoner: Reckoner, unit: str, said: Problem, due_on: date, actor: Actor, now: datetime, *,
    case_id: int | None = None,
) -> CommonProblem:  # fmt: skip
    """Laid before the unit whose policy it is (重庆高新区 2021 二(三)5), with a date that is chased."""
    actor.must_be(*OFFICERS)
    reckoner.profile.unit(unit)
    if due_on <= now.astimezone(reckoner.zone).date():
        raise BadInput(f"反馈期限 {due_on} 应在今天之后。")
    row = CommonProblem(
        case_id=case_id, unit=unit, problem=needed(said.problem, "请写明共性问题。"),
        basis=needed(said.basis, "请写明依据（件数、舆情编号）。"), demand=needed(said.demand, "请写明对政策的建议。"),
        due_on=due_on.isoformat(), opened_by=actor.login, opened_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    start_agreed_clock(session, reckoner, "problem", row.id or 0, Stage.PROBLEM, unit, "共性问题反馈期限",
                       datetime.combine(due_on, _END, reckoner.zone), now)  # fmt: skip
    _note(session, row, "problem", "open", actor, now, None)
    _tell(session, reckoner, row, "problem", "problem", now)
    return row


def answer_problem(
    session: Session, problem_id: int, answer: str, actor: Actor, now: datetime, *, adopted: bool
) -> CommonProblem:
    """采纳 and how, or 不采纳 and why."""
    actor.must_be(Role.UNIT)
    row = _problem(session, problem_id, ProblemStatus.OPEN, actor)
    row.answer, row.adopted = needed(answer, "请写明采纳情况；不采纳的，写明理由。"), adopted
    row.answered_by, row.answered_at = actor.login, now
    _turn_problem(session, row, ProblemStatus.ANSWERED, "answer", actor, now)
    return row


def settle_problem(
    session: Session, problem_id: int, note_: str, actor: Actor, now: datetime, *, done: bool,
    seen: int | None = None,
) -> CommonProblem:  # fmt: skip
    """核实销号, by somebody else than who answered; what is not substantial goes back, its clock never stopped."""
    actor.must_be(*OFFICERS)
    row = _problem(session, problem_id, ProblemStatus.ANSWERED)
    must_be_as_shown(session, "problem", problem_id, seen, actor)
    actor.must_differ(row.answered_by, "共性问题的反馈与核实")
    row.note = needed(note_, "请写明核实意见。")
    if done:
        row.closed_by, row.closed_at = actor.login, now
        stop_clocks(session, "problem", problem_id, now)
    _turn_problem(session, row, ProblemStatus.CLOSED if done else ProblemStatus.OPEN, "settle", actor, now)
    return row


def _policy(session: Session, policy_id: int, states: set[PolicyStatus], actor: Actor | None = None) -> PolicyPaper:
    row = _held(session, PolicyPaper, policy_id, "政策")
    if actor is not None and actor.role is Role.UNIT and actor.unit != row.unit:
        raise NotFound(f"没有找到政策（编号 {policy_id}）。")
    if PolicyStatus(row.status) not in states:
        raise Conflict(f"该政策现为“{PolicyStatus(row.status).label}”，不能这样处理。可能已有人办理，请刷新查看。")
    return row


def _problem(session: Session, problem_id: int, state: ProblemStatus, actor: Actor | None = None) -> CommonProblem:
    row = _held(session, CommonProblem, problem_id, "共性问题")
    if actor is not None and actor.unit != row.unit:
        raise NotFound(f"没有找到共性问题（编号 {problem_id}）。")
    if row.status != state:
        raise Conflict(f"该问题现为“{ProblemStatus(row.status).label}”，不能这样处理。可能已有人办理，请刷新查看。")
    return row


def _held(session: Session, table: type[_Row], row_id: int, what: str) -> _Row:
    found = session.get(table, row_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(f"没有找到{what}（编号 {row_id}）。")
    return found


def _turn_policy(
    session: Session, row: PolicyPaper, to: PolicyStatus, action: str, actor: Actor, now: datetime
) -> None:
    was, row.status = row.status, to.value
    _note(session, row, "policy", action, actor, now, was)


def _turn_problem(
    session: Session, row: CommonProblem, to: ProblemStatus, action: str, actor: Actor, now: datetime
) -> None:
    was, row.status = row.status, to.value
    _note(session, row, "problem", action, actor, now, was)


def _note(
    session: Session, row: PolicyPaper | CommonProblem, subject: str, action: str, actor: Actor, now: datetime,
    was: str | None,
) -> None:  # fmt: skip
    row.version += 1
    session.add(row)
    note(session, subject, str(row.id), action, actor, now, was, row.status)
    facts = {"id": row.id, "status": row.status, "unit": row.unit}
    session.add(
        Outbox(
            event_id=identity.event_id(f"{subject}:{row.id}", action, 1, f"v{row.version}"),
            type=f"{subject}.{action}", payload=facts, created_at=now,
        )
    )  # fmt: skip


def _tell(
    session: Session, reckoner: Reckoner, row: PolicyPaper | CommonProblem, subject: str, kind: str, now: datetime
) -> None:
    telling = Telling(
        kind=kind, unit=row.unit, subject=f"{subject}:{row.id}", order_id=None, cycle=1, trigger=f"v{row.version}",
        facts={"number": None, "ref": f"{subject}:{row.id}"},
    )  # fmt: skip
    tell(session, reckoner.profile, telling, now)
