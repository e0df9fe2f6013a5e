"""Units without accounts act by signed links: one order, one part in it, once; a GET changes nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.desk import MODERATOR, REVIEWER, Desk, at, dispatched, open_desk
from support.web import enrol, serving, visiting

from flows.chasing import chase
from flows.deliveries import deliver
from models import links
from models.actions import clock_requests, handling, supervising
from models.actions.clocks import start_promise_clock
from models.actors import Actor
from models.links import Link, LinkEnded, Purpose
from models.profile import Profile, load_profile
from models.tables.clocks import ClockRequest
from models.tables.ledger import Callback, CallbackAttempt, Promise
from models.tables.links import UsedLink
from models.tables.orders import Assignment, Reply, WorkOrder
from models.tables.record import History
from models.tables.supervision import Instruction
from models.vocabulary import Channel, InstructionKind, OrderStatus, Role, Stage

NOW = at("2026-03-02 09:00")
SIGNERS = "mailto:sign@housing.example"
REPLY = {
    "text": "已于3月2日更换楼道灯，现已恢复照明。依据《物业管理条例》，今后由物业每周巡查。", "outcome": "resolved",
    "name": "王工",
}  # fmt: skip
_GIVEN = Link(Purpose.HANDLE, 7, "housing_bureau", 3, int((NOW + timedelta(days=1)).timestamp()), "abc")


@dataclass
class Office:
    """A desk at a moment of its own, its address, and what its letters hold."""

    desk: Desk
    address: str
    moment: datetime

    def letters(self) -> list[dict[str, Any]]:
        deliver(self.desk.house, self.moment)
        return self.desk.printed()

    def links(self, target: str = "print:") -> list[str]:
        """The signed addresses in letters to a target, newest last."""
        texts = [row["text"] for row in self.letters() if row["target"] == target]
        return [found for text in texts for found in re.findall(r"http://huiyin.test(/u/\S+)", text)]

    def status(self, order: WorkOrder) -> str:
        return self.desk.one(WorkOrder, id=order.id).status


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_desk(tmp_path) as desk:
        profile = load_profile("demo")
        units = [{**u.model_dump(), "signers": [SIGNERS] if u.code == "housing_bureau" else []} for u in profile.units]
        desk.house.profile = Profile.model_validate(profile.model_dump() | {"units": units})
        with serving(desk.house) as address:
            made = Office(desk, address, NOW)
            desk.house.clock = lambda: made.moment
            yield made


def test_a_letter_to_a_unit_without_accounts_carries_a_link_with_which_it_acknowledges(office: Office) -> None:
    order = office.desk.take(NOW, title="楼道灯不亮", phone="19900001234", sender_name="陈小雨")
    [link] = office.links()
    with visiting(office.address) as someone:
        page = someone.get(link)
        assert "楼道灯不亮" in page.text
        assert "19900001234" in page.text
        after = someone.post(f"{link}/acknowledge", name="王工")
    assert after.status_code == 200
    assert "写答复" in after.text
    assert office.status(order) == OrderStatus.HANDLING
    [used] = office.desk.all(UsedLink)
    assert (used.action, used.by) == ("acknowledge", "link:housing_bureau 王工")
    assert link.removeprefix("/u/") not in used.digest


def test_a_unit_with_accounts_is_sent_to_its_own_room(office: Office) -> None:
    enrol(office.desk.house)
    office.desk.take(NOW)
    assert office.links() == []
    assert "http://huiyin.test/unit/orders/" in office.letters()[0]["text"]


def test_looking_at_a_link_changes_nothing_however_often(office: Office) -> None:
    order = office.desk.take(NOW)
    [link] = office.links()
    before = len(office.desk.all(History))
    with httpx.Client(base_url=office.address) as robot:
        for _ in range(3):
            answer = robot.get(link)
            assert answer.status_code == 200
        assert robot.head(link).status_code in {200, 405}
        for action in ("acknowledge", "return", "reply", "sign-off", "confirm", "rate", "again"):
            assert robot.get(f"{link}/{action}").status_code in {404, 405}
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in answer.headers["x-robots-tag"]
    assert office.status(order) == OrderStatus.DISPATCHED
    assert len(office.desk.all(History)) == before
    assert office.desk.all(UsedLink) == []


def test_a_link_works_once_and_a_new_one_goes_to_the_unit_never_to_who_asks(office: Office) -> None:
    order = office.desk.take(NOW)
    [link] = office.links()
    with visiting(office.address) as someone:
        someone.post(f"{link}/acknowledge", name="王工")
        again = someone.post(f"{link}/return", name="王工", grounds="不属本单位职责。")
        assert again.status_code == 409
        assert "已经用过" in again.text
        for _ in range(2):
            asked = someone.post(f"{link}/again")
        assert "登记的通知方式" in asked.text
        assert len(re.findall(r"/u/[\w.-]+", asked.text)) == asked.text.count(link)
    assert office.status(order) == OrderStatus.HANDLING
    fresh = office.links()
    assert len(fresh) == 2
    assert fresh[0] != fresh[1]


def test_two_presses_at_once_act_once(office: Office) -> None:
    from concurrent.futures import ThreadPoolExecutor

    order = office.desk.take(NOW)
    [link] = office.links()
    with ThreadPoolExecutor(4) as pool, httpx.Client(base_url=office.address, timeout=60) as client:
        presses = [pool.submit(client.post, f"{link}/acknowledge", data={"name": "王工"}) for _ in range(4)]
        codes = sorted(press.result().status_code for press in presses)
    assert codes == [303, 409, 409, 409]
    assert len(office.desk.all(History, subject_id=str(order.id), action="acknowledge")) == 1


def test_a_link_of_an_order_that_went_to_another_unit_is_worth_nothing(office: Office) -> None:
    order = office.desk.take(NOW)
    [link] = office.links()
    with office.desk.writing() as session:
        handling.dispatch(session, office.desk.house.reckoner, order.id or 0, "urban_bureau", MODERATOR, NOW)
    with visiting(office.address) as someone:
        for answer in (someone.get(link), someone.post(f"{link}/acknowledge", name="王工")):
            assert answer.status_code == 410
            assert "已不由贵单位办理" in answer.text
    assert office.status(order) == OrderStatus.DISPATCHED


def test_an_order_that_comes_back_to_the_unit_needs_the_new_letters_link(office: Office) -> None:
    order = office.desk.take(NOW)
    [old] = office.links()
    with office.desk.writing() as session:
        handling.dispatch(session, office.desk.house.reckoner, order.id or 0, "housing_bureau", MODERATOR, NOW)
    with visiting(office.address) as someone:
        assert someone.get(old).status_code == 410
        assert someone.get(office.links()[-1]).status_code == 200


def test_a_link_ends_by_itself(office: Office) -> None:
    office.desk.take(NOW)
    [link] = office.links()
    office.moment = NOW + timedelta(days=office.desk.house.profile.limits.link_days, minutes=1)
    with visiting(office.address) as someone:
        answer = someone.get(link)
    assert answer.status_code == 410
    assert "有效期" in answer.text


def test_a_confidential_sender_is_hidden_behind_a_link_too(office: Office) -> None:
    office.desk.take(NOW, phone="19900001234", sender_name="陈小雨", confidential=True)
    [link] = office.links()
    with visiting(office.address) as someone:
        page = someone.get(link).text
    assert "身份保密" in page
    assert "19900001234" not in page
    assert "陈小雨" not in page


def test_a_reply_by_link_is_signed_off_by_another_link_that_only_the_signer_gets(office: Office) -> None:
    order = office.desk.take(NOW)
    [link] = office.links()
    with visiting(office.address) as writer:
        page = writer.post(f"{link}/acknowledge", name="王工")
        mine = page.url.path
        assert writer.post(f"{mine}/reply", **REPLY).status_code == 200
        assert office.status(order) == OrderStatus.SIGNING
        after = re.findall(r"/u/[\w.-]+", writer.get(mine).text)[0]
        assert writer.post(f"{after}/sign-off", name="王工").status_code == 410
    [to_sign] = office.links(SIGNERS)
    with visiting(office.address) as signer:
        assert "更换楼道灯" in signer.get(to_sign).text
        assert signer.post(f"{to_sign}/reply", **REPLY).status_code == 410
        assert signer.post(f"{to_sign}/sign-off", name="李局").status_code == 200
    assert office.status(order) == OrderStatus.REVIEWING
    reply = office.desk.one(Reply)
    assert (reply.writer, reply.signed_by) == ("link:housing_bureau", "link:housing_bureau:sign")


def test_a_refused_reply_brings_its_writer_a_new_link(office: Office) -> None:
    order = office.desk.take(NOW)
    [link] = office.links()
    with visiting(office.address) as someone:
        page = someone.post(f"{link}/acknowledge", name="王工")
        someone.post(f"{page.url.path}/reply", **REPLY)
        [to_sign] = office.links(SIGNERS)
        someone.post(f"{to_sign}/refuse", note="请写明更换时间。", name="李局")
        assert office.status(order) == OrderStatus.HANDLING
        assert "写答复" in someone.get(office.links()[-1]).text


def test_a_unit_without_a_signer_is_told_so_before_its_reply_is_lost_in_a_dead_end(office: Office) -> None:
    order = office.desk.take(NOW, plan=replace(dispatched(), lead="urban_bureau"))
    [link] = office.links()
    with visiting(office.address) as someone:
        page = someone.post(f"{link}/acknowledge", name="王工")
        refused = someone.post(f"{page.url.path}/reply", **REPLY)
        assert refused.status_code == 403
        assert "审签人" in refused.text
        assert office.status(order) == OrderStatus.HANDLING
        assert someone.get(page.url.path).status_code == 200  # the link was not used up


def test_a_co_unit_gives_its_opinion_by_link_and_can_do_nothing_else(office: Office) -> None:
    order = office.desk.take(NOW, plan=dispatched(co_units=("urban_bureau",)))
    pages = office.links()
    with visiting(office.address) as someone:
        [co] = [link for link in pages if "协办意见" in someone.get(link).text]
        assert someone.post(f"{co}/acknowledge", name="赵工").status_code == 404
        assert someone.post(f"{co}/contribution", text="路灯线路已查，无故障。", name="赵工").status_code == 200
    part = office.desk.one(Assignment, order_id=order.id, part="co")
    assert (part.contribution, part.contributed_by) == ("路灯线路已查，无故障。", "link:urban_bureau")


def test_an_answered_citizen_is_asked_once_by_link_and_a_dissatisfied_one_reopens_the_order(office: Office) -> None:
    from support.desk import CLERK, HEAD

    from models.actions import replying
    from models.vocabulary import Outcome

    order = office.desk.take(NOW, channel=Channel.MAILBOX, email="chen@citizen.example")
    assert order.id is not None
    with office.desk.writing() as session:
        handling.acknowledge(session, order.id, CLERK, NOW)
        replying.write_reply(session, order.id, REPLY["text"], Outcome.RESOLVED, CLERK, NOW)
        replying.sign_off(session, office.desk.house.reckoner, order.id, [], HEAD, NOW)
        replying.approve_reply(session, order.id, REVIEWER, NOW)
    assert office.links("mailto:chen@citizen.example") == []  # not before two workdays have passed
    office.moment = at("2026-03-04 09:30")
    [link] = office.links("mailto:chen@citizen.example")
    with visiting(office.address) as citizen:
        assert "您满意吗" in citizen.get(link).text
        assert office.status(order) == OrderStatus.REPLIED
        citizen.post(f"{link}/rate", satisfaction="dissatisfied", comment="灯又坏了")
        assert office.status(order) == OrderStatus.DISPATCHED
        assert citizen.post(f"{link}/rate", satisfaction="satisfied").status_code == 410


@pytest.mark.parametrize("token", ["", ".", "abc", "abc.def", "é.ü", "a" * 5000, "%00.%00"])
def test_what_is_no_link_of_ours_is_a_page_that_says_so(office: Office, token: str) -> None:
    with visiting(office.address) as someone:
        assert someone.get(f"/u/{token}").status_code in {404, 410}


@given(st.integers(min_value=0), st.text(alphabet="ABab01_-.", min_size=1, max_size=1))
def test_a_link_with_any_character_changed_is_refused(place: int, other: str) -> None:
    token = links.sign(b"secret", _GIVEN)
    assert links.read(b"secret", token, NOW) == _GIVEN
    place %= len(token)
    forged = token[:place] + other + token[place + 1 :]
    if forged != token:
        with pytest.raises(LinkEnded):
            links.read(b"secret", forged, NOW)


def test_another_installations_link_is_refused() -> None:
    with pytest.raises(LinkEnded):
        links.read(b"another", links.sign(b"secret", _GIVEN), NOW)


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
