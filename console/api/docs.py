"""`/docs`: the interfaces as a page of our own, made from OpenAPI; nothing is loaded from elsewhere."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from flows.house import House
from models.actions.webhooks import SUBJECTS
from responders.notifying.delivering import MOST_ATTEMPTS

_TEMPLATES: Final = Path(__file__).parent / "templates"
_PLACES: Final = {"path": "路径", "query": "查询参数", "header": "请求头"}
_KINDS: Final = {
    "string": "文字", "boolean": "true/false", "integer": "整数", "number": "数", "object": "对象", "array": "数组",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of the body."""

    name: str
    place: str
    kind: str
    required: bool
    told: str


@dataclass(frozen=True, slots=True)
class Operation:
    method: str
    path: str
    summary: str
    told: str
    fields: list[Field]


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    anchor: str
    operations: list[Operation]


def groups_of(schema: Mapping[str, Any]) -> list[Group]:
    """The operations of an OpenAPI document by tag, in the order in which they stand."""
    found: dict[str, list[Operation]] = {}
    for path, verbs in schema.get("paths", {}).items():
        for method, described in verbs.items():
            tag = (described.get("tags") or ["其他"])[0]
            found.setdefault(tag, []).append(_operation(method, path, described))
    return [Group(name, f"g{at}", operations) for at, (name, operations) in enumerate(found.items(), start=1)]


def _operation(method: str, path: str, described: Mapping[str, Any]) -> Operation:
    fields = [_parameter(p) for p in described.get("parameters", [])]
    fields += _body_fields(described.get("requestBody", {}))
    return Operation(method.upper(), path, described.get("summary", ""), described.get("description", ""), fields)


def _parameter(given: Mapping[str, Any]) -> Field:
    return _field(given["name"], _PLACES.get(given["in"], given["in"]), given.get("schema", {}), given)


def _body_fields(body: Mapping[str, Any]) -> Iterator[Field]:
    for media in body.get("content", {}).values():
        schema = media.get("schema", {})
        schema = schema.get("oneOf", [schema])[0]  # one row or a list of such: the row says it all
        required = schema.get("required", [])
        for name, inner in schema.get("properties", {}).items():
            yield _field(name, "正文", inner, {"required": name in required})


def _field(name: str, place: str, schema: Mapping[str, Any], given: Mapping[str, Any]) -> Field:
    told = given.get("description") or schema.get("description") or ""
    return Field(name, place, _kind(schema), bool(given.get("required")), str(told))


def _kind(schema: Mapping[str, Any]) -> str:
    choices = [inner for inner in schema.get("anyOf", [schema]) if inner.get("type") != "null"]
    kind = choices[0].get("type", "") if choices else ""
    return _KINDS.get(kind, kind)


def router(house: House) -> APIRouter:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip

    def docs(request: Request) -> HTMLResponse:
        groups = groups_of(request.app.openapi())
        page = environment.get_template("docs.html")
        values = {"groups": groups, "openapi": request.app.openapi_url, "subjects": SUBJECTS, "most": MOST_ATTEMPTS}
        return HTMLResponse(page.render(profile=house.profile, **values))

    made = APIRouter(include_in_schema=False)
    made.add_api_route("/docs", docs, methods=["GET"])
    return made
