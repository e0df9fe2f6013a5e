"""`/open311/v2/`: GeoReport v2, so that existing clients work. A service is a domain; lists hold what may be public."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from console.api.contacts import NO_PHONE
from console.api.open311_form import MULTIPART, URLENCODED, form_schema, message_of, read_form
from console.api.open311_format import Open311Route, WrongRequest, answer, no_such_place, stem
from console.api.open311_shapes import (
    DEFINITION,
    DISCOVERY,
    POSTED,
    REFUSALS,
    REQUESTS,
    SERVICES,
    TOKENS,
    either,
)
from console.api.problems import MEGABYTE, body_within
from flows.house import House
from flows.submitting import submit
from models.database import reading
from models.errors import NotFound
from models.queries.open_requests import OpenRequest, RequestFilter, number_of_token, open_requests

_SPAN: Final = timedelta(days=90)  # GeoReport: without dates, the last 90 days
_MOST_BYTES: Final = {MULTIPART: 16 * MEGABYTE}  # with its pictures; others a megabyte
_MOST_ROWS: Final = 1000  # GeoReport: the first 1000
_MOST_NUMBERS: Final = 100
_YEARS: Final = range(1900, 2200)
_NUMBER: Final = re.compile(r"[A-Za-z0-9-]{1,40}", re.ASCII)
_CODE: Final = re.compile(r"[0-9A-Z]{12}", re.ASCII)
_STATUSES: Final = frozenset({"open", "closed"})
_SPECIFICATION: Final = "http://wiki.open311.org/GeoReport_v2"
_CHANGESET: Final = "2026-01-01T00:00:00+08:00"  # of this interface's form, not of its data


async def form_body(request: Request) -> bytes:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return await body_within(request, _MOST_BYTES.get(kind, MEGABYTE), "表单")


def _one_of(numbers: str) -> list[str]:
    return [n for n in numbers.split(",")[:_MOST_NUMBERS] if _NUMBER.fullmatch(n)]


class Open311:
    def __init__(self, house: House) -> None:
        self._house = house
        self._services = house.profile.domain_labels

    def here(self, jurisdiction_id: Annotated[str, Query(description="辖区代码，可不写")] = "") -> None:
        profile = self._house.profile
        if jurisdiction_id and jurisdiction_id not in {profile.code, profile.jurisdiction}:
            raise no_such_place(jurisdiction_id)

    def discovery(self, request: Request) -> Response:
        """有哪些接口、什么格式。"""
        profile, url = self._house.profile, self._house.settings.public_url.rstrip("/")
        kind = "test" if profile.demonstration else "production"
        endpoint = {
            "specification": _SPECIFICATION, "url": f"{url}/open311/v2", "changeset": _CHANGESET, "type": kind,
            "formats": ["text/xml", "application/json"],
        }  # fmt: skip
        value = {
            "changeset": _CHANGESET, "contact": f"{profile.publisher} {url}/docs",
            "key_service": "本接口不需要 api_key", "endpoints": [endpoint],
        }  # fmt: skip
        return answer(request, "discovery", value)

    def services(self, request: Request) -> Response:
        """可提交的诉求领域。"""
        return answer(request, "services", [self._service(code, label) for code, label in self._services.items()])

    def _service(self, code: str, label: str) -> dict[str, Any]:
        return {
            "service_code": code, "service_name": label, "description": f"{label}方面的咨询、求助、投诉和建议",
            "metadata": True, "type": "batch", "keywords": label, "group": self._house.profile.name,
        }  # fmt: skip

    def definition(self, request: Request, code: str) -> Response:
        """一个领域的附加字段。"""
        self._must_be_service(stem(code))
        return answer(request, "service_definition", {"service_code": stem(code), "attributes": _ATTRIBUTES})

    def _must_be_service(self, code: str) -> None:
        if code not in self._services:
            raise NotFound(f"没有代码为 {code[:40]} 的服务（service_code），请先查 services。")

    def requests(
        self,
        request: Request,
        service_request_id: Annotated[str, Query(description="工单编号，逗号分隔；写了它，其他条件不起作用")] = "",
        service_code: Annotated[str, Query(description="领域代码，逗号分隔")] = "",
        status: Annotated[str, Query(description="open、closed 或两者；公开的都已答复，即 closed")] = "",
        start_date: Annotated[
            str, Query(description="W3C 日期时间；不写则为 end_date 前 90 天；与 end_date 相隔不超过 90 天")
        ] = "",
        end_date: Annotated[str, Query(description="W3C 日期时间；不写则为现在，但不晚于 start_date 后 90 天")] = "",
        page: Annotated[int, Query(ge=1, le=10_000)] = 1,
        page_size: Annotated[int, Query(ge=1, le=_MOST_ROWS)] = _MOST_ROWS,
    ) -> Response:
        """已答复且同意公开的诉求，新的在前。"""
        asked = {s.strip() for s in status.split(",") if s.strip()}
        if asked - _STATUSES:
            raise WrongRequest("status 只能是 open、closed，或以逗号分隔的两者。")
        since, until = self._span(start_date, end_date)
        wanted = RequestFilter(
            numbers=_one_of(service_request_id) if service_request_id else None,
            domains=[c for c in service_code.split(",") if c in self._services] if service_code else None,
            since=since, until=until, page=page, page_size=page_size,
        )  # fmt: skip
        if asked == {"open"} and not service_request_id:
            return answer(request, "service_requests", [])  # what is open is not public yet
        return answer(request, "service_requests", self._found(wanted))

    def _span(self, start: str, end: str) -> tuple[datetime, datetime]:
        """GeoReport: 90 days at most. With one end given the other is 90 days from it, or now."""
        now = self._house.now()
        if start and not end:
            since = self._moment(start, "start_date")
            return since, min(max(since, now), since + _SPAN)
        until = self._moment(end, "end_date") if end else now
        since = self._moment(start, "start_date") if start else until - _SPAN
        if since > until:
            raise WrongRequest("start_date 晚于 end_date，请对调后重新查询。")
        if until - since > _SPAN + timedelta(days=1):  # whole days, both counted
            raise WrongRequest("start_date 与 end_date 相隔不得超过 90 天，请分段查询。")
        return since, until

    def _moment(self, given: str, name: str) -> datetime:
        """A `+` that a client forgot to escape has become a space."""
        fault = WrongRequest(f"{name} 不是能识别的日期时间，应如 2026-02-13T10:00:00+08:00。")
        try:
            moment = datetime.fromisoformat(re.sub(r" (\d\d:\d\d)$", r"+\1", given.strip()))
            moment = moment if moment.tzinfo else moment.replace(tzinfo=self._house.settings.zone)
            moment = moment.astimezone(UTC)
        except (ValueError, OverflowError):
            raise fault from None
        if moment.year not in _YEARS:
            raise fault
        return moment

    def request(self, request: Request, number: str) -> Response:
        """一件公开的诉求。"""
        found = self._found(RequestFilter(numbers=_one_of(stem(number))))
        if not found:
            raise NotFound("没有找到该诉求，或该诉求不公开。")
        return answer(request, "service_requests", found)

    def _found(self, wanted: RequestFilter) -> list[dict[str, Any]]:
        with reading(self._house.engine) as session:
            found = open_requests(session, wanted)
        return [self._shown(one) for one in found]

    def _shown(self, found: OpenRequest) -> dict[str, Any]:
        order, profile = found.order, self._house.profile
        unit = profile.units_by_code.get(order.lead_unit or "")
        region = profile.regions_by_code.get(order.region or "") if found.summary else None
        return {
            "service_request_id": order.number,
            "status": "closed",
            "status_notes": _hidden(found.answer, official=True),
            "service_name": self._services.get(order.domain, order.domain),
            "service_code": order.domain,
            "description": _hidden(found.summary, official=False),
            "agency_responsible": unit.name if unit else None,
            "service_notice": None,
            "requested_datetime": self._local(order.received_at),
            "updated_datetime": self._local(order.replied_at),
            "expected_datetime": None,
            "address": region.name if region else None,
            "address_id": None,
            "zipcode": None,
            "lat": None,
            "long": None,
            "media_url": None,
        }

    def _local(self, moment: datetime | None) -> str | None:
        return moment.astimezone(self._house.settings.zone).isoformat(timespec="seconds") if moment else None

    def post(self, request: Request, body: Annotated[bytes, Depends(form_body)]) -> Response:
        """提交诉求，得到令牌（即查询码）。"""
        form, files = read_form(request.headers.get("content-type", ""), body)
        self.here(form.jurisdiction_id)
        self._must_be_service(form.service_code)
        house, now = self._house, self._house.now()
        message = message_of(form, files, self._services, now)
        token = submit(house, message, body, "开放接口 Open311", now)
        url = f"{house.settings.public_url.rstrip('/')}/track"
        notice = f"已收到。可凭令牌和所留电话的后四位在 {url} 查询答复。"
        if message.phone is None:
            notice = f"已收到。{NO_PHONE}"
        given = [{"token": token, "service_notice": notice, "account_id": None}]
        return answer(request, "service_requests", given, status=201)

    def token(self, request: Request, token: str) -> Response:
        """由令牌查工单编号；尚未登记完时编号为空。"""
        code = stem(token).upper()
        known, number = False, None
        if _CODE.fullmatch(code):
            with reading(self._house.engine) as session:
                known, number = number_of_token(session, code)
        if not known:
            raise NotFound("没有这个令牌。")
        return answer(request, "service_requests", [{"service_request_id": number, "token": code}])

    def nowhere(self, rest: str) -> Response:
        raise NotFound(f"没有 {rest[:60]} 这个接口，请先查 discovery。")


def _hidden(text: str | None, *, official: bool) -> str | None:
    """Published texts were reviewed; they are searched once more on their way out."""
    if text is None:
        return None
    from classifiers.redaction import redact

    return redact(text, "official" if official else "citizen").text


def _choice(code: str, told: str, order: int) -> dict[str, Any]:
    return {
        "variable": True, "code": code, "datatype": "singlevaluelist", "required": False,
        "datatype_description": "yes 或 no，不写即 no", "order": order, "description": told,
        "values": [{"key": "yes", "name": "是"}, {"key": "no", "name": "否"}],
    }  # fmt: skip


_ATTRIBUTES: Final = [_choice("may_publish", "是否同意公开", 1), _choice("confidential", "是否要求保密", 2)]


def router(house: House) -> APIRouter:
    """Every path with and without a format; only the plain ones stand in the documentation."""
    open311 = Open311(house)
    made = APIRouter(
        prefix="/open311/v2",
        tags=["Open311 GeoReport v2"],
        route_class=Open311Route,
        dependencies=[Depends(open311.here)],
        responses=REFUSALS,
    )
    form = {
        "requestBody": {
            "required": True,
            "content": {URLENCODED: {"schema": form_schema()}, MULTIPART: {"schema": form_schema()}},
        }
    }
    paths: tuple[tuple[str, Any, str, str, dict[str, Any]], ...] = (
        ("/discovery", open311.discovery, "GET", "接口发现", DISCOVERY),
        ("/services", open311.services, "GET", "服务列表", SERVICES),
        ("/services/{code}", open311.definition, "GET", "服务定义", DEFINITION),
        ("/requests", open311.requests, "GET", "公开的诉求", REQUESTS),
        ("/requests", open311.post, "POST", "提交诉求", POSTED),
        ("/requests/{number}", open311.request, "GET", "一件诉求", REQUESTS),
        ("/tokens/{token}", open311.token, "GET", "令牌换编号", TOKENS),
    )
    for path, endpoint, method, summary, said in paths:
        extra = form if method == "POST" else None
        status = 201 if method == "POST" else 200
        made.add_api_route(path, endpoint, methods=[method], summary=summary, status_code=status, openapi_extra=extra,
                           responses={status: either(summary, said)})  # fmt: skip
        if "{" not in path:
            for suffix in (".json", ".xml"):
                made.add_api_route(path + suffix, endpoint, methods=[method], include_in_schema=False)
    made.add_api_route("/{rest:path}", open311.nowhere, methods=["GET", "POST"], include_in_schema=False)
    return made
