"""Socket Mode: Slack's presses come over a connection that we open, so that nothing needs to reach this machine."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from responders.notifying.port import TransportFailed
from responders.notifying.slack_clicks import TIMEOUT_SECONDS, Click, click_of, complaint


@contextmanager
def connected(app_token: str, base_url: str, pressed: Callable[[Click], None]) -> Iterator[None]:
    """Listens until the block ends, and connects again by itself; TransportFailed where it can't connect at first."""
    web = WebClient(base_url=base_url, timeout=TIMEOUT_SECONDS)
    client = SocketModeClient(app_token, web_client=web)
    client.socket_mode_request_listeners.append(_listener(pressed))
    try:
        try:
            client.connect()
        except (SlackApiError, SlackClientError, OSError) as error:
            raise TransportFailed(f"Slack 连接失败：{type(error).__name__}。") from error
        yield
    finally:
        client.close()


def _listener(
    pressed: Callable[[Click], None],
) -> Callable[[BaseSocketModeClient, SocketModeRequest], None]:
    def heard(client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        """Acknowledge, then act: Slack waits three seconds."""
        click = click_of(request.payload, again=bool(request.retry_attempt)) if request.type == "interactive" else None
        wrong = complaint(click) if click else {}
        client.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload=wrong or None))
        if click and not wrong:
            pressed(click)

    return heard
