"""`/hooks/hotline`: a call centre tells of calls as they come. Signed, fresh, and harmless when replayed.

The signature is HMAC-SHA256 over `timestamp + "." + body` with HUIYIN_HOOK_SECRET; the inbox key makes a replay
a duplicate.
"""

import hashlib
import hmac
import json
import re
import uuid
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import JSONResponse

from channels.hotline import LABELS, BadCell, call_fields, call_message
from channels.options import ReadOptions
from console.api.problems import (
    MEGABYTE,
    PROBLEMS,
    ApiRoute,
    NotSigned,
    TooLarge,
    body_within,
    json_of,
    rows,
    shape,
    told,
)
from flows.collecting import read_options
from flows.house import House
from models import identity
from models.actions.intake import take_in
from models.database import reading
from models.errors import BadInput, Unavailable
from models.inbound import Accepted, Quarantined, SourceItem
from models.queries.taken import known_of
from models.vocabulary import Channel

_MOST_BYTES = 5 * MEGABYTE
_MOST_ROWS = 1000
_FRESH_SECONDS = 300
_TIMESTAMP = re.compile(r"\d{1,12}", re.ASCII)
_WHERE = "热线接口"
_HINTS = {
    "external_id": "呼叫中心的编号：再推送同一编号，内容相同的是重复，不同的是修改",
    "received_at": "ISO 8601，或 2026-01-05 09:03、2026年1月5日 9时3分；不带时区的按本地时间，不写则为收到时间",
    "phone": "请用文字，不要用数字", "text": "标题和内容不能都空着", "answered_on_the_spot": "是、否，或 true、false",
    "confidential": "是、否，或 true、false", "may_publish": "是、否，或 true、false；不写即不同意",
}  # fmt: skip
_TAKEN = told(
    "逐条结果", accepted="integer: 收下", duplicates="integer: 重复", quarantined="integer: 存入隔离区",
    rows=rows(shape(
        row="integer: 第几条", result="string: accepted、duplicate 或 quarantined", external_id="string~: 来件编号",
        query_code="string~: 查询码", why="string~: 为什么存入隔离区",
    )),
)  # fmt: skip


class NoHookSecret(Unavailable):
    """热线接口尚未启用：请在环境变量 HUIYIN_HOOK_SECRET 中设置与呼叫中心约定的密钥，重启后再试。"""


@dataclass(frozen=True, slots=True)
class Signed:
    """A body and what its sender says about it."""

    body: bytes
    timestamp: str
    signature: str


async def signed_body(
    request: Request,
    timestamp: Annotated[str, Header(alias="X-Huiyin-Timestamp", description="Unix 秒")] = "",
    signature: Annotated[str, Header(alias="X-Huiyin-Signature", description="十六进制，可带 sha256= 前缀")] = "",
) -> Signed:
    return Signed(await body_within(request, _MOST_BYTES, "热线推送"), timestamp, signature)


