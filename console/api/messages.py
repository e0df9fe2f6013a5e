"""`/api/messages`: hand a message in, look its answer up."""

import re
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, field_validator

from channels.wording import one_line
from console.api.contacts import NO_PHONE, Email, Phone
from console.api.problems import MEGABYTE, PROBLEMS, ApiRoute, body_within, json_of, rows, shape, told, validated
from console.web.attempts import Attempts
from console.web.typed import plain_code
from flows.answers import shown_answer
from flows.house import House
from flows.submitting import new_external_id, submit
from flows.tracking import Due, Progress, progress
from models import identity
from models.database import reading
from models.errors import Conflict
from models.inbound import InboundMessage
from models.queries.lookup import Answer
from models.queries.taken import taken_before
from models.vocabulary import Channel, Outcome

_MOST_BYTES = MEGABYTE
_CODE = re.compile(r"[0-9A-Z]{12}")
LABELS = {
    "title": "标题", "text": "内容", "name": "姓名", "phone": "联系电话", "email": "电子邮箱", "region": "所属区域",
    "may_publish": "可否公开", "confidential": "是否保密", "external_id": "来件编号",
}  # fmt: skip

_RECEIPT = told(
    "已收到", query_code="string: 查询码", received_at="string: 收到时间（ISO 8601）",
    notice="string~: 提示，可能没有",
)  # fmt: skip
_DUE = shape(
    what="string: 到期的是什么（答复、转承办单位、审看）", date="string: 哪一天到期（YYYY-MM-DD）",
    provisional="boolean: 放假安排尚未公布，日期暂定", paused="boolean: 正在暂停计时，恢复后顺延",
    overdue="boolean: 已超期",
)  # fmt: skip
_EARLIER = shape(
    replied_at="string: 答复时间（ISO 8601）", reply="string: 答复", outcome="string: 当时的办理结果"
)  # fmt: skip
_FOUND = told(
    "进度和答复", query_code="string: 查询码", status="string: 状态", received_at="string: 收到时间",
    number="string?: 工单编号", accepted_at="string?: 受理时间", replied_at="string?: 答复时间",
    unit="string?: 主办单位",
    reply="string?: 答复", outcome="string?: 办理结果",
    due=_DUE | {"type": ["object", "null"], "description": "期限；没有在办的期限时为 null"},
    earlier=rows(_EARLIER, "重新办理以前的答复，最近的在前"),
)  # fmt: skip


class MessageIn(BaseModel):
    """What a citizen (or a program for them) hands in. Unknown fields are ignored; consent unstated is no."""

    model_config = ConfigDict(strict=True)

    text: str = Field(min_length=1, max_length=20_000, description="内容（必填）")
    title: str | None = Field(default=None, max_length=200, description="标题")
    name: str | None = Field(default=None, max_length=60, description="姓名")
    phone: Phone = Field(default=None, description="联系电话；查询答复要用它的后四位")
    email: Email = Field(default=None, description="电子邮箱")
    region: str | None = Field(default=None, max_length=100, description="所属区域或地点")
    may_publish: bool = Field(default=False, description="同意公开；不写即不同意")
    confidential: bool = Field(default=False, description="要求保密；保密的不公开")
    external_id: str | None = Field(
        default=None, max_length=200, description="调用方自己的编号；同一编号重复提交只收一件"
    )

    @field_validator("title", "name", "region", "external_id")
    @classmethod
    def _one_line(cls, value: str | None) -> str | None:
        return one_line(value)


async def message_body(request: Request) -> bytes:
    return await body_within(request, _MOST_BYTES, "来信")


