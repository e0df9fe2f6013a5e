"""From a source to the record: one message and one order each, however often it is read or delivered."""

from collections import Counter
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from support.desk import at
from support.loop_desk import MATTERS, LoopDesk, open_loop, posts

from flows.status import status_of
from models.calling_words import CallbackStatus
from models.tables.clocks import Clock
from models.tables.ledger import Callback
from models.tables.messages import Message, MessageRevision
from models.tables.notices import Notice
from models.tables.orders import Assignment, WorkOrder
from models.tables.record import History, Outbox
from models.vocabulary import Channel, OrderStatus, Stage
from queues.port import Topic

COLUMNS = "工单编号,来电时间,来电人,联系电话,诉求标题,诉求内容,所属区域,是否当场答复,当场答复内容,受理员"


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[LoopDesk]:
    with open_loop(tmp_path, database_url=database_url) as opened:
        yield opened


@pytest.fixture
def small(tmp_path: Path) -> Iterator[LoopDesk]:
    with open_loop(tmp_path) as opened:
        yield opened


def calls(desk: LoopDesk, *rows: str, name: str = "calls.csv") -> Path:
    file = desk.house.settings.data_dir / name
    file.write_text("\n".join([COLUMNS, *rows, ""]), encoding="gb18030")
    return file


def mail(desk: LoopDesk, name: str, text: str, **headers: str) -> Path:
    letter = EmailMessage()
    usual = {
        "From": "citizen@example.org",
        "To": "inbox@example.org",
        "Subject": "反映问题",
        "Date": "Thu, 12 Feb 2026 09:30:00 +0800",
        "Message-ID": f"<{name}@example.org>",
    }
    for header, value in (usual | {k.replace("_", "-"): v for k, v in headers.items()}).items():
        letter[header] = value
    letter.set_content(text)
    file = desk.house.settings.data_dir / f"{name}.eml"
    file.write_bytes(letter.as_bytes())
    return file


def test_every_item_becomes_one_message_and_one_order_and_nothing_more_when_it_is_read_again(desk: LoopDesk) -> None:
    file = desk.board(40)
    first = desk.collect(Channel.BOARD, file).counts
    worked = desk.work()
    again = desk.collect(Channel.BOARD, file).counts
    idle = desk.work()
    assert (first.read, first.accepted, again.accepted, again.duplicates) == (40, 40, 0, 40)
    assert (worked.handled, worked.work_orders, worked.duplicates, idle.handled) == (40, 40, 0, 0)
    messages = desk.all(Message)
    assert {m.external_id for m in messages} == {row["id"] for row in posts(40)}
    assert set(Counter(m.order_id for m in messages).values()) == {1}
    orders = desk.all(WorkOrder)
    assert len(orders) == len({o.number for o in orders}) == 40


def test_every_order_has_an_owner_or_stands_in_triage_and_none_is_without_a_clock(desk: LoopDesk) -> None:
    desk.collect(Channel.BOARD, desk.board(40))
    desk.work()
    leads = Counter(a.order_id for a in desk.all(Assignment, part="lead"))
    for order in desk.all(WorkOrder):
        if order.status == OrderStatus.DISPATCHED:
            assert order.lead_unit
            assert leads[order.id] == 1
        else:
            assert (order.status, order.lead_unit) == (OrderStatus.TRIAGE, None)
            assert order.triage_reasons
    assert desk.open_without_clock() == []
    assert any(o.status == OrderStatus.DISPATCHED for o in desk.all(WorkOrder))


def test_a_dispatched_order_is_told_to_its_unit_without_the_citizens_words(desk: LoopDesk) -> None:
    desk.collect(Channel.BOARD, desk.board(16))
    desk.work()
    told = {n.order_id: n for n in desk.all(Notice, kind="dispatched")}
    dispatched = [o for o in desk.all(WorkOrder) if o.status == OrderStatus.DISPATCHED]
    assert set(told) == {o.id for o in dispatched}
    facts = repr([n.facts for n in told.values()]) + repr([e.payload for e in desk.all(Outbox)])
    assert not any(word in facts for title, text in MATTERS for word in (title, text[:8], "网友", "199000"))


