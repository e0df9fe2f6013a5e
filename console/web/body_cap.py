"""How much a request may bring: measured before a byte of it is parsed, more where a form takes files."""

from collections.abc import Awaitable, Callable, Sequence

from fastapi import APIRouter, HTTPException, Request
from fastapi.params import File
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.web.uploads import MOST_BYTES, MOST_FILES

MEGABYTE = 1024 * 1024
_FORM = MEGABYTE  # the longest form has some 60,000 characters, nine bytes each as a browser sends them
_LETTER = MOST_FILES * MOST_BYTES + _FORM  # a stranger's files: what the letter's page says, and its text
_DIGITS = 18  # a length that fits in 64 bits


class TooLarge(HTTPException):
    """Raised while a body is read: the framework lets nothing but its own errors through there."""

    def __init__(self, most: int) -> None:
        super().__init__(413, f"提交的内容超过 {most // MEGABYTE} MB 的上限，没有收下，也没有保存。")

    def __str__(self) -> str:
        return str(self.detail)


_Refusal = Callable[[Request, TooLarge], Awaitable[Response]]


class BodyCap:
    """Answers 413 with the limit's name.

    `uploads`: bytes, where staff hand files in; `machines`: beginnings of paths that measure for themselves.
    """

    def __init__(
        self, app: ASGIApp, rooms: Sequence[APIRouter], uploads: int, machines: tuple[str, ...], refuse: _Refusal
    ) -> None:
        self._app, self._uploads, self._machines, self._refuse = app, uploads, machines, refuse
        self._taking = [
            route.path_regex
            for room in rooms
            for route in room.routes
            if isinstance(route, APIRoute) and any(isinstance(p.field_info, File) for p in route.dependant.body_params)
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(self._machines):
            await self._app(scope, receive, send)
            return
        most, read = self._most(scope["path"]), 0
        if declared(scope) > most:
            answer = await self._refuse(Request(scope), TooLarge(most))
            await answer(scope, receive, send)
            return

        async def measured() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > most:
                raise TooLarge(most)
            return message

        await self._app(scope, measured, send)

    def _most(self, path: str) -> int:
        if path == "/send":
            return _LETTER
        return self._uploads if any(pattern.match(path) for pattern in self._taking) else _FORM


def declared(scope: Scope) -> int:
    """What the sender says that the body has; none said is none known."""
    said = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return int(said) if said.isdigit() and len(said) <= _DIGITS else 0
