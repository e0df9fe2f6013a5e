from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.desk import SHANGHAI, at

from models.deadlines import BadStart, Deadline, deadline, extend, worked
from models.errors import BadInput
from models.profile import ClockRule, load_profile
from models.vocabulary import LimitUnit, Stage
from models.workdays import work_calendar

OFFICE = load_profile("demo").office_hours
CALENDAR = work_calendar()
MOMENTS = st.datetimes(datetime(2023, 1, 1), datetime(2025, 6, 30), timezones=st.just(SHANGHAI))  # noqa: DTZ001


def rule(limit: float, unit: LimitUnit) -> ClockRule:
    return ClockRule(code="r", stage=Stage.HANDLE, limit=limit, unit=unit, source="测试规程第一条")


def ends(limit: float, unit: LimitUnit, start: str) -> Deadline:
    return deadline(rule(limit, unit), at(start), CALENDAR, OFFICE)


def test_a_limit_in_workdays_ends_at_the_close_of_its_last_day() -> None:
    end = ends(5, LimitUnit.WORKDAYS, "2026-02-13T10:00")
    assert end.due_at == at("2026-02-27T23:59:59")
    assert end.source == "测试规程第一条"
    assert end.rule == "r"
    assert end.calendar_version == CALENDAR.version
    assert end.rows()[0] == {"date": "2026-02-14", "counted": True, "reason": "调休上班（春节）"}


def test_the_day_of_receipt_is_the_one_in_shanghai() -> None:
    late_in_london = datetime(2026, 2, 12, 17, tzinfo=UTC)
    end = deadline(rule(5, LimitUnit.WORKDAYS), late_in_london, CALENDAR, OFFICE)
    assert end.due_at == at("2026-02-27T23:59:59")


def test_hour_clocks_run_through_nights_and_holidays() -> None:
    end = ends(48, LimitUnit.HOURS, "2026-02-14T22:00")
    assert end.due_at == at("2026-02-16T22:00")
    assert [step.date.day for step in end.steps] == [14, 15, 16]
    assert not end.provisional


def test_calendar_days_count_from_the_day_after() -> None:
    end = ends(15, LimitUnit.DAYS, "2026-03-02T10:00")
    assert end.due_at == at("2026-03-17T23:59:59")
    assert len(end.steps) == 15


def test_interpretation_on_the_same_day_ends_with_the_day() -> None:
    assert ends(0, LimitUnit.WORKDAYS, "2026-03-02T10:00").due_at == at("2026-03-02T23:59:59")


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-03-02T09:00", 2, "2026-03-02T11:00"),
        ("2026-03-02T11:30", 2, "2026-03-02T15:30"),
        ("2026-03-02T12:30", 1, "2026-03-02T15:00"),
        ("2026-03-02T17:00", 1, "2026-03-03T09:30"),
        ("2026-03-06T18:00", 3, "2026-03-09T12:00"),
        ("2026-02-13T16:30", 2, "2026-02-14T10:00"),
        ("2026-02-14T17:00", 1, "2026-02-24T09:30"),
        ("2026-03-02T11:30", 0, "2026-03-02T11:30"),
    ],
)
def test_working_hours_run_only_while_the_office_is_open(start: str, hours: float, due: str) -> None:
    assert ends(hours, LimitUnit.WORKING_HOURS, start).due_at == at(due)


def test_summer_hours_shift_the_afternoon() -> None:
    assert ends(1, LimitUnit.WORKING_HOURS, "2026-05-29T13:00").due_at == at("2026-05-29T15:00")
    assert ends(1, LimitUnit.WORKING_HOURS, "2026-06-01T13:00").due_at == at("2026-06-01T16:00")


def test_a_deadline_past_the_calendar_is_provisional_unless_it_counts_plain_days() -> None:
    assert ends(20, LimitUnit.WORKDAYS, "2026-12-30T10:00").provisional
    assert ends(20, LimitUnit.WORKING_HOURS, "2026-12-30T10:00").provisional
    assert not ends(20, LimitUnit.DAYS, "2026-12-30T10:00").provisional
    assert not ends(72, LimitUnit.HOURS, "2026-12-30T10:00").provisional


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(BadStart, match="时区"):
        deadline(rule(5, LimitUnit.WORKDAYS), datetime(2026, 3, 2), CALENDAR, OFFICE)  # noqa: DTZ001


@pytest.mark.parametrize("unit", list(LimitUnit))
def test_a_limit_of_centuries_is_refused(unit: LimitUnit) -> None:
    with pytest.raises(BadInput):
        ends(1_000_000, unit, "2026-03-02T10:00")


