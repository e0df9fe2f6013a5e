"""检举控告工作规则 第四十七条: what is found to be an accusation reaches no unit, whichever way it had gone before."""

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlmodel import Session, col, select
from support.crawling import texts
from support.desk import CLERK, HEAD, MODERATOR, REVIEWER, Desk, at, dispatched, open_desk
from support.finding import found_orders
from support.web import enrol, serving, visiting

from flows import answers
from flows.chasing import chase
from flows.deliveries import deliver
from flows.exporting import KINDS, export_rows
from flows.retraining import retrain
from models.actions import accusations, appeals, consulting, handling, merging, replying, supervising
from models.actions.deliveries import lease, record_retry
from models.actions.supervising import Wording
from models.actors import Actor
from models.database import reading
from models.errors import HuiyinError
from models.queries.figures import by_unit
from models.queries.lateness import unit_lateness
from models.queries.search import write_search_rows
from models.tables.clocks import Clock
from models.tables.notices import Delivery, DeliveryNotice, Notice
from models.tables.orders import Correction, WorkOrder
from models.tables.record import Outbox
from models.tables.supervision import Appeal, Instruction
from models.vocabulary import InstructionKind, OrderStatus, Outcome, Role
from responders.notifying.delivering import LEASE

CAME, NOW, LATER = at("2026-03-02T10:00"), at("2026-03-12T10:00"), at("2026-04-20T10:00")
LEADER, SECOND, HELPER = (
    Actor("du", Role.SUPERVISOR),
    Actor("gu", Role.SUPERVISOR),
    Actor("lu", Role.UNIT, "transport_bureau"),
)
SECRET = "科长收了装修公司的礼金"
ASKED = Wording("超期未办结", "请立即办结", date(2026, 3, 20))
BOTH_PARTS = {"co_units": ("transport_bureau",), "informed": ("urban_bureau",)}


@dataclass
class Told:
    """A house in which an accusation had gone every way that an order goes, before somebody saw what it is."""

    desk: Desk
    accused: WorkOrder
    sibling: WorkOrder  # of another complainant, merged into it
    other: WorkOrder  # of the same sender, about something else
    before: int = 0  # events until then
    leased: uuid.UUID | None = None  # a letter that was under way

    @property
    def numbers(self) -> set[str]:
        return {self.accused.number, self.sibling.number}

    def act(self, what: Callable[[Session, int], object]) -> None:
        with self.desk.writing() as session:
            what(session, self.accused.id or 0)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    with open_desk(tmp_path_factory.mktemp("house"), now=NOW) as desk:
        enrol(desk.house)
        yield _sealed(desk)


def _sealed(desk: Desk) -> Told:
    """Dispatched, joined, chased, complained about, consulted on; letters sent, waiting, failed and under way."""
    accused = desk.take(CAME, text=f"举报：{SECRET}。", title=SECRET, phone="19900001234", answered_on_the_spot=False,
                        may_publish=True, plan=dispatched(**BOTH_PARTS))  # fmt: skip
    sibling = desk.take(CAME, text=f"同问：{SECRET}！", title=SECRET, may_publish=True)
    other = desk.take(CAME, phone="19900001234")
    told = Told(desk, accused, sibling, other)
    reckoner = desk.house.reckoner
    told.act(lambda s, i: merging.merge(s, desk.house.profile, sibling.id or 0, i, MODERATOR, CAME))
    told.act(lambda s, i: write_search_rows(s, [(i, "礼金 装修")]))
    told.act(lambda s, i: handling.acknowledge(s, i, CLERK, CAME))
    told.act(lambda s, i: handling.reclassify(s, desk.house.profile, i, MODERATOR, CAME, domain="integrity"))
    told.act(lambda s, i: appeals.ask_exclusion(s, i, "不合理", CLERK, CAME))
    for _ in range(2):
        told.act(lambda s, i: supervising.draft(
            s, reckoner, InstructionKind.SUPERVISE, "housing_bureau", ASKED, SECOND, NOW, order_id=i))  # fmt: skip
    told.act(lambda s, _: supervising.issue(s, reckoner, desk.all(Instruction)[0].id or 0, ASKED, LEADER, NOW))
    told.act(
        lambda s, i: consulting.convene(s, reckoner, i, "谁办？", ["housing_bureau", "police_bureau"], MODERATOR, NOW)
    )
    under_way, failed, *_ = _letters_of(desk, accused)
    told.leased = under_way.id
    with desk.writing() as session:
        assert lease(session, under_way.id, NOW, LEASE)
        session.get_one(Delivery, failed.id).state = "failed"
    told.before = len(desk.all(Outbox))
    told.act(lambda s, i: accusations.seal_order(s, reckoner, i, MODERATOR, NOW))
    return told


