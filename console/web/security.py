"""Headers that browsers enforce, and the token that every form must carry."""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from typing import Any

from fastapi import Depends, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.accounts import SignedIn, signed_in
from flows.house import House
from models.asked import BadAsked
from models.database import reading, writing
from models.errors import NotAllowed

COOKIE = "huiyin"
INSIDE = ("/console/", "/unit/", "/account/")

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "geolocation=(), camera=(), microphone=()",
}

_NOT_KEPT = {"cache-control": "no-store"}
_PRIVATE = ("/console", "/unit", "/track", "/u/", "/account", "/login")
_TLS_ONLY = {"strict-transport-security": "max-age=31536000"}


def policy_for(page: bytes) -> str:
    """The policy for a page that carries its own sheet (an edition is read apart from this site): by its digest."""
    sheets = re.findall(rb"<style>(.*?)</style>", page, flags=re.DOTALL)
    digests = (base64.b64encode(hashlib.sha256(sheet).digest()).decode() for sheet in sheets)
    allowed = "".join(f" 'sha256-{digest}'" for digest in digests)
    return HEADERS["content-security-policy"].replace("style-src 'self'", f"style-src 'self'{allowed}")


class SignInNeeded(NotAllowed):
    """请先登录。"""

    status_code = 401


class FormRefused(NotAllowed):
    """页面已过期，请返回刷新后再提交。"""


class SecurityHeaders:
    """Adds the headers to every answer; pages behind the login are not kept by any cache.

    Where citizens reach the house by https, browsers are told never to come otherwise (HSTS), and every cookie is
    Secure: here, for all of them, so that none can be forgotten.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        private = scope["path"].startswith(_PRIVATE)
        behind_tls = scope["app"].state.house.settings.public_url.startswith("https:")

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _ in message["headers"]}
                extra = HEADERS | (_NOT_KEPT if private else {}) | (_TLS_ONLY if behind_tls else {})
                added = [(n.encode(), v.encode()) for n, v in extra.items() if n.encode() not in present]
                kept = [_secured(n, v) for n, v in message["headers"]] if behind_tls else message["headers"]
                message["headers"] = [*kept, *added]
            await send(message)

        await self._app(scope, receive, with_headers)


def _secured(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    return (name, value + b"; Secure") if name == b"set-cookie" else (name, value)


def current(request: Request) -> SignedIn | None:
    """Who is signed in; asked of the database once a request. Who has a step to go yet is nobody."""
    person = holder(request)
    return None if person is None or person.step else person


def holder(request: Request) -> SignedIn | None:
    """Whose session it is, also where a step of signing in is still to come."""
    if not hasattr(request.state, "person"):
        house = request.app.state.house
        token = request.cookies.get(COOKIE)
        request.state.person = _signed_in(house, token) if token is not None else None
    person: SignedIn | None = request.state.person
    return person


def hand_over(answer: Response, token: str) -> None:
    """The session's cookie: no script reads it, no other site's form sends it."""
    answer.set_cookie(COOKIE, token, httponly=True, samesite="lax", path="/")


def _signed_in(house: House, token: str) -> SignedIn | None:
    """Most looks change nothing: only a session that must move on, or ends, waits for the writer's lock."""
    rules = house.profile.security
    with reading(house.engine) as session:
        person = signed_in(session, token, rules, house.now())
        unchanged = not (session.dirty or session.deleted)
    if unchanged:
        return person
    with writing(house.engine) as session:
        return signed_in(session, token, rules, house.now())


def _must_be_storable(sent: Iterable[tuple[str, object]]) -> None:
    """No text of PostgreSQL's holds NUL, and what SQLite held could not be moved there. The form comes back without."""
    for name, value in sent:
        if isinstance(value, str) and "\0" in value:
            raise BadAsked(name, "填写的内容里有看不见的控制字符（NUL），不能保存，已替您去掉；请核对后再提交。")


async def _guard(request: Request) -> None:
    """A POST from a signed-in browser must carry the session's token (CSRF); no other site may post at all.

    A stranger's form for the rooms inside is refused before anybody looks at what stands in it.
    """
    _must_be_storable(request.query_params.multi_items())
    if "\0" in request.scope["path"]:
        raise HTTPException(404)
    if request.method not in {"POST", "PUT", "DELETE"}:
        return
    if request.headers.get("sec-fetch-site") == "cross-site":
        raise FormRefused("请求来自其他网站，已拒绝。")
    person = await run_in_threadpool(holder, request)
    if person is None and request.url.path.startswith(INSIDE):
        raise SignInNeeded
    form = await request.form()
    given = str(form.get("csrf") or "")
    # As bytes: of two strings, the comparison takes ASCII alone, and anything may stand in a form.
    if person and not hmac.compare_digest(given.encode(errors="surrogatepass"), person.csrf.encode()):
        raise FormRefused
    _must_be_storable(form.multi_items())


def guard_form() -> Any:  # noqa: ANN401  (FastAPI's marker)
    return Depends(_guard)
