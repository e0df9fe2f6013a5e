"""HEAD is GET without its body (RFC 9110, 9.3.2): monitors, feed readers and link checkers ask so first."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Heads:
    """No route need know of HEAD. A GET changes nothing, so neither does this."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        await self._app({**scope, "method": "GET"}, receive, without_body)
