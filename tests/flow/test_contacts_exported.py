"""Unmasking in bulk: asked for by one person, granted by another, taken once, and all of it in the audit."""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlmodel import col, select
from support.desk import CLERK, HEAD, MODERATOR, REVIEWER, Desk, at, dispatched, open_desk, sealed
from support.web import enrol, serving, visiting

from flows.contact_files import take_file
from models.actions.contacts import AlreadyAsked, ask, decide, take
from models.actors import Actor
from models.database import writing
from models.errors import BadInput, Conflict, NotAllowed, NotFound
from models.queries.contacts import contact_lines
from models.tables.contacts import ContactRequest
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.tables.record import History, Outbox
from models.vocabulary import Role

NOW = at("2026-02-13 10:00")  # a Friday: the Saturday after it is worked, then come nine days of Spring Festival
DU, GU = Actor("du", Role.SUPERVISOR), Actor("gu", Role.SUPERVISOR)
JI = Actor("ji", Role.AUDITOR)
ELSEWHERE = Actor("lu", Role.UNIT, "transport_bureau")
INSPECTOR = Actor("zhuan", Role.INSPECTOR)


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Desk]:
    with open_desk(tmp_path, database_url=database_url) as opened:
        yield opened


def came(desk: Desk, phone: str | None = "19900001234", **said: object) -> str:
    return desk.take(NOW, phone=phone, sender_name="=陈小雨", **said).number


def asked(desk: Desk, numbers: list[str], actor: Actor = MODERATOR, why: str = "停水改造完工，逐户回电") -> int:
    with writing(desk.house.engine) as session:
        return ask(session, desk.house.reckoner, numbers, why, actor, NOW).id or 0


def decided(desk: Desk, request: int, actor: Actor = DU, now: datetime = NOW, *, agreed: bool = True) -> None:
    with writing(desk.house.engine) as session:
        decide(session, desk.house.reckoner, request, agreed, "用途不明。", actor, now)


def taken(desk: Desk, request: int, actor: Actor = MODERATOR, now: datetime = NOW) -> list[str]:
    with writing(desk.house.engine) as session:
        return [line.message.phone or line.message.email or "" for line in take(session, request, actor, now)]


def audit(desk: Desk) -> list[tuple[str, str, dict[str, object]]]:
    return [(row.action, row.actor, row.detail) for row in desk.all(History, subject="contacts")]


def test_contacts_leave_the_house_once_after_another_person_agreed_and_the_audit_holds_none_of_them(desk: Desk) -> None:
    numbers = [came(desk), came(desk, phone="19900005678")]
    request = asked(desk, numbers)
    with pytest.raises(Conflict, match="还没有审批"):
        taken(desk, request)
    decided(desk, request)
    rows = list(csv.reader(io.StringIO(take_file(desk.house, request, "csv", MODERATOR, NOW).decode("utf-8-sig"))))
    assert rows[0] == ["工单编号", "收到时间", "领域", "主办单位", "姓名", "电话", "邮箱", "说明"]
    assert [(row[0], row[4], row[5], row[7]) for row in rows[1:]] == [
        (numbers[0], "'=陈小雨", "19900001234", "演示数据"), (numbers[1], "'=陈小雨", "19900005678", "演示数据"),
    ]  # fmt: skip
    with pytest.raises(Conflict, match="只能下载一次"):
        taken(desk, request)
    told = {"rows": 2, "orders": numbers}
    assert audit(desk) == [
        ("ask_contacts", "shen", told), ("grant_contacts", "du", told), ("take_contacts", "shen", told),
    ]  # fmt: skip
    each = desk.all(History, action="export_contacts")
    assert {row.subject_id for row in each} == {str(order.id) for order in desk.all(WorkOrder)}
    kept = [row.model_dump(mode="json") for table in (History, Outbox, ContactRequest) for row in desk.all(table)]
    assert not re.search("19900001234|19900005678|陈小雨", json.dumps(kept, ensure_ascii=False))


def test_the_sheet_holds_text_that_no_spreadsheet_runs(desk: Desk) -> None:
    request = asked(desk, [came(desk)])
    decided(desk, request)
    book = load_workbook(io.BytesIO(take_file(desk.house, request, "xlsx", MODERATOR, NOW)))
    [_, row] = book.active.iter_rows(values_only=True)
    assert row[4:6] == ("'=陈小雨", "19900001234")
    assert all(cell.data_type != "f" for line in book.active.iter_rows() for cell in line)


def test_nobody_grants_what_they_asked_for_and_only_who_asked_takes_it(desk: Desk) -> None:
    request = asked(desk, [came(desk)], DU)
    for actor in (DU, MODERATOR, REVIEWER, HEAD, Actor("guan", Role.OPERATOR)):
        with pytest.raises(NotAllowed):
            decided(desk, request, actor)
    decided(desk, request, GU)
    with pytest.raises(Conflict, match="已经审批"):
        decided(desk, request, JI)
    for actor in (GU, MODERATOR, CLERK):
        with pytest.raises(NotFound):
            taken(desk, request, actor)
    with pytest.raises(NotAllowed):
        taken(desk, request, JI)
    assert taken(desk, request, DU) == ["19900001234"]


