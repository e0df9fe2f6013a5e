"""A profile whose limits change: what is running is reckoned anew, after a preview, and what was granted stays."""

from pathlib import Path

from support.desk import CLERK, MODERATOR, Desk, at, open_desk

from flows.calendars import recompute
from models.actions.clock_requests import ask_extension, decide_request
from models.actions.handling import acknowledge
from models.tables.clocks import Clock
from models.tables.orders import WorkOrder
from models.tables.record import History
from models.vocabulary import Stage

NOW = at("2026-03-03T09:00")


def with_limit(desk: Desk, workdays: int) -> None:
    """The same office with another limit for handling, as a changed profile file would have it."""
    profile = desk.house.profile
    clocks = [c.model_copy(update={"limit": workdays}) if c.code == "handle" else c for c in profile.clocks]
    desk.house.__dict__["profile"] = profile.model_copy(update={"clocks": clocks})
    desk.house.__dict__.pop("reckoner", None)


def taken(desk: Desk) -> WorkOrder:
    order = desk.take(at("2026-03-02T10:00"))
    with desk.writing() as session:
        acknowledge(session, order.id or 0, CLERK, NOW)
    return order


def test_a_longer_limit_moves_what_is_running_after_a_preview(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        order = taken(desk)
        with_limit(desk, 7)
        [change] = recompute(desk.house, NOW, dry_run=True)["changes"]
        assert change == {"what": f"{order.number} 办理", "from": "2026-03-09 23:59", "to": "2026-03-11 23:59"}
        assert desk.clock(order, Stage.HANDLE).due_at == at("2026-03-09T23:59:59")
        assert recompute(desk.house, NOW, dry_run=False)["applied"]
        assert desk.clock(order, Stage.HANDLE).due_at == at("2026-03-11T23:59:59")
        assert desk.one(History, action="recompute").detail["to"].startswith("2026-03-11")
        assert recompute(desk.house, NOW, dry_run=False)["changes"] == []


def test_an_extension_is_kept_and_a_rule_that_is_gone_moves_nothing(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        order = taken(desk)
        with desk.writing() as session:
            ask_extension(session, desk.house.reckoner, order.id or 0, 2, "核实产权", CLERK, NOW)
            decide_request(session, desk.house.reckoner, order.id or 0, MODERATOR, NOW, granted=True)
        with_limit(desk, 7)
        recompute(desk.house, NOW, dry_run=False)
        assert desk.clock(order, Stage.HANDLE).due_at == at("2026-03-13T23:59:59")
        profile = desk.house.profile
        fewer = [c for c in profile.clocks if c.code != "handle"]
        desk.house.__dict__["profile"] = profile.model_copy(update={"clocks": fewer})
        assert recompute(desk.house, NOW, dry_run=False)["changes"] == []
        assert [c.due_at for c in desk.all(Clock, stage="handle")] == [at("2026-03-13T23:59:59")]
