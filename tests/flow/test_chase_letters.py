"""Letters leave once: leased, sent, recorded; a crash between sends one again, under the same key."""

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from support.desk import CLERK, HEAD, REVIEWER, Desk, at, dispatched, open_desk
from support.receivers import Post, post_office

from flows import deliveries
from flows.chasing import chase
from flows.deliveries import deliver
from flows.letters import Writer
from models.actions import handling, replying
from models.actions.deliveries import Leased
from models.actions.notice_rows import CITIZEN, Telling, telling_rows, write_rows
from models.tables.notices import Delivery, DeliveryNotice, Notice
from models.tables.record import Sweep
from models.vocabulary import Channel, Outcome, Stage, Urgency
from responders.notifying.delivering import LEASE, MOST_ATTEMPTS, Deliverer, wait_after
from responders.notifying.port import Letter, Notifier, TransportFailed, TransportRefused

NOW = at("2026-03-02 09:00")
SENT = {"sent": 1, "retried": 0, "failed": 0}
NOTHING = {"sent": 0, "retried": 0, "failed": 0}


class Crash(BaseException):
    """The process dies here."""


class Recorder:
    """Remembers what it sent, and does as it is told."""

    def __init__(self, *troubles: BaseException | None, after: bool = False) -> None:
        self.troubles, self.after = list(troubles), after
        self.sent: list[Letter] = []

    def send(self, letter: Letter) -> str:
        trouble = self.troubles.pop(0) if self.troubles else None
        if trouble is None or self.after:
            self.sent.append(letter)
        if trouble is not None:
            raise trouble
        return "receipt"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        yield opened


def notify(desk: Desk, count: int = 1, target: str = "print:", kind: str = "revised") -> None:
    with desk.writing() as session:
        for n in range(count):
            telling = Telling(
                kind=kind, unit="housing_bureau", subject=f"order:{n}", order_id=None, cycle=1, trigger=target,
                facts={"number": f"WX{n:04d}"}, targets=(target,),
            )  # fmt: skip
            write_rows(session, telling_rows(telling, NOW))


def run(desk: Desk, notifiers: Mapping[str, Notifier], now: datetime = NOW) -> dict[str, int]:
    writer = Writer(desk.house, now, frozenset(notifiers))
    return Deliverer(desk.house.engine, notifiers, writer.letter, now).run()


def test_a_letter_is_sent_once_and_its_receipt_kept(desk: Desk) -> None:
    notify(desk)
    assert deliver(desk.house, NOW) == SENT
    assert deliver(desk.house, NOW) == deliver(desk.house, NOW + timedelta(days=9)) == NOTHING
    [printed] = desk.printed()
    row = desk.one(Delivery)
    assert (row.state, row.receipt, row.attempts) == ("sent", f"print:{printed['key']}", 1)


def test_a_crash_between_send_and_record_sends_once_more_with_the_same_key(desk: Desk) -> None:
    notify(desk)
    dying, living = Recorder(Crash(), after=True), Recorder()
    with pytest.raises(Crash):
        run(desk, {"print": dying})
    assert run(desk, {"print": living}, NOW + LEASE / 2) == NOTHING  # the dead one's lease still holds
    assert run(desk, {"print": living}, NOW + LEASE * 2) == SENT
    assert run(desk, {"print": living}, NOW + LEASE * 9) == NOTHING
    assert [x.key for x in dying.sent] == [x.key for x in living.sent]
    assert [x.again for x in (*dying.sent, *living.sent)] == [False, True]


def test_a_letter_on_which_processes_die_is_given_up(desk: Desk) -> None:
    notify(desk)
    now = NOW
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(Crash):
            run(desk, {"print": Recorder(Crash())}, now)
        now += LEASE * 2
    assert run(desk, {"print": Recorder(Crash())}, now) == {"sent": 0, "retried": 0, "failed": 1}
    assert desk.one(Delivery).error == "发送时进程多次中断。"


