"""响应率 of an order that was sent on before its first unit could answer."""

from pathlib import Path

from support.desk import at, open_desk

from models.actions.handling import dispatch
from models.actors import Actor
from models.database import reading
from models.queries.rates import responded
from models.vocabulary import Role


def test_a_unit_that_an_order_was_taken_from_has_neither_responded_nor_been_late(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        order = desk.take(at("2026-03-02 10:00"))
        later = at("2026-03-02 10:05")
        with desk.writing() as session:
            actor = Actor("shen", Role.MODERATOR)
            dispatch(session, desk.house.reckoner, order.id or 0, "urban_bureau", actor, later, rule="人工派单")
        with reading(desk.house.engine) as session:
            rows = session.execute(responded(at("2026-03-01 00:00"), at("2026-03-02 11:00"))).all()
    assert rows == []