def test_every_order_has_one_history_row_and_one_event_with_an_id_of_its_own(desk: LoopDesk) -> None:
    desk.collect(Channel.BOARD, desk.board(16))
    desk.work()
    assert set(Counter(h.subject_id for h in desk.all(History, subject="order")).values()) == {1}
    events = desk.all(Outbox)
    assert len(events) == len({e.event_id for e in events}) == 16
    assert all(e.published_at for e in events)


def test_a_record_delivered_again_is_counted_as_a_duplicate_and_doubles_nothing(desk: LoopDesk) -> None:
    desk.collect(Channel.BOARD, desk.board(10))
    queue = desk.queue()
    taken = queue.take(100, 1)
    queue.put(Topic.MESSAGES, [each.record for each in taken])
    queue.give_back(taken)
    done = desk.work()
    assert (done.handled, done.duplicates) == (10, 10)
    assert len(desk.all(Message)) == len(desk.all(WorkOrder)) == 10


def test_one_senders_messages_are_worked_in_the_order_in_which_they_came(desk: LoopDesk) -> None:
    rows = [{**row, "contact": "19900012345"} for row in posts(30)]
    desk.collect(Channel.BOARD, desk.lines("one.jsonl", rows))
    desk.work()
    numbered = sorted((m.order_id or 0, m.external_id) for m in desk.all(Message))
    assert [external for _, external in numbered] == [row["id"] for row in rows]


def test_changed_content_under_a_known_number_is_a_revision_and_no_second_order(desk: LoopDesk) -> None:
    [row] = posts(1)
    desk.collect(Channel.BOARD, desk.lines("a.jsonl", [row]))
    desk.work()
    changed = desk.lines("b.jsonl", [{**row, "text": "路灯已经有人来看过，但还是没有修好。"}])
    again = desk.collect(Channel.BOARD, changed).counts
    desk.work()
    desk.collect(Channel.BOARD, changed)
    desk.work()
    assert (again.duplicates, again.revised) == (1, 1)
    revision, order = desk.one(MessageRevision), desk.one(WorkOrder)
    assert (revision.text, revision.changed) == ("路灯已经有人来看过，但还是没有修好。", {"text": True})
    assert desk.one(Message).text == row["text"]
    assert [h.action for h in desk.all(History, subject_id=str(order.id))][1:] == ["revise"]


def test_a_revision_that_comes_before_its_message_waits_for_it(small: LoopDesk) -> None:
    [row] = posts(1)
    small.collect(Channel.BOARD, small.lines("a.jsonl", [row]))
    queue = small.queue()
    [message] = queue.take(1, 1)
    queue.done([message])
    small.collect(Channel.BOARD, small.lines("b.jsonl", [{**row, "title": "改了标题"}]))
    [revision] = queue.take(1, 1)
    queue.done([revision])
    queue.put(Topic.MESSAGES, [revision.record, message.record])
    small.work()
    assert small.one(MessageRevision).title == "改了标题"


def test_mail_written_by_a_machine_is_filed_without_an_order_and_told_to_nobody(small: LoopDesk) -> None:
    away = mail(
        small, "away", "我正在休假，二月二十五日回来。", Auto_Submitted="auto-replied", Subject="自动回复：外出"
    )
    small.collect(Channel.MAILBOX, away)
    done = small.work()
    message = small.one(Message)
    assert (message.machine, message.order_id, done.work_orders) == ("auto_reply", None, 0)
    assert small.all(Notice) == small.all(WorkOrder) == []


@pytest.mark.parametrize("odd", ["a\u0000b", "\ud83d", "𠮷野家", "\u202e反转", "x" * 70_000])
def test_odd_characters_are_registered_like_any_others(desk: LoopDesk, odd: str) -> None:
    row = {
        **posts(1)[0],
        "title": odd[:100],
        "text": f"荷苑小区的路灯{odd}坏了",
        "author": odd[:90],
        "region": odd[:90],
    }
    desk.collect(Channel.BOARD, desk.lines("odd.jsonl", [row]))
    done = desk.work()
    assert (done.handled, done.dead_letters) == (1, 0)


