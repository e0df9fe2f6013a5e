"""黄牌、红牌: nowhere unless a profile opts in; then at every stage, once each, drafted for a leader."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select
from support.desk import CLERK, HEAD, MODERATOR, SHANGHAI, Desk, at, dispatched, open_desk

from flows.chasing import chase
from flows.deliveries import deliver
from models.actions import consulting, handling, replying, supervising
from models.actions.clocks import start_promise_clock
from models.actions.supervising import Wording
from models.actors import Actor
from models.database import reading
from models.profile import Profile, load_profile
from models.registration import Plan
from models.tables.clocks import Clock
from models.tables.ledger import Promise
from models.tables.notices import Notice
from models.tables.record import History
from models.tables.supervision import Instruction
from models.vocabulary import Channel, InstructionKind, OrderStatus, Outcome, Role, Stage

CAME = at("2026-03-02T09:30")
LEADER, SECOND = Actor("du", Role.SUPERVISOR), Actor("gu", Role.SUPERVISOR)
WAITING = Plan(domain="housing", kind="request", procedure="ordinary", urgency="normal", status=OrderStatus.TRIAGE)
ASKED = Wording("超期未办", "请说明", date(2026, 3, 6))
DRAFTED = ("circular", "summons", "yellow_card", "red_card")
RED = {"action": "red_card", "name": "红牌", "after": 20, "to": ["unit", "supervisor", "leader"],
       "needs_decision": True, "source": "测试规程"}  # fmt: skip
CENTRE = "citizen_centre"


def profile(*, cards: bool) -> Profile:
    given = load_profile("demo").model_dump()
    rungs = [rung | {"enabled": cards or rung["enabled"]} for rung in given["ladder"]["rungs"]]
    given["ladder"]["rungs"] = [*rungs, {**RED, "enabled": cards}]
    return Profile.model_validate(given)


def opened(folder: Path, *, cards: bool) -> Iterator[Desk]:
    with open_desk(folder) as desk:
        desk.house.profile = profile(cards=cards)
        desk.house.clock = lambda: CAME
        yield desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    yield from opened(tmp_path, cards=True)


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Desk]:
    yield from opened(tmp_path, cards=False)


def waiting(desk: Desk) -> None:
    desk.take(CAME, channel=Channel.BOARD, plan=WAITING)


def with_unit(desk: Desk) -> None:
    plan = dispatched(co_units=("urban_bureau",))
    desk.take(CAME, phone="19900001234", answered_on_the_spot=False, plan=plan)


def consulted(desk: Desk) -> None:
    order = desk.take(CAME, channel=Channel.BOARD, plan=WAITING)
    with desk.writing() as session:
        consulting.convene(session, desk.house.reckoner, order.id or 0, "谁办？", ["housing_bureau", "urban_bureau"],
                           MODERATOR, CAME)  # fmt: skip


def handed_in(desk: Desk) -> None:
    order = desk.take(CAME, channel=Channel.BOARD)
    with desk.writing() as session:
        handling.acknowledge(session, order.id or 0, CLERK, CAME)
        replying.write_reply(session, order.id or 0, "已更换楼道灯。", Outcome.RESOLVED, CLERK, CAME)
        replying.sign_off(session, desk.house.reckoner, order.id or 0, [], HEAD, CAME)


def promised(desk: Desk) -> None:
    with desk.writing() as session:
        row = Promise(text="更换路灯", unit="housing_bureau", level="dated", source="plan", due=date(2026, 3, 6),
                      state="running", made_at=CAME)  # fmt: skip
        session.add(row)
        session.flush()
        start_promise_clock(session, desk.house.reckoner, row.id or 0, None, row.unit, date(2026, 3, 6), CAME)


def instructed(desk: Desk) -> None:
    kind = InstructionKind.SUPERVISE
    with desk.writing() as session:
        row = supervising.draft(session, desk.house.reckoner, kind, "housing_bureau", ASKED, SECOND, CAME)
        supervising.issue(session, desk.house.reckoner, row.id or 0, ASKED, LEADER, CAME)


STAGES: list[tuple[Stage, Callable[[Desk], None], str]] = [
    (Stage.SCREEN, waiting, CENTRE),
    (Stage.DISPATCH, waiting, CENTRE),
    (Stage.ACKNOWLEDGE, with_unit, "housing_bureau"),
    (Stage.FIRST_CONTACT, with_unit, "housing_bureau"),
    (Stage.HANDLE, with_unit, "housing_bureau"),
    (Stage.CO_HANDLE, with_unit, "urban_bureau"),
    (Stage.CALLBACK, with_unit, "housing_bureau"),
    (Stage.CONSULT, consulted, CENTRE),
    (Stage.REVIEW, handed_in, CENTRE),
    (Stage.REPLY, handed_in, CENTRE),
    (Stage.PROMISE, promised, "housing_bureau"),
    (Stage.FEEDBACK, instructed, "housing_bureau"),
]


def late_for_weeks(desk: Desk, stage: Stage) -> Clock:
    """A sweep and its letters on every morning of six weeks that has something due, with the stage's clock alone."""
    clock = desk.one(Clock, stage=stage.value)
    desk.keep_only(clock)
    first = datetime.combine(clock.due_at.date(), time(9, 30), SHANGHAI)
    for day in (first + timedelta(days=n) for n in range(45)):
        due = desk.one(Clock, id=clock.id).next_chase_at
        if due and due <= day:
            chase(desk.house, day)
            deliver(desk.house, day)
    return clock