def _letters_of(desk: Desk, order: WorkOrder) -> list[Delivery]:
    with reading(desk.house.engine) as session:
        statement = select(Delivery).join(DeliveryNotice).join(Notice).where(Notice.order_id == order.id)
        return list(session.exec(statement.order_by(col(Delivery.created_at), col(Delivery.id))).all())


@pytest.mark.parametrize("login", ["wu", "lu", "shen", "du"])
def test_no_page_that_a_unit_or_the_desk_can_reach_has_its_number_or_its_words(told: Told, login: str) -> None:
    room = "/unit" if login in {"wu", "lu"} else "/console"
    with serving(told.desk.house) as address, visiting(address, login) as visitor:
        seen = texts(visitor, "/login")
        for number in told.numbers:
            seen[number] = visitor.get(f"{room}/orders/{number}").text.replace(number, "")
        for paper in told.desk.all(Instruction):
            answer = visitor.get(f"/console/supervision/{paper.id}/paper")
            assert answer.status_code in {403, 404}
            assert not any(number in answer.text for number in told.numbers)
    assert len(seen) > 5
    spilt = {path for path, text in seen.items() if SECRET in text or any(n in text for n in told.numbers)}
    assert spilt == set()


def test_nothing_that_a_person_can_do_brings_it_back_to_a_unit(told: Told) -> None:
    house, reckoner, (issued, draft) = told.desk.house, told.desk.house.reckoner, told.desk.all(Instruction)
    third = told.other.id or 0
    tried: list[Callable[[Session, int], object]] = [
        lambda s, i: handling.dispatch(s, reckoner, i, "housing_bureau", MODERATOR, NOW),
        lambda s, i: handling.dispatch(s, reckoner, i, "police_bureau", MODERATOR, NOW, co_units=["housing_bureau"]),
        lambda s, i: handling.dispatch(s, reckoner, i, "police_bureau", MODERATOR, NOW, ruled=True),
        lambda s, i: consulting.convene(s, reckoner, i, "谁办？", ["police_bureau", "civil_bureau"], MODERATOR, NOW),
        lambda s, i: consulting.conclude(s, reckoner, i, "由住建局办", MODERATOR, NOW, lead="housing_bureau"),
        lambda s, i: merging.merge(s, house.profile, i, third, MODERATOR, NOW),
        lambda s, i: merging.merge(s, house.profile, third, i, MODERATOR, NOW),
        lambda s, i: handling.acknowledge(s, i, CLERK, NOW),
        lambda s, i: appeals.ask_exclusion(s, i, "不合理", CLERK, NOW),
        lambda s, i: supervising.draft(
            s, reckoner, InstructionKind.CIRCULAR, "housing_bureau", ASKED, LEADER, NOW, order_id=i),
        lambda s, _: supervising.issue(s, reckoner, draft.id or 0, ASKED, LEADER, NOW),
        lambda s, _: supervising.answer(s, issued.id or 0, "已办", CLERK, NOW),
    ]  # fmt: skip
    for number, act in enumerate(tried):
        with pytest.raises(HuiyinError):
            told.act(act)
        assert told.desk.one(WorkOrder, id=told.accused.id).lead_unit is None, number
    assert house.profile.unit("housing_bureau")
    assert {o.merged_into for o in told.desk.all(WorkOrder)} == {None}


def test_letters_under_way_failed_or_due_later_tell_nothing_of_it(told: Told) -> None:
    """Digest, reminder, ladder, paper: weeks of sweeps, and a failed letter that somebody sends again."""
    house = told.desk.house
    with serving(house) as address, visiting(address, "guan") as operator:
        failed = told.desk.one(Delivery, state="failed")
        operator.post("/console/deliveries/resend", ids=str(failed.id))
    known = {n.id for n in told.desk.all(Notice, order_id=told.accused.id)}
    with told.desk.writing() as session:
        assert told.leased
        again = lease(session, told.leased, NOW + LEASE, LEASE)
        assert again is not None
        record_retry(session, again, "对方暂时不可用", NOW)
    for day in range(13, 31):
        chase(house, at(f"2026-03-{day}T10:00"))
        deliver(house, at(f"2026-03-{day}T10:00"))
    printed = json.dumps(told.desk.printed(), ensure_ascii=False)
    assert told.other.number in printed
    assert not any(number in printed for number in told.numbers)
    assert SECRET not in printed
    assert {n.id for n in told.desk.all(Notice, order_id=told.accused.id)} == known
    assert told.desk.one(Delivery, id=told.leased).state == "moot"
    assert [c for c in told.desk.all(Clock, subject="instruct") if c.stopped_at is None] == []


