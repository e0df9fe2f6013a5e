"""A unit asks for more time on its own page, the centre decides on its desk, and both see what came of it."""

from pathlib import Path

from support.desk import CLERK, at, open_desk
from support.web import enrol, serving, staffed, visiting

from models.actions.handling import acknowledge
from models.vocabulary import Stage


def test_a_unit_asks_the_centre_grants_and_the_pages_show_it(tmp_path: Path) -> None:
    with open_desk(tmp_path, now=at("2026-03-03T09:00")) as desk:
        order = desk.take(at("2026-03-02T10:00"))
        with desk.writing() as session:
            acknowledge(session, order.id or 0, CLERK, desk.house.now())
        enrol(desk.house)
        page = f"/unit/orders/{order.number}"
        with serving(desk.house) as address, visiting(address, "wu") as clerk, visiting(address, "shen") as moderator:
            assert "最多延期 3 次" in clerk.get(page).text
            assert clerk.post(f"{page}/extension", workdays=9, grounds="核实产权").status_code == 422
            assert "申请已提交" in clerk.post(f"{page}/extension", workdays=2, grounds="核实产权").text
            assert "申请延期</button>" not in clerk.get(page).text
            desk_page = moderator.get("/console/returns").text
            assert "核实产权" in desk_page
            decided = moderator.post(f"/console/orders/{order.number}/more-time", granted="true", to="returns")
            assert "同意延期" in decided.text
            assert "延期" in clerk.get(page).text
            assert "申请已提交" in clerk.post(f"{page}/pause", grounds="等检测报告").text
            paused = moderator.post(f"/console/orders/{order.number}/more-time", granted="true")
            assert "同意暂停计时" in paused.text
            assert "同意延期" not in paused.text.split("办理过程")[0]
            assert "正在暂停计时" in clerk.get(page).text
            assert "已恢复计时" in clerk.post(f"{page}/resume").text
        assert desk.clock(order, Stage.HANDLE).changes == 2


def test_a_paused_limit_is_late_on_no_page(tmp_path: Path) -> None:
    with open_desk(tmp_path, now=at("2026-03-03T09:00")) as desk:
        order = desk.take(at("2026-03-02T10:00"))
        with desk.writing() as session:
            acknowledge(session, order.id or 0, CLERK, desk.house.now())
        with staffed(desk.house) as address, visiting(address, "wu") as clerk, visiting(address, "shen") as moderator:
            clerk.post(f"/unit/orders/{order.number}/pause", grounds="等检测报告")
            moderator.post(f"/console/orders/{order.number}/more-time", granted="true")
        desk.house.clock = lambda: at("2026-06-01T09:00")
        with serving(desk.house) as address, visiting(address, "wu") as clerk, visiting(address, "shen") as moderator:
            assert "已超期 20" not in clerk.get("/unit/").text
            assert "办理暂停计时" in clerk.get(f"/unit/orders/{order.number}").text
            assert "办理超期" not in moderator.get("/console/orders").text
