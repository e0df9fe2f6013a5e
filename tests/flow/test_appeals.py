"""不合理诉求剔除 and 考核申诉: decided on review, with the figures before and after."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desk import CLERK, MODERATOR, Desk, at, open_desk
from support.web import staffed, visiting

from models.actions.appeals import ask_exclusion, decide_exclusion
from models.actors import Actor
from models.database import reading
from models.errors import BadInput, Conflict, NotAllowed, NotFound
from models.queries.figures import by_unit
from models.tables.orders import WorkOrder
from models.tables.supervision import Appeal
from models.vocabulary import Role

CAME, NOW = at("2026-03-02T10:00"), at("2026-03-20T09:00")
SUPERVISOR = Actor("du", Role.SUPERVISOR)
OTHER = Actor("qian", Role.UNIT, "transport_bureau")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        yield opened


@pytest.fixture
def order(desk: Desk) -> WorkOrder:
    """Open and overdue; another of the unit's is too."""
    desk.take(CAME)
    return desk.take(CAME)


def asked(desk: Desk, order: WorkOrder, actor: Actor = CLERK, grounds: str = "诉求违反现行规划") -> None:
    with desk.writing() as session:
        ask_exclusion(session, order.id or 0, grounds, actor, NOW)


def decided(desk: Desk, order: WorkOrder, *, granted: bool, by: Actor = SUPERVISOR, text: str = "核查属实") -> None:
    with desk.writing() as session:
        decide_exclusion(session, order.id or 0, by, NOW, granted=granted, text=text)


def overdue(desk: Desk) -> int:
    with reading(desk.house.engine) as session:
        [unit] = by_unit(session, NOW)
    return unit.overdue


def test_what_is_excluded_counts_no_more_and_the_figures_are_kept(desk: Desk, order: WorkOrder) -> None:
    asked(desk, order)
    assert overdue(desk) == 2
    decided(desk, order, granted=True)
    assert overdue(desk) == 1
    appeal = desk.one(Appeal)
    assert (appeal.before, appeal.after) == (
        {"in_time": 0, "due": 2, "satisfied": 0, "rated": 2}, {"in_time": 0, "due": 1, "satisfied": 0, "rated": 1},
    )  # fmt: skip
    with pytest.raises(Conflict, match="已不计入考核"):
        asked(desk, order)


def test_a_refusal_leaves_the_figures_and_has_a_reason(desk: Desk, order: WorkOrder) -> None:
    asked(desk, order)
    with pytest.raises(BadInput, match="审核意见"):
        decided(desk, order, granted=False, text=" ")
    decided(desk, order, granted=False)
    assert overdue(desk) == 2
    with pytest.raises(Conflict, match="没有待审核"):
        decided(desk, order, granted=True)


def test_only_the_lead_asks_and_only_a_supervisor_decides(desk: Desk, order: WorkOrder) -> None:
    with pytest.raises(NotFound):
        asked(desk, order, OTHER)
    with pytest.raises(BadInput):
        asked(desk, order, grounds=" ")
    asked(desk, order)
    with pytest.raises(Conflict, match="正在审核"):
        asked(desk, order)
    for nobody in (MODERATOR, CLERK):
        with pytest.raises(NotAllowed):
            decided(desk, order, granted=True, by=nobody)


def test_the_pages_ask_and_decide(desk: Desk, order: WorkOrder) -> None:
    desk.house.clock = lambda: NOW
    with staffed(desk.house) as address, visiting(address, "wu") as clerk, visiting(address, "du") as supervisor:
        assert "剔除申请已提交" in clerk.post(f"/unit/orders/{order.number}/exclusion", grounds="诉求不合规划").text
        assert "诉求不合规划" in supervisor.get("/console/appeals").text
        said = supervisor.post(f"/console/appeals/{order.number}", granted="true", note="属实")
        assert "不计入考核" in said.text
        assert "0/2 → 0/1" in said.text
        assert "不计入考核" in clerk.get(f"/unit/orders/{order.number}").text
