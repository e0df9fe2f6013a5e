"""What a person finds to be an accusation leaves the unit's hands; what is none comes back to the desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select
from support.desk import MODERATOR, Desk, at, give_tables
from support.finding import found_orders

from flows.house import House
from models.actions import accusations
from models.actors import Actor
from models.database import reading, writing
from models.errors import NotAllowed, NotFound
from models.queries.orders import find_order
from models.settings import Settings
from models.tables.notices import Delivery
from models.tables.orders import Assignment
from models.vocabulary import Role

INSPECTOR = Actor("zhuan", Role.INSPECTOR)
NOW = at("2026-03-02 10:00")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    house = House(Settings(data_dir=tmp_path, profile="demo"), clock=lambda: NOW)
    give_tables(house)
    yield Desk(house)
    house.engine.dispose()


def _seal(desk: Desk, order_id: int) -> None:
    with writing(desk.house.engine) as session:
        accusations.seal_order(session, desk.house.reckoner, order_id, MODERATOR, NOW)


def test_a_sealed_order_is_taken_from_its_unit_and_its_waiting_notices_never_go_out(desk: Desk) -> None:
    order = desk.take(NOW)
    assert order.id is not None
    unit = Actor("wu", Role.UNIT, order.lead_unit)
    _seal(desk, order.id)
    with reading(desk.house.engine) as session:
        assert session.exec(select(Delivery).where(Delivery.state == "waiting")).all() == []
        assert all(a.ended_at for a in session.exec(select(Assignment)).all())
        for nobody in (unit, MODERATOR, Actor("duban", Role.SUPERVISOR)):
            with pytest.raises(NotFound):
                find_order(session, nobody, order.number)
        assert find_order(session, INSPECTOR, order.number).title == ""
        assert found_orders(session, ["路灯"]) == []


def test_only_the_inspector_unseals_and_the_order_waits_for_a_moderator_again(desk: Desk) -> None:
    order = desk.take(NOW)
    assert order.id is not None
    _seal(desk, order.id)
    with writing(desk.house.engine) as session, pytest.raises(NotAllowed):
        accusations.unseal_order(session, desk.house.reckoner, order.id, "不是", MODERATOR, NOW)
    with writing(desk.house.engine) as session:
        accusations.unseal_order(session, desk.house.reckoner, order.id, "只是催办进度", INSPECTOR, NOW)
    with reading(desk.house.engine) as session:
        back = find_order(session, MODERATOR, order.number)
    assert (back.status, back.title, back.procedure) == ("triage", "楼道灯", "ordinary")
