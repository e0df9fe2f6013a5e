"""Row 11 of DOMAIN's table (C 二(二)7): a knowledge base that suggests replies, with one agreed answer for all."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from support.desk import CLERK, MODERATOR, REVIEWER, Desk, open_desk
from support.knowledge_desk import LIFT, NOW, SCHOOL, approved, found, suggested

from flows import knowledge
from flows.knowledge_due import tell_expiring
from flows.knowledge_files import exported, import_knowledge
from flows.sweeping import daily_round
from models.actions.knowledge import refuse_entry, retire_entry
from models.actors import Actor
from models.database import reading
from models.errors import BadInput, Conflict, NotAllowed, NotFound
from models.queries.knowledge import whole_entry
from models.tables.notices import Notice
from models.tables.record import History, Outbox
from models.vocabulary import Role


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, database_url=database_url, now=NOW) as opened:
        yield opened


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
