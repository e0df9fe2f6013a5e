"""A password that somebody else sets: two people for everybody but a unit's 承办人, and its owner is told."""

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select
from support.desk import Desk, open_desk
from support.signing_in import AUDITOR, NOW, OPERATOR, OTHER, RULES
from support.web import PASSWORD, Visitor, enrol, staffed, visiting

from console import factor_resets, password_resets
from console.passwords import change_own
from models.actions.deputies import set_signing
from models.actors import Actor
from models.database import reading
from models.errors import BadInput, Conflict, NotAllowed, NotFound
from models.queries.people import find_user, list_password_resets
from models.queries.status import waiting_counts
from models.tables.people import User
from models.tables.record import History
from models.tables.sign_ins import FactorReset, PasswordReset, SecondFactor
from models.vocabulary import Role

GIVEN, WHY = "given-by-guan", "忘了口令，当面核对过工作证"


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    with open_desk(tmp_path_factory.mktemp("house")) as desk, staffed(desk.house) as address:
        yield desk, address


def _proposed(desk: Desk, login: str) -> int:
    with desk.writing() as session:
        assert password_resets.propose(session, login, GIVEN, WHY, RULES, OPERATOR, NOW)
    return desk.one(PasswordReset, login=login).id or 0


def _enters(address: str, login: str, password: str) -> bool:
    with visiting(address) as visitor:
        return visitor.client.post("/login", data={"login": login, "password": password}).status_code == 200


def _shown(person: Visitor, form: str) -> str:
    """What a form of 角色变更 says that it showed."""
    room = person.get("/console/roles").text
    found = re.search(rf'"/console/roles/{form}">.*?name="seen" value="(\d+)"', room, re.DOTALL)
    assert found
    return found[1]


def test_one_operator_alone_does_not_become_the_inspector(office: tuple[Desk, str]) -> None:
    desk, address = office
    with visiting(address, "guan") as operator, visiting(address, "zhuan") as inspector:
        answer = operator.post("/console/admin/users/zhuan/password", password=GIVEN, why=WHY)
        assert "须由另一位系统管理员或审计员复核后生效" in answer.text
        reset = desk.one(PasswordReset).id
        seen = _shown(operator, f"password/{reset}")
        assert operator.post(f"/console/roles/password/{reset}", agreed="true", seen=seen).status_code == 403
        assert not _enters(address, "zhuan", GIVEN)
        assert inspector.get("/console/").status_code == 200
        assert desk.one(User, login="zhuan").password_set_at is not None


def test_a_second_person_sees_whose_and_why_and_the_owner_is_told_who_it_was(office: tuple[Desk, str]) -> None:
    desk, address = office
    with (
        visiting(address, "guan") as operator, visiting(address, "ji") as auditor, visiting(address, "zhuan") as owner,
    ):  # fmt: skip
        operator.post("/console/admin/users/zhuan/password", password=GIVEN, why=WHY)
        assert "待复核" in operator.get("/console/admin/users").text
        room = auditor.get("/console/roles").text
        found = re.search(r'action="(/console/roles/password/\d+)"', room)
        assert found
        assert "专办员zhuan" in room
        assert WHY in room
        assert 'href="/console/roles"' in auditor.get("/console/").text
        seen = _shown(auditor, found[1].removeprefix("/console/roles/"))
        assert auditor.post(found[1], agreed="true", seen=seen).status_code == 200
        assert owner.get("/console/").status_code == 401
        page = owner.client.post("/login", data={"login": "zhuan", "password": GIVEN}).text
        assert f"系统管理员guan提出、审计员ji同意重设，理由：{WHY}" in page
        mine = "chosen-by-zhuan"
        assert owner.post("/account/password", old=GIVEN, new=mine, again=mine).status_code == 200
        own = owner.get("/account").text
        assert "提出重设口令" in own
        assert WHY in own
    rows = desk.all(History, subject="user", subject_id="zhuan")
    told = [(h.actor, h.action, h.detail["why"]) for h in rows if "why" in h.detail]
    assert told == [("guan", "propose_password", WHY), ("ji", "set_password", WHY)]


