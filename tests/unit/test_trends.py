"""The supervisor's page: days and domains with denominators, and the rows behind them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from support.desk import SHANGHAI, Desk, open_desk
from support.web import staffed, visiting

from models.database import reading
from models.queries.trends import by_day, by_domain, orders_of_day
from models.tables.orders import WorkOrder


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    with open_desk(tmp_path_factory.mktemp("house")) as desk, staffed(desk.house) as address:
        yield desk, address


def test_days_and_domains_count_what_came_and_lead_to_its_rows(office: tuple[Desk, str]) -> None:
    desk, address = office
    now = desk.house.now()
    today, before = [desk.take(now, title=f"路灯{n}") for n in range(2)], desk.take(now - timedelta(days=2))
    day = now.astimezone(SHANGHAI).date()
    with reading(desk.house.engine) as session:
        days = by_day(session, day, 3, SHANGHAI)
        assert [d.received for d in days] == [1, 0, 2]
        assert [d.answered for d in days] == [0, 0, 0]
        assert {o.id for o in orders_of_day(session, day, SHANGHAI, answered=False)} == {o.id for o in today}
        (domain,) = by_domain(session, now - timedelta(days=1), now)
    assert (domain.domain, domain.open, domain.received, domain.answered) == (before.domain, 3, 2, 0)
    with visiting(address, "du") as supervisor:
        page = supervisor.get("/console/").text
        assert page.count('<svg class="chart"') == 2
        assert f'href="/console/trend/{day}"' in page
        rows = supervisor.get(f"/console/trend/{day}").text
        assert all(order.number in rows for order in today)
        assert before.number not in rows
    with visiting(address, "wu") as unit:
        assert unit.get(f"/console/trend/{day}").status_code == 403


def test_a_sealed_order_is_in_no_trend_and_behind_no_figure(office: tuple[Desk, str]) -> None:
    desk, _ = office
    when = desk.house.now() - timedelta(days=40)
    order = desk.take(when, title="封存的")
    day = when.astimezone(SHANGHAI).date()
    with desk.house.engine.begin() as connection:
        connection.execute(WorkOrder.__table__.update().where(WorkOrder.id == order.id).values(sealed=True))  # type: ignore[attr-defined]
    with reading(desk.house.engine) as session:
        assert by_day(session, day, 1, SHANGHAI)[0].received == 0
        assert orders_of_day(session, day, SHANGHAI, answered=False) == []
