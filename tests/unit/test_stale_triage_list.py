"""A list that was opened before somebody else worked on it."""

from pathlib import Path

from support.desk import at, open_desk
from support.web import enrol, serving, visiting

from models.tables.orders import WorkOrder


def test_a_stale_list_moves_no_order_that_somebody_has_dispatched_since(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        order = desk.take(at("2026-03-02 10:00"))
        with desk.writing() as session:
            session.get_one(WorkOrder, order.id).status = "triage"
        enrol(desk.house)
        address = f"/console/orders/{order.number}/dispatch"
        with serving(desk.house) as office, visiting(office, "shen") as moderator:
            assert '<input type="hidden" name="seen" value="triage">' in moderator.get("/console/triage").text
            first = moderator.post(address, lead="urban_bureau", to="triage", seen="triage")
            late = moderator.post(address, lead="market_bureau", to="triage", seen="triage")
        assert first.is_success
        assert late.status_code == 409
        assert "已有人处理" in late.text
        assert desk.one(WorkOrder, id=order.id).lead_unit == "urban_bureau"
