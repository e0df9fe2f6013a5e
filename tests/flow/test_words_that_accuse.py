"""Words that accuse reach no part of the order that a unit has, by whichever way they come: they are sealed apart."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from support.desk import CLERK, HEAD, REVIEWER, at, dispatched
from support.loop_desk import LoopDesk, open_loop, posts
from support.web import enrol, serving, visiting

from models.actions import handling, replying
from models.calling_words import FollowUpStatus
from models.links import Link, Purpose, sign
from models.tables.follow_ups import FollowUp, FollowUpDraw, Reopening
from models.tables.intake import Intake
from models.tables.ledger import Callback, CallbackAttempt
from models.tables.messages import Message, MessageRevision
from models.tables.orders import Assignment, Rating, WorkOrder
from models.vocabulary import Channel, OrderStatus, Outcome

CAME, NOW = at("2026-03-02T10:00"), at("2026-03-04T10:00")
WORDS = "住建局王大锤科长收了我两条烟才答应来修，纪委管不管。"
CALM = "灯第二天又不亮了，请再来修。"


@dataclass
class Spoken:
    """An order of the housing bureau, with every way by which its citizen is heard."""

    desk: LoopDesk
    address: str
    order: WorkOrder
    code: str
    callback: int
    follow_up: int

    def post(self, path: str, login: str | None = None, **said: str) -> str:
        with visiting(self.address, login) as visitor:
            answer = visitor.post(path, **said)
            assert answer.status_code == 200, answer.text
            return answer.text

    def link(self, purpose: Purpose) -> str:
        cycle = self.desk.one(WorkOrder, id=self.order.id).cycle
        part = self.desk.one(Assignment, order_id=self.order.id, part="lead").id or 0
        unit = purpose is Purpose.HANDLE
        until = int((NOW + timedelta(days=9)).timestamp())
        held = Link(purpose, self.order.id or 0, "housing_bureau" if unit else "", part if unit else cycle, until, "n")
        return f"/u/{sign(self.desk.house.secret, held)}"


@pytest.fixture
def spoken(tmp_path: Path) -> Iterator[Spoken]:
    with open_loop(tmp_path) as desk:
        desk.house.clock = lambda: NOW
        desk.now = NOW
        enrol(desk.house)
        order = desk.take(CAME, phone="19900004321", answered_on_the_spot=False, plan=dispatched())
        _answer(desk, order)
        with desk.writing() as session:
            drawn = FollowUpDraw(since=CAME, until=NOW, drawn_at=NOW, rate=1.0, seed="s")
            session.add(drawn)
            session.flush()
            asked = FollowUp(draw_id=drawn.id or 0, order_id=order.id or 0, cycle=1, unit="housing_bureau",
                             why="sample", due_at=NOW + timedelta(days=5))  # fmt: skip
            session.add(asked)
        with serving(desk.house) as address:
            code = desk.all(Message, order_id=order.id)[0].query_code
            call = desk.one(Callback, order_id=order.id).id or 0
            yield Spoken(desk, address, order, code, call, asked.id or 0)


def _answer(desk: LoopDesk, order: WorkOrder) -> None:
    number, when = order.id or 0, CAME + timedelta(hours=1)
    with desk.writing() as session:
        handling.acknowledge(session, number, CLERK, when)
        replying.write_reply(session, number, "已更换灯具。", Outcome.RESOLVED, CLERK, when)
        replying.sign_off(session, desk.house.reckoner, number, [], HEAD, when)
        replying.approve_reply(session, number, REVIEWER, when)


def _mailed(spoken: Spoken) -> None:
    with spoken.desk.writing() as session:
        session.get_one(FollowUp, spoken.follow_up).status = FollowUpStatus.MAILED.value


def by_track(s: Spoken, words: str) -> None:
    s.post("/track/rate", code=s.code, last4="4321", satisfaction="dissatisfied", comment=words)


def by_asking_again(s: Spoken, words: str) -> None:
    s.post("/track/again", code=s.code, last4="4321", again=words)


def by_mailed_rating(s: Spoken, words: str) -> None:
    s.post(f"{s.link(Purpose.RATE)}/rate", satisfaction="dissatisfied", comment=words)


def by_mailed_survey(s: Spoken, words: str) -> None:
    _mailed(s)
    s.post(f"{s.link(Purpose.FOLLOW_UP)}/follow-up", satisfaction="dissatisfied", reasons="unsolved", words=words)


def by_follow_up_call(s: Spoken, words: str) -> None:
    s.post(f"/console/follow-ups/{s.follow_up}/calls", "shen", result="answered", satisfaction="dissatisfied",
           reasons="unsolved", words=words, note=words)  # fmt: skip


def by_the_units_call(s: Spoken, words: str) -> None:
    s.post(f"/unit/callbacks/{s.callback}/attempts", "wu", result="answered", note=words, opinion="dissatisfied")


def by_the_units_linked_call(s: Spoken, words: str) -> None:
    s.post(f"{s.link(Purpose.HANDLE)}/calls/{s.callback}/attempts", result="answered", note=words, name="王工",
           opinion="dissatisfied")  # fmt: skip


def by_repeat_call(s: Spoken, words: str) -> None:
    """催单: it quotes the order, which is open."""
    with s.desk.writing() as session:
        session.get_one(WorkOrder, s.order.id).status = OrderStatus.HANDLING.value
    post = posts(1)[0] | {"id": "C1", "title": "催单", "text": f"{s.order.number}：{words}", "contact": "19900004321"}
    s.desk.collect(Channel.BOARD, s.desk.lines("again.jsonl", [post]))


WAYS: tuple[Callable[[Spoken, str], None], ...] = (
    by_track, by_asking_again, by_mailed_rating, by_mailed_survey, by_follow_up_call, by_the_units_call,
    by_the_units_linked_call, by_repeat_call,
)  # fmt: skip
ROLES = {"wu": "/unit", "lu": "/unit", "shen": "/console", "du": "/console", "ji": "/console"}


@pytest.mark.parametrize("way", WAYS)
def test_words_that_accuse_are_sealed_apart_and_no_role_but_the_inspector_reads_them(
    spoken: Spoken, way: Callable[[Spoken, str], None]
) -> None:
    way(spoken, WORDS)
    assert sum("王大锤" in row.payload for row in spoken.desk.all(Intake)) == 1  # kept, once
    spoken.desk.work()
    [apart] = [order for order in spoken.desk.all(WorkOrder) if order.id != spoken.order.id]
    assert apart.sealed
    for login, room in ROLES.items():
        with visiting(spoken.address, login) as visitor:
            pages = [f"{room}/orders/{spoken.order.number}", f"{room}/orders", f"{room}/callbacks", f"{room}/triage",
                     f"{room}/follow-ups?status=done", f"{room}/orders/{apart.number}"]  # fmt: skip
            for page in pages:
                assert "王大锤" not in visitor.get(page).text, (login, page)
    with visiting(spoken.address, "zhuan") as inspector:
        page = inspector.get(f"/console/orders/{apart.number}").text
        assert "王大锤" in page
        if way is not by_repeat_call:
            assert spoken.order.number in page
    _nothing_on_the_order(spoken)


def _nothing_on_the_order(spoken: Spoken) -> None:
    desk = spoken.desk
    stored = [*(r.words for r in desk.all(Reopening)), *(r.comment for r in desk.all(Rating)),
              *(a.note for a in desk.all(CallbackAttempt)), *(f.words for f in desk.all(FollowUp))]  # fmt: skip
    assert not any("王大锤" in (each or "") for each in stored)


def test_a_call_that_is_changed_to_accuse_its_unit_is_sealed_apart_too(spoken: Spoken) -> None:
    desk, post = spoken.desk, posts(1)[0]
    desk.collect(Channel.BOARD, desk.lines("first.jsonl", [post]))
    desk.work()
    [order] = [each for each in desk.all(WorkOrder) if each.id != spoken.order.id]
    desk.collect(Channel.BOARD, desk.lines("changed.jsonl", [post | {"text": WORDS}]))
    desk.work()
    desk.work()
    assert all("王大锤" not in (row.text or "") for row in desk.all(MessageRevision))
    [apart] = [each for each in desk.all(WorkOrder) if each.id not in {spoken.order.id, order.id}]
    assert apart.sealed


@pytest.mark.parametrize("way", [by_track, by_mailed_rating, by_mailed_survey, by_follow_up_call])
def test_the_unit_is_told_that_the_citizen_is_not_satisfied_and_handles_it_again(
    spoken: Spoken, way: Callable[[Spoken, str], None]
) -> None:
    way(spoken, WORDS)
    again = spoken.desk.one(WorkOrder, id=spoken.order.id)
    assert (again.status, again.cycle) == (OrderStatus.DISPATCHED.value, 2)
    with visiting(spoken.address, "wu") as clerk:
        assert "来件人对办理情况不满意" in clerk.get(f"/unit/orders/{spoken.order.number}").text


@pytest.mark.parametrize("way", [by_track, by_asking_again, by_mailed_rating, by_mailed_survey, by_follow_up_call])
def test_calm_words_stand_with_the_order_for_the_unit_to_read(
    spoken: Spoken, way: Callable[[Spoken, str], None]
) -> None:
    way(spoken, CALM)
    assert CALM in str(spoken.desk.one(Reopening).words)
    assert not [row for row in spoken.desk.all(Intake) if CALM in row.payload]


def test_the_citizen_gets_the_code_of_what_was_put_apart_and_sending_twice_makes_one(spoken: Spoken) -> None:
    page = spoken.post("/track/rate", code=spoken.code, last4="4321", satisfaction="satisfied", comment=WORDS)
    assert "另行登记办理" in page
    with visiting(spoken.address) as citizen:
        citizen.post("/track/rate", code=spoken.code, last4="4321", satisfaction="satisfied", comment=WORDS)
    assert sum("王大锤" in row.payload for row in spoken.desk.all(Intake)) == 1


def test_a_used_link_brings_no_more_letters_in(spoken: Spoken) -> None:
    link = f"{spoken.link(Purpose.RATE)}/rate"
    spoken.post(link, satisfaction="satisfied", comment="谢谢。")
    with visiting(spoken.address) as citizen:
        assert citizen.post(link, satisfaction="satisfied", comment=WORDS).status_code == 410
    assert not [row for row in spoken.desk.all(Intake) if "王大锤" in row.payload]
