"""Who learns of a promise: citizens by an approved wording, the one who got it, and those who look at its history."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select
from support.desk import MODERATOR, Desk, at, open_desk
from support.ledger_desk import NOW, SUPERVISOR, close, found, report, running

from flows.letters import Writer
from models.actions import promise_public, promises
from models.actions.deliveries import Leased
from models.database import reading
from models.errors import BadInput, Conflict, NotAllowed
from models.queries.ledger import public_promises
from models.tables.ledger import Promise
from models.tables.notices import Delivery, DeliveryNotice, Notice
from models.tables.record import History


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, now=NOW) as opened:
        yield opened


def test_citizens_read_only_the_wording_that_somebody_else_approved(desk: Desk) -> None:
    promise = running(desk)
    with desk.writing() as session:
        row = promise_public.propose_public(session, promise, "修好滨河步道护栏。", MODERATOR, NOW, hidden=False)
        version = row.version
    with reading(desk.house.engine) as session:
        assert public_promises(session) == []
    with pytest.raises(NotAllowed), desk.writing() as session:
        promise_public.approve_public(session, promise, version, True, MODERATOR, NOW)
    with pytest.raises(Conflict, match="改动"), desk.writing() as session:
        promise_public.approve_public(session, promise, version - 1, True, SUPERVISOR, NOW)
    with desk.writing() as session:
        promise_public.approve_public(session, promise, version, True, SUPERVISOR, NOW)
    with reading(desk.house.engine) as session:
        assert [p.public_text for p in public_promises(session)] == ["修好滨河步道护栏。"]
    with pytest.raises(BadInput, match="个人信息"), desk.writing() as session:
        promise_public.propose_public(session, promise, "联系某某", MODERATOR, NOW, hidden=True)


def test_the_day_and_place_of_publication_are_kept_and_a_day_to_come_is_refused(desk: Desk) -> None:
    promise = running(desk)
    site = "https://example.invalid/gk"
    with pytest.raises(BadInput, match="还没有到"), desk.writing() as session:
        promise_public.record_publication(
            session, desk.house.reckoner, promise, date(2026, 3, 3), "市政府网站", site, MODERATOR, NOW
        )
    with pytest.raises(BadInput, match="http"), desk.writing() as session:
        promise_public.record_publication(
            session, desk.house.reckoner, promise, date(2026, 3, 2), "市政府网站", "javascript:x", MODERATOR, NOW
        )
    with desk.writing() as session:
        promise_public.record_publication(
            session, desk.house.reckoner, promise, date(2026, 3, 2), "市政府网站", site, MODERATOR, NOW
        )
    row = found(desk, promise)
    assert (row.published_where, row.published_url) == ("市政府网站", site)


def test_the_citizen_of_the_promise_hears_of_its_close_out_and_of_a_sealed_one_nobody_does(desk: Desk) -> None:
    order = desk.take(at("2026-03-01 09:00"), phone="19900001234")
    hidden = desk.take(at("2026-03-01 10:00"), phone="19900005678")
    ids = [running(desk), running(desk)]
    with desk.writing() as session:
        for promise, of in zip(ids, (order, hidden), strict=True):
            session.get_one(Promise, promise).order_id = of.id
        row = session.merge(hidden)
        row.sealed = True
    for promise in ids:
        report(desk, promise)
        close(desk, promise)
    [notice] = [n for n in desk.all(Notice) if n.kind == "promise_closed"]
    assert (notice.unit, notice.order_id, notice.facts) == ("citizen", order.id, {"promise": ids[0], "state": "kept"})


def test_the_history_names_everybody_who_touched_the_entry(desk: Desk) -> None:
    promise = running(desk)
    report(desk, promise)
    with desk.writing() as session:
        promises.send_back_promise(session, promise, "照片看不清。", SUPERVISOR, NOW)
    with reading(desk.house.engine) as session:
        rows = session.exec(select(History).where(History.subject == "promise")).all()
    assert [row.actor for row in rows] == ["shen", "shen", "wu", "du"]


def test_the_letter_of_a_close_out_says_the_promise_and_what_became_of_it(tmp_path: Path) -> None:
    with open_desk(tmp_path, sms_url="http://sms.test/send", now=NOW) as desk:
        order = desk.take(at("2026-03-01 09:00"), phone="19900001234")
        promise = running(desk)
        with desk.writing() as session:
            session.get_one(Promise, promise).order_id = order.id
        report(desk, promise)
        close(desk, promise)
        writer = Writer(desk.house, at("2026-03-21 10:00"), frozenset({"sms"}))
        with desk.writing() as session:
            notice = session.exec(select(Notice).where(Notice.kind == "promise_closed")).one()
            of = select(DeliveryNotice.delivery_id).where(DeliveryNotice.notice_id == notice.id)
            row = session.get_one(Delivery, session.exec(of).one())
            leased = Leased(row.id, "sms", row.target, 1, row.created_at)
            letter = writer.letter(session, leased)
    assert "四月底前修好滨河步道护栏。" in letter.items[0].text
    assert "已兑现" in letter.items[0].text
