"""GeoReport v2 on the wire: the same values as JSON and as XML, errors in its own form."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from xml.etree import ElementTree as ET

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from console.api.problems import ApiRoute, BadFields
from models.errors import BadInput, HuiyinError, NotFound

# What an element of a list is called in XML.
_ITEMS: Final = {
    "services": "service", "service_requests": "request", "errors": "error", "attributes": "attribute",
    "values": "value", "endpoints": "endpoint", "formats": "format",
}  # fmt: skip
_SUFFIX: Final = re.compile(r"^(?P<stem>.*?)(?:\.(?P<form>json|xml))?$", re.DOTALL)
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class WrongRequest(BadInput):
    """GeoReport answers a faulty request with 400."""

    status_code = 400


def answer(request: Request, root: str, value: object, status: int = 200) -> Response:
    """`value` in the format that the request's suffix or Accept header asks for."""
    headers = {"cache-control": "no-store"}
    if wanted_form(request) == "json":
        return JSONResponse(value, status_code=status, headers=headers)
    return Response(as_xml(root, value), status_code=status, media_type="text/xml; charset=utf-8", headers=headers)


def wanted_form(request: Request) -> str:
    given = _SUFFIX.match(request.url.path)
    if given and given["form"]:
        return given["form"]
    accepted = request.headers.get("accept", "")
    return "xml" if "xml" in accepted and "json" not in accepted and "html" not in accepted else "json"


def stem(name: str) -> str:
    """A path's last part without the format: `housing.xml` is `housing`."""
    given = _SUFFIX.match(name)
    return given["stem"] if given else name


def as_xml(root: str, value: object) -> bytes:
    element = ET.Element(root)
    _fill(element, value)
    head = b'<?xml version="1.0" encoding="UTF-8"?>\n'
    return head + ET.tostring(element, encoding="unicode").encode()


def _fill(element: ET.Element, value: object) -> None:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            _fill(ET.SubElement(element, name), inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            _fill(ET.SubElement(element, _ITEMS[element.tag]), inner)
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif value is not None:
        element.text = _NOT_XML.sub("", str(value))


class Open311Route(ApiRoute):
    """Errors as GeoReport has them: [{"code", "description"}] or <errors>."""

    def problem(self, request: Request, error: HuiyinError) -> Response:
        # A wrong parameter is 422 elsewhere in this house; GeoReport's clients know 400.
        status = 400 if isinstance(error, BadFields) else error.status_code
        said: list[dict[str, Any]] = [{"code": status, "description": str(error)}]
        return answer(request, "errors", said, status)


def no_such_place(given: str) -> NotFound:
    return NotFound(f"没有名为 {given[:40]} 的辖区（jurisdiction_id）。")
