"""The six rates: open and overdue counts, silence stands apart, and every figure leads to its rows."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from support.desk import CLERK, HEAD, MODERATOR, REVIEWER, Desk, at, open_desk, sealed
from support.web import enrol, serving, staffed, visiting

from console.web.pages import figures, overview
from models.actions import closing, handling, replying
from models.actors import Actor
from models.database import reading
from models.queries.rates import BY_CODE, RATES, Share, UnitRates, rate_rows, unit_rates
from models.tables.follow_ups import FollowUp, FollowUpDraw
from models.tables.orders import WorkOrder
from models.vocabulary import Outcome, Satisfaction

CAME = at("2026-02-02 09:00")
NOW = at("2026-02-27 10:00")
SINCE = NOW - timedelta(days=30)
CITIZEN = Actor("citizen")
UNIT = "housing_bureau"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, now=NOW) as desk:
        yield desk


def _order(desk: Desk, title: str) -> WorkOrder:
    return desk.take(CAME, title=title, text=f"{title}坏了。", phone="19900001234")


def _answer(desk: Desk, order: WorkOrder, when: str = "2026-02-03 15:00") -> None:
    moment, number = at(when), order.id or 0
    with desk.writing() as session:
        handling.acknowledge(session, number, CLERK, moment)
        replying.write_reply(session, number, "已处理。", Outcome.RESOLVED, CLERK, moment)
        replying.sign_off(session, desk.house.reckoner, number, [], HEAD, moment)
        replying.approve_reply(session, number, REVIEWER, moment, override_note="属实")


def _rate(desk: Desk, order: WorkOrder, word: Satisfaction) -> None:
    with desk.writing() as session:
        closing.rate(session, desk.house.reckoner, order.id or 0, word, None, CITIZEN, at("2026-02-04 20:00"))


def _asked(desk: Desk, order: WorkOrder, **said: object) -> None:
    with desk.writing() as session:
        row = FollowUpDraw(since=CAME, until=CAME + timedelta(days=order.id or 0), drawn_at=NOW, rate=1.0, seed="x")
        session.add(row)
        session.flush()
        session.add(FollowUp(draw_id=row.id or 0, order_id=order.id or 0, cycle=1, unit=UNIT, why="sample",
                             status="done", due_at=NOW, done_at=NOW - timedelta(days=1), **said))  # fmt: skip


def _rates(desk: Desk) -> UnitRates:
    with reading(desk.house.engine) as session:
        [found] = [u for u in unit_rates(session, SINCE, NOW) if u.unit == UNIT]
        return found


def test_open_and_overdue_orders_are_in_the_denominator(desk: Desk) -> None:
    answered, _forgotten = _order(desk, "东街路灯"), _order(desk, "西街路灯")
    _answer(desk, answered)
    _rate(desk, answered, Satisfaction.SATISFIED)
    shares = _rates(desk).shares
    assert shares["in_time"] == Share(1, 2)
    assert shares["satisfied"] == Share(1, 2)
    assert shares["responded"] == Share(1, 2)  # nobody acknowledged the second one, and its limit is over


def test_a_late_answer_is_answered_but_not_in_time(desk: Desk) -> None:
    order = _order(desk, "东街路灯")
    _answer(desk, order, "2026-02-26 16:00")
    assert _rates(desk).shares["in_time"] == Share(0, 1)


def test_silence_is_neither_content_nor_discontent_and_is_counted_apart(desk: Desk) -> None:
    for title in ("东街路灯", "西街路灯", "北街路灯"):
        _answer(desk, _order(desk, title))
    orders = desk.all(WorkOrder)
    _rate(desk, orders[0], Satisfaction.FAIR)
    _asked(desk, orders[1])  # reached, and said nothing
    found = _rates(desk)
    assert found.shares["satisfied"] == Share(1, 1)
    assert found.shares["resolved"] == Share(0, 0)
    assert found.silent == 2


def test_what_the_follow_up_heard_outweighs_the_rating_and_the_units_own_word(desk: Desk) -> None:
    order = _order(desk, "东街路灯")
    _answer(desk, order)  # the unit itself says 已解决
    _rate(desk, order, Satisfaction.SATISFIED)
    _asked(desk, order, contacted=False, resolved=False, satisfaction=Satisfaction.DISSATISFIED.value)
    shares = _rates(desk).shares
    assert shares["satisfied"] == Share(0, 1)
    assert shares["resolved"] == Share(0, 1)
    assert shares["responded"] == Share(0, 1)


def test_reopened_rounds_are_counted_once_each(desk: Desk) -> None:
    order = _order(desk, "东街路灯")
    _answer(desk, order)
    _rate(desk, order, Satisfaction.DISSATISFIED)
    assert _rates(desk).shares["reopened"] == Share(1, 1)
    _answer(desk, order, "2026-02-06 15:00")
    assert _rates(desk).shares["reopened"] == Share(1, 2)
    with desk.writing() as session:
        closing.reopen(session, desk.house.reckoner, order.id or 0, "现场仍未修复。", MODERATOR, NOW)
    assert _rates(desk).shares["reopened"] == Share(2, 2)


def test_a_return_is_charged_to_the_unit_that_asked_for_it(desk: Desk) -> None:
    first, _ = _order(desk, "东街路灯"), _order(desk, "西街路灯")
    with desk.writing() as session:
        handling.ask_return(session, desk.house.reckoner, first.id or 0, "不属本单位职责。", CLERK,
                            CAME + timedelta(hours=1), suggested_unit=None)  # fmt: skip
    assert _rates(desk).shares["returned"] == Share(1, 2)


def test_accusations_and_excluded_orders_count_for_nobody(desk: Desk) -> None:
    desk.take(CAME, plan=sealed(), text="举报某人。", title="")
    order = _order(desk, "东街路灯")
    _answer(desk, order)
    with desk.writing() as session:
        session.get_one(WorkOrder, order.id).excluded = True
    with reading(desk.house.engine) as session:
        assert all(share.of == 0 for u in unit_rates(session, SINCE, NOW) for share in u.shares.values())


def test_every_figure_leads_to_its_rows_and_they_add_up(database_url: str, tmp_path: Path) -> None:
    with open_desk(tmp_path, database_url=database_url) as desk:
        _add_up(desk)


def _add_up(desk: Desk) -> None:
    for title in ("东街路灯", "西街路灯", "北街路灯"):
        _order(desk, title)
    orders = desk.all(WorkOrder)
    _answer(desk, orders[0])
    _rate(desk, orders[0], Satisfaction.DISSATISFIED)
    _answer(desk, orders[1])
    shares = _rates(desk).shares
    with reading(desk.house.engine) as session:
        for rate in RATES:
            rows = rate_rows(session, BY_CODE[rate.code], SINCE, NOW, UNIT)
            assert Share(sum(row.hit for row in rows), len(rows)) == shares[rate.code], rate.name


def test_the_supervision_page_shows_formula_denominator_and_rows(desk: Desk) -> None:
    order = _order(desk, "东街路灯")
    _answer(desk, order)
    with staffed(desk.house) as address, visiting(address, "du") as supervisor, visiting(address, "wu") as clerk:
        page = supervisor.get("/console/supervision/figures").text
        for rate in RATES:
            assert f"<dt>{rate.name}</dt><dd>{rate.formula}</dd>" in page
        assert BY_CODE["satisfied"].formula == "（满意 + 基本满意） ÷（已表态 + 在办超期）"
        assert "100.0%</a> <small>1/1</small>" in page
        assert order.number in supervisor.get(f"/console/supervision/figures/in_time?unit={UNIT}").text
        assert supervisor.get("/console/supervision/figures/no-such").status_code == 404
        assert clerk.get("/console/supervision/figures/in_time").status_code == 403


def test_a_list_longer_than_its_page_says_so_and_is_exported_whole(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "SHOWN", 2)
    monkeypatch.setattr(overview, "SHOWN", 2)
    for title in ("东街路灯", "西街路灯", "=cmd()"):
        _order(desk, title)
    enrol(desk.house)
    numbers = {order.number for order in desk.all(WorkOrder)}
    with serving(desk.house) as address, visiting(address, "du") as supervisor:
        for path, asked in (
            ("/console/supervision/figures/in_time", f"?unit={UNIT}"),
            ("/console/trend/2026-02-02", ""),
        ):
            page = supervisor.get(path + asked).text
            assert "只列出前 2 件，共 3 件" in page
            assert page.count('data-label="事项"') == 2
            assert f'href="{path}/list?' in page
            lines = list(csv.reader(supervisor.get(f"{path}/list{asked}").content.decode("utf-8-sig").splitlines()))
            assert {line[0] for line in lines[1:]} == numbers, path
            assert {line[1] for line in lines[1:]} == {"东街路灯", "西街路灯", "'=cmd()"}, "no cell is a formula"
    with serving(desk.house) as address, visiting(address, "wu") as clerk:
        assert clerk.get("/console/supervision/figures/in_time/list").status_code == 403
        assert clerk.get("/console/trend/2026-02-02/list").status_code == 403
