"""督办: the ladder drafts, a leader signs, the unit answers, the office checks; a unit hears of nothing unsigned."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from support.desk import CLERK, Desk, at, open_desk, sealed
from support.web import enrol, serving, visiting

from flows.chasing import chase
from flows.deliveries import deliver
from models.actions import supervising
from models.actions.supervising import Wording
from models.actors import Actor
from models.errors import BadInput, Conflict, NotAllowed, NotFound
from models.tables.clocks import Clock
from models.tables.notices import Notice
from models.tables.orders import WorkOrder
from models.tables.supervision import Instruction
from models.vocabulary import InstructionKind, Role, Stage

CAME = at("2026-03-02T10:00")  # a Monday: five workdays end on 2026-03-09
LEADER, SECOND = Actor("du", Role.SUPERVISOR), Actor("gu", Role.SUPERVISOR)
OTHER = Actor("qian", Role.UNIT, "transport_bureau")
NOW = at("2026-03-17T09:00")
ASKED = Wording("超期未办结", "请立即办结并说明原因", date(2026, 3, 20), "督查室 19900000102")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        yield opened


def late(desk: Desk) -> WorkOrder:
    """An order whose ladder has reached 通报批评, five workdays after its limit."""
    order = desk.take(CAME)
    desk.keep_only(desk.clock(order, Stage.HANDLE))
    for day in ("2026-03-10", "2026-03-12", "2026-03-16"):
        chase(desk.house, at(f"{day}T09:00"))
        deliver(desk.house, at(f"{day}T09:00"))
    return order


def drafted(desk: Desk, kind: InstructionKind = InstructionKind.SUPERVISE, wording: Wording = ASKED) -> int:
    order = desk.take(CAME)
    with desk.writing() as session:
        row = supervising.draft(session, desk.house.reckoner, kind, "housing_bureau", wording, SECOND, NOW,
                                order_id=order.id)  # fmt: skip
        return row.id or 0


def issued(desk: Desk, draft: int, wording: Wording = ASKED, by: Actor = LEADER) -> Instruction:
    with desk.writing() as session:
        return supervising.issue(session, desk.house.reckoner, draft, wording, by, NOW)


def test_a_rung_that_names_a_unit_is_laid_before_a_leader_and_told_to_no_unit(desk: Desk) -> None:
    order = late(desk)
    [draft] = desk.all(Instruction)
    assert (draft.kind, draft.status, draft.unit, draft.overdue) == ("circular", "draft", "housing_bureau", 5)
    assert order.number in draft.matter
    told = {(n.kind, n.unit) for n in desk.all(Notice) if n.clock_id}
    assert ("circular", "supervision") in told
    assert ("circular", "housing_bureau") not in told
    assert draft.number is None


def test_the_same_rung_drafts_once(desk: Desk) -> None:
    late(desk)
    chase(desk.house, at("2026-03-16T10:00"))
    assert len(desk.all(Instruction)) == 1


def test_a_signed_paper_has_a_number_a_reader_and_a_clock(desk: Desk) -> None:
    first, second = issued(desk, drafted(desk)), issued(desk, drafted(desk))
    assert [first.number, second.number] == ["望政督〔2026〕1号", "望政督〔2026〕2号"]
    clock = desk.one(Clock, subject="instruct", subject_id=first.id)
    assert (clock.unit, clock.due_at) == ("housing_bureau", at("2026-03-20T23:59:59"))
    deliver(desk.house, NOW)
    letters = json.dumps(desk.printed(), ensure_ascii=False)
    assert "望政督〔2026〕1号" in letters
    assert "楼道灯" not in letters


def test_who_drafts_by_hand_does_not_sign(desk: Desk) -> None:
    with pytest.raises(NotAllowed, match="同一人"):
        issued(desk, drafted(desk), by=SECOND)


def test_the_unit_answers_once_and_the_office_checks_or_asks_again(desk: Desk) -> None:
    row = issued(desk, drafted(desk))
    with desk.writing() as session, pytest.raises(NotFound):
        supervising.answer(session, row.id or 0, "与我无关", OTHER, NOW)
    with desk.writing() as session:
        supervising.answer(session, row.id or 0, "已于3月17日办结。", CLERK, NOW)
    assert desk.one(Clock, subject="instruct").stopped_at == NOW
    with desk.writing() as session:
        supervising.verify(
            session, desk.house.reckoner, row.id or 0, "没有说明原因", LEADER, NOW, again_by=date(2026, 3, 24)
        )
    assert desk.one(Instruction).status == "issued"
    with desk.writing() as session:
        supervising.answer(session, row.id or 0, "因备件未到货延误。", CLERK, NOW)
        supervising.verify(session, desk.house.reckoner, row.id or 0, "属实，同意销结", LEADER, NOW)
    assert desk.one(Instruction).status == "closed"
    with desk.writing() as session, pytest.raises(Conflict, match="已办结"):
        supervising.answer(session, row.id or 0, "再补充", CLERK, NOW)


def test_a_paper_that_is_not_answered_is_chased(desk: Desk) -> None:
    row = issued(desk, drafted(desk))
    desk.keep_only(desk.one(Clock, subject="instruct"))
    chase(desk.house, at("2026-03-23T09:00"))
    [notice] = [n for n in desk.all(Notice) if n.clock_id]
    assert (notice.kind, notice.unit) == ("remind", row.unit)


def test_praise_asks_for_no_answer_and_a_summons_must(desk: Desk) -> None:
    plain = Wording("主动上门三次", "予以表扬，请各单位学习")
    row = issued(desk, drafted(desk, InstructionKind.PRAISE, plain), plain)
    assert (row.status, row.number) == ("closed", "望政督〔2026〕1号")
    with pytest.raises(BadInput, match="反馈时限"):
        drafted(desk, InstructionKind.SUMMONS, plain)


def test_what_is_not_sent_says_why_and_is_seen_by_no_unit(desk: Desk) -> None:
    draft = drafted(desk)
    with desk.writing() as session, pytest.raises(BadInput):
        supervising.drop(session, draft, " ", LEADER, NOW)
    with desk.writing() as session:
        supervising.drop(session, draft, "已当面督促", LEADER, NOW)
    with pytest.raises(Conflict, match="不予发出"):
        issued(desk, draft)
    assert [n for n in desk.all(Notice) if n.kind == "instruction"] == []


def test_an_accusation_is_never_supervised_at_its_unit(desk: Desk) -> None:
    order = desk.take(CAME, plan=sealed())
    with desk.writing() as session, pytest.raises(NotAllowed, match="检举控告"):
        supervising.draft(session, desk.house.reckoner, InstructionKind.SUPERVISE, "housing_bureau", ASKED, SECOND, NOW,
                          order_id=order.id)  # fmt: skip


def test_the_pages_carry_a_paper_from_draft_to_check(desk: Desk) -> None:
    desk.house.clock = lambda: NOW
    enrol(desk.house)
    draft = drafted(desk)
    page = f"/console/supervision/{draft}"
    with serving(desk.house) as address, visiting(address, "du") as leader, visiting(address, "wu") as clerk:
        assert "没有督办文书" in clerk.get("/unit/supervision").text
        assert clerk.get(f"{page}/paper").status_code == 404
        said = leader.post(f"{page}/issue", matter="超期", demand="速办", feedback_due="2026-03-20")
        assert "已签发 望政督〔2026〕1号" in said.text
        assert "盖章处" in clerk.get(f"{page}/paper").text
        assert "已反馈" in clerk.post(f"/unit/supervision/{draft}/answer", text="已办结").text
        assert "已登记核查意见" in leader.post(f"{page}/verify", verdict="属实").text
        assert "望政督〔2026〕1号" in leader.get("/console/supervision?status=closed").text
