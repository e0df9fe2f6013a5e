from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.profile import CalendarAdditions, CalendarDay
from models.workdays import BadCount, disagreements, work_calendar

# The State Council's notices for 2024, 2025 and 2026.
WORKED_WEEKENDS = [
    *("2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11", "2024-09-14", "2024-09-29"),
    *("2024-10-12", "2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"),
    *("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"),
]
OFF_2026 = [
    ("2026-01-01", 3),
    ("2026-02-15", 9),
    ("2026-04-04", 3),
    ("2026-05-01", 5),
    ("2026-06-19", 3),
    ("2026-09-25", 3),
    ("2026-10-01", 7),
]
KNOWN_DAYS = st.dates(date(2005, 1, 1), date(2025, 12, 31))


@pytest.mark.parametrize("day", WORKED_WEEKENDS)
def test_a_weekend_that_the_notice_names_is_worked(day: str) -> None:
    calendar = work_calendar()
    weekend = date.fromisoformat(day)
    assert weekend.weekday() >= 5
    assert calendar.is_workday(weekend)
    assert calendar.reason(weekend).startswith("调休上班（")


def test_no_other_weekend_of_these_years_is_worked() -> None:
    calendar = work_calendar()
    days = [date(2024, 1, 1) + timedelta(n) for n in range(365 * 3 + 1)]
    worked = [str(day) for day in days if day.weekday() >= 5 and calendar.is_workday(day)]
    assert worked == WORKED_WEEKENDS


@pytest.mark.parametrize(("first", "length"), OFF_2026)
def test_every_day_of_a_holiday_of_2026_is_off(first: str, length: int) -> None:
    calendar = work_calendar()
    days = [date.fromisoformat(first) + timedelta(n) for n in range(length)]
    assert not any(calendar.is_workday(day) for day in days)
    assert all(calendar.reason(day).endswith("假期") for day in days)


def test_five_workdays_after_friday_13_february_2026_is_friday_27_february() -> None:
    counted = work_calendar().add_workdays(date(2026, 2, 13), 5)
    assert counted.due == date(2026, 2, 27)
    assert not counted.provisional
    days = [(step.date.day, step.reason) for step in counted.steps if step.counted]
    assert days == [
        (14, "调休上班（春节）"),
        (24, "工作日"),
        (25, "工作日"),
        (26, "工作日"),
        (27, "工作日"),
    ]
    assert {step.reason for step in counted.steps if not step.counted} == {"春节假期"}


def test_the_two_calendar_libraries_agree_on_every_day_of_2023_to_2026() -> None:
    assert disagreements(range(2023, 2027)) == []


def test_the_day_of_receipt_is_not_counted() -> None:
    calendar = work_calendar()
    assert calendar.add_workdays(date(2026, 3, 2), 1).due == date(2026, 3, 3)
    assert calendar.add_workdays(date(2026, 3, 7), 1).due == date(2026, 3, 9)


def test_a_way_past_the_end_of_the_calendar_is_provisional_and_assumes_festivals() -> None:
    counted = work_calendar().add_workdays(date(2026, 12, 30), 3)
    assert counted.provisional
    assert counted.due == date(2027, 1, 5)
    told = {step.date.isoformat(): step.reason for step in counted.steps}
    assert told["2026-12-31"] == "工作日"
    assert told["2027-01-01"] == "推定元旦假期"
    assert told["2027-01-02"] == "推定周末"
    assert told["2027-01-04"] == "推定工作日"


def test_a_limit_within_the_calendar_is_not_provisional_on_its_last_day() -> None:
    assert not work_calendar().add_workdays(date(2026, 12, 30), 1).provisional


def test_a_datetime_is_counted_by_its_date() -> None:
    calendar = work_calendar()
    assert calendar.reason(datetime(2026, 2, 16, 9, tzinfo=UTC)) == "春节假期"
    assert calendar.add_workdays(datetime(2026, 2, 13, 9, tzinfo=UTC), 5).due == date(2026, 2, 27)


