"""A limit that was set before the order came here: its day stands, whatever the rules here would say.

It is kept as a rule of natural days, so that an extension or a pause reckons from it as from any other rule.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from models.errors import BadInput
from models.profile import ClockRule, Profile
from models.vocabulary import LimitUnit, Stage

_CODE = "given_days_"


def given_rule(stage: Stage, started_at: datetime, due: date, zone: ZoneInfo) -> ClockRule:
    """From the day of `started_at` to the close of `due`; BadInput if that lies before it."""
    days = (due - started_at.astimezone(zone).date()).days
    if days < 0:
        raise BadInput(f"办理期限 {due} 早于来件日期 {started_at.astimezone(zone).date()}，请核对。")
    return _rule(stage, days)


def rule_of(profile: Profile, code: str, stage: str) -> ClockRule | None:
    """The rule that a deadline was reckoned by: the profile's, or a given one; None if the profile has it no more."""
    found = next((rule for rule in profile.clocks if rule.code == code), None)
    if found is None and is_given(code):
        return _rule(Stage(stage), int(code.removeprefix(_CODE)))
    return found


def is_given(code: str) -> bool:
    """Whether a deadline was the office's own, and not reckoned by a rule of the profile."""
    return code.startswith(_CODE)


def _rule(stage: Stage, days: int) -> ClockRule:
    return ClockRule(code=f"{_CODE}{days}", stage=stage, limit=days, unit=LimitUnit.DAYS, source="原系统的办理期限")
