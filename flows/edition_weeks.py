"""Which weeks an edition can be made of: those with answers, the last whole one first in mind."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from flows.house import House
from models.database import reading
from models.errors import BadInput
from models.queries import editions as asked
from responders.editions.week import Week, parse_week

_BACK = 12  # weeks


@dataclass(frozen=True, slots=True)
class Offered:
    """A week without an edition, how many answers were given in it, and whether it is still running."""

    week: Week
    answers: int
    running: bool


def offered_weeks(house: House, session: Session, now: datetime) -> list[Offered]:
    """Newest first, with answers only."""
    today = house.day_of(now)
    known = {edition.week for edition in asked.all_editions(session)}
    weeks = [week_of(today - timedelta(weeks=n)) for n in range(_BACK)]
    found = [Offered(w, _answers(house, session, w), w.last >= today) for w in weeks if w.code not in known]
    return [each for each in found if each.answers]


def doubt_about(house: House, code: str, now: datetime) -> str:
    """Why somebody should say twice that an edition of this week is meant; empty for a usual one.

    BadInput for a week that has not begun.
    """
    if running := still_running(house, code, now):
        return f"{running}；以后几天的答复，要再点“补选留言”才会收入。"
    week = parse_week(code)
    with reading(house.engine) as session:
        if asked.find_edition(session, week.code) is not None or _answers(house, session, week):
            return ""
    return "这一周没有一件答复，编出来是空的，不能送审和发布。"


def still_running(house: House, code: str, now: datetime) -> str:
    """Until when, and what there is already; empty for a week that is over, or has its edition.

    BadInput for a week that has not begun.
    """
    week, today = parse_week(code), house.day_of(now)
    if week.first > today:
        raise BadInput(f"{week.code} 这一周还没有开始，不能编选。")
    with reading(house.engine) as session:
        if week.last < today or asked.find_edition(session, week.code) is not None:
            return ""
        answers = _answers(house, session, week)
    return f"这一周到 {week.last.month}月{week.last.day}日 才结束，已有答复 {answers} 件"


def week_of(day: date) -> Week:
    year, number, _ = day.isocalendar()
    return parse_week(f"{year}-W{number:02d}")


def _answers(house: House, session: Session, week: Week) -> int:
    return asked.answers_between(session, *week.bounds(house.settings.zone))
