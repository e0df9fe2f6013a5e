"""On PostgreSQL two people can write at once: one of them is told so on the page, and nobody finds the system away."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, Executable, text
from sqlmodel import select
from support.desk import Desk, at, open_desk
from support.processes import wait_until
from support.web import Visitor, staffed, visiting

from models.tables.orders import WorkOrder

CAME = at("2026-03-02 10:00")
SAID = "正好有人同时办理"
Posting = Callable[[], httpx.Response]


@pytest.fixture
def office(postgres_url: str, tmp_path: Path) -> Iterator[tuple[Desk, str, list[WorkOrder]]]:
    """The desk, where it serves, and three orders in 审看."""
    with open_desk(tmp_path, now=CAME, database_url=postgres_url) as desk:
        orders = [desk.take(CAME) for _ in range(3)]
        with desk.writing() as session:
            for order in orders:
                session.get_one(WorkOrder, order.id).status = "triage"
        with staffed(desk.house) as address:
            yield desk, address, orders


def waiting(desk: Desk) -> int:
    with desk.house.engine.connect() as looking:
        here = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        return int(looking.scalar(text(f"{here} AND wait_event_type = 'Lock'")) or 0)


@contextmanager
def first_come(desk: Desk, statement: Executable) -> Iterator[Connection]:
    """Somebody who came first and is not ready: whoever wants the same rows waits until the block ends.

    They would wait a minute before they look for a deadlock, so it is the others who meet it.
    """
    with desk.house.engine.begin() as held:
        held.execute(text("SET LOCAL deadlock_timeout = '1min'"))
        held.execute(statement)
        yield held


def hold(order: WorkOrder) -> Executable:
    return select(WorkOrder.id).where(WorkOrder.id == order.id).with_for_update()


def posted(desk: Desk, *posts: Posting) -> list[Future[httpx.Response]]:
    """Sent one after the other, each when those before it wait."""
    with_room = ThreadPoolExecutor(len(posts))
    sent = []
    for post in posts:
        sent.append(with_room.submit(post))
        wait_until(lambda: waiting(desk) >= len(sent), 10, "请求等着")
    with_room.shutdown(wait=False)
    return sent


def read(answer: httpx.Response) -> str:
    return re.sub(r"\s*<[^>]+>\s*", " ", answer.text)


def merging(visitor: Visitor, order: WorkOrder, into: WorkOrder) -> Posting:
    return lambda: visitor.post(f"/console/orders/{order.number}/merge", into=into.number)


def test_of_two_orders_merged_into_each_other_one_is_and_the_other_person_is_told(
    office: tuple[Desk, str, list[WorkOrder]],
) -> None:
    desk, address, (older, newer, _) = office
    with visiting(address, "shen") as shen, visiting(address, "hu") as hu:
        with first_come(desk, hold(older)):
            sent = posted(desk, merging(shen, older, newer), merging(hu, newer, older))
        assert sorted(each.result().status_code for each in sent) == [200, 409]
    assert {desk.one(WorkOrder, id=order.id).status for order in (older, newer)} == {"merged", "triage"}


def shown(order: WorkOrder) -> str:
    """A row of the list, as a tick sends it."""
    return f"{order.number}:{order.version}"


def test_rows_merged_crosswise_in_bulk_are_done_or_named_with_the_reason(
    office: tuple[Desk, str, list[WorkOrder]],
) -> None:
    desk, address, (older, newer, _) = office

    def bulk(visitor: Visitor, order: WorkOrder, into: WorkOrder) -> Posting:
        return lambda: visitor.post("/console/triage/bulk", act="merge", rows=[shown(order)], into=into.number)

    with visiting(address, "shen") as shen, visiting(address, "hu") as hu:
        with first_come(desk, hold(older)):
            sent = posted(desk, bulk(shen, older, newer), bulk(hu, newer, older))
        pages = [each.result() for each in sent]
    assert [page.status_code for page in pages] == [200, 200]
    assert sorted(len(re.findall("已结束，不能再并入|已不在审看", read(page))) for page in pages) == [0, 1]


def test_a_deadlock_is_told_on_the_form_and_not_as_an_outage(office: tuple[Desk, str, list[WorkOrder]]) -> None:
    desk, address, (older, newer, _) = office
    with visiting(address, "shen") as shen:
        with first_come(desk, hold(newer)) as other:
            (sent,) = posted(desk, merging(shen, older, newer))
            other.execute(hold(older))
        answer = sent.result()
    assert (answer.status_code, SAID in answer.text) == (409, True)
    assert desk.one(WorkOrder, id=older.id).status == "triage"


def test_a_row_that_met_a_deadlock_is_named_and_the_others_are_done(office: tuple[Desk, str, list[WorkOrder]]) -> None:
    desk, address, (older, newer, newest) = office
    with visiting(address, "shen") as shen:
        rows: dict[str, Any] = {"act": "merge", "rows": [shown(older), shown(newest)], "into": newer.number}
        with first_come(desk, hold(newer)) as other:
            (sent,) = posted(desk, lambda: shen.post("/console/triage/bulk", **rows))
            other.execute(hold(older))
        answer = sent.result()
    assert (answer.status_code, SAID in answer.text) == (200, True)
    assert [desk.one(WorkOrder, id=order.id).status for order in (older, newest)] == ["triage", "merged"]


def test_a_login_that_somebody_else_has_just_taken_is_told_on_the_form(
    office: tuple[Desk, str, list[WorkOrder]],
) -> None:
    desk, address, _ = office
    taken = (
        "INSERT INTO user_account (login, name, role, password_hash, active, signs)"
        " VALUES ('xin', '新来的', 'moderator', 'x', true, false)"
    )
    form: dict[str, Any] = {
        "login": "xin",
        "name": "另一人",
        "role": "moderator",
        "unit": "",
        "password": "huiyin-Test-1",
    }
    with visiting(address, "guan") as guan:
        with first_come(desk, text(taken)):
            (sent,) = posted(desk, lambda: guan.post("/console/admin/users", **form))
        answer = sent.result()
    assert (answer.status_code, SAID in answer.text) == (409, True)
    assert 'value="另一人"' in answer.text