@pytest.mark.parametrize(("signs", "days", "alone"), [(False, 0, True), (True, 0, False), (False, 3, False)])
def test_a_clerk_who_signs_nothing_is_helped_at_once(
    office: tuple[Desk, str], signs: bool, days: int, alone: bool
) -> None:
    desk, address = office
    with desk.writing() as session:
        user = session.get_one(User, desk.one(User, login="wu").id)
        user.signs, user.deputy_until = signs, desk.house.now() + timedelta(days=days) if days else None
    with visiting(address, "guan") as operator:
        page = operator.get("/console/admin/users").text
        said = re.search(r'users/wu/password".*?<button class="second">(.*?)</button>', page, re.DOTALL)
        assert said
        assert said[1] == ("重设口令" if alone else "提出重设口令")
        assert operator.post("/console/admin/users/wu/password", password=GIVEN, why=WHY).status_code == 200
    assert _enters(address, "wu", GIVEN if alone else PASSWORD)
    assert len(desk.all(PasswordReset)) == (0 if alone else 1)


def test_an_operator_makes_nobody_sign_whose_password_he_gave_alone(office: tuple[Desk, str]) -> None:
    desk, _ = office
    with desk.writing() as session:
        set_signing(session, "wu", False, OPERATOR, NOW)
        assert not password_resets.propose(session, "wu", GIVEN, WHY, RULES, OPERATOR, NOW)
    with desk.writing() as session, pytest.raises(NotAllowed, match="另一位系统管理员"):
        set_signing(session, "wu", True, OPERATOR, NOW)
    with desk.writing() as session:
        assert set_signing(session, "wu", True, OTHER, NOW).signs


def test_neither_the_proposer_nor_the_owner_confirms(office: tuple[Desk, str]) -> None:
    desk, _ = office
    reset = _proposed(desk, "ji")
    for nobody in (OPERATOR, AUDITOR, Actor("du", Role.SUPERVISOR)):
        with desk.writing() as session, pytest.raises(NotAllowed):
            password_resets.decide(session, reset, True, RULES, nobody, NOW)
    with reading(desk.house.engine) as session:
        waiting = [waiting_counts(session, who, NOW).get("/console/roles", 0) for who in (OPERATOR, AUDITOR, OTHER)]
    assert waiting == [0, 0, 1]
    with desk.writing() as session, pytest.raises(NotAllowed):
        password_resets.propose(session, "guan", GIVEN, WHY, RULES, OPERATOR, NOW)
    with desk.writing() as session, pytest.raises(NotAllowed):
        password_resets.propose(session, "shen", GIVEN, WHY, RULES, AUDITOR, NOW)


def test_a_proposal_says_why_waits_alone_and_leaves_nothing_when_refused(office: tuple[Desk, str]) -> None:
    desk, address = office
    with desk.writing() as session, pytest.raises(BadInput, match="理由"):
        password_resets.propose(session, "shen", GIVEN, " ", RULES, OPERATOR, NOW)
    reset = _proposed(desk, "shen")
    with desk.writing() as session, pytest.raises(Conflict):
        password_resets.propose(session, "shen", "another-one-1", WHY, RULES, OTHER, NOW)
    with desk.writing() as session, pytest.raises(BadInput, match="意见"):
        password_resets.decide(session, reset, False, RULES, AUDITOR, NOW)
    with desk.writing() as session:
        password_resets.decide(session, reset, False, RULES, AUDITOR, NOW, text="没有核对本人")
    with desk.writing() as session, pytest.raises(NotFound):
        password_resets.decide(session, reset, True, RULES, AUDITOR, NOW)
    assert _enters(address, "shen", PASSWORD)
    told = {"why": WHY, "proposed_by": "guan", "note": "没有核对本人"}
    assert desk.all(History, action="refuse_password")[0].detail == told
    with visiting(address, "guan") as proposer:
        assert "没有核对本人" in proposer.get("/console/roles").text


