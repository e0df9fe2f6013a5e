"""对外联系电话 (C 二(三)17): the register, checks in working hours, and what is to be mended, chased by the ladder."""

import math
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlmodel import Session, col, select

from models import identity
from models.actions.clocks import start_subject_clock, stop_clocks
from models.actions.notice_rows import Telling, tell
from models.actions.step import note
from models.actors import Actor
from models.calling_words import LineFaultStatus, LineResult
from models.errors import BadInput, Conflict, NotFound
from models.line_hours import hours_of, is_open, moment_for, next_open, open_stretches, plain_number
from models.profile_parts import ClockRule
from models.reckoning import Reckoner
from models.retrying import working_hours_later
from models.tables.phone_lines import LineCheck, LineFault, PhoneLine
from models.tables.record import Outbox
from models.vocabulary import LimitUnit, Role, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    """What the register says of a line; `hours` empty: 作息时间."""

    number: str
    unit: str
    purpose: str = ""
    hours: str = ""
    answered_by: str = ""
    published_at: str = ""


def enter_line(session: Session, reckoner: Reckoner, facts: LineFacts, actor: Actor, now: datetime) -> str:
    """Into the register, or brought up to date: added, changed or same."""
    actor.must_be(Role.SUPERVISOR)
    reckoner.profile.unit(facts.unit)
    number, hours = plain_number(facts.number), facts.hours.strip() or None
    hours_of(hours)
    values = {"unit": facts.unit, "purpose": facts.purpose.strip(), "hours": hours, "active": True,
              "answered_by": facts.answered_by.strip(), "published_at": facts.published_at.strip()}  # fmt: skip
    known = session.exec(select(PhoneLine).where(PhoneLine.number == number).with_for_update()).first()
    if known is not None and all(getattr(known, name) == value for name, value in values.items()):
        return "same"
    row = known or PhoneLine(number=number, unit=facts.unit, entered_by=actor.login, entered_at=now)
    for name, value in values.items():
        setattr(row, name, value)
    row.version += known is not None
    session.add(row)
    session.flush()
    done = "changed" if known else "added"
    note(session, "line", str(row.id), "enter", actor, now, detail={"number": number, "unit": row.unit, "how": done})
    return done


def retire_line(session: Session, line_id: int, actor: Actor, now: datetime) -> PhoneLine:
    """No longer published: it is called no more, and what was to be mended is moot."""
    actor.must_be(Role.SUPERVISOR)
    row = _line(session, line_id)
    row.active = False
    session.add(row)
    for check in _planned(session, line_id):
        check.dropped_at = now
        session.add(check)
    if fault := _open_fault(session, line_id):
        _close_fault(session, fault, row, actor, now)
    note(session, "line", str(line_id), "retire", actor, now, detail={"number": row.number})
    return row


def plan_checks(session: Session, reckoner: Reckoner, secret: bytes, now: datetime) -> dict[str, int]:
    """The day's call list: {"planned","missed"}. Lines longest unchecked come first, as many as the period needs.

    What did not answer last time is called every day until it does. What was planned for an earlier day and not
    made is dropped, counted, and planned anew.
    """
    today, rules = now.astimezone(reckoner.zone).date(), reckoner.profile.lines
    midnight = datetime.combine(today, time(), reckoner.zone)
    stale = session.exec(select(LineCheck).where(col(LineCheck.planned_at) < midnight, *_WAITING)).all()
    for check in stale:
        check.dropped_at = now
        session.add(check)
    if not reckoner.calendar.is_workday(today):
        return {"planned": 0, "missed": len(stale)}
    session.flush()
    lines = session.exec(select(PhoneLine).where(col(PhoneLine.active).is_(True)).order_by(col(PhoneLine.id))).all()
    planned_for = select(LineCheck.line_id).where(col(LineCheck.planned_at) >= midnight)
    today_already = set(session.exec(planned_for).all())
    quota = math.ceil(len(lines) / rules.every_workdays) - len(today_already)
    left = [line for line in lines if line.id not in today_already]
    failing = [line for line in left if line.last_result not in {None, LineResult.CONNECTED.value}]
    due = [line for line in left if line not in failing and _is_due(reckoner, line, today)]
    due.sort(key=lambda line: (line.checked_at is not None, line.checked_at or now, line.id or 0))
    chosen = [*failing, *due[: max(0, quota)]]
    planned = sum(_plan(session, reckoner, secret, line, today, now) for line in chosen)
    return {"planned": planned, "missed": len(stale)}


