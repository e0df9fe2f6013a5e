"""One's own account: password, second factor, and where it was signed in from."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console import second_factor
from console.accounts import SignedIn, signed_in
from console.passwords import change_own, must_have_one, wording
from console.signing_in import CodeRefused, Step, latest_tries
from console.web.attempts import Attempts, address_of
from console.web.context import back, house_of, must_be, pages
from console.web.pages.door import admit, let_in
from console.web.returning import forget
from console.web.security import SignInNeeded, hand_over, holder
from models.database import reading, writing
from models.errors import BadInput, Conflict
from models.queries.people import changed_by_others, find_user, names
from models.tables.sign_ins import SecondFactor

router = APIRouter(prefix="/account")
_ROOM = "/account"
_TRIES = 20
_Code = Annotated[str, Form(max_length=20)]
_guesses = Attempts(most=10, seconds=600)


@router.get("")
def overview(request: Request) -> Response:
    person = must_be(request)
    house = house_of(request)
    rules = house.profile.security
    with reading(house.engine) as session:
        user = find_user(session, person.login)
        values = {
            "rules": rules, "user": user, "tries": latest_tries(session, person.user_id, _TRIES),
            "until": user.password_set_at and user.password_set_at + rules.password_age,
            "factor": session.get(SecondFactor, person.user_id),
            "left": second_factor.codes_left(session, person.user_id),
            "needed": person.role in rules.second_factor,
            "changes": changed_by_others(session, person.login, _TRIES), "names": names(session),
        }  # fmt: skip
        return pages(request).show(request, "account.html", values)


@router.get("/password")
def ask_password(request: Request) -> Response:
    person = _who(request, Step.PASSWORD)
    rules = house_of(request).profile.security
    with reading(house_of(request).engine) as session:
        must_have_one(find_user(session, person.login))
        changes = changed_by_others(session, person.login, _TRIES) if person.step else []
        values = {
            "csrf": person.csrf, "rule": wording(rules), "rules": rules, "must": bool(person.step),
            "login": person.login, "reset": next((c for c in changes if c.action == "set_password"), None),
            "names": names(session),
        }  # fmt: skip
    return pages(request).show(request, "account_password.html", values)


@router.post("/password")
def take_password(
    request: Request, old: Annotated[str, Form(max_length=200)], new: Annotated[str, Form(max_length=200)],
    again: Annotated[str, Form(max_length=200)],
) -> Response:  # fmt: skip
    person = _who(request, Step.PASSWORD)
    house = house_of(request)
    _guesses.count(person.login)
    if new != again:
        raise BadInput("两次输入的新口令不一样。")
    with writing(house.engine) as session:
        change_own(session, person.user_id, old, new, house.profile.security, house.now())
    _guesses.forget(person.login)
    return let_in(request, person.login, person.way, code=True)


@router.get("/second-factor")
def ask_factor(request: Request) -> Response:
    person = _who(request, Step.ENROL)
    with reading(house_of(request).engine) as session:
        enrolled = session.get(SecondFactor, person.user_id) is not None
    return _factor(request, person, "") if enrolled else _enrolment(request, person, second_factor.new_nonce(), "")


@router.post("/second-factor")
def take_factor(request: Request, nonce: Annotated[str, Form(max_length=40)], code: _Code) -> Response:
    person = _who(request, Step.ENROL)
    house = house_of(request)
    try:
        with writing(house.engine) as session:
            codes = second_factor.enrol(session, house.secret, person.user_id, nonce, code, house.now())
    except CodeRefused as error:
        return _enrolment(request, person, nonce, str(error), 422)
    token, path = admit(request, person.login, person.way, code=True)
    with reading(house.engine) as session:
        request.state.person = signed_in(session, token, house.profile.security, house.now())
    answer = _recovery(request, codes, path if person.step else _ROOM)
    hand_over(answer, token)
    forget(request, answer)
    return answer


@router.post("/second-factor/recovery")
def renew(request: Request, code: _Code) -> Response:
    person = must_be(request)
    if not _given(request, person, code):
        return _factor(request, person, str(CodeRefused()), 422)
    house = house_of(request)
    with writing(house.engine) as session:
        codes = second_factor.renew_codes(session, house.secret, person.user_id, house.now())
    return _recovery(request, codes, _ROOM)


@router.post("/second-factor/off")
def switch_off(request: Request, code: _Code) -> Response:
    person = must_be(request)
    if not _given(request, person, code):
        return _factor(request, person, str(CodeRefused()), 422)
    house = house_of(request)
    with writing(house.engine) as session:
        second_factor.drop_own(session, person.user_id, house.profile.security, house.now())
    return back(_ROOM, "动态码已停用，今后登录只凭口令。")


def _who(request: Request, step: Step) -> SignedIn:
    """Who is signed in, or stands at this step of it."""
    person = holder(request)
    if person is None or person.step not in ("", step):
        raise SignInNeeded
    return person


def _given(request: Request, person: SignedIn, code: str) -> bool:
    house = house_of(request)
    with writing(house.engine) as session:
        if session.get(SecondFactor, person.user_id) is None:
            raise Conflict("动态码还没有启用。")
        return second_factor.give_code(
            session, house.secret, person.user_id, code, address_of(request), house.profile.security, house.now()
        )


def _enrolment(request: Request, person: SignedIn, nonce: str, fault: str, status: int = 200) -> Response:
    house = house_of(request)
    enrolled = second_factor.enrolment(house.secret, person.user_id, person.login, nonce, "回音")
    values = {
        "fault": fault, "csrf": person.csrf, "enrolment": enrolled, "picture": second_factor.qr_code(enrolled),
        "must": bool(person.step),
    }  # fmt: skip
    return pages(request).show(request, "second_factor_enrol.html", values, status)


def _factor(request: Request, person: SignedIn, fault: str, status: int = 200) -> Response:
    with reading(house_of(request).engine) as session:
        values = {
            "fault": fault, "factor": session.get(SecondFactor, person.user_id),
            "left": second_factor.codes_left(session, person.user_id), "most": second_factor.CODES,
            "needed": person.role in house_of(request).profile.security.second_factor,
        }  # fmt: skip
        return pages(request).show(request, "second_factor.html", values, status)


def _recovery(request: Request, codes: list[str], path: str) -> Response:
    return pages(request).show(request, "recovery_codes.html", {"codes": codes, "onward": path})
