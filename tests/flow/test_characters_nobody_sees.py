"""NUL in an address or a form: no text of PostgreSQL's can hold it, so it is refused at the door, on both databases."""

import html
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.desk import Desk, at, open_desk
from support.web import staffed, visiting

from models.tables.intake import Intake
from models.tables.messages import Message
from models.tables.orders import WorkOrder

SAID = "看不见的控制字符"


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[tuple[Desk, str, str]]:
    """The desk, where it serves, and the number of an order that waits in 审看."""
    with open_desk(tmp_path, database_url=database_url) as desk:
        order = desk.take(at("2026-03-02 10:00"))
        with desk.writing() as session:
            session.get_one(WorkOrder, order.id).status = "triage"
        with staffed(desk.house) as address:
            yield desk, address, order.number


@pytest.mark.parametrize(
    "asked", ["orders?status=%00", "orders?unit=a%00b", "audit?actor=%00", "audit/export.csv?subject=%00"]
)
def test_a_list_says_what_it_cannot_read(office: tuple[Desk, str, str], asked: str) -> None:
    _, address, _ = office
    with visiting(address, "guan") as guan:
        answer = guan.get(f"/console/{asked}")
    assert (answer.status_code, SAID in answer.text) == (422, True)


@pytest.mark.parametrize("page", ["/editions/%00", "/console/orders/%00", "/solicitations/1%00"])
def test_an_address_that_holds_it_names_no_page(office: tuple[Desk, str, str], page: str) -> None:
    _, address, _ = office
    with visiting(address, "guan") as guan:
        assert guan.get(page).status_code == 404


def test_a_form_comes_back_with_the_words_and_without_the_character(office: tuple[Desk, str, str]) -> None:
    desk, address, number = office
    with visiting(address, "shen") as shen:
        answer = shen.post(f"/console/orders/{number}/void", reason="重复\0登记")
        assert (answer.status_code, SAID in answer.text) == (422, True)
        assert desk.one(WorkOrder, number=number).status == "triage"
        assert ("重复登记" in html.unescape(answer.text), "\0" in answer.text) == (True, False)
        assert shen.post(f"/console/orders/{number}/void", reason="重复登记").status_code == 200


def test_a_letter_is_not_received_to_fail_later(office: tuple[Desk, str, str]) -> None:
    desk, address, _ = office
    letter = {"title": "路灯", "text": "学府路路灯\0不亮。", "phone": "19900000001"}
    with visiting(address) as citizen:
        answer = citizen.post("/send", csrf=False, **letter)
        assert (answer.status_code, "学府路路灯不亮。" in answer.text, SAID in answer.text) == (422, True, True)
    assert not desk.all(Intake)
    assert len(desk.all(Message)) == 1