@pytest.mark.parametrize(("stage", "begin", "holder"), STAGES, ids=[stage.value for stage, *_ in STAGES])
def test_where_a_profile_opts_in_each_card_is_drafted_once_at_every_stage(
    desk: Desk, stage: Stage, begin: Callable[[Desk], None], holder: str
) -> None:
    begin(desk)
    clock = late_for_weeks(desk, stage)
    drafts = desk.all(Instruction, drafted_by="system")
    assert [row.kind for row in drafts] == list(DRAFTED)
    assert {row.unit for row in drafts} == {holder}
    assert {row.status for row in drafts} == {"draft"}
    with reading(desk.house.engine) as session:
        told = session.exec(select(Notice).where(Notice.clock_id == clock.id)).all()
    ladder = Counter(notice.kind for notice in told if notice.unit == holder)
    assert ladder == Counter({"remind": 1, "supervise": 1}) + Counter({"due_soon": ladder["due_soon"]})
    assert {n.unit for n in told if n.kind in DRAFTED} == {desk.house.profile.supervisor}
    assert Counter(n.kind for n in told if n.kind in DRAFTED) == Counter(DRAFTED)
    rows = desk.all(History, actor="system")
    assert [r.action for r in rows if r.action in DRAFTED] == list(DRAFTED)
    cards = [row["text"] for row in desk.printed() if "黄牌" in row["title"] or "红牌" in row["title"]]
    assert len(cards) == 2
    assert all("http://huiyin.test/console/supervision" in text for text in cards)


def test_without_opting_in_there_is_no_card_at_all(plain: Desk) -> None:
    with_unit(plain)
    late_for_weeks(plain, Stage.HANDLE)
    assert [row.kind for row in plain.all(Instruction)] == ["circular", "summons"]
    assert not {n.kind for n in plain.all(Notice)} & {"yellow_card", "red_card"}


def test_a_card_reaches_its_unit_when_a_leader_signs_it_and_is_withdrawn_by_not_signing(desk: Desk) -> None:
    with_unit(desk)
    late_for_weeks(desk, Stage.HANDLE)
    yellow, red = (desk.one(Instruction, kind=kind) for kind in ("yellow_card", "red_card"))
    when = at("2026-05-06T09:30")
    wording = Wording("办理超期十五个工作日", "请立即整改")
    before = len([n for n in desk.all(Notice) if n.unit == "housing_bureau"])
    with desk.writing() as session:
        row = supervising.issue(session, desk.house.reckoner, yellow.id or 0, wording, LEADER, when)
        supervising.drop(session, red.id or 0, "已办结", LEADER, when)
        assert row.number
    theirs = desk.all(Notice, unit="housing_bureau")
    assert len(theirs) == before + 1
    assert theirs[-1].facts["name"] == "黄牌"
    with reading(desk.house.engine) as session:
        dropped = session.exec(select(Instruction).where(col(Instruction.kind) == "red_card")).one()
    assert (dropped.status, dropped.number) == ("dropped", None)
