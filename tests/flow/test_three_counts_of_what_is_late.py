"""What is late, as the demo, the overview and `huiyin status` count it: each says what it counts."""

from datetime import timedelta
from pathlib import Path

import pytest
from support.desk import Desk, at, dispatched, open_desk, sealed
from support.web import staffed, visiting

from console.demonstration import _tell
from flows.demo.figures import figures
from flows.status import NOTE
from models.database import reading
from models.queries.figures import headline
from models.queries.status import status_counts
from models.tables.clocks import Clock

CAME = at("2026-02-13 10:00")
NOW = CAME + timedelta(days=120)


def _late_clocks(desk: Desk) -> int:
    return sum(1 for clock in desk.all(Clock) if clock.stopped_at is None and clock.paused_at is None)


def test_clocks_orders_and_sealed_orders_are_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_desk(tmp_path, now=NOW) as desk:
        for plan in (dispatched(), dispatched(), sealed()):
            desk.take(CAME, plan=plan)
        with desk.writing() as session:
            session.get_one(Clock, min(clock.id or 0 for clock in desk.all(Clock))).paused_at = CAME
        found = figures(desk.house, NOW)
        with reading(desk.house.engine) as session:
            shown = {figure.name: figure.count for figure in headline(session, NOW)}
            everything = status_counts(session, NOW)
        assert (found["overdue_orders"], found["overdue_sealed"]) == (3, 1)
        assert found["overdue"] == _late_clocks(desk) > 3  # a clock that is paused is late for nobody
        assert shown["超期"] == found["overdue_orders"] - found["overdue_sealed"]
        assert everything["overdue"] == found["overdue_orders"]
        _tell({**found, "reminders": 0, "editions": []}, desk.house, as_json=False)
        told = capsys.readouterr().out
        assert f"目前超期的时限 {found['overdue']} 个" in told
        assert "涉及在办工单 3 件，其中密封件 1 件（总览和清单不列）。" in told
        with staffed(desk.house) as address, visiting(address, "du") as supervisor:
            assert "密封的检举控告件不在内；一件工单有几个环节超期，也只计一件" in supervisor.get("/console/").text
    assert "密封的检举控告件也在内" in NOTE
