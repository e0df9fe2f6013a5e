"""总览 各单位: each figure says what it divides by, and the list behind it has just as many rows."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from support.desk import CLERK, HEAD, Desk, at, open_desk
from support.web import staffed, visiting

from models.actions import handling, replying
from models.actors import SYSTEM
from models.database import reading
from models.queries.figures import by_unit
from models.queries.order_lists import OrderFilter, count_orders
from models.queries.rates import unit_rates
from models.tables.orders import Reply, WorkOrder
from models.vocabulary import Outcome
from models.workflow import OPEN_STATUSES

CAME, NOW = at("2026-03-02 10:00"), at("2026-03-20 10:00")
UNIT = "housing_bureau"


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, database_url=database_url, now=NOW) as opened:
        yield opened


def _handed_in(desk: Desk, order: WorkOrder, days: int) -> None:
    """The unit's signed reply, so many days after the order came; the desk has yet to review it."""
    when = CAME + timedelta(days=days)
    with desk.writing() as session:
        handling.acknowledge(session, order.id or 0, CLERK, when)
        replying.write_reply(session, order.id or 0, "已更换声控灯 6 盏，现场验收合格。", Outcome.RESOLVED, CLERK, when)
        replying.sign_off(session, desk.house.reckoner, order.id or 0, [], HEAD, when)


def _marked(desk: Desk, order: WorkOrder, **fields: object) -> None:
    with desk.writing() as session:
        row = session.get_one(WorkOrder, order.id)
        for name, value in fields.items():
            setattr(row, name, value)


def _sent(desk: Desk, order: WorkOrder, days: int) -> None:
    """Answered, as the record has it when the reply has gone out."""
    _handed_in(desk, order, days)
    when = CAME + timedelta(days=days, hours=1)
    _marked(desk, order, status="replied", replied_at=when)
    with desk.writing() as session:
        session.get_one(Reply, desk.one(Reply, order_id=order.id).id).sent_at = when


@pytest.fixture
def month(desk: Desk) -> Desk:
    """Of one unit: fresh, late, handed in late, in time, answered; excluded and told-again of each kind."""
    desk.take(NOW - timedelta(hours=2), text="荷苑小区路灯不亮。")
    late, early, slow = (desk.take(CAME, text=f"荷苑小区第{n}栋漏水。") for n in range(3))
    _handed_in(desk, early, 1)
    _handed_in(desk, slow, 14)
    answered = [desk.take(CAME, text=f"学府花园第{n}栋电梯坏了。") for n in range(4)]
    for order in answered:
        _sent(desk, order, 1)
    _marked(desk, answered[0], excluded=True)
    _marked(desk, answered[1], told_from=answered[2].id)
    _marked(desk, desk.take(CAME, text="荷苑小区垃圾没人收。"), excluded=True)
    assert late.status == "dispatched"
    return desk


def test_what_is_answered_and_what_is_overdue_make_the_rates_denominator(month: Desk) -> None:
    with reading(month.house.engine) as session:
        [figures] = [f for f in by_unit(session, NOW) if f.unit == UNIT]
        [rates] = [r for r in unit_rates(session, NOW - timedelta(days=30), NOW) if r.unit == UNIT]
    assert (figures.open, figures.overdue, figures.answered) == (4, 2, 2)
    assert rates.shares["reopened"].of == 2
    assert rates.shares["in_time"].of == rates.shares["reopened"].of + figures.overdue


def test_the_lists_filter_counts_what_the_units_figures_count(month: Desk) -> None:
    def listed(**wanted: object) -> int:
        with reading(month.house.engine) as session:
            asked = OrderFilter(unit=UNIT, **wanted)  # type: ignore[arg-type]
            return count_orders(session, SYSTEM, asked, NOW)

    assert listed(statuses=OPEN_STATUSES) == 5
    assert listed(statuses=OPEN_STATUSES, counted=True) == 4
    assert listed(statuses=OPEN_STATUSES, counted=True, overdue=True) == 2


def test_every_figure_of_a_unit_links_to_a_list_of_as_many_rows(month: Desk) -> None:
    with staffed(month.house) as address, visiting(address, "du") as supervisor:
        page = supervisor.get("/console/").text
        row = next(part for part in page.split("<tr>") if f"unit={UNIT}" in part and "按期办结率" in part)
        links = re.findall(r'<a [^>]*?href="([^"]+)"[^>]*>(?:超期 )?(\d+)</a>', row)
        assert [int(count) for _, count in links] == [4, 2, 2]
        for link, count in links:
            shown = supervisor.get(link.replace("&amp;", "&")).text
            if "/console/orders" in link:
                assert f"<small>{count} 件</small>" in shown, link
            else:
                assert shown.count('href="/console/orders/') == int(count), link
