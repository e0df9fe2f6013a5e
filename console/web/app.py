"""The web application: pages, the open interfaces, errors as pages."""

from fastapi import FastAPI, Request
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from console.web.context import STATIC, Pages
from console.web.pages import routers
from console.web.security import SecurityHeaders, guard_form
from flows.house import House
from models.errors import HuiyinError


def create_app(house: House) -> FastAPI:
    """Everything under one address; `house` gives the record, the judgement and the present."""
    from console.api import api_routers

    app = FastAPI(title="回音 Huiyin", docs_url=None, redoc_url=None, openapi_url="/openapi.json")
    app.state.house = house
    app.state.pages = Pages(house)
    app.add_middleware(SecurityHeaders)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for router in api_routers(house):
        app.include_router(router)
    for router in routers():
        app.include_router(router, dependencies=[guard_form()], include_in_schema=False)
    app.add_exception_handler(HuiyinError, _our_error)
    app.add_exception_handler(HTTPException, _http_error)
    return app


async def _our_error(request: Request, error: Exception) -> Response:
    code = error.status_code if isinstance(error, HuiyinError) else 500
    return _page(request, code, str(error))


async def _http_error(request: Request, error: Exception) -> Response:
    code = error.status_code if isinstance(error, HTTPException) else 500
    said = {404: "没有这个页面。", 405: "这个地址不接受这种请求。"}.get(code, "请求没有成功。")
    return _page(request, code, said)


def _page(request: Request, code: int, message: str) -> Response:
    pages: Pages = request.app.state.pages
    return pages.show(request, "error.html", {"code": code, "message": message}, status=code)
