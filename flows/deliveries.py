"""Letters from rows, notifiers from settings: what is due goes out."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import get_args

from sqlmodel import col, select

from flows.heartbeat import beat
from flows.house import House
from flows.letters import Writer
from models.database import reading
from models.notice_rules import Event
from models.tables.notices import Delivery
from responders.notifying.bots import BotNotifier, named_urls
from responders.notifying.delivering import Deliverer
from responders.notifying.http import HttpNotifier, SmsNotifier
from responders.notifying.mail import MailNotifier, check_sender
from responders.notifying.port import Notifier
from responders.notifying.printing import PrintingNotifier


def deliver(house: House, now: datetime, stop: Callable[[], bool] = lambda: False) -> dict[str, int]:
    """Send every letter that is due: {"sent","retried","failed"}; a second run at the same `now` sends nothing."""
    if _nothing_due(house, now):
        result = {"sent": 0, "retried": 0, "failed": 0}
    else:
        transports = notifiers(house)
        writer = Writer(house, now, frozenset(transports))
        digested = [kind for kind in get_args(Event) if house.profile.notice(kind).digest]
        result = Deliverer(house.engine, transports, writer.letter, now, stop, digested).run()
    beat(house, "deliver", now, result)
    return result


def _nothing_due(house: House, now: datetime) -> bool:
    with reading(house.engine) as session:
        waiting = select(Delivery.id).where(col(Delivery.state).in_(["waiting", "leased"]))
        return session.exec(waiting.where(col(Delivery.next_try_at) <= now).limit(1)).first() is None


def notifiers(house: House) -> Mapping[str, Notifier]:
    """Transports by scheme. What has no setting is missing, except in a demonstration, which prints it."""
    settings = house.settings
    printing = PrintingNotifier(settings.data_dir / "notices.log", verbose=settings.log_level == "DEBUG")
    secret = settings.hook_secret.get_secret_value().encode()
    http = HttpNotifier(secret)
    found: dict[str, Notifier] = {"print": printing, "http": http, "https": http}
    if house.profile.demonstration:
        found |= dict.fromkeys(("mailto", "sms", "slack", "apprise"), printing)
    if url := settings.smtp_url.get_secret_value():
        check_sender(settings.mail_from)
        found["mailto"] = MailNotifier(url, settings.mail_from)
    if settings.sms_url:
        found["sms"] = SmsNotifier(settings.sms_url, secret)
    if token := settings.slack_bot_token.get_secret_value():
        from responders.notifying.slack import SlackNotifier

        found["slack"] = SlackNotifier(token, settings.slack_base_url)
    if settings.notify_urls or not house.profile.demonstration:
        found["apprise"] = BotNotifier(named_urls(settings.notify_urls))
    return found
