"""回访: the centre asks whether it was done. The unit that handled it may not ask, nor see who is asked.

So nothing here writes to the order's own history, and there are no events: other systems, and through them
units, follow those. Only a reopened order is told of, as any other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlmodel import Session, col, select

from models.actions.clocks import start_follow_up_clock, stop_clocks
from models.actions.closing import reopen
from models.actions.notice_rows import CITIZEN, Telling, citizen_target, telling_rows, write_rows
from models.actions.step import note
from models.actors import SYSTEM, Actor
from models.calling_words import AttemptResult, Discontent, FollowUpStatus, FollowUpWhy
from models.errors import BadInput, Conflict, NotAllowed, NotFound
from models.queries.follow_ups import candidates
from models.reckoning import Reckoner, shifted
from models.retrying import Try, next_try, still_to_try
from models.sampling import drawn, seed_of
from models.tables.follow_ups import FollowUp, FollowUpAttempt, FollowUpDraw
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.vocabulary import OrderStatus, Role, Satisfaction

_FIRST = timedelta(days=7)  # what the very first draw looks back on
_OPEN = {FollowUpStatus.DUE.value, FollowUpStatus.MAILED.value}
_ANSWERED = {OrderStatus.REPLIED.value, OrderStatus.CLOSED.value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the citizen said; None: not said. `contacted`: the unit spoke with him; `resolved`: it was done."""

    contacted: bool | None = None
    resolved: bool | None = None
    satisfaction: Satisfaction | None = None
    reasons: Sequence[Discontent] = ()
    words: str = ""

    def check(self) -> None:
        if self.satisfaction is Satisfaction.DISSATISFIED and not self.reasons:
            raise BadInput("不满意的，请至少选一项原因。")


def draw(session: Session, reckoner: Reckoner, secret: bytes, now: datetime) -> FollowUpDraw | None:
    """Draw among the answers that have stood long enough, since the last draw; None where today's is done."""
    rules, today = reckoner.profile.follow_up, now.astimezone(reckoner.zone).date()
    last_day = shifted(reckoner.calendar, today, -rules.after_workdays)
    until = datetime.combine(last_day, time(), reckoner.zone)
    since = _drawn_until(session) or until - _FIRST
    if until <= since:
        return None
    rounds, seed = candidates(session, since, until), seed_of(secret, until)
    row = FollowUpDraw(since=since, until=until, drawn_at=now, rate=rules.rate, seed=seed, rounds=rounds)
    session.add(row)
    session.flush()
    due = reckoner.workdays_on(now, rules.within_workdays)
    chosen = set(drawn(seed, rules.rate, rounds))
    for order_id, cycle, _, unit, why in rounds:
        if (order_id, cycle) in chosen:
            asked = FollowUp(draw_id=row.id or 0, order_id=order_id, cycle=cycle, unit=unit, due_at=due,
                             why=why or FollowUpWhy.SAMPLE.value)  # fmt: skip
            session.add(asked)
            session.flush()
            start_follow_up_clock(session, reckoner, asked.id or 0, asking_unit(reckoner, unit), due, now)
    row.drawn = len(chosen)
    note(session, "draw", str(row.id), "draw", SYSTEM, now, detail={"candidates": len(rounds), "drawn": row.drawn})
    return row


def asking_unit(reckoner: Reckoner, unit: str) -> str:
    """Who owes the question: the centre, and of its own answers the supervising office; never who answered."""
    profile = reckoner.profile
    return profile.supervisor if unit == profile.centre else profile.centre


def _drawn_until(session: Session) -> datetime | None:
    return session.exec(select(FollowUpDraw.until).order_by(col(FollowUpDraw.until).desc()).limit(1)).first()


def order_asked_about(session: Session, follow_up: int) -> int:
    row = session.get(FollowUp, follow_up)
    if row is None:
        raise NotFound(f"没有找到这项回访（编号 {follow_up}）。")
    return row.order_id


def record_call(
    session: Session, reckoner: Reckoner, follow_up: int, result: AttemptResult, said: Answer | None, text: str,
    actor: Actor, now: datetime,
) -> FollowUp:  # fmt: skip
    """One call. Answered: what was said counts, silence too; in vain: tried again by the retry plan."""
    row = _held(session, reckoner, follow_up, actor)
    session.add(FollowUpAttempt(
        follow_up_id=follow_up, at=now, by=actor.login, result=result.value, note=text.strip() or None))  # fmt: skip
    session.flush()
    if result is AttemptResult.ANSWERED:
        _answered(session, reckoner, row, said or Answer(), "phone", actor, now)
        return row
    tries = tries_of(session, follow_up)
    row.next_at = next_try(reckoner.profile.callback_retry, tries, reckoner.calendar, reckoner.profile.office_hours)
    _turned(session, row, "attempt", row.status, actor, now)
    return row


