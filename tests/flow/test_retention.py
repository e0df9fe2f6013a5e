"""保管期限: what is past it goes, under four eyes and with a receipt; nothing else does."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, Text
from sqlalchemy.types import JSON
from sqlmodel import SQLModel, select, update
from support.desk import at
from support.finding import found_orders
from support.loop_desk import LoopDesk, open_loop, posts
from support.web import enrol, serving, visiting

from flows.retention import cutoff_of, erase_due
from flows.sealing import seal, verify_chain
from models.actions import erasing
from models.actors import Actor
from models.database import reading, writing
from models.errors import Conflict, NotAllowed, NotFound
from models.personal_data import BELOW, KEPT, OF_A_MESSAGE, OF_AN_ORDER
from models.queries.erasures import count_to_erase
from models.tables.clocks import Clock
from models.tables.erasures import Erasure
from models.tables.intake import Intake
from models.tables.messages import MatterKey, Message
from models.tables.orders import Reply, WorkOrder
from models.tables.record import History
from models.vocabulary import Channel, OrderStatus, Role

GUAN, JI = Actor("guan", Role.OPERATOR), Actor("ji", Role.AUDITOR)
LINKS = {"order_id", "message_id", "intake_id", "callback_id", "follow_up_id", "promise_id"}
LONG = 200  # characters from which a column holds words and no code
WORDS = "荷苑小区门口的路灯"
OLD, NOW = at("2020-03-02 10:00"), at("2026-03-02 10:00")


def erased(desk: LoopDesk) -> Erasure:
    with writing(desk.house.engine) as session:
        proposed = erasing.propose(session, cutoff_of(desk.house, NOW), GUAN, NOW)
    assert proposed.id is not None
    with writing(desk.house.engine) as session:
        erasing.approve(session, proposed.id, JI, NOW)
    erase_due(desk.house, NOW)
    return desk.one(Erasure, id=proposed.id)


def letters(desk: LoopDesk, count: int, day: str, first: int = 0) -> Path:
    rows = [{**row, "time": f"{day}T09:30:00"} for row in posts(count, first=first)]
    return desk.lines(f"{day}-{first}.jsonl", rows)


def end_all(desk: LoopDesk, when: datetime) -> None:
    """Answered and closed, every clock stopped."""
    with desk.writing() as session:
        for order in session.exec(select(WorkOrder)).all():
            order.status, order.replied_at, order.closed_at = OrderStatus.CLOSED.value, when, when
            told = {"unit": "housing_bureau", "text": f"{WORDS}已修复。", "outcome": "resolved", "writer": "wu"}
            session.add(Reply(order_id=order.id, written_at=when, sent_at=when, **told))
        session.execute(update(Clock).values(stopped_at=when, next_chase_at=None))


def whole_record(desk: LoopDesk) -> str:
    """Every cell of every table."""
    with reading(desk.house.engine) as session:
        connection = session.connection()
        return "\n".join(
            str(row) for table in SQLModel.metadata.sorted_tables for row in connection.execute(table.select())
        )


def test_every_column_that_may_hold_a_citizens_words_is_erased_or_kept_for_a_reason() -> None:
    known = {**{t: b for t, (_, b) in OF_A_MESSAGE.items()}, **{t: b for t, (_, b) in OF_AN_ORDER.items()}}
    known |= {table: blank for table, (_, _, blank) in BELOW.items()}
    for table in SQLModel.metadata.sorted_tables:
        if not LINKS & set(table.c.keys()) and table.name not in {"work_order", "message", "intake"}:
            continue
        blank = next((blank for model, blank in known.items() if model.__tablename__ == table.name), {})
        for column in table.c:
            wordy = isinstance(column.type, (Text, JSON, LargeBinary))
            if (wordy or (getattr(column.type, "length", None) or 0) >= LONG) and column.name not in blank:
                name = f"{table.name}.{column.name}"
                assert name in KEPT or f"{table.name}.*" in KEPT, f"{name}：到期时清除，还是保留？"


def test_what_ended_long_ago_is_erased_everywhere_and_what_did_not_stays(tmp_path: Path, database_url: str) -> None:
    with open_loop(tmp_path, database_url=database_url, now=OLD) as desk:
        desk.collect(Channel.BOARD, letters(desk, 2, "2020-03-01"))
        desk.work()
        old = [order.id for order in desk.all(WorkOrder)]
        end_all(desk, OLD + timedelta(days=2))
        desk.now = NOW
        desk.collect(Channel.BOARD, letters(desk, 6, "2026-03-01", first=2))
        desk.work()
        seal(desk.house, NOW)
        assert WORDS in whole_record(desk)
        raw = [each.raw_blob for each in desk.all(Intake)]
        receipt = erased(desk)

        assert (receipt.orders, receipt.messages) == (2, 2)
        assert receipt.done_at is not None
        assert WORDS not in whole_record(desk)
        gone = [message for message in desk.all(Message) if message.erased_at]
        assert {message.order_id for message in gone} == set(old)
        assert all(not (m.text or m.title or m.phone or m.findings) for m in gone)
        assert {reply.text for reply in desk.all(Reply)} == {""}
        kept = [message for message in desk.all(Message) if message.erased_at is None]
        assert all(message.text for message in kept)
        for key in raw:
            if key in {each.raw_blob for each in desk.all(Intake)}:
                assert desk.house.blobs.get(key)
            else:
                with pytest.raises(NotFound):
                    desk.house.blobs.get(key)
        assert not {row.order_id for row in desk.all(MatterKey)} & set(old)
        with reading(desk.house.engine) as session:
            assert not set(found_orders(session, ["路灯"])) & set(old)
        told = [row for row in desk.all(History, subject="erasure") if row.action == "erase"]
        assert told[0].detail["orders"] == 2
        assert told[0].detail["digest"] == receipt.digest
        seal(desk.house, NOW)
        assert verify_chain(desk.house)["ok"]
        with reading(desk.house.engine) as session:
            assert count_to_erase(session, cutoff_of(desk.house, NOW)) == 0


def test_the_same_letter_that_comes_again_after_its_erasure_is_still_known(tmp_path: Path) -> None:
    with open_loop(tmp_path, now=OLD) as desk:
        desk.collect(Channel.BOARD, letters(desk, 1, "2020-03-01"))
        desk.work()
        end_all(desk, OLD + timedelta(days=2))
        erased(desk)
        desk.now = NOW
        counts = desk.collect(Channel.BOARD, letters(desk, 1, "2020-03-01")).counts
        assert counts.accepted == 0
        desk.work()
        assert len(desk.all(WorkOrder)) == 1


def test_an_open_order_is_never_erased_however_old(tmp_path: Path) -> None:
    with open_loop(tmp_path, now=OLD) as desk:
        desk.collect(Channel.BOARD, letters(desk, 1, "2020-03-01"))
        desk.work()
        assert erased(desk).orders == 0
        assert desk.all(Message)[0].text


def test_nobody_approves_what_they_proposed_and_one_proposal_waits_at_a_time(tmp_path: Path) -> None:
    with open_loop(tmp_path) as desk:
        cutoff = cutoff_of(desk.house, NOW)
        with writing(desk.house.engine) as session:
            proposed = erasing.propose(session, cutoff, GUAN, NOW).id
        assert proposed is not None
        with pytest.raises(NotAllowed, match="同一人"), writing(desk.house.engine) as session:
            erasing.approve(session, proposed, GUAN, NOW)
        with pytest.raises(Conflict, match="已有一项"), writing(desk.house.engine) as session:
            erasing.propose(session, cutoff, Actor("li", Role.OPERATOR), NOW)
        assert erase_due(desk.house, NOW) == {"orders": 0, "messages": 0, "blobs": 0}
        assert desk.one(Erasure, id=proposed).done_at is None


def test_the_page_proposes_and_another_person_approves(tmp_path: Path) -> None:
    with open_loop(tmp_path) as desk:
        enrol(desk.house)
        desk.now = OLD
        desk.collect(Channel.BOARD, letters(desk, 1, "2020-03-01"))
        desk.work()
        end_all(desk, OLD + timedelta(days=2))
        desk.now = NOW
        page = "/console/retention"
        with serving(desk.house) as address, visiting(address, "guan") as operator, visiting(address, "ji") as auditor:
            assert "<strong>1</strong> 件" in operator.get(page).text
            assert "等待另一人批准" in operator.post(f"{page}/propose").text
            number = desk.all(Erasure)[0].id
            assert operator.post(f"{page}/{number}/approve").status_code == 403
            assert "今夜" in auditor.post(f"{page}/{number}/approve").text
            erase_due(desk.house, NOW)
            assert "工单 1 件" in auditor.get(page).text