def test_who_asked_to_stay_unnamed_and_accusations_are_never_in_it(desk: Desk) -> None:
    plain = came(desk)
    secret, grave = came(desk, confidential=True), came(desk, plan=sealed())
    unsealed = came(desk, plan=dispatched(procedure="accusation"))
    silent = came(desk, phone=None)
    joined, merged = came(desk), came(desk, confidential=True)
    _merge(desk, merged, joined)
    everything = [plain, secret, grave, unsealed, silent, joined, merged]
    with writing(desk.house.engine) as session:
        row = ask(session, desk.house.reckoner, everything, "逐户回电", MODERATOR, NOW)
        assert row.numbers == [plain]
        with pytest.raises(NotAllowed):
            ask(session, desk.house.reckoner, [grave], "核查", INSPECTOR, NOW)
    with writing(desk.house.engine) as session:
        session.exec(select(WorkOrder).where(WorkOrder.number == silent)).one().sealed = True
        session.exec(select(Message).where(col(Message.phone).is_(None))).one().phone = "19900001234"
        session.flush()
        assert contact_lines(session, INSPECTOR, [*everything[1:]]) == []
    with pytest.raises(BadInput, match="没有可以导出"):
        asked(desk, [secret, grave, unsealed, silent, joined])


def test_who_joined_an_order_is_in_it_and_nobody_twice(desk: Desk) -> None:
    first, second, third = came(desk), came(desk), came(desk, phone="19900005678")
    _merge(desk, second, first)
    _merge(desk, third, first)
    request = asked(desk, [first])
    decided(desk, request)
    assert taken(desk, request) == ["19900001234", "19900005678"]


def test_what_was_sealed_or_made_confidential_after_the_request_is_left_out_of_the_file(desk: Desk) -> None:
    numbers = [came(desk, phone=f"1990000123{n}") for n in range(3)]
    request = asked(desk, numbers)
    decided(desk, request)
    with writing(desk.house.engine) as session:
        orders = {order.number: order for order in session.exec(select(WorkOrder)).all()}
        orders[numbers[0]].sealed = True
        message = session.exec(select(Message).where(Message.order_id == orders[numbers[1]].id)).one()
        message.confidential = True
    assert taken(desk, request) == ["19900001232"]
    assert audit(desk)[-1] == ("take_contacts", "shen", {"rows": 1, "orders": [numbers[2]]})


def test_a_request_ends_by_the_work_calendar_undecided_or_untaken(desk: Desk) -> None:
    late, ready = asked(desk, [came(desk)]), asked(desk, [came(desk)])
    assert desk.one(ContactRequest, id=late).decide_by == at("2026-02-24 23:59:59")
    with pytest.raises(Conflict, match="逾期没有审批"):
        decided(desk, late, now=at("2026-02-25 00:00"))
    decided(desk, ready, now=at("2026-02-14 16:00"))
    assert desk.one(ContactRequest, id=ready).take_by == at("2026-02-24 23:59:59")
    for request, said in ((late, "逾期没有审批"), (ready, "已过下载期限")):
        with pytest.raises(Conflict, match=said):
            taken(desk, request, now=at("2026-02-25 00:00"))
    assert taken(desk, ready, now=at("2026-02-24 23:00")) == ["19900001234"]


def test_a_refusal_says_why_and_nothing_can_be_taken(desk: Desk) -> None:
    request = asked(desk, [came(desk)])
    with writing(desk.house.engine) as session, pytest.raises(BadInput, match="须写明意见"):
        decide(session, desk.house.reckoner, request, False, " ", DU, NOW)
    decided(desk, request, JI, agreed=False)
    with pytest.raises(Conflict, match="未获批准"):
        taken(desk, request)


def test_a_request_has_a_reason_and_no_more_rows_than_the_profile_says(desk: Desk) -> None:
    rules = desk.house.profile.security.model_copy(update={"contacts_most": 1})
    vars(desk.house)["profile"] = desk.house.profile.model_copy(update={"security": rules})
    numbers = [came(desk), came(desk, phone="19900005678")]
    with pytest.raises(BadInput, match="用途"):
        asked(desk, numbers[:1], why=" ")
    with pytest.raises(BadInput, match="最多申请 1 件"):
        asked(desk, numbers)
    _merge(desk, numbers[1], numbers[0])
    with pytest.raises(BadInput, match="最多导出 1 条"):
        asked(desk, numbers[:1])
    assert desk.all(ContactRequest) == []