class Hooks:
    def __init__(self, house: House) -> None:
        self._house = house

    def hotline(self, signed: Annotated[Signed, Depends(signed_body)]) -> JSONResponse:
        """收热线推送：一个对象或一组对象，键名与热线表格相同；重复推送不会重复登记。

        签名为以约定密钥对“时间戳.正文”所作的 HMAC-SHA256；时间戳与本机相差不得超过 300 秒。
        """
        self._must_be_signed(signed)
        house, now = self._house, self._house.now()
        options = read_options(house, now, {})
        items = [_item(row, number, options) for number, row in enumerate(self._rows(signed.body), start=1)]
        results = self._results(items)
        counts = take_in(house.engine, house.blobs, items, house.secret, now)
        said = {"accepted": counts.accepted, "duplicates": counts.duplicates, "quarantined": counts.quarantined}
        return JSONResponse({**said, "rows": results}, headers={"cache-control": "no-store"})

    def _must_be_signed(self, signed: Signed) -> None:
        secret = self._house.settings.hook_secret.get_secret_value()
        if not secret:
            raise NoHookSecret
        if not _TIMESTAMP.fullmatch(signed.timestamp):
            raise NotSigned("X-Huiyin-Timestamp 应为 Unix 秒（十位数字，不是毫秒或日期），请写明后重新推送。")
        content = signed.timestamp.encode() + b"." + signed.body
        expected = hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()
        given = signed.signature.strip().lower().removeprefix("sha256=")
        if not hmac.compare_digest(given.encode(), expected.encode()):
            raise NotSigned("签名不对：X-Huiyin-Signature 应为对“时间戳.正文”所作的 HMAC-SHA256（十六进制）。")
        if abs(self._house.now().timestamp() - int(signed.timestamp)) > _FRESH_SECONDS:
            raise NotSigned(f"时间戳与本机相差超过 {_FRESH_SECONDS} 秒，请校准时钟后重新推送。")

    def _rows(self, body: bytes) -> list[object]:
        try:
            value = json_of(body)
        except BadInput as error:
            raise self._kept_whole(body, str(error)) from None
        given = value if isinstance(value, list) else [value]
        if len(given) > _MOST_ROWS:
            raise TooLarge(f"一次最多推送 {_MOST_ROWS} 条，本次有 {len(given)} 条，请分次推送。")
        return given

    def _kept_whole(self, body: bytes, reason: str) -> BadInput:
        """Signed, so it is somebody's call: its bytes wait in quarantine for a person."""
        house = self._house
        item = Quarantined(Channel.HOTLINE, body, _WHERE, reason)
        take_in(house.engine, house.blobs, [item], house.secret, house.now())
        return BadInput(f"{reason}原文已存入隔离区。")

    def _results(self, items: list[SourceItem]) -> list[dict[str, Any]]:
        """What becomes of each row, in order."""
        ids = [identity.inbox_id(i.message.channel, i.message.external_id) for i in items if isinstance(i, Accepted)]
        with reading(self._house.engine) as session:
            known = known_of(session, ids)
        return [self._result(item, number, known) for number, item in enumerate(items, start=1)]

    def _result(self, item: SourceItem, number: int, known: set[uuid.UUID]) -> dict[str, Any]:
        if isinstance(item, Quarantined):
            return {"row": number, "result": "quarantined", "why": item.reason}
        message = item.message
        intake = identity.inbox_id(message.channel, message.external_id)
        result = "duplicate" if intake in known else "accepted"
        known.add(intake)
        code = identity.query_code(self._house.secret, intake)
        return {"row": number, "result": result, "external_id": message.external_id, "query_code": code}


def _item(row: object, number: int, options: ReadOptions) -> SourceItem:
    where = f"{_WHERE} 第{number}行"
    raw = json.dumps(row, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")
    if not isinstance(row, dict):
        return Quarantined(Channel.HOTLINE, raw, where, "不是 JSON 对象，应为 {…}，请修正这一行后重新推送。")
    try:
        return Accepted(call_message(call_fields(row, options.columns), options), raw, where)
    except BadCell as error:
        return Quarantined(Channel.HOTLINE, raw, where, str(error))


def router(house: House) -> APIRouter:
    made = APIRouter(prefix="/hooks", tags=["热线推送"], route_class=ApiRoute, responses=PROBLEMS)
    hints = {name: "；".join(("英文键名 " + name, *filter(None, (_HINTS.get(name),)))) for name in LABELS}
    row = {"type": "object", "properties": {LABELS[name]: {"description": said} for name, said in hints.items()}}
    schema = {"oneOf": [row, {"type": "array", "items": row, "maxItems": _MOST_ROWS}]}
    body = {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
    made.add_api_route("/hotline", Hooks(house).hotline, methods=["POST"], openapi_extra=body, summary="推送热线来电",
                       responses={200: _TAKEN})  # fmt: skip
    return made
