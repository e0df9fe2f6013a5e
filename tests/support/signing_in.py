"""People at the door: tries, second factors and the clock that they go by."""

from datetime import datetime, timedelta

import pyotp
from support.desk import Desk, at

from console import second_factor
from console.signing_in import Step, check_password, next_step
from models.actors import Actor
from models.profile_security import SecurityRules as Rules
from models.queries.people import find_user
from models.vocabulary import Role

NOW = at("2026-03-02T09:00")
RULES = Rules()
HERE, STRANGER = "10.1.1.1", "203.0.113.9"
OPERATOR, OTHER, AUDITOR = Actor("guan", Role.OPERATOR), Actor("er", Role.OPERATOR), Actor("ji", Role.AUDITOR)


def tried(
    desk: Desk, password: str, address: str = HERE, when: datetime = NOW, login: str = "shen", rules: Rules = RULES
) -> bool:
    with desk.writing() as session:
        return check_password(session, login, password, address, rules, when) is not None


def step_of(desk: Desk, login: str, rules: Rules, when: datetime = NOW, *, way: str = "password") -> Step:
    with desk.writing() as session:
        return next_step(session, find_user(session, login), way, rules, when, code=False)


def enrolled(desk: Desk, login: str = "shen", nonce: str = "n") -> tuple[pyotp.TOTP, list[str]]:
    """The authenticator, whose clock stands a minute before NOW, and the recovery codes."""
    with desk.writing() as session:
        user = find_user(session, login)
        made = second_factor.enrolment(desk.house.secret, user.id or 0, login, nonce, "回音")
        phone, then = pyotp.TOTP(made.secret), NOW - timedelta(minutes=5)
        codes = second_factor.enrol(session, desk.house.secret, user.id or 0, nonce, phone.at(then), then)
    return phone, codes


def gives(desk: Desk, code: str, when: datetime = NOW, login: str = "shen", address: str = HERE) -> bool:
    with desk.writing() as session:
        user = find_user(session, login)
        return second_factor.give_code(session, desk.house.secret, user.id or 0, code, address, RULES, when)
