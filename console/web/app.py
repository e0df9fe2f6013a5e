"""The web application: pages, the open interfaces, errors as pages."""

import logging
from functools import cache

from fastapi import APIRouter, FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from sqlalchemy.exc import DataError, IntegrityError
from starlette.exceptions import HTTPException

from console.api.problems import RecordAway
from console.web.body_cap import MEGABYTE, BodyCap, TooLarge
from console.web.context import STATIC, Pages
from console.web.faults import form_left, on_the_form, said_of
from console.web.heads import Heads
from console.web.pages import routers
from console.web.pages.door import at_the_door
from console.web.security import FormRefused, SecurityHeaders, SignInNeeded, guard_form
from flows.house import House
from models.database import DATABASE_AWAY, collided
from models.errors import HuiyinError, Simultaneous

log = logging.getLogger("huiyin.console")

_NO_PAGE = "没有这个页面。"
_OUT_OF_RANGE = "22003"
_SAID = {
    400: "提交的内容没有读完：某一项过长（一项最多 1 MB），或格式不对。没有收下，也没有保存。",
    404: _NO_PAGE,
}
_NOT_ALLOWED = 405
_UNREAD = (400, 413)
_MACHINES = ("/api/", "/hooks/", "/open311/", "/calendar/", "/healthz", "/readyz", "/metrics")


def create_app(house: House) -> FastAPI:
    """Everything under one address; `house` gives the record, the judgement and the present."""
    from console.api import api_routers

    app = FastAPI(title="回音 Huiyin", docs_url=None, redoc_url=None, openapi_url="/openapi.json")
    app.state.house = house
    app.state.pages = Pages(house)
    uploads = house.settings.upload_limit_mb * MEGABYTE
    app.add_middleware(BodyCap, rooms=routers(), uploads=uploads, machines=_MACHINES, refuse=_too_large)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Heads)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for router in api_routers(house):
        app.include_router(router)
    app.router.routes.extend(_rooms().routes)
    app.add_exception_handler(HuiyinError, _our_error)
    app.add_exception_handler(RequestValidationError, _bad_form)
    app.add_exception_handler(HTTPException, _http_error)
    for away in DATABASE_AWAY:
        app.add_exception_handler(away, _record_away)
    app.add_exception_handler(IntegrityError, _taken)
    app.add_exception_handler(OverflowError, _no_such_number)
    app.add_exception_handler(DataError, _no_such_number)
    app.add_exception_handler(Exception, _fault)
    return app


@cache
def _rooms() -> APIRouter:
    """All pages, their routes worked out once per process: nothing in them belongs to one house."""
    whole = APIRouter()
    for router in routers():
        whole.include_router(router, dependencies=[guard_form()], include_in_schema=False)
    return whole


async def _our_error(request: Request, error: Exception) -> Response:
    code = error.status_code if isinstance(error, HuiyinError) else 500
    if isinstance(error, SignInNeeded) and not _for_machines(request) and not request.headers.get("x-part"):
        return await at_the_door(request)
    if not isinstance(error, FormRefused | SignInNeeded) and not _for_machines(request):
        answer = await on_the_form(request, code, error, ())
        if answer is not None:
            return answer
    return await _page(request, code, str(error))


async def _bad_form(request: Request, error: Exception) -> Response:
    """Which field it was, as its page or the interface calls it; never what stood in it."""
    faults = error.errors() if isinstance(error, RequestValidationError) else []
    if any(fault["loc"][0] == "path" for fault in faults):
        return await _page(request, 404, _NO_PAGE)
    if _for_machines(request):
        names = "、".join(dict.fromkeys(str(fault["loc"][-1]) for fault in faults))
        return await _page(request, 422, f"填写不完整或格式不对（{names}），请核对后再提交。")
    answer = await on_the_form(request, 422, error, faults)
    return answer or await _page(request, 422, said_of(faults, {}))


async def _http_error(request: Request, error: Exception) -> Response:
    code = error.status_code if isinstance(error, HTTPException) else 500
    if code == _NOT_ALLOWED and isinstance(error, HTTPException):
        return await _not_allowed(request, error)
    said = str(error) if isinstance(error, TooLarge) else _SAID.get(code, "请求没有成功。")
    return await _unread(request, code, said) if code in _UNREAD else await _page(request, code, said)


async def _not_allowed(request: Request, error: HTTPException) -> Response:
    """With the methods that there are, in words and as RFC 9110 asks."""
    allowed = sorted((error.headers or {}).get("Allow", "").split(", "))
    said = f"这个地址不接受 {request.method} 请求，可用：{'、'.join(allowed)}。"
    answer = await _page(request, _NOT_ALLOWED, said)
    answer.headers["allow"] = ", ".join(allowed)
    return answer


async def _too_large(request: Request, error: TooLarge) -> Response:
    return await _unread(request, error.status_code, str(error))


async def _unread(request: Request, code: int, said: str) -> Response:
    """What was typed was not read, or only the beginning of it: its form can't be given back, but named."""
    form = None if _for_machines(request) or request.method != "POST" else await form_left(request)
    return await _page(request, code, said, form)


async def _taken(request: Request, error: Exception) -> Response:
    """Somebody else was first by less than a moment: nothing was kept of the later form, whose sender is told so."""
    if not collided(error):
        raise error
    log.warning("两个请求同时办理同一件事，后一个没有保存：%s", getattr(request.scope.get("route"), "path", ""))
    return await _our_error(request, Simultaneous())


async def _record_away(request: Request, error: Exception) -> Response:
    """Nothing was kept of what was sent. The page asks no session, since that lies in the record too."""
    if collided(error):
        return await _taken(request, error)
    request.state.person = None
    return await _page(request, 503, str(RecordAway()))


async def _no_such_number(request: Request, error: Exception) -> Response:
    """A number in an address that no database column holds (SQLite's error, then PostgreSQL's 22003) names nothing."""
    if isinstance(error, DataError) and getattr(error.orig, "sqlstate", None) != _OUT_OF_RANGE:
        raise error
    return await _page(request, 404, _NO_PAGE)


async def _fault(request: Request, _error: Exception) -> Response:
    """Our own fault: the log has it, the reader a plain word. Not even the session is asked for."""
    request.state.person = None
    return await _page(request, 500, "系统出错，已记录。请稍后再试；如仍出错，请联系系统管理员。")


def _for_machines(request: Request) -> bool:
    return request.url.path.startswith(_MACHINES)


async def _page(request: Request, code: int, message: str, form: tuple[str, str] | None = None) -> Response:
    """A program hears JSON, a person sees a page. `form`: address and title of the page to go back to."""
    if _for_machines(request):
        return JSONResponse({"error": message}, status_code=code)
    pages: Pages = request.app.state.pages
    values = {"code": code, "message": message, "form": form}
    return await run_in_threadpool(pages.show, request, "error.html", values, code)