def test_a_local_day_off_and_a_local_workday_change_the_count_and_name_themselves() -> None:
    additions = CalendarAdditions(
        off=[CalendarDay(date=date(2026, 3, 3), name="望溪建市日")],
        work=[CalendarDay(date=date(2026, 3, 7), name="抗洪值守")],
    )
    calendar = work_calendar(additions)
    counted = calendar.add_workdays(date(2026, 3, 2), 4)
    assert counted.due == date(2026, 3, 7)
    assert calendar.reason(date(2026, 3, 3)) == "地方放假：望溪建市日"
    assert calendar.reason(date(2026, 3, 7)) == "地方上班：抗洪值守"


def test_an_imported_year_ends_the_assumptions() -> None:
    additions = CalendarAdditions(
        off=[CalendarDay(date=date(2027, 1, 1), name="元旦")],
        work=[CalendarDay(date=date(2027, 1, 3), name="元旦")],
        known_until=date(2027, 12, 31),
    )
    calendar = work_calendar(additions)
    counted = calendar.add_workdays(date(2026, 12, 31), 2)
    assert counted.due == date(2027, 1, 4)
    assert not counted.provisional
    assert [step.reason for step in counted.steps] == ["元旦假期", "周末", "调休上班（元旦）", "工作日"]


def test_the_version_changes_with_the_table_and_not_otherwise() -> None:
    addition = CalendarAdditions(off=[CalendarDay(date=date(2026, 3, 3), name="望溪建市日")])
    assert work_calendar().version == work_calendar(CalendarAdditions()).version
    assert work_calendar(addition).version != work_calendar().version


def test_the_same_additions_give_the_same_calendar() -> None:
    assert work_calendar() is work_calendar(CalendarAdditions())


def test_a_later_calendar_file_corrects_an_earlier_one() -> None:
    day = date(2026, 3, 3)
    earlier = CalendarAdditions(off=[CalendarDay(date=day, name="旧")], known_until=date(2027, 12, 31))
    later = CalendarAdditions(work=[CalendarDay(date=day, name="新")])
    both = earlier.plus(later)
    assert both.off == []
    assert both.work[0].name == "新"
    assert both.known_until == date(2027, 12, 31)


@pytest.mark.parametrize("n", [-1, 100_000])
def test_a_count_that_no_office_sets_is_refused(n: int) -> None:
    with pytest.raises(BadCount, match=f"现为 {n}"):
        work_calendar().add_workdays(date(2026, 3, 2), n)


def test_a_date_in_1900_is_counted_provisionally() -> None:
    counted = work_calendar().add_workdays(date(1900, 1, 1), 5)
    assert counted.provisional
    assert counted.due == date(1900, 1, 8)


def test_the_end_of_time_is_refused() -> None:
    with pytest.raises(BadCount, match="超出"):
        work_calendar().add_workdays(date(9999, 12, 30), 5)


@given(start=KNOWN_DAYS, n=st.integers(0, 200))
def test_counting_back_gives_what_was_added(start: date, n: int) -> None:
    calendar = work_calendar()
    due = calendar.add_workdays(start, n).due
    assert calendar.workdays_between(start, due) == n
    assert calendar.workdays_between(due, start) == -n


@given(start=KNOWN_DAYS, n=st.integers(1, 60))
def test_a_limit_ends_on_a_workday_and_counts_each_day_once(start: date, n: int) -> None:
    calendar = work_calendar()
    counted = calendar.add_workdays(start, n)
    assert calendar.is_workday(counted.due)
    assert sum(step.counted for step in counted.steps) == n
    assert [step.date for step in counted.steps] == [
        start + timedelta(k + 1) for k in range((counted.due - start).days)
    ]


@given(start=KNOWN_DAYS, a=st.integers(0, 40), b=st.integers(0, 40))
def test_limits_in_a_row_are_one_limit(start: date, a: int, b: int) -> None:
    calendar = work_calendar()
    halfway = calendar.add_workdays(start, a).due
    assert calendar.add_workdays(halfway, b).due == calendar.add_workdays(start, a + b).due