def test_who_asked_takes_the_proposal_back_and_nobody_decides_what_no_page_showed(office: tuple[Desk, str]) -> None:
    desk, address = office
    reset = _proposed(desk, "zhuan")
    with visiting(address, "ji") as auditor, visiting(address, "guan") as proposer:
        blind = auditor.post(f"/console/roles/password/{reset}", agreed="true")
        assert (blind.status_code, "请回到角色变更页再办" in blind.text) == (422, True)
        assert "撤回" in proposer.get("/console/roles").text
        seen = _shown(proposer, f"password/{reset}")
        back = proposer.post(f"/console/roles/password/{reset}", agreed="false", seen=seen)
        assert (back.status_code, "撤回口令重设" in back.text) == (200, True)
    assert not desk.all(PasswordReset)
    assert [each.action for each in desk.all(History, subject_id="zhuan")][-1] == "withdraw_password"


@pytest.mark.parametrize("lost", ["password", "telephone"])
def test_of_two_proposals_at_one_instant_the_later_is_told_of_the_earlier(
    database_url: str, tmp_path: Path, lost: str
) -> None:
    start, told = threading.Barrier(2), []
    with open_desk(tmp_path, database_url=database_url) as desk:
        enrol(desk.house)
        with desk.writing() as session:
            session.add(SecondFactor(user_id=find_user(session, "zhuan").id or 0, nonce="n", since=NOW, last_step=0))

        def propose(actor: Actor) -> None:
            start.wait()
            try:
                with desk.writing() as session:
                    if lost == "password":
                        password_resets.propose(session, "zhuan", GIVEN, WHY, RULES, actor, NOW)
                    else:
                        factor_resets.propose(session, "zhuan", WHY, actor, NOW)
            except Conflict as refused:
                told.append(str(refused))

        with ThreadPoolExecutor(2) as people:
            for done in [people.submit(propose, actor) for actor in (OPERATOR, OTHER)]:
                done.result()
        assert len(desk.all(PasswordReset if lost == "password" else FactorReset)) == 1
    assert [("已在等待复核" in each) for each in told] == [True]


def test_an_owner_who_changes_his_password_himself_needs_no_other(office: tuple[Desk, str]) -> None:
    desk, _ = office
    _proposed(desk, "shen")
    with desk.writing() as session:
        change_own(session, desk.one(User, login="shen").id or 0, PASSWORD, "chosen-by-shen", RULES, NOW)
    with reading(desk.house.engine) as session:
        assert list_password_resets(session) == []


def test_a_reset_is_agreed_to_as_it_was_read_and_not_the_next_one_under_its_number(office: tuple[Desk, str]) -> None:
    desk, address = office
    first = _proposed(desk, "zhuan")
    with visiting(address, "ji") as auditor:
        seen = _shown(auditor, f"password/{first}")
        with desk.writing() as session:
            password_resets.decide(session, first, False, RULES, OTHER, NOW, text="没有核对本人")
        second = _proposed(desk, "zhuan")
        late = auditor.post(f"/console/roles/password/{second}", agreed="true", seen=seen)
        assert (late.status_code, "在您打开页面后已有人处理" in late.text) == (409, True)
        assert desk.one(PasswordReset).id == second


def test_a_second_factor_is_taken_away_for_the_reason_that_was_read(office: tuple[Desk, str]) -> None:
    desk, address = office
    with desk.writing() as session:
        user = session.exec(select(User).where(User.login == "zhuan")).one()
        session.add(SecondFactor(user_id=user.id or 0, nonce="given", since=NOW, last_step=0))
        factor_resets.propose(session, "zhuan", "手机丢失", OPERATOR, NOW)
    with visiting(address, "ji") as auditor:
        seen = _shown(auditor, "factor/zhuan")
        with desk.writing() as session:
            factor_resets.decide(session, "zhuan", False, OTHER, NOW, text="没有核对本人")
            factor_resets.propose(session, "zhuan", "换人使用", OPERATOR, NOW)
        late = auditor.post("/console/roles/factor/zhuan", agreed="true", seen=seen)
        assert (late.status_code, "换人使用" in late.text) == (409, True)
        assert desk.one(SecondFactor).user_id == desk.one(User, login="zhuan").id
