"""Within a unit somebody handles and somebody else signs; a signer names who stands in (AB岗)."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from support.desk import CLERK, Desk, at, open_desk
from support.web import PEOPLE, enrol, serving, visiting

from console.accounts import open_session, signed_in
from flows.answers import sign_off
from models.actions.deputies import name_deputy, set_signing
from models.actions.handling import acknowledge
from models.actions.replying import write_reply
from models.actors import Actor
from models.errors import BadInput, NotAllowed, NotFound
from models.queries.people import find_user
from models.tables.orders import WorkOrder
from models.tables.people import User
from models.vocabulary import Outcome, Role

NOW = at("2026-03-03T09:00")
OPERATOR = Actor("guan", Role.OPERATOR)
SIGNER = Actor("zheng", Role.UNIT, "housing_bureau")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, now=NOW) as opened:
        enrol(opened.house)
        with opened.writing() as session:
            set_signing(session, "wu", False, OPERATOR, NOW)
        yield opened


@pytest.fixture
def order(desk: Desk) -> WorkOrder:
    """Answered by the signer, so that somebody else must sign."""
    taken = desk.take(at("2026-03-02T10:00"))
    with desk.writing() as session:
        acknowledge(session, taken.id or 0, CLERK, NOW)
        write_reply(session, taken.id or 0, "已更换灯具。", Outcome.RESOLVED, SIGNER, NOW)
    return taken


def actor(desk: Desk, login: str, when: str) -> Actor:
    """As the console knows that person at that moment."""
    with desk.writing() as session:
        token = open_session(session, find_user(session, login), at(when))
        person = signed_in(session, token, desk.house.profile.security, at(when))
    assert person is not None
    return person.actor


def named(desk: Desk, login: str, until: date, by: Actor = SIGNER) -> User:
    with desk.writing() as session:
        return name_deputy(session, login, until, desk.house.settings.zone, by, NOW)


def test_who_only_handles_does_not_sign(desk: Desk, order: WorkOrder) -> None:
    with pytest.raises(NotAllowed, match="审签人办理"):
        sign_off(desk.house, order.id or 0, actor(desk, "wu", "2026-03-03T09:00"), NOW)


def test_a_deputy_signs_until_the_day_is_over(desk: Desk, order: WorkOrder) -> None:
    named(desk, "wu", date(2026, 3, 5))
    assert not actor(desk, "wu", "2026-03-06T00:00").signs
    reply = sign_off(desk.house, order.id or 0, actor(desk, "wu", "2026-03-05T23:00"), NOW)
    assert reply.signed_by == "wu"


def test_only_the_units_own_signer_names_a_deputy_and_not_for_ever(desk: Desk) -> None:
    with pytest.raises(NotFound):
        named(desk, "lu", date(2026, 3, 5))
    with pytest.raises(NotAllowed, match="审签人才能"):
        named(desk, "zheng", date(2026, 3, 5), by=CLERK)
    with pytest.raises(BadInput, match="31 天"):
        named(desk, "wu", date(2026, 5, 5))
    with pytest.raises(NotAllowed, match="同一人"):
        named(desk, "zheng", date(2026, 3, 5))


def test_the_pages_show_who_signs_and_let_the_signer_name_a_deputy(desk: Desk) -> None:
    assert set(PEOPLE) >= {"wu", "zheng", "guan"}
    with serving(desk.house) as address, visiting(address, "zheng") as signer, visiting(address, "wu") as clerk:
        assert "指定为 B 岗" in signer.get("/unit/people").text
        assert "指定为 B 岗" not in clerk.get("/unit/people").text
        assert "已指定 wu 代签至 2026-03-05" in signer.post("/unit/people/wu/deputy", until="2026-03-05").text
        assert "代签至" in clerk.get("/unit/people").text
        with visiting(address, "guan") as operator:
            assert "wu 现为审签人" in operator.post("/console/admin/users/wu/signing", signs="true").text
