"""Two schedulers at once do no harm: two processes run the same sweep at the same moment, on both databases."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import update
from support.desk import Desk, at, open_desk
from support.pressroom import answered

from flows.retention import cutoff_of
from flows.sealing import seal, verify_chain
from models.actions import erasing
from models.actors import Actor
from models.tables.clocks import Clock
from models.tables.editions import Edition, EditionItem
from models.tables.erasures import Erasure
from models.tables.notices import DeliveryNotice, Notice
from models.tables.orders import WorkOrder
from models.tables.record import History
from models.vocabulary import OrderStatus, Role, Stage

RUNNER = Path(__file__).parent.parent / "support" / "sweep_runner.py"
FRIDAY, LATE = at("2026-02-13 10:00"), at("2026-02-28 09:00")
CALLS = 40
Runner = subprocess.Popen[str]
GUAN, JI = Actor("guan", Role.OPERATOR), Actor("ji", Role.AUDITOR)


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, database_url=database_url) as opened:
        yield opened


@pytest.fixture(scope="module")
def two() -> Iterator[list[Runner]]:
    """Two processes, started once: what they import takes longer than what they do."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    started: list[Runner] = [
        subprocess.Popen([sys.executable, str(RUNNER)], cwd=RUNNER.parents[2], **pipes)  # type: ignore[call-overload]
        for _ in range(2)
    ]
    yield started
    for each in started:
        each.communicate()


def both(desk: Desk, two: list[Runner], sweep: str, now: datetime) -> list[list[dict[str, Any]]]:
    """What each of the two told of a sweep that both were asked for at once."""
    chosen = desk.house.settings
    asked = json.dumps([str(chosen.data_dir), chosen.database, sweep, now.isoformat()]) + "\n"
    for each in two:
        assert each.stdin is not None
        each.stdin.write(asked)
        each.stdin.flush()
    return [json.loads(each.stdout.readline()) for each in two if each.stdout is not None]


def test_each_reminder_goes_out_once(desk: Desk, two: list[Runner]) -> None:
    desk.keep_only(*(desk.clock(desk.take(FRIDAY), Stage.CALLBACK) for _ in range(CALLS)))
    told = both(desk, two, "chase", LATE)
    assert sum(sweeps[0]["reminders"] for sweeps in told) == CALLS
    assert sum(sweeps[0]["failed"] for sweeps in told) == 0
    reminders = {notice.id for notice in desk.all(Notice, kind="remind")}
    assert len(reminders) == len(desk.all(History, action="remind")) == CALLS
    carried = Counter(row.notice_id for row in desk.all(DeliveryNotice) if row.notice_id in reminders)
    assert (len(carried), set(carried.values())) == (CALLS, {1})
    assert set(Counter(row["key"] for row in desk.printed()).values()) == {1}
    seal(desk.house, LATE)
    assert verify_chain(desk.house)["ok"]


def test_one_draft_of_the_week_with_each_matter_once(desk: Desk, two: list[Runner]) -> None:
    for number in range(6):
        answered(desk, title=f"第{number}处路灯不亮")
    told = both(desk, two, "publish", at("2026-03-02 09:00"))
    assert [sweeps[0]["week"] for sweeps in told] == ["2026-W09", "2026-W09"]
    [edition] = desk.all(Edition)
    orders = [item.order_id for item in desk.all(EditionItem, edition_id=edition.id)]
    assert len(orders) == len(set(orders)) == 6


def test_what_is_erased_stands_in_the_receipt_once(desk: Desk, two: list[Runner]) -> None:
    old, now = at("2020-03-02 10:00"), at("2026-03-02 10:00")
    for _ in range(30):
        desk.take(old)
    with desk.writing() as session:
        session.execute(update(WorkOrder).values(status=OrderStatus.CLOSED.value, replied_at=old, closed_at=old))
        session.execute(update(Clock).values(stopped_at=old, next_chase_at=None))
        proposed = erasing.propose(session, cutoff_of(desk.house, now), GUAN, now).id or 0
    with desk.writing() as session:
        erasing.approve(session, proposed, JI, now)
    both(desk, two, "erase", now)
    receipt = desk.one(Erasure, id=proposed)
    assert (receipt.orders, receipt.messages) == (30, 30)
    assert receipt.done_at is not None
    assert len(desk.all(History, subject="erasure", action="erase")) == 1
    seal(desk.house, now)
    assert verify_chain(desk.house)["ok"]
