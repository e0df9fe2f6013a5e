"""不予受理, 分流, 作废, 撤回: nothing ends without a word, and a caller is still owed a call."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desk import CLERK, MODERATOR, Desk, at, open_desk, sealed

from models.actions.turning_away import Grounds, turn_away, void, withdraw
from models.errors import BadInput, NotAllowed
from models.tables.clocks import Clock
from models.tables.ledger import Callback
from models.tables.orders import Reply, WorkOrder
from models.vocabulary import OrderStatus
from models.workflow import Action, MoveRefused

CAME = at("2026-03-02T10:00")
GROUNDS = Grounds("已向法院起诉", "诉访分离的规定", "人民法院")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(("action", "verb"), [(Action.DECLINE, "不予受理"), (Action.DIVERT, "已转其他渠道办理")])
def test_who_is_turned_away_hears_why_and_where_to_turn(desk: Desk, action: Action, verb: str) -> None:
    order = desk.take(CAME, plan=sealed())
    with desk.writing() as session:
        turn_away(session, order.id or 0, action, GROUNDS, MODERATOR, CAME)  # type: ignore[arg-type]
    reply = desk.one(Reply)
    assert (
        reply.text
        == f"您反映的事项{verb}。理由：已向法院起诉。依据：诉访分离的规定。您可以向以下单位或渠道提出：人民法院。"
    )
    assert reply.sent_at == CAME
    assert desk.one(WorkOrder).accepted_at == CAME
    assert [c for c in desk.all(Clock, subject="order") if c.stopped_at is None] == []


@pytest.mark.parametrize("missing", [Grounds(" ", "b", "c"), Grounds("a", "", "c"), Grounds("a", "b", "。")])
def test_reason_rule_and_channel_are_all_needed(desk: Desk, missing: Grounds) -> None:
    order = desk.take(CAME, plan=sealed())
    with desk.writing() as session, pytest.raises(BadInput, match="三项缺一不可"):
        turn_away(session, order.id or 0, Action.DECLINE, missing, MODERATOR, CAME)
    assert desk.one(WorkOrder).status == OrderStatus.TRIAGE.value


def test_a_unit_turns_nobody_away_and_what_is_dispatched_is_not_declined(desk: Desk) -> None:
    order = desk.take(CAME)
    with desk.writing() as session, pytest.raises(NotAllowed):
        turn_away(session, order.id or 0, Action.DECLINE, GROUNDS, CLERK, CAME)
    with desk.writing() as session, pytest.raises(MoveRefused):
        turn_away(session, order.id or 0, Action.DECLINE, GROUNDS, MODERATOR, CAME)


def test_an_order_that_is_voided_or_withdrawn_still_owes_the_call(desk: Desk) -> None:
    first, second = desk.take(CAME, plan=sealed()), desk.take(CAME)
    with desk.writing() as session:
        with pytest.raises(BadInput, match="理由"):
            void(session, first.id or 0, " ", MODERATOR, CAME)
        void(session, first.id or 0, "测试来件", MODERATOR, CAME)
        withdraw(session, second.id or 0, MODERATOR, CAME)
    assert desk.one(Reply).text == "作废：测试来件"
    assert {c.status for c in desk.all(Callback)} == {"due"}
    assert {o.status for o in desk.all(WorkOrder)} == {"void", "withdrawn"}


def test_a_petition_goes_to_its_own_system_and_is_known_here_by_its_number_there(desk: Desk) -> None:
    order = desk.take(CAME, plan=sealed())
    petition = Grounds("属于信访事项", "《信访工作条例》", "网上信访平台", "XF2026030200017")
    with desk.writing() as session:
        turn_away(session, order.id or 0, Action.DIVERT, petition, MODERATOR, CAME)
    diverted = desk.one(WorkOrder)
    assert (diverted.status, diverted.outside_number) == (OrderStatus.DIVERTED, "XF2026030200017")
    assert desk.one(Reply).text.endswith("该渠道的受理编号：XF2026030200017。")
    assert [c for c in desk.all(Clock, subject="order") if c.stopped_at is None] == []
