"""What a link opens beyond the reply: co-units, ratings, contact, pauses, calls, plans, supervision papers."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from support.desk import CLERK, HEAD, REVIEWER, Desk, at, dispatched
from support.link_office import NOW, REPLY, Office, open_office
from support.web import visiting

from flows.chasing import chase
from models import links
from models.actions import clock_requests, handling, replying, supervising
from models.actions.clocks import start_promise_clock
from models.actors import Actor
from models.links import Link, Purpose
from models.tables.clocks import ClockRequest
from models.tables.ledger import Callback, CallbackAttempt, Promise
from models.tables.orders import Assignment, WorkOrder
from models.tables.supervision import Instruction
from models.vocabulary import Channel, InstructionKind, OrderStatus, Outcome, Role, Stage

_GIVEN = Link(Purpose.HANDLE, 7, "housing_bureau", 3, int((NOW + timedelta(days=1)).timestamp()), "abc")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path) as opened:
        yield opened


def test_a_co_unit_gives_its_opinion_by_link_and_can_do_nothing_else(office: Office) -> None:
    order = office.desk.take(NOW, plan=dispatched(co_units=("urban_bureau",)))
    pages = office.links()
    with visiting(office.address) as someone:
        [co] = [link for link in pages if "协办意见" in someone.get(link).text]
        assert someone.post(f"{co}/acknowledge", name="赵工").status_code == 404
        assert someone.post(f"{co}/contribution", text="路灯线路已查，无故障。", name="赵工").status_code == 200
    part = office.desk.one(Assignment, order_id=order.id, part="co")
    assert (part.contribution, part.contributed_by) == ("路灯线路已查，无故障。", "link:urban_bureau")


def _answered(office: Office, **said: str) -> WorkOrder:
    """A letter by mail, answered; without a telephone unless one is given."""
    order = office.desk.take(NOW, channel=Channel.MAILBOX, email="chen@citizen.example", **said)
    assert order.id is not None
    with office.desk.writing() as session:
        handling.acknowledge(session, order.id, CLERK, NOW)
        replying.write_reply(session, order.id, REPLY["text"], Outcome.RESOLVED, CLERK, NOW)
        replying.sign_off(session, office.desk.house.reckoner, order.id, [], HEAD, NOW)
        replying.approve_reply(session, order.id, REVIEWER, NOW)
    return order


def test_an_answered_citizen_is_asked_once_by_link_and_a_dissatisfied_one_reopens_the_order(office: Office) -> None:
    order = _answered(office, phone="19900001234")
    assert office.links("mailto:chen@citizen.example") == []  # not before two workdays have passed
    office.moment = at("2026-03-04 09:30")
    [link] = office.links("mailto:chen@citizen.example")
    with visiting(office.address) as citizen:
        assert "您满意吗" in citizen.get(link).text
        assert office.status(order) == OrderStatus.REPLIED
        citizen.post(f"{link}/rate", satisfaction="dissatisfied", comment="灯又坏了")
        assert office.status(order) == OrderStatus.DISPATCHED
        assert citizen.post(f"{link}/rate", satisfaction="satisfied").status_code == 410


def test_who_wrote_by_mail_alone_can_rate_from_the_answer_and_is_not_asked_again(office: Office) -> None:
    order = _answered(office)
    [link] = office.links("mailto:chen@citizen.example")
    assert not any("/track" in letter["text"] for letter in office.letters() if "chen@" in letter["target"])
    with visiting(office.address) as citizen:
        citizen.post(f"{link}/rate", satisfaction="dissatisfied", comment="灯又坏了")
    assert office.status(order) == OrderStatus.DISPATCHED
    office.moment = at("2026-03-04 09:30")
    assert office.links("mailto:chen@citizen.example") == [link]


def test_a_unit_registers_contact_asks_for_a_pause_or_a_hanging_case_and_runs_on_by_link(office: Office) -> None:
    order = office.desk.take(NOW, phone="19900001234")
    assert order.id is not None
    [link] = office.links()
    with visiting(office.address) as someone:
        page = someone.post(f"{link}/acknowledge", name="王工")
        page = someone.post(f"{page.url.path}/contact", name="王工")
        assert office.desk.clock(order, Stage.FIRST_CONTACT).stopped_at == NOW
        assert "申请暂停计时" in page.text
        page = someone.post(f"{page.url.path}/pause", grounds="等检测报告", name="王工")
        assert page.status_code == 200
        with office.desk.writing() as session:
            clock_requests.decide_request(session, office.desk.house.reckoner, order.id, REVIEWER, NOW, granted=True)
        page = someone.get(page.url.path)
        assert "正在暂停计时" in page.text
        page = someone.post(f"{page.url.path}/resume", name="王工")
        assert office.desk.clock(order, Stage.HANDLE).paused_at is None
        hung = {"grounds": "管网未通", "review_on": "2026-04-01", "name": "王工"}
        assert someone.post(f"{page.url.path}/hanging", **hung).status_code == 200
    kinds = [request.kind for request in office.desk.all(ClockRequest)]
    assert kinds == ["pause", "hanging"]


def test_a_unit_records_a_call_by_link_and_no_call_of_another_order(office: Office) -> None:
    order = office.desk.take(NOW, phone="19900001234", answered_on_the_spot=False)
    other = office.desk.take(NOW, phone="19900001235", answered_on_the_spot=False, plan=dispatched())
    mine, theirs = (office.desk.one(Callback, order_id=each.id) for each in (order, other))
    pages = office.links()
    with visiting(office.address) as someone:
        [link] = [link for link in pages if order.number in someone.get(link).text]
        tried = {"result": "no_answer", "name": "王工"}
        assert someone.post(f"{link}/calls/{theirs.id}/attempts", **tried).status_code == 410
        page = someone.post(f"{link}/calls/{mine.id}/attempts", **tried)
        assert page.status_code == 200
        done = {"result": "answered", "note": "已说明更换时间", "opinion": "satisfied", "name": "王工"}
        assert someone.post(f"{page.url.path}/calls/{mine.id}/attempts", **done).status_code == 200
    assert office.desk.one(Callback, id=mine.id).status == "done"
    assert office.desk.one(Callback, id=theirs.id).status == "due"
    assert {a.by for a in office.desk.all(CallbackAttempt)} == {"link:housing_bureau"}


def promised(desk: Desk, due: date) -> Promise:
    """A task of a plan, without an order, with the housing bureau."""
    with desk.writing() as session:
        row = Promise(text="完成12个老旧小区楼道照明改造", unit="housing_bureau", level="dated", due=due, source="plan",
                      state="running", made_at=NOW)  # fmt: skip
        session.add(row)
        session.flush()
        start_promise_clock(session, desk.house.reckoner, row.id or 0, None, row.unit, due, NOW)
        return row


def test_a_plans_task_is_reported_on_by_the_link_in_its_reminder(office: Office) -> None:
    task = promised(office.desk, at("2026-03-05").date())
    office.moment = at("2026-03-06 09:30")
    chase(office.desk.house, office.moment)
    [link] = office.links()
    with visiting(office.address) as someone:
        assert "老旧小区" in someone.get(link).text
        assert someone.get(f"{link}/report").status_code in {404, 405}
        page = someone.post(f"{link}/progress", text="已完成8个小区", name="王工")
        assert page.status_code == 200
        assert someone.post(f"{link}/report", text="全部完成", name="王工").status_code == 409
        again = someone.post(f"{link}/again")
        assert "登记的通知方式" in again.text
        assert someone.post(f"{page.url.path}/report", text="全部完成", name="王工").status_code == 200
    assert office.desk.one(Promise, id=task.id).state == "to_verify"
    assert len(office.links()) == 2  # the new one, asked for
    office.moment = NOW + timedelta(days=60)
    with visiting(office.address) as someone:
        assert someone.get(link).status_code == 410


def test_a_supervision_paper_is_answered_by_its_link_and_by_nobody_elses(office: Office) -> None:
    reckoner = office.desk.house.reckoner
    asked = supervising.Wording("工单超期未办", "请书面说明", at("2026-03-09").date())
    with office.desk.writing() as session:
        draft = supervising.draft(session, reckoner, InstructionKind.SUPERVISE, "housing_bureau", asked,
                                  Actor("du", Role.SUPERVISOR), NOW)  # fmt: skip
        paper = supervising.issue(session, reckoner, draft.id or 0, asked, Actor("zhu", Role.SUPERVISOR), NOW).id
    [link] = office.links()
    secret, fields = office.desk.house.secret, {"part": paper or 0, "order_id": 0}
    foreign = links.sign(secret, replace(_GIVEN, purpose=Purpose.PAPER, holder="urban_bureau", **fields))
    with visiting(office.address) as someone:
        assert "请书面说明" in someone.get(link).text
        assert someone.get(f"/u/{foreign}").status_code == 410
        assert someone.post(f"/u/{foreign}/answer", text="替答", name="赵工").status_code == 410
        assert someone.post(f"{link}/report", text="替答", name="赵工").status_code == 410
        assert someone.post(f"{link}/answer", text="已办结并整改", name="王工").status_code == 200
    row = office.desk.one(Instruction, id=paper)
    assert (row.status, row.feedback_by) == ("answered", "link:housing_bureau")
