"""A call in vain: when it is tried again, and when it may be given up. Pure."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from models.calling_words import AttemptResult
from models.deadlines import SHANGHAI, deadline
from models.line_hours import next_open
from models.profile_calling import RetryPlan
from models.profile_parts import ClockRule, OfficeHours
from models.vocabulary import LimitUnit, Stage
from models.workdays import WorkCalendar

Try = tuple[datetime, AttemptResult]


def next_try(plan: RetryPlan, tries: Sequence[Try], calendar: WorkCalendar, hours: OfficeHours) -> datetime | None:
    """The moment within office hours of the next try; None where nothing was tried, or somebody answered."""
    if not tries or tries[-1][1] is AttemptResult.ANSWERED:
        return None
    at, result = tries[-1]
    return working_hours_later(at, plan.rule(result).again_hours, calendar, hours)


def working_hours_later(at: datetime, hours: float, calendar: WorkCalendar, office_hours: OfficeHours) -> datetime:
    """`hours` of office time after a moment; where that ends with the office's hours, as they begin again."""
    rule = ClockRule(code="again", stage=Stage.CALLBACK, limit=hours, unit=LimitUnit.WORKING_HOURS, source="重拨计划")
    return next_open((), deadline(rule, at, calendar, office_hours).due_at, calendar, office_hours, SHANGHAI)


def still_to_try(plan: RetryPlan, tries: Sequence[Try], zone: ZoneInfo) -> str:
    """What is missing before it may be closed with a reason; empty: nothing."""
    if not tries:
        return "尚未拨打"
    rule = plan.rule(tries[-1][1])
    days = {at.astimezone(zone).date() for at, _ in tries}
    missing = []
    if len(tries) < rule.attempts:
        missing.append(f"还须拨打 {rule.attempts - len(tries)} 次")
    if len(days) < rule.days:
        missing.append(f"还须在另外 {rule.days - len(days)} 天拨打")
    return "，".join(missing)