def test_a_unit_gets_the_contacts_of_orders_that_it_leads_and_of_no_others(desk: Desk) -> None:
    own, others = came(desk), came(desk, phone="19900005678")
    with writing(desk.house.engine) as session:
        session.exec(select(WorkOrder).where(WorkOrder.number == others)).one().lead_unit = "transport_bureau"
    request = asked(desk, [own, others], CLERK)
    assert desk.one(ContactRequest, id=request).numbers == [own]
    decided(desk, request)
    for actor in (ELSEWHERE, HEAD, Actor("wu", Role.UNIT, "transport_bureau")):
        with pytest.raises(NotFound):
            taken(desk, request, actor)
    assert taken(desk, request, CLERK) == ["19900001234"]


def test_a_second_request_for_the_same_orders_leads_to_the_first_while_it_waits(desk: Desk) -> None:
    numbers = [came(desk), came(desk, phone="19900005678")]
    asked(desk, numbers)
    with pytest.raises(AlreadyAsked):
        asked(desk, numbers[::-1], why="再次回电")
    assert asked(desk, numbers, DU) == 2, "another person's request is another"
    assert asked(desk, numbers[:1]) == 3, "and so is another selection"
    decided(desk, 1, agreed=False)
    assert asked(desk, numbers) == 4
    with writing(desk.house.engine) as session:
        late = ask(session, desk.house.reckoner, numbers, "回电", MODERATOR, NOW + timedelta(days=30))
        assert late.id == 5, "what ran out undecided is asked for anew"


def test_a_form_sent_twice_asks_once_and_the_page_names_who_may_grant_it(desk: Desk) -> None:
    enrol(desk.house)
    number = came(desk)
    with serving(desk.house) as address, visiting(address, "shen") as moderator, visiting(address, "du") as supervisor:
        for said in ("已申请 1 条联系方式", "正在等待审批，没有重复提出"):
            page = moderator.post("/console/contacts", of="rows", rows=[number], why="逐户回电告知").text
            assert said in page
            assert page.count("逐户回电告知") == 1
        waits = re.search(r"等待审批：可由(.*?)审批", page)
        assert waits
        assert {"督办员du（督办员）", "审计员ji（审计员）"} <= set(waits[1].split("、"))
        assert '<a href="/console/contacts">申请导出的联系方式 1 件</a>' in supervisor.get("/console/").text
        with visiting(address, "wu") as clerk:
            for said in ("已申请 1 条联系方式", "正在等待审批，没有重复提出"):
                assert said in clerk.post("/unit/contacts", status="open", why="回电核实").text
    assert len(desk.all(ContactRequest)) == 2


def test_the_loop_is_walked_on_the_pages(desk: Desk) -> None:
    enrol(desk.house)
    numbers = [came(desk, title=f"第{n}处停水") for n in range(3)]
    with serving(desk.house) as address, visiting(address, "shen") as moderator, visiting(address, "du") as supervisor:
        assert f'name="rows" value="{numbers[0]}"' in moderator.get("/console/orders").text
        said = moderator.post("/console/contacts", of="rows", rows=numbers[:2], why="逐户回电告知").text
        assert "已申请 2 条联系方式（2 件工单）" in said
        assert moderator.post("/console/contacts/1", agreed="true").status_code == 403
        assert moderator.post("/console/contacts/1/file", kind="csv").status_code == 409
        room = supervisor.get("/console/contacts").text
        assert "逐户回电告知" in room
        assert "19900001234" not in room
        assert "已批准" in supervisor.post("/console/contacts/1", agreed="true").text
        assert supervisor.post("/console/contacts/1/file", kind="csv").status_code == 404
        assert "下载 CSV" in moderator.get("/console/contacts").text
        given = moderator.post("/console/contacts/1/file", kind="csv")
        assert given.text.count("19900001234") == 2
        assert given.headers["content-disposition"].startswith("attachment")
        assert moderator.post("/console/contacts/1/file", kind="csv").status_code == 409
        assert moderator.post("/console/contacts", of="list", chosen="status=open", why="全部回电").status_code == 200
        assert desk.one(ContactRequest, id=2).numbers == numbers
        with visiting(address, "wu") as clerk:
            assert "已申请 3 条" in clerk.post("/unit/contacts", status="open", why="回电核实").text
            assert "逐户回电告知" not in clerk.get("/unit/contacts").text
            assert clerk.post("/unit/contacts/2/file", kind="csv").status_code == 404
        with visiting(address, "ji") as auditor:
            assert auditor.post("/console/contacts/3", agreed="true").status_code == 200
            assert "导出联系方式" in auditor.get(f"/console/audit?number={numbers[0]}").text
            assert 'name="rows"' not in auditor.get("/console/orders").text


def _merge(desk: Desk, number: str, into: str) -> None:
    with writing(desk.house.engine) as session:
        orders = {order.number: order for order in session.exec(select(WorkOrder)).all()}
        orders[number].merged_into, orders[number].status = orders[into].id, "merged"
