"""A press on Slack becomes the same action as in the unit's own room, once, by whoever pressed."""

import logging
import threading
from datetime import datetime

from sqlmodel import Session

from flows.house import House
from models.actions import handling, links
from models.actions.links import LinkUsed
from models.actors import Actor
from models.database import writing
from models.errors import HuiyinError, NotAllowed
from models.links import Link, LinkEnded, Purpose, read
from models.queries.people import chat_account
from models.tables.orders import WorkOrder
from models.vocabulary import Role
from responders.notifying.port import TransportFailed
from responders.notifying.slack_clicks import ACKNOWLEDGE, ASK_RETURN, Click, SlackDesk

_DONE = {ACKNOWLEDGE: "已签收", ASK_RETURN: "已申请退单，等待审核"}

_PAUSE_SECONDS = 30.0

log = logging.getLogger("huiyin.slack")


def answer(house: House, click: Click) -> None:
    """Do what was pressed and say so on Slack; whatever Slack repeats does nothing twice and says nothing."""
    desk = SlackDesk(house.settings.slack_bot_token.get_secret_value(), house.settings.slack_base_url)
    try:
        _answer(house, desk, click)
    except HuiyinError as trouble:  # Slack is away: what was done stands, and the console shows it
        log.warning("Slack 按钮：%s", trouble)


def listen(house: House, stopping: threading.Event) -> None:
    """Socket Mode, where HUIYIN_SLACK_APP_TOKEN is set: until `stopping`, and again after Slack was away."""
    from responders.notifying.slack_socket import connected

    token = house.settings.slack_app_token.get_secret_value()
    while token and not stopping.is_set():
        try:
            with connected(token, house.settings.slack_base_url, lambda click: answer(house, click)):
                stopping.wait()
        except TransportFailed as away:
            log.warning("%s稍后再试", away)
            stopping.wait(_PAUSE_SECONDS)


def _answer(house: House, desk: SlackDesk, click: Click) -> None:
    try:
        if click.action == ASK_RETURN and click.grounds is None:
            _may_press(house, click)
            desk.ask_grounds(click)
            return
        number, by = press(house, click)
    except LinkUsed:
        if not click.again:
            desk.whisper(click, "这一步已经办理过。")
    except HuiyinError as refused:
        if not click.again:
            desk.whisper(click, str(refused))
    else:
        desk.mark(
            click, f"工单 {number} {_DONE[click.action]}（{by}，{house.now().astimezone(house.settings.zone):%H:%M}）"
        )


def press(house: House, click: Click) -> tuple[str, str]:
    """The action itself: (the order's number, who did it). Raises what the action raises, LinkUsed for a repeat."""
    now = house.now()
    link = _may_press(house, click)
    with writing(house.engine) as session:
        actor, name = _presser(session, click, link)
        links.spend(session, f"{click.token}:{click.action}", link, click.action, actor.login, now)
        return _do(house, session, click, actor, now, link.order_id).number, name


def _do(house: House, session: Session, click: Click, actor: Actor, now: datetime, order: int) -> WorkOrder:
    if click.action == ACKNOWLEDGE:
        return handling.acknowledge(session, order, actor, now)
    return handling.ask_return(session, house.reckoner, order, click.grounds or "", actor, now)


def _may_press(house: House, click: Click) -> Link:
    link = read(house.secret, click.token, house.now())
    if link.purpose is not Purpose.BUTTON:
        raise LinkEnded
    return link


def _presser(session: Session, click: Click, link: Link) -> tuple[Actor, str]:
    """By the account that is known for this person, else as somebody of the unit whose channel it is."""
    account = chat_account(session, click.user)
    if account is None:
        return Actor(f"slack:{click.user}", Role.UNIT, link.holder, signs=False), f"Slack {click.user}"
    if not account.active:
        raise NotAllowed("您的账号已停用，请联系系统管理员。")
    return Actor(account.login, Role(account.role), account.unit, signs=account.signs), account.name
