"""查找: whoever calls back quotes a number as they have it, and writes it as they please."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.loop_desk import LoopDesk, open_loop
from support.web import Visitor, staffed, visiting

from models.tables.orders import WorkOrder
from models.vocabulary import Channel

CALLS = [
    {"external_id": "20260213-0077", "phone": "19900001234", "title": "路灯不亮", "text": "荷苑小区门口的路灯坏了。"},
    {"external_id": "RX2026021300", "phone": "19900005678", "title": "电梯故障", "text": "学府花园3栋电梯坏了。"},
]


@pytest.fixture
def moderator(tmp_path: Path) -> Iterator[tuple[Visitor, str]]:
    """Somebody at the desk, and our number of the first of two calls."""
    with open_loop(tmp_path) as desk:
        taken(desk)
        number = min(order.number for order in desk.all(WorkOrder) if "路灯" in order.title)
        with staffed(desk.house) as address, visiting(address, "shen") as visitor:
            yield visitor, number


def taken(desk: LoopDesk) -> None:
    rows = [{"received_at": "2026-02-13T09:00", **call} for call in CALLS]
    desk.collect(Channel.HOTLINE, desk.lines("calls.jsonl", rows))
    desk.work()


@pytest.mark.parametrize(
    "typed", ["20260213-0077", "２０２６０２１３-００７７", "199-0000-1234", "+86 199 0000 1234", "１２３４"]
)
def test_the_hotlines_number_and_a_telephone_find_the_order_however_they_are_written(
    moderator: tuple[Visitor, str], typed: str
) -> None:
    visitor, number = moderator
    page = visitor.client.get("/console/orders", params={"q": typed}).text
    assert (number in page, "<small>1 件</small>" in page) == (True, True)


def test_our_own_number_is_found_in_full_width_letters(moderator: tuple[Visitor, str]) -> None:
    visitor, number = moderator
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in number.lower())
    assert "<small>1 件</small>" in visitor.client.get("/console/orders", params={"q": wide}).text
