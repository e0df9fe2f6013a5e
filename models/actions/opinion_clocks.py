"""The clocks of an opinion case: until the first response, the press conference, the next release.

国办发〔2016〕61号、80号; natural hours that ring the duty roster until a person confirms.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from models.actions.clocks import start_subject_clock, stop_clocks
from models.opinion_words import OpinionGrade
from models.reckoning import Reckoner
from models.tables.clocks import Clock
from models.tables.opinion import OpinionCase, OpinionLine
from models.vocabulary import CaseType, Stage, Urgency

RESPONSE = (Stage.OPINION_FIRST, Stage.OPINION_CONFERENCE)


def start_follow_up(
    session: Session, reckoner: Reckoner, case: OpinionCase, due_at: datetime | None, now: datetime
) -> datetime | None:
    """滚动发布: the next release is owed by then; without a date by the profile's rule. Returns when."""
    rule = reckoner.profile.clock(Stage.OPINION_FOLLOW, case_type=CaseType.OPINION)
    if rule is None:
        return None
    if due_at is not None:
        hours = (due_at - now).total_seconds() / 3600
        rule = rule.model_copy(update={"limit": hours, "source": "发布时约定的下次发布时间"})
        reckoner = Reckoner(reckoner.profile, reckoner.calendar, reckoner.zone)  # its cache knows the rule by code
    stop_clocks(session, "opinion", case.id or 0, now, [Stage.OPINION_FOLLOW])
    clock = start_subject_clock(
        session, reckoner, "opinion", case.id or 0, rule, clock_holder(case), now, order_id=case.order_id
    )
    return clock.due_at


def start_response(session: Session, reckoner: Reckoner, case: OpinionCase, now: datetime, *, major: bool) -> None:
    """国办发〔2016〕61号、80号: 5 h and 24 h for what is major, 48 h for the rest; a new grade starts them anew."""
    begins = case.found_at if reckoner.profile.opinion.clock_from == "found" else case.first_posted_at
    stages = RESPONSE if major and case.conference_at is None else (Stage.OPINION_FIRST,)
    for clock in running(session, case.id or 0):
        if clock.stage in {stage.value for stage in RESPONSE}:
            clock.stopped_at, clock.next_chase_at = now, None
            session.add(clock)
    session.flush()
    for stage in stages:
        rule = reckoner.profile.clock(
            stage, case_type=CaseType.OPINION, urgency=Urgency.EMERGENCY if major else Urgency.NORMAL
        )
        if rule is not None and not (stage is Stage.OPINION_FIRST and released(session, case.id or 0)):
            start_subject_clock(
                session, reckoner, "opinion", case.id or 0, rule, clock_holder(case), begins, order_id=case.order_id
            )


def timeliness(session: Session, case: OpinionCase) -> dict[str, bool]:
    """Stage → whether its last clock stopped in time; a press conference only where one was held."""
    clocks = session.exec(
        select(Clock).where(Clock.subject == "opinion", Clock.subject_id == case.id).order_by(col(Clock.id))
    ).all()
    last = {clock.stage: clock for clock in clocks if clock.stage in {stage.value for stage in RESPONSE}}
    if case.conference_at is None:
        last.pop(Stage.OPINION_CONFERENCE.value, None)
    return {stage: clock.stopped_at is not None and clock.stopped_at <= clock.due_at for stage, clock in last.items()}


def clock_holder(case: OpinionCase) -> str:
    """回应主体, or the local liaison of what goes up (重庆高新区 2021 二(三)1)."""
    return case.liaison or case.lead_unit


def is_major(reckoner: Reckoner, case: OpinionCase) -> bool:
    return case.grade is not None and OpinionGrade(case.grade) in reckoner.profile.opinion.major


def running(session: Session, case_id: int) -> list[Clock]:
    statement = select(Clock).where(
        Clock.subject == "opinion", Clock.subject_id == case_id, col(Clock.stopped_at).is_(None)
    )
    return list(session.exec(statement).all())


def released(session: Session, case_id: int) -> bool:
    statement = select(OpinionLine.id).where(OpinionLine.case_id == case_id, col(OpinionLine.released_at).is_not(None))
    return session.exec(statement).first() is not None