class Messages:
    """The two verbs; `tries` limits guesses at the four digits, a right answer forgives them."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._tries = Attempts(most=10, seconds=600)

    def post(self, body: Annotated[bytes, Depends(message_body)]) -> JSONResponse:
        """收一封来信。落库后才应答；处理队列暂时不可用也不影响提交。"""
        given = validated(MessageIn, json_of(body), LABELS)
        house, now = self._house, self._house.now()
        message = _inbound(given, now)
        first = self._from_the_same_sender(message)
        code = submit(house, message, body, "开放接口 /api/messages", now)
        said = {"query_code": code, "received_at": self._local(first or now)}
        if message.phone is None:
            said["notice"] = NO_PHONE
        return JSONResponse(said, status_code=202, headers={"cache-control": "no-store"})

    def _from_the_same_sender(self, message: InboundMessage) -> datetime | None:
        """When a message of this number first came, None for a new one.

        Numbers are easily guessed: another's number must neither give away a code nor change a message.
        """
        house = self._house
        with reading(house.engine) as session:
            known = taken_before(session, identity.inbox_id(message.channel, message.external_id))
        if known is None:
            return None
        key, first = known
        if key != identity.keyed_hash(house.secret, message.sender or message.external_id):
            raise Conflict("external_id（来件编号）已被另一封来信使用，请换一个编号。")
        return first

    def get(
        self,
        request: Request,
        query_code: str,
        last4: Annotated[str, Query(description="提交时所留电话的后四位")] = "",
    ) -> JSONResponse:
        """查办理进度、答复期限、答复和此前的答复。查询码不存在与后四位不符，应答相同。"""
        code = plain_code(query_code)[:40]
        key = f"{request.client.host if request.client else ''}|{code}"
        self._tries.count(key)
        with reading(self._house.engine) as session:
            answer = shown_answer(session, code if _CODE.fullmatch(code) else "", plain_code(last4))
            way = progress(session, self._house.reckoner, answer, code)
        self._tries.forget(key)
        return JSONResponse(self._shown(code, answer, way), headers={"cache-control": "no-store"})

    def _shown(self, code: str, answer: Answer, way: Progress) -> dict[str, Any]:
        """A sealed order says only that it was received."""
        unit = self._house.profile.units_by_code.get(answer.unit or "")
        return {
            "query_code": code,
            "status": answer.status,
            "received_at": self._local(answer.received_at),
            "number": answer.number,
            "accepted_at": self._local(answer.accepted_at),
            "replied_at": self._local(answer.replied_at),
            "unit": unit.name if unit else None,
            "reply": answer.reply,
            "outcome": Outcome(answer.outcome).label if answer.reply and answer.outcome else None,
            "due": self._due(way.due) if way.due else None,
            "earlier": [
                {"replied_at": self._local(e.at), "reply": e.text, "outcome": Outcome(e.outcome).label}
                for e in way.earlier
            ],
        }

    def _due(self, due: Due) -> dict[str, Any]:
        return {
            "what": due.what,
            "date": str(self._house.day_of(due.at)),
            "provisional": due.provisional,
            "paused": due.paused,
            "overdue": not due.paused and due.at < self._house.now(),
        }

    def _local(self, moment: datetime | None) -> str | None:
        return moment.astimezone(self._house.settings.zone).isoformat() if moment else None


def _inbound(given: MessageIn, now: datetime) -> InboundMessage:
    return InboundMessage(
        channel=Channel.WEB, external_id=given.external_id or new_external_id(), received_at=now, title=given.title,
        text=given.text, sender_name=given.name, phone=given.phone, email=given.email, region_hint=given.region,
        may_publish=given.may_publish and not given.confidential, confidential=given.confidential,
    )  # fmt: skip


def router(house: House) -> APIRouter:
    messages = Messages(house)
    made = APIRouter(prefix="/api/messages", tags=["来信"], route_class=ApiRoute, responses=PROBLEMS)
    schema = {
        "requestBody": {"required": True, "content": {"application/json": {"schema": MessageIn.model_json_schema()}}}
    }
    made.add_api_route("", messages.post, methods=["POST"], status_code=202, openapi_extra=schema, summary="提交来信",
                       responses={202: _RECEIPT})  # fmt: skip
    made.add_api_route("/{query_code}", messages.get, methods=["GET"], summary="查询答复",
                       responses={200: _FOUND})  # fmt: skip
    return made
