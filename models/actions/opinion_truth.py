"""Rumour: a machine or an officer says at most «疑似不实，待核实»; refuted is what the authority found so.

No case is closed in doubt: it is found untrue, or borne out (models/actions/opinion_cases.py).
"""

from datetime import date, datetime

from sqlmodel import Session, select

from models.actions.opinion_step import OFFICERS, held, needed, step
from models.actors import Actor
from models.errors import BadInput, Conflict, NotFound
from models.opinion_words import Truth
from models.tables.opinion import OpinionCase, OpinionFinding
from models.vocabulary import Role


def doubt(session: Session, case_id: int, why: str, actor: Actor, now: datetime) -> OpinionCase:
    """疑似不实，待核实: with the reason, until an authority has found."""
    actor.must_be(*OFFICERS)
    case = held(session, case_id)
    if case.truth == Truth.REFUTED:
        raise Conflict("已有主管部门的查明结论，不能再标为待核实。")
    case.truth, case.doubt = Truth.DOUBTFUL.value, needed(why, "请写明疑点。")
    step(session, case, "doubt", actor, now)
    return case


def bear_out(session: Session, case_id: int, how: str, actor: Actor, now: datetime) -> OpinionCase:
    """经核实基本属实: what was doubted is so, with how that is known."""
    actor.must_be(*OFFICERS)
    case = held(session, case_id)
    if case.truth == Truth.REFUTED:
        raise Conflict("已有主管部门的查明结论，不能再记为属实。")
    case.truth, case.doubt = Truth.BORNE_OUT.value, needed(how, "请写明怎样核实的。")
    step(session, case, "bear_out", actor, now)
    return case


def record_finding(
    session: Session, case_id: int, authority: str, finding: str, evidence: str, found_on: date, actor: Actor,
    now: datetime, *, today: date,
) -> OpinionFinding:  # fmt: skip
    """主管部门的查明结论 and its evidence, as they were given; it counts once somebody else has checked it."""
    actor.must_be(Role.OPINION)
    case = held(session, case_id)
    if found_on > today:
        raise BadInput("查明日期不能晚于今天。")
    row = OpinionFinding(
        case_id=case_id, authority=needed(authority, "请写明作出结论的主管部门。")[:120],
        finding=needed(finding, "请写明查明结论。"), evidence=needed(evidence, "没有证据的，不能登记查明结论。"),
        found_on=found_on.isoformat(), recorded_by=actor.login, recorded_at=now,
    )  # fmt: skip
    session.add(row)
    step(session, case, "record_finding", actor, now)
    session.flush()
    return row


def check_finding(session: Session, finding_id: int, actor: Actor, now: datetime) -> OpinionFinding:
    """Checked against the authority's paper by a leader; from now on the line may refute."""
    actor.must_be(Role.OPINION_LEADER)
    row = session.get(OpinionFinding, finding_id)
    if row is None:
        raise NotFound(f"没有找到查明结论（编号 {finding_id}）。")
    case = held(session, row.case_id)
    if row.checked_at is not None:
        raise Conflict("该结论已经核对，请刷新查看。")
    actor.must_differ(row.recorded_by, "查明结论的登记与核对")
    row.checked_by, row.checked_at = actor.login, now
    case.truth = Truth.REFUTED.value
    session.add(row)
    step(session, case, "check_finding", actor, now)
    return row


def is_refuted(session: Session, case_id: int) -> bool:
    """Whether an authority's checked finding stands behind a refutation."""
    statement = select(OpinionFinding.checked_at).where(OpinionFinding.case_id == case_id)
    return any(checked is not None for checked in session.exec(statement).all())