def test_two_senders_at_once_send_every_letter_once(database_url: str, tmp_path: Path) -> None:
    with open_desk(tmp_path, database_url=database_url) as desk:
        notify(desk, 40)
        recorder = Recorder()
        senders = [threading.Thread(target=run, args=(desk, {"print": recorder})) for _ in range(3)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        assert Counter(x.key for x in recorder.sent) == Counter(d.id for d in desk.all(Delivery))
        assert {d.attempts for d in desk.all(Delivery)} == {1}


def test_a_passing_trouble_is_tried_again_later_and_later_then_listed_as_failed(desk: Desk) -> None:
    notify(desk, kind="emergency")  # which no quiet hours hold back
    away = Recorder(*[TransportFailed("不在") for _ in range(MOST_ATTEMPTS)])
    now, waits = NOW, []
    while desk.one(Delivery).state == "waiting":
        run(desk, {"print": away}, now)
        row = desk.one(Delivery)
        waits.append(row.next_try_at - now)
        now = row.next_try_at
    assert row.state == "failed"
    assert row.error == "不在"
    assert row.attempts == MOST_ATTEMPTS
    slack = timedelta(seconds=30)  # time runs on while a sweep works
    assert all(wait_after(n + 1) <= wait <= wait_after(n + 1) + slack for n, wait in enumerate(waits[:-1]))
    assert wait_after(1) == timedelta(minutes=1)
    assert wait_after(7) == timedelta(hours=6)


def test_a_lasting_refusal_fails_at_once_and_is_never_tried_again(desk: Desk) -> None:
    notify(desk)
    refusing = Recorder(TransportRefused("没有这个人"))
    assert run(desk, {"print": refusing}) == {"sent": 0, "retried": 0, "failed": 1}
    assert run(desk, {"print": refusing}, NOW + timedelta(days=30)) == NOTHING
    assert desk.one(Delivery).error == "没有这个人"


def test_a_transport_that_is_away_does_not_hold_up_the_others(desk: Desk) -> None:
    notify(desk, 250, "slack:#督办")
    notify(desk, 150, "print:")
    away = Recorder(*[TransportFailed() for _ in range(250)])
    printing = Recorder()
    assert run(desk, {"slack": away, "print": printing}) == {"sent": 150, "retried": 3, "failed": 0}
    assert {d.attempts for d in desk.all(Delivery, transport="slack")} == {0, 1}


def test_a_fault_of_ours_in_sending_is_named_and_tried_again(desk: Desk) -> None:
    notify(desk)
    assert run(desk, {"print": Recorder(ZeroDivisionError())}) == {"sent": 0, "retried": 1, "failed": 0}
    assert desk.one(Delivery).error == "发送出错：ZeroDivisionError。"


def test_a_way_of_telling_that_is_not_set_up_is_listed_as_failed_with_its_name(tmp_path: Path) -> None:
    with open_desk(tmp_path, profile="jiande") as desk:
        notify(desk, target="mailto:a@jiande.example")
        assert deliver(desk.house, NOW) == {"sent": 0, "retried": 0, "failed": 1}
        assert "mailto" in str(desk.one(Delivery).error)


def test_a_mail_crash_leaves_one_message_id(tmp_path: Path) -> None:
    with (
        post_office(Post()) as post,
        open_desk(tmp_path, smtp_url=post.url, mail_from="a@wx.example") as desk,
    ):
        notify(desk, target="mailto:bureau@wangxi.example")

        class DiesAfter:
            def send(self, letter: Letter) -> str:
                deliveries.notifiers(desk.house)["mailto"].send(letter)
                raise Crash

        with pytest.raises(Crash):
            run(desk, {"mailto": DiesAfter()})
        assert deliver(desk.house, NOW + LEASE * 2) == SENT
    assert [m["Message-ID"] for m in post.letters] == [f"<{desk.one(Delivery).id.hex}@huiyin>"] * 2


SECRETS = {
    "text": "邻居欧阳宝珠家的狗半夜叫，我住幸福里小区9栋，求求你们管管，身份证990101199001011234",
    "title": "半夜狗叫睡不着",
    "sender_name": "欧阳青山",
    "phone": "19900001234",
    "email": "ouyang@citizen.example",
}


def test_no_letter_to_a_unit_carries_the_citizens_words_name_phone_or_address(tmp_path: Path) -> None:
    with open_desk(tmp_path, smtp_url="smtp://127.0.0.1:1") as desk:
        lived_through(desk)
        units = [n for n in desk.all(Notice) if n.unit != CITIZEN]
        assert {n.kind for n in units} >= {"dispatched", "co_handling", "informed", "emergency", "due_soon", "remind",
                                           "supervise", "circular", "summons"}  # fmt: skip
        rendered = "\n".join(letters_to_units(desk))
        parts = ["欧阳", "狗", "半夜", "幸福里", "9901", "19900001234", "citizen.example", "睡不着"]
        assert [part for part in parts if part in rendered or any(part in str(n.facts) for n in units)] == []


def lived_through(desk: Desk) -> None:
    """Orders of every sort, from dispatch to summons."""
    for urgency in (Urgency.NORMAL, Urgency.EMERGENCY):
        plan = dispatched(
            urgency=urgency.value, co_units=("urban_bureau",), informed=("civil_bureau",),
            rings=urgency is Urgency.EMERGENCY,
        )  # fmt: skip
        desk.take(NOW, plan=plan, **SECRETS)
    moment = NOW
    while moment < at("2026-04-10 00:00"):
        chase(desk.house, moment)
        run(desk, {"print": Recorder(), "mailto": Recorder()}, moment)
        moment += timedelta(hours=12)


def letters_to_units(desk: Desk) -> Iterator[str]:
    writer = Writer(desk.house, NOW)
    with desk.writing() as session:
        for row in desk.all(Delivery):
            carried = {link.notice_id for link in desk.all(DeliveryNotice, delivery_id=row.id)}
            if any(n.unit == CITIZEN for n in desk.all(Notice) if n.id in carried):
                continue
            made = writer.letter(session, Leased(row.id, row.transport, row.target, 1, row.created_at))
            yield f"{made.title}\n{made.text}"


def answered(desk: Desk) -> int:
    order = desk.take(NOW, channel=Channel.MAILBOX, **SECRETS)
    assert order.id is not None
    with desk.writing() as session:
        handling.acknowledge(session, order.id, CLERK, NOW)
    with desk.writing() as session:
        replying.write_reply(session, order.id, "已上门劝导，养犬人承诺夜间圈养。", Outcome.RESOLVED, CLERK, NOW)
    with desk.writing() as session:
        replying.sign_off(session, desk.house.reckoner, order.id, [], HEAD, NOW)
    with desk.writing() as session:
        replying.approve_reply(session, order.id, REVIEWER, NOW)
    return order.id


def test_a_citizen_gets_a_receipt_and_the_answer_at_the_address_the_message_came_from(tmp_path: Path) -> None:
    with post_office(Post()) as post, open_desk(tmp_path, smtp_url=post.url) as desk:
        answered(desk)
        deliver(desk.house, NOW)
    assert set(post.recipients) == {SECRETS["email"]}
    bodies = [m.get_content() for m in post.letters]
    assert any("查询码" in body and "请妥善保存" in body for body in bodies)
    assert any("已上门劝导，养犬人承诺夜间圈养。" in body for body in bodies)
    assert all("狗半夜叫" not in body for body in bodies)


def test_an_answer_never_goes_to_an_address_that_did_not_write(tmp_path: Path) -> None:
    with post_office(Post()) as post, open_desk(tmp_path, smtp_url=post.url) as desk:
        order = answered(desk)
        deliver(desk.house, NOW)
        before = len(post.letters)
        with desk.writing() as session:
            stray = Telling(kind="reply", unit=CITIZEN, subject=f"order:{order}", order_id=order, cycle=1,
                            trigger="stray", facts={}, targets=("mailto:stranger@citizen.example",))  # fmt: skip
            write_rows(session, telling_rows(stray, NOW))
        assert deliver(desk.house, NOW) == {"sent": 0, "retried": 0, "failed": 1}
    assert len(post.letters) == before


def test_a_dispatch_letter_says_until_when(desk: Desk) -> None:
    order = desk.take(NOW)
    deliver(desk.house, NOW)
    [printed] = desk.printed()
    handle = desk.clock(order, Stage.HANDLE).due_at.astimezone(desk.house.settings.zone)
    assert f"{handle.month}月{handle.day}日" in printed["text"]
    assert "http://huiyin.test/u/" in printed["text"]  # the bureau has no accounts here


def test_an_idle_sweep_says_once_a_minute_that_it_lives(desk: Desk) -> None:
    beats = []
    for seconds in (0, 1, 59, 60, 61):
        deliver(desk.house, NOW + timedelta(seconds=seconds))
        beats.append(desk.one(Sweep, name="deliver").succeeded_at)
    assert beats == [NOW, NOW, NOW, NOW + timedelta(minutes=1), NOW + timedelta(minutes=1)]
