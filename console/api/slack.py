"""`/hooks/slack`: buttons of our letters on Slack. Proved by Slack's signature, answered at once, done once."""

from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from starlette.background import BackgroundTask

from console.api.problems import MEGABYTE, PROBLEMS, ApiRoute, NotSigned, body_within, told_as
from flows.house import House
from models.errors import Unavailable


class NoSlackSecret(Unavailable):
    """Slack 按钮尚未启用：请设置 HUIYIN_SLACK_SIGNING_SECRET 和 HUIYIN_SLACK_BOT_TOKEN，重启后再试。"""


class SlackHook:
    def __init__(self, house: House) -> None:
        self._house = house

    async def pressed(
        self,
        request: Request,
        timestamp: Annotated[str, Header(alias="X-Slack-Request-Timestamp")] = "",
        signature: Annotated[str, Header(alias="X-Slack-Signature")] = "",
        retry: Annotated[str, Header(alias="X-Slack-Retry-Num")] = "",
    ) -> JSONResponse:
        """收 Slack 按钮（Block Kit 交互）：先应答，再办理；重复送达只办理一次。"""
        return await run_in_threadpool(
            self._take, await body_within(request, MEGABYTE, "Slack 请求"), timestamp, signature, retry
        )

    def _take(self, body: bytes, timestamp: str, signature: str, retry: str) -> JSONResponse:
        from flows.slack_clicks import answer
        from responders.notifying.slack_clicks import click_of, complaint, is_signed, payload_of

        house = self._house
        secret = house.settings.slack_signing_secret.get_secret_value()
        if not secret or not house.settings.slack_bot_token.get_secret_value():
            raise NoSlackSecret
        if not is_signed(secret, body, timestamp, signature, house.now().timestamp()):
            raise NotSigned("Slack 签名不对，或时间戳与本机相差超过 5 分钟。")
        click = click_of(payload_of(body), again=bool(retry))
        if click is None:
            return JSONResponse({})
        if wrong := complaint(click):
            return JSONResponse(wrong)
        # Slack waits three seconds; a repeat is told that it need not come again.
        headers = {"x-slack-no-retry": "1"} if retry else {}
        return JSONResponse({}, headers=headers, background=BackgroundTask(answer, house, click))


_TAKEN = told_as("已收到；填写有误时指出是哪一栏", {
    "type": "object", "properties": {
        "response_action": {"type": "string", "enum": ["errors"]},
        "errors": {"type": "object", "additionalProperties": {"type": "string"}, "description": "栏目 → 哪里不对"},
    },
})  # fmt: skip
_CLICK = {
    "type": "object", "required": ["payload"],
    "properties": {"payload": {"type": "string", "description": "Slack 的 Block Kit 交互，JSON 文本"}},
}  # fmt: skip


def router(house: House) -> APIRouter:
    made = APIRouter(prefix="/hooks", tags=["Slack 按钮"], route_class=ApiRoute, responses=PROBLEMS)
    body = {"requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": _CLICK}}}}
    made.add_api_route("/slack", SlackHook(house).pressed, methods=["POST"], summary="Slack 按钮", openapi_extra=body,
                       responses={200: _TAKEN})  # fmt: skip
    return made
