"""A new message's repeats are proposed with evidence, from the record, and nothing is merged."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session, select
from support.desk import MODERATOR, at
from support.loop_desk import LoopDesk, open_loop

from flows.repeats import Candidate, repeats
from models.actions import accusations
from models.database import reading, writing
from models.tables.messages import MatterKey, Message
from models.tables.orders import WorkOrder
from models.vocabulary import Channel, OrderStatus

LETTERS = [
    ("F1", "荷苑小区路灯不亮", "荷苑小区门口的路灯坏了半个月，晚上黑漆漆的，请维修路灯。", "19900010001"),
    ("F2", "翠竹苑电梯困人", "翠竹苑3栋电梯三天两头困人，物业不修。", "19900010002"),
    ("F3", "荷苑小区门口路灯坏了", "荷苑小区门口路灯坏了半个月没人维修，晚上黑漆漆的不敢出门。", "19900010003"),
    ("F4", "咨询社保卡补办", "退休以后社保卡丢了怎么补办，周末办吗。", "19900010001"),
]


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[LoopDesk]:
    with open_loop(tmp_path, database_url=database_url) as opened:
        rows = [
            {"id": name, "title": title, "text": text, "time": "2026-02-12T09:30:00", "contact": phone}
            for name, title, text, phone in LETTERS
        ]
        opened.collect(Channel.BOARD, opened.lines("board.jsonl", rows))
        opened.work()
        yield opened


def order_of(session: Session, name: str) -> int:
    message = session.exec(select(Message).where(Message.external_id == name)).one()
    assert message.order_id is not None
    return message.order_id


def found(desk: LoopDesk, name: str) -> dict[str, Candidate]:
    with reading(desk.house.engine) as session:
        names = {order_of(session, other): other for other, *_ in LETTERS}
        return {names[each.order.id or 0]: each for each in repeats(session, order_of(session, name))}


def test_the_same_matter_of_another_citizen_is_proposed_with_its_place(desk: LoopDesk) -> None:
    seen = found(desk, "F3")
    assert seen["F1"].repeats
    assert "同一地点：荷苑小区" in seen["F1"].reasons
    assert "F2" not in seen


def test_the_same_sender_s_other_matter_is_shown_but_is_no_repeat(desk: LoopDesk) -> None:
    seen = found(desk, "F4")
    assert set(seen) == {"F1"}
    assert not seen["F1"].repeats
    assert "同一来件人" in seen["F1"].reasons


def test_nothing_is_merged_by_itself(desk: LoopDesk) -> None:
    found(desk, "F3")
    with reading(desk.house.engine) as session:
        orders = session.exec(select(WorkOrder)).all()
    assert len(orders) == len(LETTERS)
    assert all(order.merged_into is None and order.status != OrderStatus.MERGED.value for order in orders)


def test_a_sealed_order_is_nobody_s_repeat_and_leaves_no_key(desk: LoopDesk) -> None:
    with writing(desk.house.engine) as session:
        sealed = order_of(session, "F1")
        accusations.seal_order(session, desk.house.reckoner, sealed, MODERATOR, at("2026-02-13 10:00"))
    assert "F1" not in found(desk, "F3")
    assert found(desk, "F1") == {}
    with reading(desk.house.engine) as session:
        assert session.exec(select(MatterKey).where(MatterKey.order_id == sealed)).all() == []
        assert session.exec(select(MatterKey)).first() is not None
