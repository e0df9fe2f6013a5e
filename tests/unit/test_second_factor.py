"""动态码 and recovery codes: good once, locked when guessed, taken away by two people."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pyotp import TOTP
from sqlmodel import select
from support.desk import Desk, open_desk
from support.signing_in import AUDITOR, NOW, OPERATOR, OTHER, RULES, enrolled, gives, step_of
from support.web import enrol

from console import second_factor
from console.accounts import open_session
from console.factor_resets import decide, propose
from console.signing_in import Step, code_locked
from models.actors import Actor
from models.errors import Conflict, NotAllowed
from models.profile_security import SecurityRules as Rules
from models.queries.people import find_user
from models.tables.people import User, WebSession
from models.tables.record import History
from models.tables.sign_ins import RecoveryCode, SecondFactor
from models.vocabulary import Role


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, now=NOW) as opened:
        enrol(opened.house)
        yield opened


def test_a_code_is_good_once_and_a_clock_may_be_half_a_minute_off(desk: Desk) -> None:
    phone, _ = enrolled(desk)
    assert step_of(desk, "shen", RULES) is Step.CODE
    assert gives(desk, phone.at(NOW - timedelta(seconds=30)))
    assert not gives(desk, phone.at(NOW - timedelta(seconds=30)))
    assert gives(desk, phone.at(NOW + timedelta(seconds=30)))
    assert not gives(desk, phone.at(NOW)), "an earlier code after a later one"
    assert not gives(desk, phone.at(NOW - timedelta(seconds=60)))
    assert not gives(desk, phone.at(NOW + timedelta(minutes=9, seconds=60)), NOW + timedelta(minutes=9))
    assert gives(desk, phone.at(NOW + timedelta(minutes=9)), NOW + timedelta(minutes=9))


_WIDE = {n: n + 0xFEE0 for n in range(0x21, 0x7F)}  # as a Chinese keyboard types them


def test_codes_are_taken_as_a_chinese_keyboard_types_them(desk: Desk) -> None:
    phone, codes = enrolled(desk)
    now = phone.at(NOW)
    assert gives(desk, f"{now[:3]}\u3000{now[3:]}".translate(_WIDE))
    assert gives(desk, codes[0].translate(_WIDE))
    assert gives(desk, codes[1].replace("-", "—"))
    with desk.writing() as session:
        nonce, hu = second_factor.new_nonce(), find_user(session, "hu")
        shown = second_factor.enrolment(desk.house.secret, hu.id or 0, "hu", nonce, "望溪市")
        typed = TOTP(shown.secret).at(NOW).translate(_WIDE)
        assert second_factor.enrol(session, desk.house.secret, hu.id or 0, nonce, typed, NOW)


def test_wrong_codes_lock_the_codes_from_everywhere(desk: Desk) -> None:
    phone, codes = enrolled(desk)
    for n in range(5):
        assert not gives(desk, "000000", address=f"10.1.1.{n}")
    assert not gives(desk, phone.at(NOW))
    assert not gives(desk, codes[0])
    with desk.writing() as session:
        assert code_locked(session, find_user(session, "shen"), RULES, NOW)
    later = NOW + timedelta(minutes=16)
    assert gives(desk, phone.at(later), later)


def test_a_recovery_code_is_good_once_and_ten_new_ones_end_the_old(desk: Desk) -> None:
    _, codes = enrolled(desk)
    assert len(set(codes)) == 10
    assert gives(desk, codes[0].upper())
    assert not gives(desk, codes[0])
    with desk.writing() as session:
        user = find_user(session, "shen")
        assert second_factor.codes_left(session, user.id or 0) == 9
        fresh = second_factor.renew_codes(session, desk.house.secret, user.id or 0, NOW)
    assert not gives(desk, codes[1])
    assert gives(desk, fresh[0])


def test_one_accounts_recovery_code_is_nothing_to_another(desk: Desk) -> None:
    enrolled(desk)
    _, others = enrolled(desk, "hu")
    assert not gives(desk, others[0])
    assert gives(desk, others[0], login="hu")


def test_neither_secret_nor_recovery_codes_lie_in_the_record(desk: Desk) -> None:
    phone, codes = enrolled(desk)
    kept = str([row.model_dump() for table in (SecondFactor, RecoveryCode, History) for row in desk.all(table)])
    assert phone.secret not in kept
    assert not [code for code in codes if code in kept or code.replace("-", "") in kept]


def test_enrolling_needs_the_phones_own_code_happens_once_and_ends_other_sessions(desk: Desk) -> None:
    with desk.writing() as session:
        user = find_user(session, "shen")
        open_session(session, user, NOW)
        with pytest.raises(NotAllowed, match="动态码不对"):
            second_factor.enrol(session, desk.house.secret, user.id or 0, "n", "000000", NOW)
    enrolled(desk)
    assert desk.all(WebSession) == []
    with pytest.raises(Conflict):
        enrolled(desk)
    two = [second_factor.enrolment(desk.house.secret, 1, "shen", nonce, "回音").secret for nonce in ("a", "b")]
    assert len(set(two)) == 2


def test_a_role_that_must_have_one_enrols_at_sign_in_and_cannot_switch_it_off(desk: Desk) -> None:
    rules = Rules(level=3)
    assert step_of(desk, "shen", rules) is Step.ENROL
    enrolled(desk)
    user = desk.one(User, login="shen")
    with desk.writing() as session, pytest.raises(NotAllowed, match="不能停用"):
        second_factor.drop_own(session, user.id or 0, rules, NOW)
    with desk.writing() as session:
        second_factor.drop_own(session, user.id or 0, RULES, NOW)
    assert step_of(desk, "shen", RULES) is Step.NONE


def test_a_second_factor_is_taken_away_by_two_people_and_neither_is_its_owner(desk: Desk) -> None:
    enrolled(desk)
    with desk.writing() as session:
        propose(session, "shen", "手机丢失，当面核对过工作证", OPERATOR, NOW)
    for nobody in (OPERATOR, replace(AUDITOR, login="shen"), Actor("du", Role.SUPERVISOR)):
        with desk.writing() as session, pytest.raises(NotAllowed):
            decide(session, "shen", True, nobody, NOW)
    assert step_of(desk, "shen", RULES) is Step.CODE
    with desk.writing() as session:
        decide(session, "shen", False, AUDITOR, NOW, text="没有核对本人")
    assert step_of(desk, "shen", RULES) is Step.CODE
    with desk.writing() as session:
        propose(session, "shen", "手机丢失", OTHER, NOW)
        decide(session, "shen", True, OPERATOR, NOW)
    assert step_of(desk, "shen", RULES) is Step.NONE
    assert [h.action for h in desk.all(History, subject="user", subject_id="shen")][-3:] == [
        "refuse_reset", "propose_reset", "reset_factor",
    ]  # fmt: skip
    with desk.writing() as session:
        assert session.exec(select(RecoveryCode)).all() == []
