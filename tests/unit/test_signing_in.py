"""Who gets in: passwords by the profile's rules, tries counted where they come from, sessions that end."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from support.desk import Desk, open_desk
from support.signing_in import AUDITOR, HERE, NOW, OPERATOR, RULES, STRANGER, enrolled, gives, step_of, tried
from support.web import PASSWORD, enrol

from console import password_resets
from console.accounts import create_user, open_session, signed_in
from console.factor_resets import decide, propose
from console.passwords import change_own, random_password, weakness
from console.signing_in import Step, locked_accounts
from models.actors import SYSTEM
from models.errors import BadInput, HuiyinError
from models.profile import SecurityRules
from models.profile_security import SecurityRules as Rules
from models.queries.people import find_user, list_password_resets
from models.tables.people import User
from models.tables.record import History
from models.tables.sign_ins import SignInTry
from models.vocabulary import Role


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path, now=NOW) as opened:
        enrol(opened.house)
        yield opened


def test_the_tries_the_lock_and_their_numbers_are_the_profiles(desk: Desk) -> None:
    rules = Rules(tries=3, lock_minutes=30)
    for _ in range(3):
        assert not tried(desk, "wrong", rules=rules)
    assert not tried(desk, PASSWORD, rules=rules)
    assert not tried(desk, PASSWORD, rules=rules, when=NOW + timedelta(minutes=29))
    assert tried(desk, PASSWORD, rules=rules, when=NOW + timedelta(minutes=31))
    assert len(desk.all(History, action="locked")) == 1


def test_a_stranger_who_guesses_locks_out_nobody_but_himself(desk: Desk) -> None:
    for _ in range(20):
        assert not tried(desk, "wrong", STRANGER)
    assert not tried(desk, PASSWORD, STRANGER)
    assert tried(desk, PASSWORD, HERE)


def test_many_strangers_together_shut_out_the_places_that_an_account_never_came_from(desk: Desk) -> None:
    assert tried(desk, PASSWORD, HERE, NOW - timedelta(days=3))
    for n in range(50):
        assert not tried(desk, "wrong", f"203.0.113.{n}")
    assert not tried(desk, PASSWORD, "198.51.100.1")
    assert tried(desk, PASSWORD, HERE)
    assert tried(desk, PASSWORD, "198.51.100.1", NOW + RULES.locked_for + timedelta(seconds=1))


def test_tries_spread_over_the_day_and_a_right_one_between_lock_nothing(desk: Desk) -> None:
    for n in range(8):
        assert not tried(desk, "wrong", when=NOW + timedelta(minutes=10 * n))
    assert tried(desk, PASSWORD, when=NOW + timedelta(minutes=75))
    later = NOW + timedelta(hours=3)
    for _ in range(4):
        tried(desk, "wrong", when=later)
    assert tried(desk, PASSWORD, when=later)
    assert not tried(desk, "wrong", when=later)
    assert tried(desk, PASSWORD, when=later)


def test_a_reset_password_ends_the_lock_and_the_accounts_page_shows_it_until_then(desk: Desk) -> None:
    for _ in range(5):
        tried(desk, "wrong")
    with desk.writing() as session:
        assert locked_accounts(session, RULES, NOW) == {"shen"}
        assert password_resets.propose(session, "shen", "a-new-one", "忘了", RULES, OPERATOR, NOW)
        session.flush()
        assert locked_accounts(session, RULES, NOW) == {"shen"}
        [row] = list_password_resets(session)
        password_resets.decide(session, row.id or 0, True, RULES, AUDITOR, NOW)
        assert locked_accounts(session, RULES, NOW) == set()
    assert tried(desk, "a-new-one")
    assert step_of(desk, "shen", RULES) is Step.PASSWORD


def test_what_was_typed_for_no_account_is_not_kept_and_old_tries_go(desk: Desk) -> None:
    tried(desk, "x", login="my-secret-password")
    [kept] = desk.all(SignInTry)
    assert (kept.user_id, kept.result) == (None, "wrong")
    assert "my-secret-password" not in str(kept.model_dump())
    tried(desk, PASSWORD, when=NOW + timedelta(days=RULES.log_days, minutes=1))
    assert [row.result for row in desk.all(SignInTry)] == ["ok"]


@pytest.mark.parametrize(
    ("password", "rules", "lack"),
    [
        ("short-1", RULES, "至少 8 位"),
        ("onlyletters", RULES, "现在只有小写字母"),
        ("letters-and", RULES, None),
        ("letters-and", Rules(level=3), "至少 3 种"),
        ("Letters-and", Rules(level=3), None),
        ("Letter-1", Rules(level=3), "至少 10 位"),
        ("汉字也算符号aa", RULES, None),
    ],
)
def test_a_password_is_as_strong_as_the_profile_asks(password: str, rules: Rules, lack: str | None) -> None:
    found = weakness(password, rules)
    assert (found is None) == (lack is None)
    assert (lack or "") in (found or "")


def test_a_weak_password_makes_no_account_and_a_random_one_is_strong(desk: Desk) -> None:
    rules = Rules(password_length=14, password_classes=4)
    assert weakness(random_password(rules), rules) is None
    with desk.writing() as session, pytest.raises(BadInput, match="至少 8 位"):
        create_user(
            session, login="xin", name="新", role=Role.EDITOR, unit=None, password="short", actor=SYSTEM, now=NOW
        )


@pytest.mark.parametrize(
    ("login", "why"),
    [
        ("", "账号只能用"), ("  ", "账号只能用"), ("s p", "账号只能用"), ("a/b", "账号只能用"), ("..", "账号只能用"),
        ("q?x=1", "账号只能用"), ("link:housing_bureau", "账号只能用"), ("ｓｈｅｎ２", "账号只能用"),
        ("she\u200bn", "账号只能用"), ("system", "系统自用"), ("Citizen", "系统自用"), ("Shen", "账号 shen 已经存在"),
    ],
)  # fmt: skip
def test_an_account_is_named_so_that_the_record_and_its_addresses_can_tell_it(desk: Desk, login: str, why: str) -> None:
    with desk.writing() as session, pytest.raises(HuiyinError, match=why):
        create_user(
            session, login=login, name="新", role=Role.EDITOR, unit=None, password=PASSWORD, actor=SYSTEM, now=NOW
        )


@pytest.mark.parametrize("login", ["wang.xiaoming@city.gov", "王小明", "w-1_2"])
def test_logins_of_an_identity_provider_are_taken(desk: Desk, login: str) -> None:
    with desk.writing() as session:
        create_user(session, login=login, name="新", role=Role.EDITOR, unit=None, password=None, actor=SYSTEM, now=NOW)
    assert desk.one(User, login=login).name == "新"


def test_a_password_too_old_or_too_weak_by_now_is_changed_at_the_next_sign_in(desk: Desk) -> None:
    assert step_of(desk, "shen", RULES) is Step.NONE
    assert step_of(desk, "shen", RULES, NOW + RULES.password_age + timedelta(minutes=1)) is Step.PASSWORD
    assert tried(desk, PASSWORD, login="hu", rules=Rules(password_classes=3))
    assert step_of(desk, "hu", RULES) is Step.PASSWORD
    assert step_of(desk, "hu", RULES, way="oidc") is Step.NONE


def test_the_last_passwords_do_not_come_back(desk: Desk) -> None:
    user = desk.one(User, login="shen")
    words = [PASSWORD, "second-one", "third-one", "fourth-one"]
    for old, new in pairwise(words):
        with desk.writing() as session:
            change_own(session, user.id or 0, old, new, RULES, NOW)
        with desk.writing() as session, pytest.raises(BadInput, match="最近用过"):
            change_own(session, user.id or 0, new, old, RULES, NOW)
    with desk.writing() as session, pytest.raises(BadInput, match="原口令不对"):
        change_own(session, user.id or 0, "not-mine-1", "fifth-one", RULES, NOW)
    with desk.writing() as session, pytest.raises(BadInput, match="最近用过"):
        change_own(session, user.id or 0, "fourth-one", "fourth-one", RULES, NOW)
    with desk.writing() as session:
        change_own(session, user.id or 0, "fourth-one", PASSWORD, RULES, NOW)


def test_passwords_are_kept_as_argon2_and_a_change_ends_every_session(desk: Desk) -> None:
    user = desk.one(User, login="shen")
    with desk.writing() as session:
        token = open_session(session, find_user(session, "shen"), NOW)
        change_own(session, user.id or 0, PASSWORD, "another-one", RULES, NOW)
        assert signed_in(session, token, RULES, NOW) is None
    assert desk.one(User, login="shen").password_hash.startswith("$argon2id$")


def test_idle_and_longest_are_the_profiles_and_half_a_sign_in_lasts_ten_minutes(desk: Desk) -> None:
    rules = Rules(idle_minutes=5, session_hours=1)
    with desk.writing() as session:
        user = find_user(session, "shen")
        token = open_session(session, user, NOW)
        assert signed_in(session, token, rules, NOW + timedelta(minutes=4)) is not None
        assert signed_in(session, token, rules, NOW + timedelta(minutes=10)) is None
        token = open_session(session, user, NOW)
        for minutes in range(0, 60, 4):
            assert signed_in(session, token, rules, NOW + timedelta(minutes=minutes)) is not None
        assert signed_in(session, token, rules, NOW + timedelta(minutes=61)) is None
        half = open_session(session, user, NOW, step=Step.CODE)
        assert signed_in(session, half, RULES, NOW + timedelta(minutes=9)) is not None
        assert signed_in(session, half, RULES, NOW + timedelta(minutes=11)) is None


def test_all_of_it_holds_on_both_databases(tmp_path: Path, database_url: str) -> None:
    with open_desk(tmp_path, database_url=database_url) as desk:
        enrol(desk.house)
        phone, codes = enrolled(desk)
        assert not tried(desk, "wrong")
        assert tried(desk, PASSWORD)
        assert gives(desk, phone.at(NOW))
        assert not gives(desk, phone.at(NOW))
        assert gives(desk, codes[0])
        assert not gives(desk, codes[0])
        user = desk.one(User, login="shen")
        with desk.writing() as session:
            change_own(session, user.id or 0, PASSWORD, "another-one", RULES, NOW)
            propose(session, "shen", "手机丢失", OPERATOR, NOW)
            decide(session, "shen", True, AUDITOR, NOW)
            assert locked_accounts(session, RULES, NOW) == set()
        for n in range(5):
            assert not tried(desk, "wrong", when=NOW + timedelta(seconds=n))
        assert not tried(desk, "another-one")
        with desk.writing() as session:
            assert locked_accounts(session, RULES, NOW) == {"shen"}


def test_level_three_is_stricter_in_everything_and_a_value_may_be_set_alone() -> None:
    two, three = SecurityRules(), SecurityRules(level=3)
    assert three.lock_minutes > two.lock_minutes
    assert three.idle_minutes < two.idle_minutes
    assert three.session_hours < two.session_hours
    assert three.password_length > two.password_length
    assert three.password_classes > two.password_classes
    assert three.password_days < two.password_days
    assert three.log_days > two.log_days >= 184
    assert set(three.second_factor) == set(Role)
    assert two.second_factor == []
    for rules in (two, three):
        assert "推定" in rules.source
    own = SecurityRules(level=3, idle_minutes=10, second_factor=[Role.OPERATOR])
    assert (own.idle_minutes, own.password_length, own.second_factor) == (10, 10, [Role.OPERATOR])
