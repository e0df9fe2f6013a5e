"""When a mail came: its Date if it can be believed, else the first server's Received, else the file's time or now."""

import logging
from datetime import datetime, timedelta
from email.message import Message

from channels.mailbox.headers import decoded, raw_value, raw_values
from channels.options import ReadOptions
from channels.times import believable, mail_time

_LOG = logging.getLogger(__name__)
_SLOWEST = timedelta(days=30)  # a Date so long before the server saw the mail is a clock that was never set


def arrival(message: Message, where: str, options: ReadOptions, file_time: datetime | None) -> datetime:
    """Aware. What is not believed is logged with its place."""
    sent = mail_time(decoded(raw_value(message, "Date")), options.zone)
    seen = _first_seen(message, options)
    if sent and _fits(sent, seen, options.now):
        return sent
    fallback = file_time if file_time and believable(file_time, options.now) else options.now
    chosen, source = (seen, "Received") if seen else (fallback, "收取时间")
    _LOG.info("%s：Date 缺失或不可信，改用%s %s", where, source, chosen.isoformat())
    return chosen


def _fits(sent: datetime, seen: datetime | None, now: datetime) -> bool:
    if not believable(sent, now):
        return False
    return seen is None or -_SLOWEST <= sent - seen <= timedelta(days=1)


def _first_seen(message: Message, options: ReadOptions) -> datetime | None:
    """The newest believable Received: servers write theirs on top."""
    for value in raw_values(message, "Received"):
        moment = mail_time(value.rpartition(";")[2].strip(), options.zone)
        if moment and believable(moment, options.now):
            return moment
    return None
