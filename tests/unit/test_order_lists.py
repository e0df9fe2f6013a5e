"""The list of orders: its head, and what a search leaves of it."""

from pathlib import Path

import pytest
from sqlalchemy import event
from sqlmodel import col, select, update
from support.desk import at, open_desk
from support.web import staffed, visiting

from models.actors import Actor
from models.database import reading
from models.queries.order_lists import OrderFilter, count_orders, list_orders
from models.queries.search import has_words, write_search_rows
from models.tables.orders import WorkOrder
from models.vocabulary import Role

NOW = at("2026-03-02 10:00")


def test_a_list_is_counted_no_further_than_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_desk(tmp_path) as desk:
        for number in range(4):
            desk.take(NOW, title=f"第{number}处路灯不亮")
        with staffed(desk.house) as address, visiting(address, "shen") as moderator:
            assert "<small>4 件</small>" in moderator.get("/console/orders").text
            monkeypatch.setattr("models.queries.order_lists.COUNTED", 2)
            assert "<small>2 件以上</small>" in moderator.get("/console/orders").text
        with reading(desk.house.engine) as session:
            assert count_orders(session, Actor("shen", Role.MODERATOR), OrderFilter(), NOW) == 3


def test_a_search_narrowed_by_a_filter_misses_no_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many newer ones have the word too: the words are part of the list's own question."""
    with open_desk(tmp_path) as desk:
        old = desk.take(NOW, title="电梯停运，老人下不了楼")
        for number in range(60):
            desk.take(NOW, title=f"第{number}部电梯也停了")
        light = desk.take(NOW, title="路灯不亮")
        with desk.writing() as session:
            session.execute(update(WorkOrder).where(col(WorkOrder.id) == old.id).values(domain="transport"))
            every = session.exec(select(WorkOrder.id).where(WorkOrder.id != light.id)).all()
            write_search_rows(session, [(order or 0, "电梯") for order in every])
        with staffed(desk.house) as address, visiting(address, "shen") as moderator:
            found = moderator.get("/console/orders?q=电梯").text
            narrowed = moderator.get("/console/orders?q=电梯&domain=transport").text
            monkeypatch.setattr("models.queries.order_lists.FOUND", 20)
            assert "<small>20 件以上</small>" in moderator.get("/console/orders?q=电梯").text
    assert "<small>61 件</small>" in found
    assert light.number not in found
    assert "<small>1 件</small>" in narrowed
    assert old.number in narrowed


def test_a_search_reads_no_more_of_a_common_word_than_its_page_shows(tmp_path: Path) -> None:
    """Nothing is sorted: SQLite reads from the newest and stops where the page is full."""
    with open_desk(tmp_path) as desk:
        asked: list[str] = []
        event.listen(desk.house.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
        with reading(desk.house.engine) as session:
            wanted = OrderFilter(found=has_words(session, ["电梯"]), domain="housing", statuses=("triage",))
            list_orders(session, Actor("shen", Role.MODERATOR), wanted, NOW)
            [listed] = [statement for statement in asked if "LIMIT" in statement]
            marks = ("电梯",) * listed.count("?")
            plan = [row[3] for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {listed}", marks)]
    assert any("order_search" in step for step in plan)
    assert not [step for step in plan if "ORDER BY" in step or "LIST SUBQUERY" in step]


def test_a_search_that_finds_nothing_says_what_it_looked_for_and_how(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        order = desk.take(NOW, title="幸福小区电梯停运")
        with desk.writing() as session:
            write_search_rows(session, [(order.id or 0, "幸福 小区 电梯 停运")])
        with staffed(desk.house) as address, visiting(address, "shen") as moderator:
            assert order.number in moderator.get("/console/orders?q=电").text  # one character: words that begin with it
            asked = "orders?q=福小区", "orders?q=梯", "orders?q=123456&status=open", "orders?q=的", "triage?q=路灯"
            missed = {each: moderator.get(f"/console/{each}").text for each in asked}
    assert "没有找到同时含有“福”“小区”的工单。查找以整个词为准" in missed["orders?q=福小区"]
    assert "没有找到含有“梯”的工单。" in missed["orders?q=梯"]
    assert "所选范围内没有找到来件人电话尾号为“123456”的工单。" in missed["orders?q=123456&status=open"]
    assert "“的”中没有可以查找的词" in missed["orders?q=的"]
    assert "没有找到含有“路灯”的待审看来件。" in missed["triage?q=路灯"]