def test_its_sealing_tells_other_systems_a_number_to_forget_and_nothing_follows(told: Told) -> None:
    chase(told.desk.house, LATER)
    after = [e for e in told.desk.all(Outbox)[told.before :] if e.order_number in told.numbers]
    assert sorted((e.type, json.dumps(e.payload)) for e in after) == sorted(
        ("order.seal", json.dumps({"number": number})) for number in told.numbers
    )


def test_its_correction_teaches_no_model(told: Told) -> None:
    assert len(told.desk.all(Correction)) == 1
    assert retrain(told.desk.house, NOW) == {"promoted": False, "corrections": 0}


def test_search_and_figures_of_units_do_not_know_it(told: Told) -> None:
    with reading(told.desk.house.engine) as session:
        assert found_orders(session, ["礼金"]) == []
        [housing] = by_unit(session, LATER)
        assert (housing.unit, housing.open, housing.overdue) == ("housing_bureau", 1, 1)
        late = unit_lateness(session, told.desk.house.reckoner, CAME, NOW)
    assert late["housing_bureau"] == 3  # of the other order alone: 10, 11 and 12 March


@pytest.mark.parametrize("kind", KINDS)
def test_exports_of_every_kind_list_it_without_words_sender_or_unit(told: Told, kind: str, tmp_path: Path) -> None:
    for what in ("messages", "work-orders", "promises", "callbacks"):
        file = tmp_path / f"{what}.{kind}"
        export_rows(told.desk.house, what, kind, file)
        lines = _lines(file)
        about = [line for line in lines if any(number in line for number in told.numbers)]
        assert SECRET not in "".join(lines)
        assert not any(word in line for line in about for word in ("housing_bureau", "住房和城乡建设局", "19900001234"))
        assert len(about) == (0 if what == "promises" else 2)


def _lines(file: Path) -> list[str]:
    if file.suffix != ".xlsx":
        return file.read_text(encoding="utf-8").splitlines()
    sheets = load_workbook(file, read_only=True)
    return ["\t".join(str(cell) for cell in row) for sheet in sheets for row in sheet.iter_rows(values_only=True)]


def test_the_metrics_and_the_open_interface_name_neither_it_nor_its_unit(told: Told) -> None:
    with serving(told.desk.house) as address, visiting(address) as anyone:
        seen = anyone.get("/metrics").text + anyone.get("/open311/v2/requests.json").text
    assert "huiyin_orders" in seen
    assert not any(word in seen for word in (*told.numbers, SECRET, "housing_bureau", "integrity"))


def test_what_was_answered_and_closed_already_is_sealed_too_and_leaves_the_units_rooms(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        order = desk.take(CAME, text=SECRET, title=SECRET, may_publish=True)
        with desk.writing() as session:
            handling.acknowledge(session, order.id or 0, CLERK, CAME)
            replying.write_reply(session, order.id or 0, "查无此事。", Outcome.EXPLAINED, CLERK, CAME)
        answers.sign_off(desk.house, order.id or 0, HEAD, CAME)
        answers.approve(desk.house, order.id or 0, REVIEWER, CAME, override_note="情况属实")
        with desk.writing() as session:
            accusations.seal_order(session, desk.house.reckoner, order.id or 0, MODERATOR, NOW)
        found = desk.one(WorkOrder)
        assert (found.sealed, found.status, found.lead_unit, found.replied_at) == (True, OrderStatus.TRIAGE, None, None)
        assert desk.one(Clock, stage="screen").stopped_at is None
        with reading(desk.house.engine) as session:
            assert by_unit(session, LATER) == []


def test_an_appeal_that_waited_is_on_nobodys_list(told: Told) -> None:
    assert told.desk.one(Appeal).granted is None
    with serving(told.desk.house) as address, visiting(address, "du") as supervisor:
        assert told.accused.number not in supervisor.get("/console/appeals").text
        decided = supervisor.post(f"/console/appeals/{told.accused.number}", granted="true", note="同意")
    assert decided.status_code == 404
