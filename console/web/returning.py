"""Who has to sign in first comes back afterwards to the page where he was, and keeps the words that were not taken.

The page is remembered in this browser alone (a cookie: no link from elsewhere can set it), through every step of
signing in and the city's provider too.
"""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from fastapi import Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from console.web.body_cap import MEGABYTE, declared
from console.web.faults import own_address, sent_by
from console.web.forms import PAGE, homeless
from console.web.menu import room_of
from console.web.security import COOKIE, INSIDE
from models.vocabulary import Role

_WANTED: Final = "huiyin_wanted"
_SECONDS: Final = 1800
_LONGEST: Final = 1500  # characters of an address that a cookie holds with ease
_OWN: Final = "/account"  # open to every role


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """What the door says, the words that were not taken, whether some may be left unshown, and where to go on."""

    why: str
    posted: bool
    unsent: list[str]
    unread: bool
    page: str


async def turned_away(request: Request) -> TurnedAway:
    posted, over = request.method == "POST", COOKIE in request.cookies
    # A stranger's form is not looked at; who comes with a session's cookie had one, and wrote this while it ran out.
    values = await _typed(request) if posted and over else {}
    before = [*(values or {}).get(PAGE, ())[:1], request.headers.get("referer", "")]
    first = "须登录后才能提交。" if posted else "这一页须登录后查看。"
    why = "登录已超时或已失效，请重新登录。" if over else first
    return TurnedAway(why, posted, homeless(values or {}), values is None, _page(request, before))


def remember(answer: Response, page: str) -> None:
    if page:
        answer.set_cookie(_WANTED, quote(page), max_age=_SECONDS, httponly=True, samesite="lax", path="/")


def wanted(request: Request, role: Role) -> str:
    """The remembered page, where this role may open it; "" otherwise: another person may sign in after the first."""
    page = unquote(request.cookies.get(_WANTED, ""))
    path = urlsplit(page).path
    return page if _inside(page) and (path.startswith(_OWN) or room_of(path, role)) else ""


def forget(request: Request, answer: Response) -> None:
    if _WANTED in request.cookies:
        answer.delete_cookie(_WANTED, path="/")


def _page(request: Request, before: list[str]) -> str:
    """The page that was asked for, or that the form or the file stood on; a part of a page is none."""
    if request.headers.get("sec-fetch-dest", "document") != "document":
        return ""
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    is_page = request.method == "GET" and not PurePosixPath(request.url.path).suffix
    pages = [asked] if is_page else [own_address(each) for each in before]
    return next((page for page in pages if _inside(page) and len(page) <= _LONGEST), "")


def _inside(page: str) -> bool:
    return page.startswith((*INSIDE, _OWN))


async def _typed(request: Request) -> dict[str, list[str]] | None:
    """What stood in the form; None where it is too long to be shown again, or broken off."""
    if not 0 < declared(request.scope) <= MEGABYTE:
        return None
    try:
        return (await sent_by(request)).values
    except HTTPException:
        return None
