"""What becomes an entry of the knowledge base from a sent reply, and whose words and data never do."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.desk import MODERATOR, REVIEWER, Desk, open_desk
from support.knowledge_desk import ASKED, LIFT, NOW, approved, found
from support.pressroom import answered

from flows import knowledge
from models.actions.knowledge import StillPersonal
from models.database import reading
from models.errors import BadInput, Conflict, NotAllowed, NotFound
from models.tables.knowledge import KnowledgeVersion
from models.tables.messages import Message
from models.tables.orders import WorkOrder


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, database_url=database_url, now=NOW) as opened:
        yield opened


def test_personal_data_stops_an_entry_and_nobody_may_wave_it_through(desk: Desk) -> None:
    named = replace(LIFT, answer="可以。业主王小明（身份证号 990101199001011234）已申请。")
    with pytest.raises(StillPersonal, match="身份证号"):
        knowledge.propose(desk.house, named, MODERATOR, NOW)
    assert desk.all(KnowledgeVersion) == []
    entry = knowledge.propose(desk.house, LIFT, MODERATOR, NOW)
    with desk.writing() as session:
        row = session.get_one(KnowledgeVersion, 1)
        row.answer = "请业主拨打业主本人电话19900001234。"
    with pytest.raises(StillPersonal):
        knowledge.approve(desk.house, entry.id or 0, 1, REVIEWER, NOW)


def test_a_sent_reply_becomes_an_entry_without_its_people_after_somebody_elses_review(desk: Desk) -> None:
    order = answered(desk)
    draft = knowledge.drafted_from(desk.house, order.number, MODERATOR, NOW)
    assert "马" not in draft.answer
    assert "您好" not in draft.answer
    assert draft.public
    ready = replace(draft, policy="《望溪市城市照明管理办法》（虚构）第十二条")
    with pytest.raises(StillPersonal, match="姓名"):
        knowledge.propose(
            desk.house, replace(ready, answer=f"马长河：{ready.answer}"), MODERATOR, NOW, from_order=order.number
        )
    entry = knowledge.propose(desk.house, ready, MODERATOR, NOW, from_order=order.number)
    with pytest.raises(NotAllowed):
        knowledge.approve(desk.house, entry.id or 0, 1, MODERATOR, NOW)
    knowledge.approve(desk.house, entry.id or 0, 1, REVIEWER, NOW)
    with pytest.raises(Conflict, match="已收入"):
        knowledge.propose(desk.house, ready, MODERATOR, NOW, from_order=order.number)


def test_a_reply_whose_writer_did_not_consent_stays_inside(desk: Desk) -> None:
    order = answered(desk, may_publish=False)
    draft = replace(knowledge.drafted_from(desk.house, order.number, MODERATOR, NOW), policy="《办法》（虚构）")
    assert not draft.public
    with pytest.raises(BadInput, match="没有同意公开"):
        knowledge.propose(desk.house, replace(draft, public=True), MODERATOR, NOW, from_order=order.number)
    entry = knowledge.propose(desk.house, draft, MODERATOR, NOW, from_order=order.number)
    with pytest.raises(BadInput, match="没有同意公开"):
        knowledge.amend(desk.house, entry.id or 0, replace(draft, public=True), MODERATOR, NOW)


@pytest.mark.parametrize("field", [{"sealed": True}, {"procedure": "accusation"}])
def test_an_accusation_never_becomes_an_entry_nor_gets_a_suggestion(desk: Desk, field: dict[str, Any]) -> None:
    approved(desk)
    order = answered(desk, title=ASKED[0], text=ASKED[1], order=field)
    with pytest.raises((Conflict, NotFound)):
        knowledge.drafted_from(desk.house, order.number, MODERATOR, NOW)
    with reading(desk.house.engine) as session:
        row, messages = session.get_one(WorkOrder, order.id), desk.all(Message, order_id=order.id)
        assert knowledge.suggestions(desk.house, session, row, messages) == []


def test_an_entry_disappears_when_the_order_that_it_came_from_is_sealed(desk: Desk) -> None:
    order = answered(desk)
    draft = replace(knowledge.drafted_from(desk.house, order.number, MODERATOR, NOW), policy="《办法》（虚构）")
    entry = knowledge.propose(desk.house, draft, MODERATOR, NOW, from_order=order.number)
    knowledge.approve(desk.house, entry.id or 0, 1, REVIEWER, NOW)
    assert found(desk, "学府路路灯") == [draft.question]
    with desk.writing() as session:
        session.get_one(WorkOrder, order.id).sealed = True
    assert found(desk, "学府路路灯") == []


def test_who_asked_for_secrecy_is_not_quoted(desk: Desk) -> None:
    order = answered(desk, confidential=True)
    with pytest.raises(Conflict, match="保密"):
        knowledge.drafted_from(desk.house, order.number, MODERATOR, NOW)
