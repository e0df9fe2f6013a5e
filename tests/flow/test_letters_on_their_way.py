"""A letter's sender follows it: steps in plain words, the day an answer is due, earlier answers, own words; no more."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from support.desk import CLERK, HEAD, MODERATOR, REVIEWER, Desk, at, open_desk, sealed
from support.web import serving, visiting

from flows.answers import shown_answer
from flows.asking_again import ask_again
from flows.tracking import Progress, progress
from models.actions import closing, handling, replying
from models.actions.merging import merge
from models.actors import Actor
from models.database import reading
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.vocabulary import Outcome, Satisfaction

# The Friday before the Spring Festival of 2026: weekdays alone would give a date eight days too early.
SENT = at("2026-02-13 10:00")
LATER = at("2026-02-24 15:00")
PHONE = "19900004321"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        yield opened


def way(desk: Desk, order: WorkOrder, phone: str = PHONE) -> Progress:
    code = desk.one(Message, order_id=order.id, phone=phone).query_code
    with reading(desk.house.engine) as session:
        return progress(session, desk.house.reckoner, shown_answer(session, code, phone[-4:]), code)


def answer(desk: Desk, order: WorkOrder, text: str, when: datetime) -> None:
    assert order.id is not None
    with desk.writing() as session:
        handling.acknowledge(session, order.id, CLERK, when)
        replying.write_reply(session, order.id, text, Outcome.EXPLAINED, CLERK, when)
        replying.sign_off(session, desk.house.reckoner, order.id, [], HEAD, when)
        replying.approve_reply(session, order.id, REVIEWER, when)


def test_the_day_an_answer_is_due_leaves_out_the_festival_and_its_weekends(desk: Desk) -> None:
    order = desk.take(SENT, phone=PHONE)
    due = way(desk, order).due
    assert due is not None
    assert due.what == "答复"
    assert f"{due.at.astimezone(desk.house.settings.zone):%Y-%m-%d}" >= "2026-02-27"
    assert due.skipped >= 9
    assert not due.paused


def test_what_was_written_is_shown_as_it_was_sent_and_the_steps_in_plain_words(desk: Desk) -> None:
    order = desk.take(SENT, phone=PHONE, title="楼道灯", text="三栋楼道灯\n坏了三周。<b>急</b>")
    answer(desk, order, "已更换灯具。", LATER)
    shown = way(desk, order)
    assert shown.text == "三栋楼道灯\n坏了三周。<b>急</b>"
    assert [what for _, what in shown.steps] == ["收到来信", "转承办单位", "承办单位签收", "答复"]
    assert shown.stage == "已答复"
    assert "不满意的，将重新办理" in shown.next
    assert shown.due is None


def test_who_has_rated_is_not_asked_to_once_more(desk: Desk) -> None:
    order = desk.take(SENT, phone=PHONE)
    answer(desk, order, "已更换灯具。", LATER)
    assert "请您评价" in way(desk, order).next
    with desk.writing() as session:
        closing.rate(session, desk.house.reckoner, order.id or 0, Satisfaction.FAIR, None, Actor("citizen"), LATER)
    shown = way(desk, order)
    assert shown.stage == "已答复"
    assert "请您评价" not in shown.next
    assert "再次反映" in shown.next


def test_after_a_bad_rating_the_earlier_answer_stays_with_its_day(desk: Desk) -> None:
    order = desk.take(SENT, phone=PHONE)
    answer(desk, order, "已更换灯具。", LATER)
    with desk.writing() as session:
        closing.rate(session, desk.house.reckoner, order.id or 0, Satisfaction.DISSATISFIED, "还是不亮。",
                     Actor("citizen"), at("2026-02-25 09:00"))  # fmt: skip
    shown = way(desk, order)
    [earlier] = shown.earlier
    assert (earlier.text, earlier.at, earlier.outcome) == ("已更换灯具。", LATER, "explained")
    assert shown.stage == "已转承办单位"
    assert [what for _, what in shown.steps][-2:] == ["答复", "重新办理"]
    assert [words for _, words in shown.said] == ["还是不亮。"]
    assert shown.due is not None
    answer(desk, order, "线路已重新铺设。", at("2026-02-27 09:00"))
    assert [e.text for e in way(desk, order).earlier] == ["已更换灯具。"]


def test_the_page_shows_all_this_and_escapes_it(desk: Desk) -> None:
    order = desk.take(desk.house.now(), phone=PHONE, text="楼道灯坏了。<b>急</b>")
    answer(desk, order, "已更换灯具。", desk.house.now())
    code = desk.one(Message, order_id=order.id).query_code
    with serving(desk.house) as address, visiting(address) as citizen:
        citizen.post("/track/rate", code=code, last4="4321", satisfaction="dissatisfied", comment="还是不亮。")
        page = citizen.get("/track").text
    for words in ("此前的答复（", "已更换灯具。", "您的来信原文", "&lt;b&gt;急", "还是不亮。", "答复期限", "重新办理"):
        assert words in page
    assert "<b>急" not in page


def test_the_offices_own_affairs_are_not_told(desk: Desk) -> None:
    order = desk.take(SENT, phone=PHONE)
    with desk.writing() as session:
        handling.acknowledge(session, order.id or 0, CLERK, SENT)
        handling.ask_return(session, desk.house.reckoner, order.id or 0, "不属我局职责，应由物业负责。", CLERK,
                            at("2026-02-13 15:00"))  # fmt: skip
    shown = way(desk, order)
    assert shown.stage == "正在核对承办单位"
    assert "退单" not in str(shown)
    assert "物业" not in str(shown)
    with desk.writing() as session:
        handling.decide_return(session, desk.house.reckoner, order.id or 0, MODERATOR, at("2026-02-14 09:00"),
                               granted=True, note="同意退回。")  # fmt: skip
    assert [what for _, what in way(desk, order).steps] == ["收到来信"]


def test_the_grounds_of_a_round_that_the_office_ordered_stay_inside(desk: Desk) -> None:
    order = desk.take(SENT, phone=PHONE)
    answer(desk, order, "已更换灯具。", LATER)
    with desk.writing() as session:
        closing.reopen(session, desk.house.reckoner, order.id or 0, "抽查发现答复不实。", REVIEWER, LATER)
    shown = way(desk, order)
    assert [e.text for e in shown.earlier] == ["已更换灯具。"]
    assert "抽查" not in str(shown)


def test_a_merged_sender_reads_neither_the_others_words_nor_their_name_in_an_earlier_answer(desk: Desk) -> None:
    main = desk.take(SENT, phone="19900001111", sender_name="欧阳宝珠")
    other = desk.take(SENT, phone=PHONE, text="四栋也不亮。")
    with desk.writing() as session:
        merge(session, desk.house.profile, other.id or 0, main.id or 0, MODERATOR, at("2026-02-13 11:00"))
    answer(desk, main, "欧阳宝珠女士：已更换灯具。", LATER)
    code = desk.one(Message, phone="19900001111").query_code
    ask_again(desk.house, code, "1111", "我家门口还是不亮。", at("2026-02-25 09:00"))
    shown = way(desk, other)
    assert shown.text == "四栋也不亮。"
    assert "我家门口" not in str(shown)
    assert ["欧阳" in e.text for e in shown.earlier] == [False]
    assert [what for _, what in shown.steps][:2] == ["收到来信", "与同一事项的来信合并办理"]


def test_of_a_sealed_letter_nothing_is_told_but_that_it_came(desk: Desk) -> None:
    order = desk.take(SENT, phone=PHONE, text="举报某局工作人员收钱。", plan=sealed())
    shown = way(desk, order)
    assert shown == Progress("已收到，正在依规办理", "")