def _is_due(reckoner: Reckoner, line: PhoneLine, today: date) -> bool:
    """Within the period its turn comes."""
    if line.checked_at is None:
        return True
    last = line.checked_at.astimezone(reckoner.zone).date()
    return reckoner.calendar.workdays_between(last, today) >= reckoner.profile.lines.every_workdays


def _plan(session: Session, reckoner: Reckoner, secret: bytes, line: PhoneLine, day: date, now: datetime) -> int:
    office = reckoner.profile.office_hours
    found = open_stretches(hours_of(line.hours), day, reckoner.calendar, office, reckoner.zone)
    left = [(max(a, now), b) for a, b in found if b > now]
    if not left:
        return 0
    session.add(LineCheck(line_id=line.id or 0, planned_at=moment_for(secret, line.number, left)))
    return 1


def record_check(
    session: Session, reckoner: Reckoner, line_id: int, result: LineResult, text: str, actor: Actor, now: datetime
) -> LineFault | None:
    """A call that was made now; the fault that it opened or found. Only calls in the line's hours count."""
    actor.must_be(Role.SUPERVISOR)
    line = _line(session, line_id)
    office = reckoner.profile.office_hours
    if not is_open(hours_of(line.hours), now, reckoner.calendar, office, reckoner.zone):
        raise BadInput(f"现在不是 {line.number} 的服务时间，拨测不作数，请在服务时间内拨打。")
    check = next(iter(_planned(session, line_id)), None) or LineCheck(line_id=line_id, planned_at=now)
    check.made_at, check.by, check.result, check.note = now, actor.login, result.value, text.strip() or None
    line.checked_at, line.last_result = now, result.value
    session.add_all([check, line])
    session.flush()
    note(session, "line", str(line_id), "check", actor, now, detail={"number": line.number, "result": result.value})
    fault = _open_fault(session, line_id)
    if result is LineResult.CONNECTED:
        if fault:
            _close_fault(session, fault, line, actor, now)
        return None
    return _failed(session, reckoner, line, check, fault, actor, now)


def _failed(
    session: Session, reckoner: Reckoner, line: PhoneLine, check: LineCheck, fault: LineFault | None, actor: Actor,
    now: datetime,
) -> LineFault | None:  # fmt: skip
    rules = reckoner.profile.lines
    if fault:
        if fault.status == LineFaultStatus.REPORTED.value:
            fault.status = LineFaultStatus.OPEN.value  # what the unit reported was not so
            session.add(fault)
        return fault
    if check.result == LineResult.DEAD.value or _fails(session, line.id or 0) >= rules.fails:
        return _open(session, reckoner, line, check, actor, now)
    office, calendar = reckoner.profile.office_hours, reckoner.calendar
    later = working_hours_later(now, rules.again_hours, calendar, office)
    again = next_open(hours_of(line.hours), later, calendar, office, reckoner.zone)
    session.add(LineCheck(line_id=line.id or 0, planned_at=again))
    return None


def _fails(session: Session, line_id: int) -> int:
    """Calls in vain since the last that got through."""
    statement = select(LineCheck.result).where(LineCheck.line_id == line_id, col(LineCheck.made_at).is_not(None))
    count = 0
    for result in session.exec(statement.order_by(col(LineCheck.made_at).desc(), col(LineCheck.id).desc())).all():
        if result == LineResult.CONNECTED.value:
            break
        count += 1
    return count


