"""Through the city's identity provider and back."""

from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from console import oidc
from console.signing_in import record
from console.web.attempts import Attempts, address_of
from console.web.context import house_of
from console.web.pages.door import let_in, show_door
from flows.house import House
from models.database import writing
from models.errors import HuiyinError

router = APIRouter(prefix="/login/oidc")
_COOKIE = "huiyin_oidc"
_starts = Attempts(most=60, seconds=600)


@router.get("")
def leave(request: Request) -> Response:
    house = house_of(request)
    _starts.count(address_of(request))
    try:
        address, state, start = oidc.departure(house.settings, house.now())
    except HuiyinError as error:
        return show_door(request, str(error), error.status_code)
    with writing(house.engine) as session:
        oidc.keep_start(session, start, house.now())
    answer = RedirectResponse(address, status_code=303)
    # Lax, not strict: the browser comes back from another site, and must bring it.
    answer.set_cookie(_COOKIE, state, max_age=600, httponly=True, samesite="lax", path="/login/oidc")
    return answer


@router.get("/return")
def come_back(request: Request, state: str = "", code: str = "", error: str = "") -> Response:
    house = house_of(request)
    try:
        login = _proved(request, house, state, code, error, house.now())
    except HuiyinError as fault:
        answer: Response = show_door(request, str(fault), fault.status_code)
    else:
        _starts.forget(address_of(request))
        answer = let_in(request, login, "oidc", code=False)
    answer.delete_cookie(_COOKIE, path="/login/oidc")
    return answer


def _proved(request: Request, house: House, state: str, code: str, error: str, now: datetime) -> str:
    """The login of an account that the provider vouches for. What was begun is used up before anything is asked."""
    with writing(house.engine) as session:
        start = oidc.take_start(session, state, request.cookies.get(_COOKIE, ""), now)
        session.expunge(start)
    if error or not code:
        raise oidc.OidcRefused("统一身份认证没有完成登录（可能是您取消了），请重新登录。")
    claimed = oidc.claimed_login(house.settings, start, code, now)
    with writing(house.engine) as session:
        user = oidc.account_of(session, claimed)
        record(session, user, address_of(request), "oidc", "ok", house.profile.security, now)
        return user.login
