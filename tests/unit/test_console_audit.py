"""The auditor's list: by order, without the sealed ones, on both databases."""

from datetime import timedelta
from pathlib import Path

import pytest
from support.desk import CLERK, open_desk, sealed

from models.actions import handling
from models.actions.step import note
from models.actors import SYSTEM
from models.database import reading
from models.queries.history import HistoryFilter, list_history


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "house"


def test_the_history_is_filtered_by_order_and_hides_what_is_sealed(folder: Path, database_url: str) -> None:
    with open_desk(folder, database_url=database_url) as desk:
        now = desk.house.now()
        order, secret = desk.take(now), desk.take(now, plan=sealed())
        with desk.writing() as session:
            handling.acknowledge(session, order.id or 0, CLERK, now)
            note(session, "edition", "2026-W46", "compile", SYSTEM, now)
        with reading(desk.house.engine) as session:
            every = list_history(session, HistoryFilter())
            mine = list_history(session, HistoryFilter(number=order.number, actor=CLERK.login))
            none = list_history(session, HistoryFilter(number=secret.number))
            later = list_history(session, HistoryFilter(since=now + timedelta(days=1)))
            before = list_history(session, HistoryFilter(until=now))
            done = list_history(session, HistoryFilter(actions=("acknowledge", "compile")))
        assert {line.number for line in every} == {order.number, None}
        assert [line.row.action for line in mine] == ["acknowledge"]
        assert [line.row.action for line in done] == ["compile", "acknowledge"]
        assert none == later == before == []
