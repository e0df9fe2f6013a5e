"""Letters from rows, notifiers from settings: what is due goes out."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlmodel import Session, col, select

from flows.heartbeat import beat
from flows.house import House
from models.actions.deliveries import Leased
from models.actions.notice_rows import CITIZEN, DUTY
from models.database import reading
from models.queries.notices import citizen_answer, citizen_message, running_due, told_by
from models.tables.notices import Delivery, Notice
from responders.notifying.bots import BotNotifier, named_urls
from responders.notifying.delivering import Deliverer
from responders.notifying.http import HttpNotifier
from responders.notifying.mail import MailNotifier, check_sender
from responders.notifying.port import Letter, Notifier, TransportRefused
from responders.notifying.printing import PrintingNotifier
from responders.notifying.wording import (
    Letterhead,
    Told,
    Wording,
    receipt_wording,
    reply_wording,
    unit_wording,
)


def deliver(house: House, now: datetime, stop: Callable[[], bool] = lambda: False) -> dict[str, int]:
    """Send every letter that is due: {"sent","retried","failed"}; a second run at the same `now` sends nothing."""
    if _nothing_due(house, now):
        result = {"sent": 0, "retried": 0, "failed": 0}
    else:
        head = letterhead(house)
        result = Deliverer(house.engine, notifiers(house), lambda s, leased: letter(s, leased, head), now, stop).run()
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
    http = HttpNotifier(settings.hook_secret.get_secret_value().encode())
    found: dict[str, Notifier] = {"print": printing, "http": http, "https": http}
    if house.profile.demonstration:
        found |= dict.fromkeys(("mailto", "slack", "apprise"), printing)
    if url := settings.smtp_url.get_secret_value():
        check_sender(settings.mail_from)
        found["mailto"] = MailNotifier(url, settings.mail_from)
    if token := settings.slack_bot_token.get_secret_value():
        from responders.notifying.slack import SlackNotifier

        found["slack"] = SlackNotifier(token, settings.slack_base_url)
    if settings.notify_urls or not house.profile.demonstration:
        found["apprise"] = BotNotifier(named_urls(settings.notify_urls))
    return found


def letterhead(house: House) -> Letterhead:
    profile = house.profile
    return Letterhead(
        publisher=profile.publisher,
        public_url=house.settings.public_url,
        zone=house.settings.zone,
        domain_labels=profile.domain_labels,
        unit_names={unit.code: unit.name for unit in profile.units},
        desks=frozenset({profile.centre, profile.supervisor, DUTY}),
        duty_role=profile.duty_roster[0].role if profile.duty_roster else "值班员",
        demonstration=profile.demonstration,
    )


def letter(session: Session, leased: Leased, head: Letterhead) -> Letter:
    """A delivery's letter, made anew from the record each time; the key is the delivery's."""
    notices = told_by(session, leased.id)
    if not notices:
        raise TransportRefused("通知没有内容。")
    if notices[0].unit == CITIZEN:
        wording = _citizen_wording(session, notices[0], leased.target, head)
    else:
        due = running_due(session, [n.order_id for n in notices if n.order_id is not None])
        told = [Told(n.kind, n.unit, n.facts, due.get(n.order_id or 0, {})) for n in notices]
        wording = unit_wording(head, notices[0].unit, told)
    return Letter(
        key=leased.id, target=leased.target, title=wording.title, salutation=wording.salutation,
        items=wording.items, closing=wording.closing, since=leased.created_at, again=leased.attempt > 1,
    )  # fmt: skip


def _citizen_wording(session: Session, notice: Notice, target: str, head: Letterhead) -> Wording:
    """Only to an address from which a message of this order came: a third party's wire carries nobody else's answer."""
    message = citizen_message(session, notice.order_id, target.partition(":")[2])
    if message is None:
        raise TransportRefused("该地址不是本件来信人的地址，或来件信息已按保管期限删除。")
    if notice.kind == "receipt":
        return receipt_wording(head, message.query_code)
    reply = citizen_answer(session, notice.order_id, notice.cycle)
    if reply is None:
        raise TransportRefused("没有找到已发出的答复。")
    return reply_wording(head, message.query_code, reply.unit, reply.text)
