"""What may stand in an edition, and what never does."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from support.desk import MODERATOR, Desk, at, dispatched, open_desk
from support.pressroom import ANSWERED, EDITOR, LATER_WEEK, NOW, WEEK, answered, compiled, edition, published

from flows.editions import compile_edition, edit_item
from models.actions import merging
from models.tables.messages import Message
from models.tables.orders import Reply, WorkOrder
from models.vocabulary import CaseType, Channel, Disclosure, OrderStatus, Outcome, Procedure


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        yield opened


def test_an_answered_message_with_consent_stands_in_the_week_of_its_answer(desk: Desk) -> None:
    answered(desk)
    [item] = compiled(desk)
    assert item.summary == "学府路路灯不亮：学府路东段的路灯坏了三周，夜里看不清路。请问什么时候能修好？"
    assert item.answer.startswith("网友您好！经现场核查，学府路东段12盏路灯线路老化")
    assert "0300-8121019" in item.answer  # an office's telephone is public
    assert (str(item.accepted_on), str(item.replied_on)) == ("2026-02-24", "2026-02-25")
    assert item.unit == "望溪市住房和城乡建设局"
    assert not compiled(desk, LATER_WEEK)


@pytest.mark.parametrize(
    "said",
    [
        {"may_publish": None},
        {"may_publish": False},
        {"may_publish": True, "confidential": True},
        {"text": "学府路有人占道摆摊。请不要说是我反映的，怕报复。"},
        {"text": "楼上漏水，物业不管。请替我保密。"},
    ],
    ids=["unstated", "refused", "confidential", "not-to-be-named", "asks-for-silence"],
)
def test_without_consent_nothing_appears(desk: Desk, said: dict[str, Any]) -> None:
    answered(desk, **said)
    assert not compiled(desk)
    assert not compile_edition(desk.house, WEEK, EDITOR, NOW).others


@pytest.mark.parametrize(
    "order",
    [
        {"sealed": True},
        {"procedure": Procedure.PETITION.value},
        {"procedure": Procedure.ACCUSATION.value},
        {"procedure": Procedure.DISCLOSURE.value},
        {"procedure": Procedure.ENFORCEMENT.value},
        {"procedure": Procedure.EMERGENCY.value},
        {"case_type": CaseType.OPINION.value},
        {"disclosure": Disclosure.CLOSED.value},
        {"disclosure": Disclosure.ON_REQUEST.value},
        {"status": OrderStatus.DECLINED.value},
        {"status": OrderStatus.DIVERTED.value},
        {"status": OrderStatus.VOID.value},
        {"status": OrderStatus.HANDLING.value},
        {"replied_at": at("2026-03-02 00:00")},
        {"replied_at": at("2026-02-22 23:59")},
    ],
    ids=lambda order: "-".join(map(str, next(iter(order.items())))),
)
def test_what_is_not_an_open_ordinary_answer_never_appears(desk: Desk, order: dict[str, Any]) -> None:
    answered(desk, order=order)
    found = compile_edition(desk.house, WEEK, EDITOR, NOW)
    assert not found.items
    assert not found.others


def test_an_erased_message_never_appears(desk: Desk) -> None:
    answered(desk)
    with desk.writing() as session:
        session.get_one(Message, desk.taken[0]).erased_at = NOW
    assert not compiled(desk)


def test_an_answer_that_was_never_sent_never_appears(desk: Desk) -> None:
    desk.take(at("2026-02-24 09:00"), may_publish=True)
    with desk.writing() as session:
        order = session.get_one(WorkOrder, 1)
        order.status, order.replied_at = OrderStatus.REPLIED.value, ANSWERED
    assert not compiled(desk)


@pytest.mark.parametrize(("consents", "expected"), [(True, 1), (False, 0)])
def test_a_merged_matter_appears_only_when_everybody_consents(desk: Desk, consents: bool, expected: int) -> None:
    main = desk.take(at("2026-02-24 09:00"), may_publish=True)
    other = desk.take(at("2026-02-24 10:00"), may_publish=consents)
    with desk.writing() as session:
        merging.merge(session, desk.house.profile, other.id or 0, main.id or 0, MODERATOR, at("2026-02-24 11:00"))
    answered(desk, order={"status": OrderStatus.VOID.value})  # only its reply is of use
    with desk.writing() as session:
        reply = session.exec(select(Reply)).one()
        order = session.get_one(WorkOrder, main.id)
        reply.order_id = order.id or 0
        order.status, order.replied_at, order.outcome = OrderStatus.REPLIED.value, ANSWERED, Outcome.RESOLVED.value
    assert len(compiled(desk)) == expected


def test_a_delicate_matter_waits_for_the_editor(desk: Desk) -> None:
    answered(desk)
    answered(desk, title="长处方", text="我患有抑郁症多年，请问能不能一次开两个月的药？", sender_name="祝青")
    found = compile_edition(desk.house, WEEK, EDITOR, NOW)
    assert [item.order_id for item in found.items] == [1]
    [waiting] = found.others
    assert waiting.why == "须由编辑决定：涉及病情"
    edit_item(desk.house, waiting.id or 0, EDITOR, NOW, chosen=True)
    assert [item.order_id for item in compiled(desk)] == [1, 2]


def test_domains_regions_and_outcomes_vary_and_say_why(desk: Desk) -> None:
    for domain, region, outcome in (
        ("housing", "nantang", "resolved"), ("housing", "nantang", "resolved"), ("transport", "hedong", "planned"),
    ):  # fmt: skip
        answered(desk, order={"domain": domain, "region": region, "outcome": outcome}, text=f"{domain}路灯坏了没人修。")
    items = compiled(desk)
    assert [item.order_id for item in items] == [1, 3, 2]
    assert "问题尚未解决，看如何向群众说明" in items[1].why
    assert items[2].why == "补充同类诉求"


def test_more_than_the_profile_prints_are_kept_as_candidates(desk: Desk) -> None:
    most = desk.house.profile.edition.max_items
    for number in range(most + 2):
        answered(desk, text=f"第{number}盏路灯坏了，请修。")
    found = compile_edition(desk.house, WEEK, EDITOR, NOW)
    assert (len(found.items), len(found.others)) == (most, 2)


def test_what_one_edition_published_no_other_takes(desk: Desk, tmp_path: Path) -> None:
    answered(desk)
    published(desk, tmp_path / "out")
    with desk.writing() as session:
        session.get_one(WorkOrder, 1).replied_at = at("2026-03-03 10:00")  # reopened and answered again
    assert not compiled(desk, LATER_WEEK)


def test_what_a_draft_left_unpublished_another_week_may_take(desk: Desk) -> None:
    answered(desk)
    assert compiled(desk)
    with desk.writing() as session:
        session.get_one(WorkOrder, 1).replied_at = at("2026-03-03 10:00")
    assert compiled(desk, LATER_WEEK)
    assert not compiled(desk)  # and the old draft lets it go


def test_a_refreshed_draft_gains_what_is_new_and_keeps_what_was_edited(desk: Desk) -> None:
    answered(desk)
    [item] = compiled(desk)
    edit_item(desk.house, item.id or 0, EDITOR, NOW, summary="反映学府路路灯损坏，询问维修时间。")
    version = edition(desk).version
    answered(desk, text="河东大道站台顶棚玻璃裂了，请尽快处理。", title="站台顶棚", order={"domain": "transport"})
    first, second = compiled(desk)
    assert first.summary == "反映学府路路灯损坏，询问维修时间。"
    assert second.summary.startswith("河东大道站台顶棚")
    assert edition(desk).version == version + 1
    compiled(desk)
    assert edition(desk).version == version + 1  # nothing new: nothing changes


def test_a_later_answer_replaces_even_an_edited_one(desk: Desk) -> None:

    answered(desk)
    [item] = compiled(desk)
    edit_item(desk.house, item.id or 0, EDITOR, NOW, answer="网友您好！路灯已修复。")
    again = at("2026-02-27 10:00")
    with desk.writing() as session:
        session.get_one(WorkOrder, 1).replied_at = again
        session.exec(select(Reply)).one().text = "您好！经复查，路灯线路再次短路，已重新敷设电缆，照明恢复。"
    [item] = compiled(desk)
    assert item.answer == "网友您好！经复查，路灯线路再次短路，已重新敷设电缆，照明恢复。"
    assert str(item.replied_on) == "2026-02-27"


def test_a_message_sealed_after_compiling_leaves_the_draft_with_its_edits(desk: Desk) -> None:
    answered(desk)
    [item] = compiled(desk)
    edit_item(desk.house, item.id or 0, EDITOR, NOW, summary="编辑写过的摘要。")
    with desk.writing() as session:
        session.get_one(WorkOrder, 1).sealed = True
    assert not compiled(desk)


def test_a_callers_own_name_and_number_are_gone_from_the_answer(desk: Desk) -> None:
    answered(
        desk, channel=Channel.HOTLINE, plan=dispatched(),
        answer="马长河先生：您好！您来电（19900004321）反映的问题收悉。已电话联系马先生，路灯已修好，详询0300-8121019。",
    )  # fmt: skip
    [item] = compiled(desk)
    assert item.answer.count("网友您好") == 1
    assert "马" not in item.answer
    assert "1990000" not in item.answer
    assert "［" not in item.answer
    assert "[" not in item.answer
    assert "0300-8121019" in item.answer