def mail(session: Session, reckoner: Reckoner, follow_up: int, actor: Actor, now: datetime) -> FollowUp:
    """寄发问卷 to the address that the citizen wrote from."""
    row = _held(session, reckoner, follow_up, actor)
    senders = session.exec(select(Message.email, Message.phone).where(Message.order_id == row.order_id)).all()
    targets = sorted({found for sender in senders if (found := citizen_target(*sender))})
    if not targets:
        raise Conflict("来件人没有留下邮箱或手机号，请改为电话回访。")
    for target in targets:
        telling = Telling(
            kind="follow_up", unit=CITIZEN, subject=f"order:{row.order_id}", order_id=row.order_id, cycle=row.cycle,
            trigger=f"follow_up:{row.id}:{row.version}", facts={}, targets=(target,),
        )  # fmt: skip
        write_rows(session, telling_rows(telling, now))
    was, row.status, row.mailed_at, row.by = row.status, FollowUpStatus.MAILED.value, now, actor.login
    _turned(session, row, "mail", was, actor, now)
    return row


def record_survey(
    session: Session, reckoner: Reckoner, order_id: int, said: Answer, citizen: Actor, now: datetime
) -> FollowUp:
    """The survey comes back, through its signed link."""
    order = session.get_one(WorkOrder, order_id)
    mailed = select(FollowUp.id).where(
        FollowUp.order_id == order_id, FollowUp.cycle == order.cycle, FollowUp.status == FollowUpStatus.MAILED.value
    )
    found = session.exec(mailed).first()
    if found is None:
        raise Conflict("这份问卷已经收到，或已电话回访，谢谢。")
    row = _locked(session, found)
    _answered(session, reckoner, row, said, "survey", citizen, now)
    return row


def give_up(session: Session, reckoner: Reckoner, follow_up: int, reason: str, actor: Actor, now: datetime) -> FollowUp:
    """未能回访, with a reason, once the retry plan has been gone through: silence, not satisfaction."""
    row = _held(session, reckoner, follow_up, actor)
    if not reason.strip():
        raise BadInput("未能回访须写明理由。")
    if missing := still_to_try(reckoner.profile.callback_retry, tries_of(session, follow_up), reckoner.zone):
        raise Conflict(f"还不能以未接通结束：{missing}。")
    was, row.status, row.next_at = row.status, FollowUpStatus.UNREACHED.value, None
    row.closed_reason, row.by, row.done_at = reason.strip(), actor.login, now
    _turned(session, row, "give_up", was, actor, now)
    return row


def tries_of(session: Session, follow_up: int) -> list[Try]:
    statement = select(FollowUpAttempt.at, FollowUpAttempt.result).where(FollowUpAttempt.follow_up_id == follow_up)
    rows = session.exec(statement.order_by(col(FollowUpAttempt.id))).all()
    return [(at, AttemptResult(result)) for at, result in rows]


def _answered(
    session: Session, reckoner: Reckoner, row: FollowUp, said: Answer, way: str, actor: Actor, now: datetime
) -> None:
    said.check()
    was, row.status, row.way, row.done_at, row.next_at = row.status, FollowUpStatus.DONE.value, way, now, None
    asked_by = Actor(row.by, Role.MODERATOR) if way == "survey" and row.by else actor
    row.by = asked_by.login
    row.contacted, row.resolved = said.contacted, said.resolved
    row.satisfaction = said.satisfaction.value if said.satisfaction else None
    row.reasons, row.words = [r.value for r in said.reasons], said.words.strip() or None
    _turned(session, row, "answer", was, actor, now)
    order = session.get_one(WorkOrder, row.order_id)
    stands = order.cycle == row.cycle and order.status in _ANSWERED
    if said.satisfaction is Satisfaction.DISSATISFIED and stands:
        # On the order it reads like any 重办 that the centre orders: who was drawn stays unknown.
        grounds = row.words or "来件人对办理情况不满意。"
        reopen(session, reckoner, row.order_id, grounds, asked_by, now, reasons=row.reasons)


def _held(session: Session, reckoner: Reckoner, follow_up: int, actor: Actor) -> FollowUp:
    actor.must_be(Role.MODERATOR, Role.SUPERVISOR)
    row = _locked(session, follow_up)
    if row.unit == reckoner.profile.centre and actor.role is Role.MODERATOR:
        raise NotAllowed("本中心自己办理的件，由督办员回访。")
    return row


def _locked(session: Session, follow_up: int) -> FollowUp:
    row = session.exec(
        select(FollowUp).where(FollowUp.id == follow_up).with_for_update().execution_options(populate_existing=True)
    ).first()
    if row is None or session.get_one(WorkOrder, row.order_id).sealed:
        raise NotFound(f"没有找到这项回访（编号 {follow_up}）。")
    if row.status not in _OPEN:
        raise Conflict("这项回访已经结束，可能已有人处理，请刷新查看。")
    return row


def _turned(session: Session, row: FollowUp, action: str, was: str, actor: Actor, now: datetime) -> None:
    """Its own history alone."""
    row.version += 1
    session.add(row)
    if row.status not in _OPEN and row.id is not None:
        stop_clocks(session, "follow_up", row.id, now)
    detail = {"way": row.way, "satisfaction": row.satisfaction, "resolved": row.resolved}
    note(session, "follow_up", str(row.id), action, actor, now, was, row.status, detail)
