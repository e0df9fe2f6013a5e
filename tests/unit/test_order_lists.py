"""The head of a list of orders."""

from pathlib import Path

import pytest
from support.desk import at, open_desk
from support.web import enrol, serving, visiting

from models.actors import Actor
from models.database import reading
from models.queries.orders import OrderFilter, count_orders
from models.vocabulary import Role


def test_a_list_is_counted_no_further_than_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_desk(tmp_path) as desk:
        now = at("2026-03-02 10:00")
        for number in range(4):
            desk.take(now, title=f"第{number}处路灯不亮")
        enrol(desk.house)
        with serving(desk.house) as address, visiting(address, "shen") as moderator:
            assert "<small>4 件</small>" in moderator.get("/console/orders").text
            for where in ("models.queries.orders", "console.web.pages.orders"):
                monkeypatch.setattr(f"{where}.COUNTED", 2)
            assert "<small>2 件以上</small>" in moderator.get("/console/orders").text
        with reading(desk.house.engine) as session:
            assert count_orders(session, Actor("shen", Role.MODERATOR), OrderFilter(), now) == 3