def test_a_call_not_answered_on_the_spot_has_a_callback_due_by_the_work_calendar(desk: LoopDesk) -> None:
    rows = (
        "H1,2026-02-13 10:00,周某,19900001111,路灯,荷苑小区路灯坏了没人修,青禾区,否,,小林",
        "H2,2026-02-13 10:00,吴某,19900002222,公交,10路公交几点收班？,柳桥区,是,末班车是二十二点。,小林",
    )
    desk.collect(Channel.HOTLINE, calls(desk, *rows))
    desk.work()
    waiting, answered = (desk.one(Message, external_id=each).order_id for each in ("H1", "H2"))
    callback = desk.one(Callback)
    assert (callback.order_id, callback.status) == (waiting, CallbackStatus.DUE.value)
    # The Spring Festival of 2026: free from 15 to 23 February, and 14 and 28 February are worked Saturdays.
    assert callback.due_at.astimezone(at("2026-02-27 10:00").tzinfo).date().isoformat() == "2026-02-27"
    assert desk.one(Clock, order_id=waiting, stage=Stage.CALLBACK.value).subject_id == callback.id
    order = desk.one(WorkOrder, id=answered)
    assert (order.status, order.replied_at) == (OrderStatus.REPLIED, at("2026-02-13 10:00"))
    assert desk.all(Clock, order_id=answered) == []


def test_a_repeat_call_joins_its_order_and_is_owed_a_callback_of_its_own(desk: LoopDesk) -> None:
    first = "H1,2026-02-10 10:00,周某,19900001111,路灯,荷苑小区路灯坏了没人修,青禾区,否,,小林"
    desk.collect(Channel.HOTLINE, calls(desk, first))
    desk.work()
    order = desk.one(WorkOrder)
    second = f"H2,2026-02-13 09:00,周某,19900001111,催办,再次来电催办工单{order.number}，至今没有人处理,青禾区,否,,小林"
    desk.collect(Channel.HOTLINE, calls(desk, second, name="second.csv"))
    done = desk.work()
    assert (done.handled, done.work_orders) == (1, 0)
    assert [m.order_id for m in desk.all(Message)] == [order.id, order.id]
    assert sorted(c.order_id for c in desk.all(Callback)) == [order.id, order.id]
    assert {c.subject_id for c in desk.all(Clock, stage=Stage.CALLBACK.value)} == {c.id for c in desk.all(Callback)}


def test_an_emergency_rings_the_duty_roster_as_soon_as_it_is_registered(desk: LoopDesk) -> None:
    row = {
        **posts(1)[0],
        "title": "救命",
        "text": "幸福里小区5栋着火了，现在火势很大，有老人被困在楼上，快派消防来救人！",
    }
    desk.collect(Channel.BOARD, desk.lines("fire.jsonl", [row]))
    desk.work()
    assert desk.one(WorkOrder).urgency == "emergency"
    assert desk.one(Notice, kind="emergency").unit == "duty"


def test_an_accusation_is_sealed_and_leaves_nothing_for_others_to_see(desk: LoopDesk) -> None:
    text = "实名举报白鹭镇党委书记赵某收受贿赂二十万元，把工程给了他的小舅子，请纪委查处。"
    desk.collect(Channel.BOARD, desk.lines("sealed.jsonl", [{**posts(1)[0], "title": "举报受贿", "text": text}]))
    desk.work()
    order, message = desk.one(WorkOrder), desk.one(Message)
    assert (order.sealed, order.status, order.title, order.lead_unit) == (True, OrderStatus.TRIAGE, "", None)
    assert (message.sender_hash, message.signature) == (None, None)
    assert desk.all(Notice) == desk.all(Assignment) == desk.all(Outbox) == []
    with desk.house.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM order_search").scalar() == 0
    assert desk.open_without_clock() == []


def test_the_status_counts_what_is_in_the_record(small: LoopDesk) -> None:
    small.collect(Channel.BOARD, small.board(12))
    before = status_of(small.house)
    small.work()
    after = status_of(small.house)
    assert (before["queued"], before["messages"]) == (12, 0)
    assert (after["queued"], after["messages"], after["work_orders"], after["open"]) == (0, 12, 12, 12)
