"""Row 3: calling back until somebody answers or may be given up, as the profile plans it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from support.call_desk import ANSWER, register_lines, the_call, tried, written_down
from support.desk import CLERK, at
from support.loop_desk import LoopDesk, open_loop

from flows.chasing import chase
from flows.deliveries import deliver
from models.actions.callbacks import give_up
from models.calling_words import AttemptResult, CallbackStatus
from models.errors import BadInput, Conflict
from models.tables.clocks import Clock
from models.tables.notices import Notice
from models.tables.record import Outbox
from models.vocabulary import Satisfaction


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[LoopDesk]:
    with open_loop(tmp_path) as desk:
        yield desk


def given_up(desk: LoopDesk, reason: str) -> None:
    with desk.writing() as session:
        give_up(session, desk.house.reckoner, the_call(desk).id or 0, reason, CLERK, desk.now)


def test_a_vain_call_is_tried_again_when_the_plan_says_and_the_clock_runs_on(desk: LoopDesk) -> None:
    written_down(desk)
    desk.now = at("2026-02-13 16:30")
    call = tried(desk, AttemptResult.NO_ANSWER)
    assert call.status == CallbackStatus.DUE
    assert call.next_at == at("2026-02-14 11:00")  # three office hours later, on a Saturday that is worked
    assert desk.one(Clock, subject="callback").stopped_at is None


def test_nobody_is_given_up_before_the_plan_and_never_without_a_reason(desk: LoopDesk) -> None:
    written_down(desk)
    for moment in ("2026-02-13 11:00", "2026-02-13 15:00", "2026-02-13 17:00"):
        desk.now = at(moment)
        tried(desk, AttemptResult.NO_ANSWER)
    with pytest.raises(Conflict, match="还须在另外 1 天拨打"):
        given_up(desk, "无人接听")
    desk.now = at("2026-02-14 10:00")
    tried(desk, AttemptResult.NO_ANSWER)
    with pytest.raises(BadInput, match="理由"):
        given_up(desk, " ")
    given_up(desk, "两天四次均无人接听，已发短信告知。")
    call = the_call(desk)
    assert (call.status, call.closed_by) == (CallbackStatus.UNREACHED, "wu")
    assert desk.one(Clock, subject="callback").stopped_at is not None
    assert "两天四次" in register_lines(desk)[0]["回复内容"]


def test_a_wrong_number_may_be_closed_after_one_try_as_the_profile_says(desk: LoopDesk) -> None:
    written_down(desk)
    tried(desk, AttemptResult.WRONG_NUMBER)
    given_up(desk, "号码为空号，来电人未留其他联系方式。")
    assert the_call(desk).status == CallbackStatus.UNREACHED


def test_an_answered_call_needs_what_was_answered(desk: LoopDesk) -> None:
    written_down(desk)
    with pytest.raises(BadInput, match="回复内容"):
        tried(desk, AttemptResult.ANSWERED)


def test_a_missed_callback_climbs_the_ladder_although_it_was_tried(desk: LoopDesk) -> None:
    written_down(desk)
    tried(desk, AttemptResult.NO_ANSWER)
    desk.keep_only(desk.one(Clock, subject="callback"))
    for day in range(28, 28 + 14):
        moment = at("2026-02-01 09:00") + timedelta(days=day - 1)
        chase(desk.house, moment)
        deliver(desk.house, moment)
    kinds = [notice.kind for notice in desk.all(Notice) if notice.clock_id]
    assert {"remind", "supervise"} <= set(kinds)


def test_events_of_a_callback_say_nothing_of_what_was_said(desk: LoopDesk) -> None:
    written_down(desk)
    tried(desk, AttemptResult.ANSWERED, ANSWER, opinion=Satisfaction.FAIR)
    [event] = desk.all(Outbox, type="callback.attempt")
    assert event.payload["result"] == "answered"
    assert ANSWER not in str(event.payload)
    assert "19900001111" not in str(event.payload)
