"""What letters say, word for word."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from responders.notifying.citizen_wording import promise_wording, receipt_wording, reply_wording
from responders.notifying.wording import (
    MOST_ITEMS,
    Letterhead,
    Told,
    Wording,
    day,
    unit_wording,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
HEAD = Letterhead(
    publisher="望溪市政民互动服务中心",
    public_url="http://huiyin.test/",
    zone=SHANGHAI,
    domain_labels={"housing": "城乡建设与住房"},
    unit_names={"housing_bureau": "望溪市住房和城乡建设局", "supervision": "望溪市政府督查室"},
    desks=frozenset({"duty", "supervision"}),
)
DUE = datetime(2026, 2, 27, 23, 59, 59, tzinfo=SHANGHAI)
FACTS: dict[str, Any] = {
    "number": "WX20260213000001", "domain": "housing", "urgency": "normal", "stage": "callback",
    "due_at": DUE.isoformat(), "name": "催办", "overdue": 1, "holder": "housing_bureau", "reader": "unit",
    "needs_decision": False, "ref": "callback:1",
}  # fmt: skip


def told(kind: str, unit: str = "housing_bureau", **changes: Any) -> Wording:  # noqa: ANN401  (facts of any kind)
    return unit_wording(HEAD, unit, [Told(kind, unit, FACTS | changes)])


def test_a_reminder_names_number_domain_stage_deadline_and_where_to_act() -> None:
    wording = told("remind")
    assert wording.title == "【催办】工单 WX20260213000001"
    assert wording.salutation == "望溪市住房和城乡建设局："
    [item] = wording.items
    assert item.heading == "工单 WX20260213000001（城乡建设与住房）"
    assert item.text == "回电期限为 2026年2月27日（周五），已超期 1 个工作日，现予催办，请立即办理。"
    assert item.link == "http://huiyin.test/unit/orders/WX20260213000001"


def test_a_warning_comes_before_the_limit_and_says_so() -> None:
    [item] = told("due_soon", name="临期提醒", overdue=-1).items
    assert item.text == "回电期限为 2026年2月27日（周五），即将到期，请抓紧办理。"


def test_a_supervisor_reads_whose_lateness_it_is() -> None:
    wording = told("supervise", "supervision", name="督办", overdue=3, reader="supervisor")
    [item] = wording.items
    assert wording.salutation == "望溪市政府督查室："
    assert item.text == (
        "望溪市住房和城乡建设局回电期限为 2026年2月27日（周五），已超期 3 个工作日，现予督办，请跟踪督促。"
    )
    assert item.link == "http://huiyin.test/console/orders/WX20260213000001"


@pytest.mark.parametrize(("kind", "name"), [("circular", "通报批评"), ("summons", "约谈"), ("yellow_card", "黄牌")])
def test_what_names_a_unit_in_public_is_drafted_for_a_leaders_decision(kind: str, name: str) -> None:
    [draft] = told(kind, "supervision", name=name, overdue=5, reader="leader", needs_decision=True).items
    assert f"已达到“{name}”条件，拟请领导审定。" in draft.text
    assert f"现予{name}" not in draft.text
    assert told(kind, name=name, needs_decision=True).title == f"【拟{name}】工单 WX20260213000001"


def test_the_duty_roster_is_told_to_act_at_once() -> None:
    wording = told("remind", "duty", reader="duty", overdue=0)
    assert wording.salutation == "值班员："
    assert "时限已到。请立即联系该单位处置" in wording.items[0].text


def test_an_emergency_is_a_telephone_call_to_make() -> None:
    wording = told("emergency", "duty", urgency="emergency")
    assert "立即电话核实处置" in wording.items[0].text
    assert wording.items[0].heading.endswith("紧急")


def test_a_dispatch_says_until_when_to_acknowledge_and_to_finish() -> None:
    due = {"acknowledge": datetime(2026, 2, 14, 23, 59, 59, tzinfo=SHANGHAI), "handle": DUE, "screen": DUE}
    [item] = unit_wording(HEAD, "housing_bureau", [Told("dispatched", "housing_bureau", FACTS, due)]).items
    assert item.text == "已派至贵单位主办。请于2026年2月14日（周六）前签收，2026年2月27日（周五）前办结。"


def test_a_unit_for_information_is_asked_for_nothing() -> None:
    [item] = told("informed").items
    assert item.text == "知会贵单位，无需办理。"


def test_an_unknown_kind_of_notice_still_leads_to_its_order() -> None:
    [item] = told("something_new").items
    assert item.text == "工单有新的进展，请登录系统查看。"
    assert item.link


def test_a_promise_without_an_order_leads_to_the_ledger() -> None:
    wording = told("remind", number=None, domain=None, stage="promise", ref="promise:7")
    assert wording.title == "【催办】承诺 7"
    assert wording.items[0].link == "http://huiyin.test/unit/ledger"


def test_a_digest_puts_the_gravest_first_and_counts_what_it_leaves_out() -> None:
    many = [Told("remind", "housing_bureau", FACTS | {"number": f"WX{n:03d}"}) for n in range(MOST_ITEMS)]
    grave = Told("supervise", "housing_bureau", FACTS | {"number": "WX999", "name": "督办"})
    wording = unit_wording(HEAD, "housing_bureau", [*many, grave])
    assert wording.title == f"【督办】{MOST_ITEMS + 1} 件"
    assert "WX999" in wording.items[0].heading
    assert wording.items[-1].text == "另有 1 件，请登录系统查看。"
    assert wording.items[-1].link == "http://huiyin.test/unit/"


def test_everything_about_one_order_stands_under_one_heading() -> None:
    both = [Told("remind", "housing_bureau", FACTS), Told("supervise", "housing_bureau", FACTS | {"stage": "handle"})]
    wording = unit_wording(HEAD, "housing_bureau", both)
    [item] = wording.items
    assert wording.title.endswith("工单 WX20260213000001")
    assert [line[:2] for line in item.text.split("\n")] == ["办理", "回电"]


def test_a_co_unit_is_not_asked_to_acknowledge_or_to_call() -> None:
    due = {"acknowledge": DUE, "callback": DUE, "handle": DUE}
    [item] = unit_wording(HEAD, "housing_bureau", [Told("co_handling", "housing_bureau", FACTS, due)]).items
    assert item.text == "请贵单位协助主办单位办理。请于2026年2月27日（周五）前办结。"


def test_a_demonstration_says_so_in_every_letter() -> None:
    head = Letterhead("望溪市", "http://x", SHANGHAI, {}, {}, demonstration=True)
    letters = [
        unit_wording(head, "u", [Told("informed", "u", FACTS)]),
        receipt_wording(head, "ABCD2345EFGH", looks_up=True),
        reply_wording(head, "ABCD2345EFGH", "u", "已修好。"),
    ]
    assert all("演示数据" in letter.closing for letter in letters)


def test_a_receipt_has_the_query_code_and_where_to_use_it() -> None:
    wording = receipt_wording(HEAD, "ABCD2345EFGH", looks_up=True)
    assert "查询码：ABCD2345EFGH" in wording.items[0].text
    assert "所留电话的后四位" in wording.items[0].text
    assert wording.items[0].link == "http://huiyin.test/track"


def test_who_left_no_telephone_is_sent_to_no_page_that_asks_for_its_digits() -> None:
    receipt = receipt_wording(HEAD, "ABCD2345EFGH", looks_up=False)
    answer = reply_wording(HEAD, "ABCD2345EFGH", "housing_bureau", "已修好。", "r.1")
    kept = promise_wording(HEAD, "ABCD2345EFGH", "housing_bureau", "月底前修好。", "已兑现", looks_up=False)
    assert "查询码：ABCD2345EFGH" in receipt.items[0].text
    assert "答复将发送到本邮箱" in receipt.items[0].text
    assert "http://huiyin.test/u/r.1" in answer.closing
    assert "直接回复本邮件" in kept.closing
    for letter in (receipt, answer, kept):
        assert all("/track" not in f"{item.text}{item.link}" for item in letter.items)
        assert "/track" not in letter.closing


def test_what_was_declined_is_not_offered_for_rating() -> None:
    declined = reply_wording(HEAD, "ABCD2345EFGH", "housing_bureau", "请向法院提出。", "r.1", may_rate=False)
    assert "评价" not in declined.closing
    assert "/u/" not in declined.closing


def test_an_answer_arrives_in_full_with_its_unit() -> None:
    text = "您好！\n楼道灯已于2月26日修好。"
    wording = reply_wording(HEAD, "ABCD2345EFGH", "housing_bureau", text)
    assert wording.items[0].text == text
    assert "望溪市住房和城乡建设局" in wording.items[1].text


def test_a_limit_within_a_day_shows_its_hour() -> None:
    assert day(datetime(2026, 2, 27, 14, 5, tzinfo=SHANGHAI), SHANGHAI) == "2026年2月27日（周五）14:05"
    assert day(DUE, SHANGHAI) == "2026年2月27日（周五）"


def test_a_leader_is_led_from_a_draft_to_where_it_is_signed_and_who_only_watches_to_the_order() -> None:
    [draft] = told("circular", "supervision", reader="leader", needs_decision=True).items
    assert draft.link == "http://huiyin.test/console/supervision"
    [watched] = told("supervise", "supervision", reader="supervisor").items
    assert watched.link == "http://huiyin.test/console/orders/WX20260213000001"


def test_a_paper_leads_each_reader_to_its_own_room() -> None:
    for unit, room in (("housing_bureau", "unit"), ("supervision", "console")):
        [item] = told("remind", unit, number=None, stage="feedback", ref="instruct:5").items
        assert item.link == f"http://huiyin.test/{room}/supervision"
        assert item.heading.startswith("督办文书 5")
