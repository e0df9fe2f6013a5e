"""What a program hears when something is wrong: JSON with a Chinese sentence, never a page, never a citizen's words."""

import json
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, Final, TypeVar

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError

from channels.wording import cleaned
from console.web.attempts import TooMany
from models.database import DATABASE_AWAY
from models.errors import BadInput, HuiyinError, NotAllowed, Unavailable

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
Given = TypeVar("Given", bound=BaseModel)
MEGABYTE = 1024 * 1024


class TooLarge(BadInput):
    """内容超过上限，请缩短或分次提交。"""

    status_code = 413


class NotSigned(NotAllowed):
    """签名不对。"""

    status_code = 401


class RecordAway(Unavailable):
    """系统暂时无法登记，您的内容没有收下，请稍后重新提交。"""


class BadFields(BadInput):
    """`fields`: name → what is wrong with it."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("；".join(fields.values()) + "。")
        self.fields = dict(fields)


class ApiRoute(APIRoute):
    """Errors in this room's own form, whatever application the route stands in."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError as error:
                return self.problem(request, _bad_parameters(error))
            except DATABASE_AWAY:
                return self.problem(request, RecordAway())
            except HuiyinError as error:
                return self.problem(request, error)

        return guarded

    def problem(self, _request: Request, error: HuiyinError) -> Response:
        said: dict[str, Any] = {"error": str(error)}
        if isinstance(error, BadFields):
            said["fields"] = error.fields
        headers = {"cache-control": "no-store"} | (TooMany.HEADERS if isinstance(error, TooMany) else {})
        return JSONResponse(said, status_code=error.status_code, headers=headers)


async def body_within(request: Request, most: int, what: str) -> bytes:
    """The body, read no further than `most` bytes; TooLarge names the limit."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and len(length) < 19 and int(length) > most:  # noqa: PLR2004  (sizes that fit in 64 bits)
        raise _too_large(what, most)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise _too_large(what, most)
    return bytes(body)


def _too_large(what: str, most: int) -> TooLarge:
    return TooLarge(f"{what}超过 {most / MEGABYTE:g} MB 的上限，请缩短或分次提交。")


def json_of(body: bytes) -> object:
    """The JSON value of a body in UTF-8; BadInput says where it breaks off."""
    try:
        return json.loads(body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadInput("请求正文不是 UTF-8 编码的 JSON，请改用 UTF-8 编码后重新提交。") from None
    except json.JSONDecodeError as error:
        raise BadInput(
            f"请求正文不是 JSON：第 {error.lineno} 行第 {error.colno} 个字符处有误，请修正后重新提交。"
        ) from None
    except (ValueError, RecursionError):
        raise BadInput("请求正文中的数字过长或嵌套过深，请修正后重新提交。") from None


def validated(model: type[Given], given: object, labels: Mapping[str, str]) -> Given:
    """The value as `model`, its texts cleaned of what no database keeps; BadFields names each wrong field."""
    if not isinstance(given, dict):
        raise BadInput("请求正文应为一个 JSON 对象 {…}。")
    names = {field.alias or name for name, field in model.model_fields.items()} & given.keys()
    try:
        return model.model_validate({name: _clean(given[name]) for name in names})
    except ValidationError as error:
        raise BadFields(_named(error.errors(include_url=False, include_input=False), labels)) from None


def _clean(value: object) -> object:
    return cleaned(value) if isinstance(value, str) else value


def _bad_parameters(error: RequestValidationError) -> BadFields:
    return BadFields(_named(error.errors(), {}))


def _named(faults: Sequence[Any], labels: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for fault in faults:
        name = str(fault["loc"][-1]) if fault["loc"] else "正文"
        shown = f"{name}（{labels[name]}）" if name in labels else name
        found.setdefault(name, f"{shown}：{_reason(fault)}")
    return found


_REASONS = {
    "missing": "必须填写",
    "string_type": "应为文字",
    "string_too_long": "不得超过 {max_length} 个字符",
    "string_too_short": "必须填写",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "float_parsing": "应为数字",
    "string_pattern_mismatch": "格式不对，应符合 {pattern}",
    "greater_than_equal": "不得小于 {ge}",
    "less_than_equal": "不得大于 {le}",
}


def _reason(fault: Mapping[str, Any]) -> str:
    context = fault.get("ctx") or {}
    if fault["type"] == "value_error":
        return str(context["error"])
    return _REASONS.get(fault["type"], "格式不对").format(**context)


_SAID: Final[dict[str, Any]] = {
    "type": "object", "required": ["error"],
    "properties": {
        "error": {"type": "string", "description": "哪里不对、怎么改"},
        "fields": {"type": "object", "additionalProperties": {"type": "string"}, "description": "逐个字段的说明"},
    },
}  # fmt: skip
PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    "4XX": {"description": "请求有误", "content": {"application/json": {"schema": _SAID}}},
    "503": {"description": "暂时不可用，请稍后再试", "content": {"application/json": {"schema": _SAID}}},
}
"""What OpenAPI tells of every route's refusals."""


Told = str | Mapping[str, Any]


def told(description: str, /, **properties: Told) -> dict[str, Any]:
    """An answer for OpenAPI: an object of just these fields."""
    return told_as(description, shape(**properties))


def told_as(description: str, schema: Mapping[str, Any], kind: str = "application/json") -> dict[str, Any]:
    return {"description": description, "content": {kind: {"schema": schema}}}


def shape(**properties: Told) -> dict[str, Any]:
    """The schema of an object: each field a schema, or `type: what it is`.

    A `?` after the type allows null, a `~` that the field is left out.
    """
    fields = {name: _told_field(said) if isinstance(said, str) else dict(said) for name, said in properties.items()}
    needed = [name for name in fields if not _may_be_absent(properties[name])]
    return {"type": "object", "required": needed, "properties": fields, "additionalProperties": False}


def _may_be_absent(said: Told) -> bool:
    return isinstance(said, str) and said.partition(": ")[0].endswith("~")


def rows(of: Mapping[str, Any], description: str = "") -> dict[str, Any]:
    """The schema of a list."""
    return {"type": "array", "items": dict(of)} | ({"description": description} if description else {})


def _told_field(said: str) -> dict[str, Any]:
    kind, _, description = said.partition(": ")
    kind = kind.removesuffix("~")
    named: Any = [kind.removesuffix("?"), "null"] if kind.endswith("?") else kind
    return {"type": named, "description": description}
