"""A repeat that a machine had dispatched already is found, marked for a moderator, and done nothing else to."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from support.desk import CLERK, HEAD, MODERATOR, REVIEWER, at
from support.loop_desk import LoopDesk, open_loop
from support.web import enrol, serving, visiting

from flows import answered_repeats
from flows.repeats import find_repeats
from models.actions import handling, repeating, replying
from models.database import reading
from models.errors import Conflict
from models.queries.figures import by_unit
from models.tables.messages import Message
from models.tables.orders import Assignment, WorkOrder
from models.tables.record import History
from models.vocabulary import Channel, OrderStatus, Outcome

LAMP = "荷苑小区门口的路灯坏了半个月，晚上黑漆漆的，老人不敢出门，请尽快维修。"
AGAIN = "荷苑小区门口那盏路灯坏了半个月还是不亮，晚上黑漆漆的，老人不敢出门，请尽快派人维修。"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[LoopDesk]:
    with open_loop(tmp_path) as opened:
        yield opened


def post(desk: LoopDesk, name: str, text: str, phone: str) -> WorkOrder:
    row = {"id": name, "title": "路灯不亮", "text": text, "time": "2026-02-12T09:30:00", "contact": phone}
    desk.collect(Channel.BOARD, desk.lines(f"{name}.jsonl", [row]))
    desk.work()
    message = desk.one(Message, external_id=name)
    return desk.one(WorkOrder, id=message.order_id)


@pytest.fixture
def twins(desk: LoopDesk) -> tuple[WorkOrder, WorkOrder]:
    first, second = post(desk, "F1", LAMP, "19900001111"), post(desk, "F2", AGAIN, "19900002222")
    assert (first.status, second.status) == (OrderStatus.DISPATCHED, OrderStatus.DISPATCHED)
    return first, second


def test_it_is_marked_once_and_stays_with_its_unit_until_a_person_decides(
    desk: LoopDesk, twins: tuple[WorkOrder, WorkOrder]
) -> None:
    first, second = twins
    assert find_repeats(desk.house, desk.now) == {"repeats": 1}
    assert find_repeats(desk.house, desk.now) == {"repeats": 0}
    marked = desk.one(WorkOrder, id=second.id)
    assert (marked.repeats, marked.status) == (first.id, OrderStatus.DISPATCHED)
    assert desk.one(WorkOrder, id=first.id).repeats is None
    with desk.writing() as session:
        repeating.no_repeat(session, second.id or 0, MODERATOR, desk.now)
    with pytest.raises(Conflict), desk.writing() as session:
        repeating.no_repeat(session, second.id or 0, MODERATOR, desk.now)
    assert find_repeats(desk.house, desk.now + timedelta(minutes=1)) == {"repeats": 0}
    actions = [h.action for h in desk.all(History, subject="order", subject_id=str(second.id))]
    assert actions.count("likely_repeat") == 1


def test_what_a_person_dispatched_or_the_unit_answered_meanwhile_is_left_alone(
    desk: LoopDesk, twins: tuple[WorkOrder, WorkOrder]
) -> None:
    _, second = twins
    with desk.writing() as session:
        handling.dispatch(session, desk.house.reckoner, second.id or 0, second.lead_unit or "", MODERATOR, desk.now)
    assert find_repeats(desk.house, desk.now) == {"repeats": 0}


def test_the_moderator_merges_it_from_its_page(desk: LoopDesk, twins: tuple[WorkOrder, WorkOrder]) -> None:
    first, second = twins
    enrol(desk.house)
    find_repeats(desk.house, desk.now)
    with serving(desk.house) as address, visiting(address, "shen") as moderator:
        assert "自动派单后发现的疑似重复件 1 件" in moderator.get("/console/triage").text
        assert "疑似重复件" in moderator.get(f"/console/orders/{second.number}").text
        merged = moderator.post(f"/console/orders/{second.number}/merge", into=first.number)
        assert merged.status_code == 200
        assert "自动派单后发现的疑似重复件" not in moderator.get("/console/triage").text
    row = desk.one(WorkOrder, id=second.id)
    assert (row.merged_into, row.repeats) == (first.id, None)


def test_where_the_earlier_one_is_answered_its_answer_is_told_and_counts_for_no_unit(
    desk: LoopDesk, twins: tuple[WorkOrder, WorkOrder]
) -> None:
    first, second = twins
    clerk, head = (type(CLERK)(who.login, who.role, first.lead_unit, signs=who.signs) for who in (CLERK, HEAD))
    with desk.writing() as session:
        handling.acknowledge(session, first.id or 0, clerk, desk.now)
        text = "网友您好！荷苑小区门口的路灯已于2月13日更换灯头，现已恢复照明。"
        replying.write_reply(session, first.id or 0, text, Outcome.RESOLVED, clerk, desk.now)
        replying.sign_off(session, desk.house.reckoner, first.id or 0, [], head, desk.now)
        replying.approve_reply(session, first.id or 0, REVIEWER, desk.now)
    with reading(desk.house.engine) as session:
        assert not answered_repeats.answered_before(session, desk.house, session.get_one(WorkOrder, second.id))
    find_repeats(desk.house, desk.now)
    later = at("2026-02-25T10:00")
    with reading(desk.house.engine) as session:
        before = by_unit(session, later)
    answered_repeats.tell(desk.house, second.number, first.number, MODERATOR, desk.now)
    row = desk.one(WorkOrder, id=second.id)
    assert (row.status, row.told_from, row.repeats) == (OrderStatus.REPLIED, first.id, None)
    parts = desk.all(Assignment, order_id=second.id)
    assert [p.rule.startswith("重复件") for p in parts if p.ended_at is None] == [True]
    with reading(desk.house.engine) as session:
        after = by_unit(session, later)
    assert [(u.unit, u.answered) for u in after] == [(u.unit, u.answered) for u in before]
