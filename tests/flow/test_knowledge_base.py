"""Row 11 of DOMAIN's table (C 二(二)7): a knowledge base that suggests replies, with one agreed answer for all."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from openpyxl import load_workbook
from support.desk import CLERK, MODERATOR, REVIEWER, Desk, at, open_desk
from support.pressroom import answered

from classifiers.knowledge import signature
from flows import knowledge
from flows.knowledge import Written
from flows.knowledge_due import tell_expiring
from flows.knowledge_files import exported, import_knowledge
from flows.sweeping import daily_round
from models.actions.knowledge import StillPersonal, refuse_entry, retire_entry
from models.actors import Actor
from models.database import reading
from models.errors import BadInput, Conflict, NotAllowed, NotFound
from models.queries.knowledge import whole_entry
from models.tables.knowledge import KnowledgeEntry, KnowledgeVersion
from models.tables.messages import Message
from models.tables.notices import Notice
from models.tables.orders import Reply, WorkOrder
from models.tables.record import History, Outbox
from models.vocabulary import KnowledgeState, Outcome, Procedure, Role

NOW = at("2026-03-10 10:00")
TODAY = NOW.date()
LIFT = Written(
    question="电梯坏了，可以用住宅专项维修资金修吗？",
    answer="可以。电梯发生故障、危及人身安全的，业委会或物业企业可申请应急使用维修资金。",
    unit="housing_bureau", domain="housing", policy="《望溪市住宅专项维修资金管理办法》（虚构）第二十条",
    valid_until=date(2027, 12, 31), public=True,
)  # fmt: skip
SCHOOL = replace(
    LIFT, question="孩子上小学怎么报名？", answer="监护人在报名系统登记，按划片入学。", unit="education_bureau",
    domain="education", policy="《望溪市义务教育招生办法》（虚构）",
)  # fmt: skip
ASKED = ("电梯停运", "学府花园3栋的电梯坏了一个月，维修资金能不能拿出来修？")


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, database_url=database_url) as opened:
        opened.house.clock = lambda: NOW
        yield opened


def approved(desk: Desk, written: Written = LIFT, now: datetime = NOW) -> KnowledgeEntry:
    entry = knowledge.propose(desk.house, written, MODERATOR, now)
    return knowledge.approve(desk.house, entry.id or 0, entry.latest, REVIEWER, now)


def suggested(desk: Desk, today: date = TODAY, asked: tuple[str, str] = ASKED) -> list[knowledge.Suggestion]:
    with reading(desk.house.engine) as session:
        return knowledge.suggested_for(desk.house, session, *asked, today)


def found(desk: Desk, typed: str, *, public: bool = True) -> list[str]:
    with reading(desk.house.engine) as session:
        return [s.question for s in knowledge.searched(desk.house, session, typed, NOW.date(), public=public)]


def test_row_11_a_unit_proposes_the_centre_approves_and_the_entry_is_suggested_with_its_words(desk: Desk) -> None:
    entry = knowledge.propose(desk.house, LIFT, CLERK, NOW)
    approved(desk, SCHOOL)
    assert suggested(desk) == []
    knowledge.approve(desk.house, entry.id or 0, 1, REVIEWER, NOW)
    [one] = suggested(desk)
    assert one.said.question == LIFT.question
    assert {"电梯", "维修"} & set(one.words) or "维修资金" in one.words
    assert [h.action for h in desk.all(History, subject="knowledge", subject_id=str(entry.id))] == [
        "propose", "approve_knowledge",
    ]  # fmt: skip
    told = [e for e in desk.all(Outbox) if e.type == "knowledge.approved"]
    assert all(LIFT.answer not in str(e.payload) for e in told)
    assert len(told) == 2


def test_the_same_answer_is_suggested_once_however_it_is_spaced(desk: Desk) -> None:
    question = "维修资金能不能修电梯，应急使用怎么申请？"
    approved(desk)
    approved(desk, replace(LIFT, question=question, answer=f" {LIFT.answer[:3]}\n{LIFT.answer[3:]}"))
    approved(desk, replace(LIFT, question="小区电梯坏了找谁？", answer="电梯停运的，先找物业企业报修。"))
    answers = [one.said.answer for one in suggested(desk)]
    assert len(answers) == 2
    assert set(found(desk, "电梯")) >= {LIFT.question, question}  # who searches sees each question


def test_words_that_only_ask_find_nothing_beside_one_that_says_what_about(desk: Desk) -> None:
    question = "电梯坏了怎么申请维修资金？"
    approved(desk, replace(LIFT, question=question))
    assert found(desk, "公积金怎么提取") == []
    assert found(desk, "电梯怎么修") == [question]
    assert found(desk, "怎么") == [question]


def kept(desk: Desk, answers: list[str]) -> None:
    """Entries in force, a question of two words to each answer, all of them public."""
    until = TODAY + timedelta(days=300)
    with desk.writing() as session:
        for answer in answers:
            entry = KnowledgeEntry(unit="housing_bureau", live=1)
            session.add(entry)
            session.flush()
            session.add(KnowledgeVersion(
                entry_id=entry.id or 0, version=1, question="办理情况", answer=answer, unit="housing_bureau",
                domain="housing", policy="", valid_until=until, public=True, signature=signature("办理情况", answer),
                state=KnowledgeState.APPROVED.value, written_by="shen", written_at=NOW,
            ))  # fmt: skip


def on_record(desk: Desk, pairs: list[tuple[str, str]], when: datetime, **order: Any) -> None:  # noqa: ANN401
    """Answered messages as the record holds them; `order` changes fields of their orders."""
    with desk.writing() as session:
        for n, (text, answer) in enumerate(pairs):
            usual = {"domain": "housing", "kind": "complaint", "procedure": Procedure.ORDINARY.value}
            row = WorkOrder(number=f"R{n}", channel="board", received_at=when, **(usual | order))
            session.add(row)
            session.flush()
            session.add(Message(
                id=uuid4(), order_id=row.id, channel="board", external_id=f"r{n}", query_code=f"r{n}",
                received_at=when, registered_at=when, text=text,
            ))  # fmt: skip
            session.add(Reply(
                order_id=row.id or 0, unit="housing_bureau", text=answer, outcome=Outcome.RESOLVED.value, writer="wu",
                written_at=when, sent_at=when,
            ))  # fmt: skip


MATTERS = [
    ("路灯晚上不亮", "照明管护中心已派人更换损坏光源。"),
    ("井盖丢了很危险", "排水管理站已补装并加固。"),
    ("楼上漏水没人管", "物业企业已联系住户检修管道。"),
    ("公交车等太久", "客运公司已增加班次缩短间隔。"),
    ("工资拖着不发", "劳动监察大队已责令用人企业支付报酬。"),
]


@pytest.mark.parametrize(
    ("when", "order", "learns"),
    [
        (NOW - timedelta(days=9), {}, True),
        (NOW - timedelta(days=9), {"sealed": True}, False),
        (NOW - timedelta(days=9), {"procedure": Procedure.ACCUSATION.value}, False),
        (NOW, {}, False),  # learned is what was there when the day began
    ],
)
def test_the_office_finds_by_what_its_answered_messages_teach_and_the_public_by_entries_alone(
    desk: Desk, when: datetime, order: dict[str, Any], learns: bool
) -> None:
    answers = [f"关于情况的第{n}项：{MATTERS[n % 5][1]}" for n in range(60)]
    kept(desk, answers)
    on_record(desk, [(f"情况：{MATTERS[n % 5][0]}", f"{MATTERS[n % 5][1]}本次为第{n}次。") for n in range(320)],
              when, **order)  # fmt: skip

    def first(public: bool) -> list[bool]:
        """For each matter whether the likeliest entry answers it."""
        with reading(desk.house.engine) as session:
            search = desk.house.knowledge.best
            told = [search(session, "", f"情况：{asked}", TODAY, 1, public=public) for asked, _ in MATTERS]
        return [said.answer.endswith(answer) for [said], (_, answer) in zip(told, MATTERS, strict=True)]

    assert all(first(public=False)) is learns
    assert not all(first(public=True))


def test_nobody_approves_what_he_wrote_and_a_unit_approves_nothing(desk: Desk) -> None:
    entry = knowledge.propose(desk.house, LIFT, MODERATOR, NOW)
    for actor in (MODERATOR, CLERK):
        with pytest.raises(NotAllowed):
            knowledge.approve(desk.house, entry.id or 0, 1, actor, NOW)
    assert suggested(desk) == []


def test_an_entry_is_suggested_on_its_last_day_and_never_after(desk: Desk) -> None:
    approved(desk, replace(LIFT, valid_until=date(2026, 3, 20)))
    assert len(suggested(desk, date(2026, 3, 20))) == 1
    assert suggested(desk, date(2026, 3, 21)) == []
    assert found(desk, "电梯") == [LIFT.question]
    with reading(desk.house.engine) as session, pytest.raises(NotFound):
        knowledge.public_entry(session, 1, date(2026, 3, 21))


def test_what_is_already_past_can_be_neither_proposed_nor_approved(desk: Desk) -> None:
    with pytest.raises(BadInput, match="已经过去"):
        knowledge.propose(desk.house, replace(LIFT, valid_until=date(2026, 3, 9)), MODERATOR, NOW)
    entry = knowledge.propose(desk.house, replace(LIFT, valid_until=date(2026, 3, 10)), MODERATOR, NOW)
    with pytest.raises(BadInput, match="已经过期"):
        knowledge.approve(desk.house, entry.id or 0, 1, REVIEWER, NOW + timedelta(days=1))


def test_versions_are_kept_and_the_old_one_stands_until_the_new_one_is_approved(desk: Desk) -> None:
    entry = approved(desk)
    changed = replace(LIFT, answer="可以。电梯故障须先由检验机构出具意见，再申请维修资金。")
    knowledge.amend(desk.house, entry.id or 0, changed, MODERATOR, NOW)
    assert suggested(desk)[0].said.answer == LIFT.answer
    knowledge.approve(desk.house, entry.id or 0, 2, REVIEWER, NOW)
    assert suggested(desk)[0].said.answer == changed.answer
    with reading(desk.house.engine) as session:
        whole = whole_entry(session, MODERATOR, entry.id or 0)
    assert [(v.version, v.answer) for v in whole.versions] == [(2, changed.answer), (1, LIFT.answer)]


def test_two_people_deciding_at_once_and_an_overtaken_version_are_conflicts(desk: Desk) -> None:
    entry = knowledge.propose(desk.house, LIFT, CLERK, NOW)
    knowledge.amend(desk.house, entry.id or 0, replace(LIFT, policy="《办法》（虚构）第二十一条"), CLERK, NOW)
    with pytest.raises(Conflict):
        knowledge.approve(desk.house, entry.id or 0, 1, REVIEWER, NOW)
    knowledge.approve(desk.house, entry.id or 0, 2, REVIEWER, NOW)
    with desk.writing() as session, pytest.raises(Conflict):
        refuse_entry(session, entry.id or 0, 2, "晚了一步", MODERATOR, NOW)


def test_a_retired_entry_is_no_longer_suggested_or_public(desk: Desk) -> None:
    entry = approved(desk)
    assert found(desk, "电梯维修资金") == [LIFT.question]
    with desk.writing() as session:
        retire_entry(session, entry.id or 0, "办法已修订", MODERATOR, NOW)
    assert suggested(desk) == []
    assert found(desk, "电梯维修资金") == []


def test_what_is_not_public_is_found_inside_only(desk: Desk) -> None:
    approved(desk, replace(LIFT, public=False))
    assert found(desk, "电梯") == []
    assert found(desk, "电梯", public=False) == [LIFT.question]


def test_personal_data_stops_an_entry_and_nobody_may_wave_it_through(desk: Desk) -> None:
    named = replace(LIFT, answer="可以。业主王小明（身份证号 990101199001011234）已申请。")
    with pytest.raises(StillPersonal, match="身份证号"):
        knowledge.propose(desk.house, named, MODERATOR, NOW)
    assert desk.all(KnowledgeVersion) == []
    entry = knowledge.propose(desk.house, LIFT, MODERATOR, NOW)
    with desk.writing() as session:
        row = session.get_one(KnowledgeVersion, 1)
        row.answer = "请业主拨打业主本人电话19900001234。"
    with pytest.raises(StillPersonal):
        knowledge.approve(desk.house, entry.id or 0, 1, REVIEWER, NOW)


def test_a_sent_reply_becomes_an_entry_without_its_people_after_somebody_elses_review(desk: Desk) -> None:
    order = answered(desk)
    draft = knowledge.drafted_from(desk.house, order.number, MODERATOR, NOW)
    assert "马" not in draft.answer
    assert "您好" not in draft.answer
    assert draft.public
    ready = replace(draft, policy="《望溪市城市照明管理办法》（虚构）第十二条")
    with pytest.raises(StillPersonal, match="姓名"):
        knowledge.propose(
            desk.house, replace(ready, answer=f"马长河：{ready.answer}"), MODERATOR, NOW, from_order=order.number
        )
    entry = knowledge.propose(desk.house, ready, MODERATOR, NOW, from_order=order.number)
    with pytest.raises(NotAllowed):
        knowledge.approve(desk.house, entry.id or 0, 1, MODERATOR, NOW)
    knowledge.approve(desk.house, entry.id or 0, 1, REVIEWER, NOW)
    with pytest.raises(Conflict, match="已收入"):
        knowledge.propose(desk.house, ready, MODERATOR, NOW, from_order=order.number)


def test_a_reply_whose_writer_did_not_consent_stays_inside(desk: Desk) -> None:
    order = answered(desk, may_publish=False)
    draft = replace(knowledge.drafted_from(desk.house, order.number, MODERATOR, NOW), policy="《办法》（虚构）")
    assert not draft.public
    with pytest.raises(BadInput, match="没有同意公开"):
        knowledge.propose(desk.house, replace(draft, public=True), MODERATOR, NOW, from_order=order.number)
    entry = knowledge.propose(desk.house, draft, MODERATOR, NOW, from_order=order.number)
    with pytest.raises(BadInput, match="没有同意公开"):
        knowledge.amend(desk.house, entry.id or 0, replace(draft, public=True), MODERATOR, NOW)


@pytest.mark.parametrize("field", [{"sealed": True}, {"procedure": "accusation"}])
def test_an_accusation_never_becomes_an_entry_nor_gets_a_suggestion(desk: Desk, field: dict[str, Any]) -> None:
    approved(desk)
    order = answered(desk, title=ASKED[0], text=ASKED[1], order=field)
    with pytest.raises((Conflict, NotFound)):
        knowledge.drafted_from(desk.house, order.number, MODERATOR, NOW)
    with reading(desk.house.engine) as session:
        row, messages = session.get_one(WorkOrder, order.id), desk.all(Message, order_id=order.id)
        assert knowledge.suggestions(desk.house, session, row, messages) == []


def test_an_entry_disappears_when_the_order_that_it_came_from_is_sealed(desk: Desk) -> None:
    order = answered(desk)
    draft = replace(knowledge.drafted_from(desk.house, order.number, MODERATOR, NOW), policy="《办法》（虚构）")
    entry = knowledge.propose(desk.house, draft, MODERATOR, NOW, from_order=order.number)
    knowledge.approve(desk.house, entry.id or 0, 1, REVIEWER, NOW)
    assert found(desk, "学府路路灯") == [draft.question]
    with desk.writing() as session:
        session.get_one(WorkOrder, order.id).sealed = True
    assert found(desk, "学府路路灯") == []


def test_who_asked_for_secrecy_is_not_quoted(desk: Desk) -> None:
    order = answered(desk, confidential=True)
    with pytest.raises(Conflict, match="保密"):
        knowledge.drafted_from(desk.house, order.number, MODERATOR, NOW)


def test_a_unit_writes_and_sees_its_own_entries_only(desk: Desk) -> None:
    entry = approved(desk, SCHOOL)
    with pytest.raises(NotFound):
        knowledge.amend(desk.house, entry.id or 0, LIFT, CLERK, NOW)
    with pytest.raises(BadInput, match="本单位"):
        knowledge.propose(desk.house, SCHOOL, CLERK, NOW)
    with reading(desk.house.engine) as session, pytest.raises(NotFound):
        whole_entry(session, CLERK, entry.id or 0)
    with pytest.raises(NotAllowed):
        knowledge.propose(desk.house, LIFT, Actor("bian", Role.EDITOR), NOW)


def test_the_unit_is_told_once_thirty_days_before_an_entry_expires(desk: Desk) -> None:
    approved(desk, replace(LIFT, valid_until=NOW.date() + timedelta(days=30)))
    assert tell_expiring(desk.house, NOW - timedelta(days=1)) == {"expiring": 0}
    assert daily_round(desk.house, NOW)["expiring"] == 1
    daily_round(desk.house, NOW + timedelta(days=1))
    [notice] = desk.all(Notice, kind="knowledge_expiring")
    assert notice.unit == "housing_bureau"
    assert LIFT.question not in str(notice.facts)


def test_a_sheet_comes_in_with_each_faulty_row_named_and_goes_out_again(desk: Desk, tmp_path: Path) -> None:
    sheet = tmp_path / "问答.csv"
    sheet.write_text(
        "问题,答复,责任单位,领域,政策依据,有效期至,对外公开\n"
        f"{LIFT.question},{LIFT.answer},市住房和城乡建设局,housing,《办法》（虚构）第二十条,2027-12-31,是\n"
        "怎么报名？,按划片入学。,不存在的单位,education,《办法》（虚构）,2027-12-31,否\n"
        "怎么报名？,按划片入学。,education_bureau,education,《办法》（虚构）,明年年底,否\n"
        "怎么报名？,按划片入学。,education_bureau,education,《办法》（虚构）,2020-01-01,否\n"
        "谁办过？,王小明（身份证号990101199001011234）办过。,education_bureau,education,《办法》（虚构）,2027-12-31,否\n"
        "怎么报名？,按划片入学。,education_bureau,education,《办法》（虚构）,2027-12-31,否\n"
        ",,,,,,\n",
        encoding="utf-8-sig",
    )
    unit = next(u.name for u in desk.house.profile.units if u.code == "housing_bureau")
    sheet.write_text(sheet.read_text("utf-8-sig").replace("市住房和城乡建设局", unit), encoding="utf-8-sig")
    done = import_knowledge(desk.house, sheet, MODERATOR, NOW)
    assert (done["read"], done["entered"], done["duplicates"], len(done["problems"])) == (6, 2, 0, 4)
    said = " ".join(f"{p['where']} {p['why']}" for p in done["problems"])
    for words in ("第3行", "不存在的单位", "第4行", "有效期至", "第5行", "已经过去", "第6行", "身份证号"):
        assert words in said
    assert import_knowledge(desk.house, sheet, MODERATOR, NOW)["duplicates"] == 3
    file = tmp_path / "问答库.xlsx"
    file.write_bytes(exported(desk.house, MODERATOR))
    rows = list(load_workbook(file)["问答库"].iter_rows(values_only=True))
    assert LIFT.question in {row[3] for row in rows}
    assert rows[1][-1] == "演示数据"
    again = import_knowledge(desk.house, file, MODERATOR, NOW)
    assert (again["read"], again["duplicates"], again["problems"]) == (2, 2, [])
