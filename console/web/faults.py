"""A form that was not taken is answered on its own page: what was wrong, which field, and everything typed kept."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse
from starlette.types import Message

from console.web.forms import PAGE, forms_of, refilled, sent_form
from console.web.wording import FIELDS
from models.asked import BadAsked
from models.errors import Conflict

_FORBIDDEN: Final = 403
_NOT_TAKEN: Final = 422
_OUR_FAULT: Final = 500
_UNFILTERED: Final = "下面的列表未按此筛选。"
_GONE: Final = "已由他人处理，或您已在另一页面办理；下面是现在的情况。"
_ENDED: Final = "这一项现在已不能提交，可能已经结束或由他人处理；没有收下。"
_HEADERS: Final = (b"cookie", b"host", b"accept-language", b"user-agent", b"x-forwarded-for", b"x-forwarded-proto")
_LIMITS: Final = {
    "string_too_long": ("最多 {max_length} 字", "max_length"),
    "string_too_short": ("至少 {min_length} 字", "min_length"),
    "too_long": ("最多 {max_length} 项", "max_length"),
    "greater_than_equal": ("不能小于 {ge}", "ge"),
    "greater_than": ("须大于 {gt}", "gt"),
    "less_than_equal": ("不能大于 {le}", "le"),
    "less_than": ("须小于 {lt}", "lt"),
}
_SAID: Final = {"enum": "请从所列选项中选择", "literal_error": "请从所列选项中选择", "bool_parsing": "请选择一项"}
_NUMBERS: Final = ("int_", "float_", "decimal_")


@dataclass(frozen=True, slots=True)
class Sent:
    """What a browser posted. Files are never given back to it."""

    values: dict[str, list[str]] = field(default_factory=dict)
    files: bool = False


async def on_the_form(request: Request, code: int, error: Exception, faults: Sequence[Any]) -> HTMLResponse | None:
    """The page of the form with the fault on it; None where no page of ours can be named."""
    if request.method == "GET" and code == _NOT_TAKEN:
        return await _on_the_filter(request, error, faults)
    if request.method != "POST" or code >= _OUR_FAULT or request.headers.get("x-part"):
        return None
    sent = await sent_by(request)
    stood = await _page_of(request, sent, _above(request.url.path) if code != _FORBIDDEN else [])
    if stood is None:
        return None
    path, page, at = stood
    labels = forms_of(page, urlsplit(path).path)[at].labels if at is not None else {}
    said = said_of(faults, labels) if faults else str(error)
    if at is None and faults and request.headers.get("referer"):
        said = _ENDED  # a field of a form that is gone can't be mended, nor named as its page called it
    elif at is None and isinstance(error, Conflict):
        said = f"{_GONE}（{said}）"
    if sent.files and at is not None:
        said += "附件须重新选择。"
    unknown = {str(fault["loc"][-1]) for fault in faults if fault["type"] in _SAID}  # a choice that is none: no words
    typed = {name: values for name, values in sent.values.items() if name not in unknown}
    return HTMLResponse(refilled(page, path, at, typed, said, _wrong(error, faults)), status_code=code)


async def _on_the_filter(request: Request, error: Exception, faults: Sequence[Any]) -> HTMLResponse | None:
    """The page whose form asked for this list or file, with the fault on it; None where there is no such form.

    A list's own page is shown without the filter, and says so. A file by a name of its own (.csv) is not made for that.
    """
    own, before = request.url.path, own_address(request.headers.get("referer", ""))
    elsewhere = urlsplit(before).path not in {"", own}
    if not request.url.query or (PurePosixPath(own).suffix and not elsewhere):
        return None
    path = before if elsewhere else own
    page = await _shown(request, path)
    forms = forms_of(page, urlsplit(path).path) if page is not None else []
    sent = Sent({name: request.query_params.getlist(name) for name in request.query_params})
    at = sent_form(forms, "GET", own, sent.values)
    if page is None or at is None:
        return None
    said = said_of(faults, forms[at].labels) if faults else str(error)
    if path == own:
        said += _UNFILTERED
    return HTMLResponse(refilled(page, path, at, sent.values, said, _wrong(error, faults)), status_code=_NOT_TAKEN)


def _wrong(error: Exception, faults: Sequence[Any]) -> list[str]:
    """The names of the fields that the page marks."""
    return [error.field] if isinstance(error, BadAsked) else [str(fault["loc"][-1]) for fault in faults]


async def form_left(request: Request) -> tuple[str, str] | None:
    """(address, title) of the page whose form was too large to be read; None where no page of ours can be named.

    Nothing of what was typed is known: on that page again it would look lost, while the browser's own way back keeps
    it. So the reader is told, and led there.
    """
    stood = await _page_of(request, Sent(), _above(request.url.path))
    if stood is None:
        return None
    path, page, _ = stood
    named = re.search(r"<title>(.*?)(?: · .*?)?</title>", page)
    return path, unescape(named[1]) if named else ""


def said_of(faults: Sequence[Any], labels: Mapping[str, str]) -> str:
    """Each field as its page calls it, with what to do; never what stood in it."""
    said = dict.fromkeys(_fault(fault, labels) for fault in faults)
    return "；".join(said) + "。请改正后再提交。"


def _fault(fault: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    code = str(fault["loc"][-1]) if isinstance(fault["loc"][-1], str) else str(fault["loc"][-2])
    shown = labels.get(code, "").partition("（")[0]
    name = f"“{shown or FIELDS.get(code) or '未列出的一项'}”"
    kind, limits = str(fault["type"]), fault.get("ctx") or {}
    if kind == "missing":
        return f"请填写{name}"
    if kind in _LIMITS and _LIMITS[kind][1] in limits:
        return f"{name}{_LIMITS[kind][0].format(**limits)}"
    if kind.startswith(_NUMBERS):
        return f"{name}须填数字"
    if kind.startswith("date"):
        return f"{name}须是日期，如 2026-03-02"
    return f"{name}{_SAID.get(kind, '格式不对')}"


async def sent_by(request: Request) -> Sent:
    """What stood in the form; read once, however often it is asked for."""
    values: dict[str, list[str]] = {}
    files = False
    for name, value in (await request.form()).multi_items():
        if isinstance(value, str):
            values.setdefault(name, []).append(value)
        else:
            files = files or bool(value.filename)
    return Sent(values, files)


async def _page_of(request: Request, sent: Sent, above: Sequence[str]) -> tuple[str, str, int | None] | None:
    """(address, page, place of the form): the page that the browser was on, else the room above that has the form.

    Where none has it any more, the nearest room above that there is.
    """
    own, nearest = request.url.path, None
    named = [*sent.values.get(PAGE, ())[:1], request.headers.get("referer", "")]
    told = [path for path in (own_address(each) for each in named) if path]
    for path in dict.fromkeys([*told, *above]):
        page = await _shown(request, path)
        if page is None:
            continue
        at = sent_form(forms_of(page, urlsplit(path).path), "POST", own, sent.values)
        if at is not None or path in told:
            return path, page, at
        nearest = nearest or (path, page, None)
    return nearest


def own_address(given: str) -> str:
    """The path and question of an address; only our own pages are ever looked at."""
    parts = urlsplit(given)
    return (parts.path + (f"?{parts.query}" if parts.query else "")) if parts.path.startswith("/") else ""


def _above(path: str) -> list[str]:
    parts = path.strip("/").split("/")
    return ["/" + "/".join(parts[:n]) for n in range(len(parts), 0, -1)]


async def _shown(request: Request, address: str) -> str | None:
    """The page as this browser would get it now, by this same application; None unless it is one."""
    parts = urlsplit(address)
    kept = ("type", "asgi", "http_version", "server", "client", "scheme", "root_path")
    scope = {name: request.scope[name] for name in kept if name in request.scope} | {
        "method": "GET",
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "headers": [(name, value) for name, value in request.scope["headers"] if name in _HEADERS],
    }
    answer: dict[str, Any] = {"status": 0, "headers": [], "body": b""}

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.update(status=message["status"], headers=message["headers"])
        else:
            answer["body"] += message.get("body", b"")

    await request.app(scope, receive, send)
    kind = dict(answer["headers"]).get(b"content-type", b"")
    good = answer["status"] == 200 and kind.startswith(b"text/html")  # noqa: PLR2004
    return str(answer["body"].decode()) if good else None