def _open(
    session: Session, reckoner: Reckoner, line: PhoneLine, check: LineCheck, actor: Actor, now: datetime
) -> LineFault:
    rules = reckoner.profile.lines
    rule = ClockRule(code="line_fix", stage=Stage.LINE_FIX, limit=rules.fix_workdays, unit=LimitUnit.WORKDAYS,
                     source=rules.source)  # fmt: skip
    fault = LineFault(line_id=line.id or 0, check_id=check.id or 0, unit=line.unit, opened_at=now, due_at=now)
    session.add(fault)
    session.flush()
    clock = start_subject_clock(session, reckoner, "line", fault.id or 0, rule, line.unit, now)
    fault.due_at = clock.due_at
    telling = Telling(
        kind="line_fault", unit=line.unit, subject=f"line:{fault.id}", order_id=None, cycle=1, trigger="opened",
        facts={"number": None, "domain": None, "ref": f"line:{fault.id}", "case": line.number,
               "due_at": fault.due_at.isoformat()},
    )  # fmt: skip
    tell(session, reckoner.profile, telling, now)
    _fault_turned(session, fault, line, "fault", None, actor, now)
    return fault


def report_fix(session: Session, fault_id: int, text: str, actor: Actor, now: datetime) -> LineFault:
    """已整改, says the unit. The clock runs until a check gets through."""
    actor.must_be(Role.UNIT)
    if not text.strip():
        raise BadInput("请写明整改情况。")
    fault = session.exec(select(LineFault).where(LineFault.id == fault_id).with_for_update()).first()
    if fault is None or fault.unit != actor.unit:
        raise NotFound("没有找到这项整改，或不属于本单位。")
    if fault.status == LineFaultStatus.CLOSED.value:
        raise Conflict("这项整改已经复核通过。")
    was, fault.status = fault.status, LineFaultStatus.REPORTED.value
    fault.remedy, fault.reported_by, fault.reported_at = text.strip(), actor.login, now
    _fault_turned(session, fault, _line(session, fault.line_id), "report", was, actor, now)
    return fault


def _close_fault(session: Session, fault: LineFault, line: PhoneLine, actor: Actor, now: datetime) -> None:
    was, fault.status, fault.closed_at = fault.status, LineFaultStatus.CLOSED.value, now
    stop_clocks(session, "line", fault.id or 0, now)
    _fault_turned(session, fault, line, "restore", was, actor, now)


def _fault_turned(
    session: Session, fault: LineFault, line: PhoneLine, action: str, was: str | None, actor: Actor, now: datetime
) -> None:
    fault.version += 1
    session.add(fault)
    told = {"line": line.number, "unit": fault.unit, "status": fault.status}
    note(session, "line_fault", str(fault.id), action, actor, now, was, fault.status, {"number": line.number})
    session.add(Outbox(
        event_id=identity.event_id(f"line:{fault.id}", action, 1, f"v{fault.version}"), type=f"line.{action}",
        payload=told, created_at=now,
    ))  # fmt: skip


_WAITING = (col(LineCheck.made_at).is_(None), col(LineCheck.dropped_at).is_(None))


def _planned(session: Session, line_id: int) -> list[LineCheck]:
    statement = select(LineCheck).where(LineCheck.line_id == line_id, *_WAITING)
    return list(session.exec(statement.order_by(col(LineCheck.planned_at))).all())


def _open_fault(session: Session, line_id: int) -> LineFault | None:
    statement = select(LineFault).where(
        LineFault.line_id == line_id, col(LineFault.status) != LineFaultStatus.CLOSED.value
    )
    return session.exec(statement.with_for_update()).first()


def _line(session: Session, line_id: int) -> PhoneLine:
    row = session.exec(select(PhoneLine).where(PhoneLine.id == line_id).with_for_update()).first()
    if row is None or not row.active:
        raise NotFound("没有找到这个号码，或已停用。")
    return row