def test_half_a_workday_is_refused_in_a_rule() -> None:
    with pytest.raises(ValueError, match="整数"):
        rule(0.5, LimitUnit.WORKDAYS)


def test_a_pause_moves_a_workday_deadline_by_the_workdays_it_lasts() -> None:
    end = ends(5, LimitUnit.WORKDAYS, "2026-03-02T10:00")
    later = extend(end, at("2026-03-04T15:00"), at("2026-03-10T09:00"), CALENDAR, OFFICE)
    assert end.due_at == at("2026-03-09T23:59:59")
    assert later.due_at == at("2026-03-13T23:59:59")
    assert [step.reason for step in later.steps][2:8] == ["暂停计时"] * 6
    assert [step.date for step in later.steps] == [date(2026, 3, 3) + timedelta(n) for n in range(11)]


def test_a_pause_moves_hour_clocks_by_its_length() -> None:
    end = ends(48, LimitUnit.HOURS, "2026-03-02T10:00")
    later = extend(end, at("2026-03-02T12:00"), at("2026-03-03T18:00"), CALENDAR, OFFICE)
    assert later.due_at == end.due_at + timedelta(hours=30)


def test_a_pause_keeps_the_working_hours_that_were_left() -> None:
    end = ends(4, LimitUnit.WORKING_HOURS, "2026-03-02T09:00")
    later = extend(end, at("2026-03-02T11:00"), at("2026-03-05T09:00"), CALENDAR, OFFICE)
    assert end.due_at == at("2026-03-02T15:00")
    assert later.due_at == at("2026-03-05T11:00")


def test_a_pause_on_the_last_day_gives_a_whole_day_back() -> None:
    end = ends(1, LimitUnit.WORKDAYS, "2026-03-05T10:00")
    later = extend(end, at("2026-03-06T10:00"), at("2026-03-07T10:00"), CALENDAR, OFFICE)
    assert later.due_at == at("2026-03-09T23:59:59")


def test_a_pause_counts_only_up_to_its_cap() -> None:
    end = ends(5, LimitUnit.WORKDAYS, "2026-03-02T10:00")
    capped = extend(end, at("2026-03-04T15:00"), at("2026-06-10T09:00"), CALENDAR, OFFICE, cap_days=6)
    assert capped.due_at == at("2026-03-13T23:59:59")


def test_a_pause_after_the_deadline_or_within_one_day_changes_nothing() -> None:
    end = ends(5, LimitUnit.WORKDAYS, "2026-03-02T10:00")
    assert extend(end, at("2026-03-10T10:00"), at("2026-03-20T10:00"), CALENDAR, OFFICE) == end
    same_day = extend(end, at("2026-03-04T10:00"), at("2026-03-04T16:00"), CALENDAR, OFFICE)
    assert same_day == end


def test_a_pause_that_ends_before_it_begins_is_refused() -> None:
    end = ends(5, LimitUnit.WORKDAYS, "2026-03-02T10:00")
    with pytest.raises(BadStart, match="早于"):
        extend(end, at("2026-03-05T10:00"), at("2026-03-04T10:00"), CALENDAR, OFFICE)


@given(start=MOMENTS, minutes=st.integers(1, 6000))
def test_the_working_time_up_to_a_deadline_is_the_limit(start: datetime, minutes: int) -> None:
    end = deadline(rule(minutes / 60, LimitUnit.WORKING_HOURS), start, CALENDAR, OFFICE)
    assert abs(worked(start, end.due_at, CALENDAR, OFFICE) - timedelta(minutes=minutes)) < timedelta(seconds=1)


@given(
    start=MOMENTS,
    limit=st.integers(1, 30),
    unit=st.sampled_from(list(LimitUnit)),
    wait=st.integers(0, 40),
    pause=st.integers(0, 40),
)
def test_a_pause_never_brings_a_deadline_forward_and_keeps_what_was_left(
    start: datetime, limit: int, unit: LimitUnit, wait: int, pause: int
) -> None:
    end = deadline(rule(limit, unit), start, CALENDAR, OFFICE)
    begin = start + timedelta(hours=7 * wait)
    later = extend(end, begin, begin + timedelta(hours=9 * pause), CALENDAR, OFFICE)
    assert later.due_at >= end.due_at
    assert len({step.date for step in later.steps}) == len(later.steps)
    if unit in {LimitUnit.WORKDAYS, LimitUnit.DAYS} and begin.date() < end.due_at.date():
        assert sum(step.counted for step in later.steps) == limit
