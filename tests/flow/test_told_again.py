"""重复件 already answered are told, not redone; a sender's past matters are counted."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desk import CLERK, MODERATOR, REVIEWER, at
from support.loop_desk import LoopDesk, open_loop
from support.web import enrol, serving, visiting

from flows.answered_repeats import Earlier, answered_before, tell
from models.actions.closing import rate, reopen
from models.actors import Actor
from models.database import reading
from models.errors import Conflict, HuiyinError
from models.queries.answered import sender_of
from models.tables.clocks import Clock
from models.tables.messages import Message
from models.tables.notices import Notice
from models.tables.orders import Assignment, Reply, WorkOrder
from models.tables.record import History
from models.vocabulary import Channel, OrderStatus, Role, Satisfaction

FIRST = ("荷苑小区路灯不亮", "荷苑小区门口的路灯坏了半个月，晚上黑漆漆的，请维修路灯。", "19900010001")
AGAIN = ("荷苑小区门口路灯坏了", "荷苑小区门口路灯坏了半个月没人维修，晚上黑漆漆的不敢出门。", "19900010003")
OTHER = ("翠竹苑电梯困人", "翠竹苑3栋电梯三天两头困人，物业不修。", "19900010001")
# Written to the first citizen, with what is nobody else's.
ANSWER = "张建国先生，您好！您来电号码19900010001反映的路灯已于2月12日修复。如有疑问请致电0990-8000123。"
ANSWERED = at("2026-02-12T16:00")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[LoopDesk]:
    with open_loop(tmp_path) as opened:
        rows = [
            {"id": f"F{n}", "title": title, "text": text, "time": "2026-02-12T09:30:00", "contact": phone}
            for n, (title, text, phone) in enumerate((FIRST, AGAIN, OTHER))
        ]
        opened.collect(Channel.BOARD, opened.lines("board.jsonl", rows))
        opened.work()
        put(opened, "F0", OrderStatus.REPLIED, lead="housing_bureau", answer=ANSWER)
        put(opened, "F1", OrderStatus.TRIAGE, lead=None)
        yield opened


def put(desk: LoopDesk, name: str, status: OrderStatus, *, lead: str | None, answer: str = "") -> None:
    """Bring an order to where the story begins."""
    with desk.writing() as session:
        order = session.get(WorkOrder, order_of(desk, name).id)
        assert order is not None
        order.status, order.lead_unit = status.value, lead
        if answer:
            order.replied_at, order.outcome = ANSWERED, "resolved"
            session.add(Reply(order_id=order.id or 0, unit=lead or "", text=answer, outcome="resolved", writer="wu",
                              written_at=ANSWERED, approved=True, sent_at=ANSWERED))  # fmt: skip


def order_of(desk: LoopDesk, name: str) -> WorkOrder:
    message = desk.one(Message, external_id=name)
    return desk.one(WorkOrder, id=message.order_id)


def offered(desk: LoopDesk, name: str = "F1") -> list[Earlier]:
    with reading(desk.house.engine) as session:
        return answered_before(session, desk.house, order_of(desk, name))


def change(desk: LoopDesk, name: str, **fields: object) -> None:
    with desk.writing() as session:
        order = session.get(WorkOrder, order_of(desk, name).id)
        assert order is not None
        for field, value in fields.items():
            setattr(order, field, value)


def test_a_repeat_of_an_answered_matter_is_told_the_earlier_answer_and_ends(desk: LoopDesk) -> None:
    first, again = order_of(desk, "F0"), order_of(desk, "F1")
    tell(desk.house, again.number, first.number, MODERATOR, desk.now)
    told = order_of(desk, "F1")
    assert (told.status, told.lead_unit, told.outcome) == ("replied", "housing_bureau", "resolved")
    reply = desk.one(Reply, order_id=told.id)
    assert reply.text.startswith("您反映的事项，2026年2月12日已有答复，内容如下：")
    assert "路灯已于2月12日修复" in reply.text
    assert all(clock.stopped_at for clock in desk.all(Clock, order_id=told.id, subject="order"))
    [step] = desk.all(History, subject="order", subject_id=str(told.id), action="answer_at_once")
    assert (step.actor, step.detail["earlier"]) == ("shen", first.number)
    assert "沿用" in desk.one(Assignment, order_id=told.id, assigned_by="shen").rule
    assert order_of(desk, "F0").version == first.version


def test_another_citizen_does_not_read_the_first_ones_name_and_number_the_same_one_reads_all(desk: LoopDesk) -> None:
    [earlier] = offered(desk)
    assert "张建国" not in earlier.text
    assert "19900010001" not in earlier.text
    with desk.writing() as session:
        message = session.get(Message, desk.one(Message, external_id="F1").id)
        assert message is not None
        message.sender_hash = desk.one(Message, external_id="F0").sender_hash
    assert "张建国先生" in offered(desk)[0].text


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("F1", {"status": "handling", "lead_unit": "housing_bureau"}),
        ("F1", {"urgency": "emergency"}),
        ("F1", {"procedure": "petition"}),
        ("F1", {"sealed": True}),
        ("F0", {"status": "handling"}),
        ("F0", {"sealed": True}),
        ("F0", {"lead_unit": None}),
        ("F0", {"cycle": 2}),
    ],
)
def test_what_may_not_be_told_is_neither_offered_nor_done(desk: LoopDesk, name: str, fields: dict[str, object]) -> None:
    change(desk, name, **fields)
    assert offered(desk) == []
    with pytest.raises(HuiyinError):
        tell(desk.house, order_of(desk, "F1").number, order_of(desk, "F0").number, MODERATOR, desk.now)
    assert desk.all(Reply, order_id=order_of(desk, "F1").id) == []


def test_an_answer_that_left_somebody_dissatisfied_is_not_handed_on(desk: LoopDesk) -> None:
    with desk.writing() as session:
        rate(
            session,
            desk.house.reckoner,
            order_of(desk, "F0").id or 0,
            Satisfaction.DISSATISFIED,
            None,
            Actor("citizen"),
            desk.now,
        )
    assert offered(desk) == []


def test_a_complaint_about_the_unit_is_not_answered_by_the_units_earlier_words(desk: LoopDesk) -> None:
    with desk.writing() as session:
        message = session.get(Message, desk.one(Message, external_id="F1").id)
        assert message is not None
        message.text = f"{message.text}望溪市住房和城乡建设局推诿扯皮。"
    assert offered(desk)
    change(desk, "F1", domain="integrity")
    assert offered(desk) == []


def test_told_twice_at_once_is_a_named_conflict_and_one_answer(desk: LoopDesk) -> None:
    first, again = order_of(desk, "F0").number, order_of(desk, "F1").number
    tell(desk.house, again, first, MODERATOR, desk.now)
    with pytest.raises(Conflict, match="不能沿用"):
        tell(desk.house, again, first, REVIEWER, desk.now)
    assert len(desk.all(Reply, order_id=order_of(desk, "F1").id)) == 1


def test_a_unit_may_not_tell_and_a_moderator_may_undo_by_reopening(desk: LoopDesk) -> None:
    first, again = order_of(desk, "F0").number, order_of(desk, "F1").number
    change(desk, "F1", lead_unit="housing_bureau")
    with pytest.raises(HuiyinError):
        tell(desk.house, again, first, CLERK, desk.now)
    tell(desk.house, again, first, MODERATOR, desk.now)
    with desk.writing() as session:
        reopen(session, desk.house.reckoner, order_of(desk, "F1").id or 0, "事项并不相同", MODERATOR, desk.now)
    assert (order_of(desk, "F1").status, order_of(desk, "F1").lead_unit) == ("dispatched", "housing_bureau")
    assert desk.all(Notice, kind="dispatched", order_id=order_of(desk, "F1").id)


def test_a_sender_s_matters_are_counted_without_the_sealed_ones(desk: LoopDesk) -> None:
    office, stranger = Actor("shen", Role.MODERATOR), Actor("lu", Role.UNIT, "transport_bureau")
    with reading(desk.house.engine) as session:
        seen = sender_of(session, office, order_of(desk, "F0"))
        assert seen is not None
        assert (seen.orders, seen.open_ones, seen.times) == (2, 1, 1)
        hers = sender_of(session, stranger, order_of(desk, "F0"))
        assert hers is not None
        assert hers.orders == 0
    change(desk, "F2", sealed=True)
    with reading(desk.house.engine) as session:
        seen = sender_of(session, office, order_of(desk, "F0"))
        assert seen is not None
        assert seen.orders == 1
        assert sender_of(session, office, order_of(desk, "F2")) is None


def test_the_page_offers_it_with_one_key_and_shows_how_often_the_sender_wrote(desk: LoopDesk) -> None:
    enrol(desk.house)
    first, again = order_of(desk, "F0").number, order_of(desk, "F1").number
    with serving(desk.house) as address, visiting(address, "shen") as moderator, visiting(address, "du") as other:
        page = moderator.get(f"/console/orders/{again}").text
        assert "重复件：已有答复" in page
        assert 'accesskey="a"' in page
        assert "张建国" not in page
        assert "来件共 2 件，在办 1 件" in moderator.get(f"/console/orders/{first}").text
        assert "重复件：已有答复" not in other.get(f"/console/orders/{again}").text
        assert other.post(f"/console/orders/{again}/tell-again", earlier=first).status_code == 403
        done = moderator.post(f"/console/orders/{again}/tell-again", earlier=first)
        assert "的答复告知来件人" in done.text
        assert moderator.post(f"/console/orders/{again}/tell-again", earlier=first).status_code == 409
    assert order_of(desk, "F1").status == "replied"
