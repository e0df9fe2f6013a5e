"""Role changes need four eyes (DESIGN §4): nobody alone gives anybody a role."""

from collections.abc import Iterator

import pytest
from sqlmodel import select
from support.desk import Desk, open_desk
from support.web import PASSWORD, staffed, visiting

from models.actions import role_changes
from models.actors import Actor
from models.database import reading, writing
from models.errors import BadInput, Conflict, NotAllowed
from models.tables.people import RoleChange, User
from models.tables.record import History
from models.vocabulary import Role

GUAN, JI = Actor("guan", Role.OPERATOR), Actor("ji", Role.AUDITOR)


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    with open_desk(tmp_path_factory.mktemp("house")) as desk, staffed(desk.house) as address:
        yield desk, address


def _waiting(desk: Desk, login: str) -> int:
    with reading(desk.house.engine) as session:
        found = role_changes.waiting_for(session, login)
    assert found is not None
    return found.id or 0


def test_a_role_changes_only_when_a_second_person_agrees(office: tuple[Desk, str]) -> None:
    desk, address = office
    with visiting(address, "guan") as operator, visiting(address, "ji") as auditor, visiting(address, "hu") as hu:
        assert operator.post("/console/admin/users/hu/role", role="supervisor", why="轮岗").status_code == 200
        assert desk.one(User, login="hu").role == "moderator"
        change = _waiting(desk, "hu")
        assert operator.post(f"/console/roles/{change}", agreed="true").status_code == 403
        assert hu.get("/console/triage").status_code == 200
        assert "轮岗" in auditor.get("/console/roles").text
        assert auditor.post(f"/console/roles/{change}", agreed="true").status_code == 200
        assert desk.one(User, login="hu").role == "supervisor"
        assert hu.get("/console/").status_code == 401
        assert auditor.post(f"/console/roles/{change}", agreed="true").status_code == 409


def test_an_account_made_on_the_page_opens_only_when_its_role_is_confirmed(office: tuple[Desk, str]) -> None:
    desk, address = office
    fields = {"login": "xin", "name": "新同事", "role": "operator", "password": PASSWORD}
    with visiting(address, "guan") as operator, visiting(address) as visitor, visiting(address, "ji") as auditor:
        assert operator.post("/console/admin/users", **fields).status_code == 200
        tried = visitor.client.post("/login", data={"login": "xin", "password": PASSWORD}, follow_redirects=False)
        assert "set-cookie" not in tried.headers or "huiyin=" not in tried.headers["set-cookie"]
        assert operator.post("/console/admin/users/xin/active", active="true").status_code == 403
        first = _waiting(desk, "xin")
        assert auditor.post(f"/console/roles/{first}", agreed="false", note="不需要").status_code == 200
        assert operator.post("/console/admin/users/xin/active", active="true").status_code == 403
        assert operator.post("/console/admin/users/xin/role", role="editor", why="改作编辑").status_code == 200
        assert auditor.post(f"/console/roles/{_waiting(desk, 'xin')}", agreed="true").status_code == 200
    user = desk.one(User, login="xin")
    assert (user.role, user.active) == ("editor", True)


def test_the_person_concerned_neither_proposes_nor_confirms(office: tuple[Desk, str]) -> None:
    desk, _ = office
    now = desk.house.now()
    with writing(desk.house.engine) as session:
        with pytest.raises(NotAllowed):
            role_changes.propose(session, "guan", Role.AUDITOR, None, "换岗", GUAN, now)
        with pytest.raises(NotAllowed):
            role_changes.propose(session, "hu", Role.EDITOR, None, "换岗", JI, now)
        change = role_changes.propose(session, "ji", Role.EDITOR, None, "换岗", GUAN, now)
        session.flush()
        with pytest.raises(NotAllowed):
            role_changes.decide(session, change.id or 0, True, "", JI, now)


def test_a_refusal_says_why_and_one_proposal_waits_at_a_time(office: tuple[Desk, str]) -> None:
    desk, _ = office
    now = desk.house.now()
    with writing(desk.house.engine) as session:
        change = role_changes.propose(session, "hu", Role.UNIT, "housing_bureau", "调到单位", GUAN, now)
        session.flush()
        with pytest.raises(Conflict):
            role_changes.propose(session, "hu", Role.EDITOR, None, "再改", GUAN, now)
        with pytest.raises(BadInput):
            role_changes.decide(session, change.id or 0, False, " ", JI, now)
        role_changes.decide(session, change.id or 0, False, "人手不够", JI, now)
    with reading(desk.house.engine) as session:
        assert session.exec(select(RoleChange.agreed)).one() is False
    assert desk.one(User, login="hu").role == "moderator"


def test_who_proposed_a_role_takes_it_back(office: tuple[Desk, str]) -> None:
    desk, address = office
    with writing(desk.house.engine) as session:
        change = role_changes.propose(session, "hu", Role.EDITOR, None, "调岗", GUAN, desk.house.now())
        session.flush()
        number = change.id
    with visiting(address, "guan") as proposer:
        assert "hu 的角色变更已撤回" in proposer.post(f"/console/roles/{number}", agreed="false").text
    assert [row.action for row in desk.all(History, subject_id="hu")][-1] == "withdraw_role"
    assert desk.one(User, login="hu").role == "moderator"


def test_the_last_operator_keeps_the_role(office: tuple[Desk, str]) -> None:
    desk, _ = office
    now = desk.house.now()
    with writing(desk.house.engine) as session:
        second = Actor("former", Role.OPERATOR)  # signed in before his own account was switched off
        change = role_changes.propose(session, "guan", Role.EDITOR, None, "换岗", second, now)
        session.flush()
        with pytest.raises(Conflict):
            role_changes.decide(session, change.id or 0, True, "", JI, now)
