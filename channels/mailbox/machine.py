"""Mail that a machine wrote: bounces, automatic answers, our own mail come back. It is filed and never answered.

Only what a machine says of itself counts: a citizen whose subject merely mentions 退信 must be heard.
"""

import re
from email.message import Message

from channels.mailbox.headers import raw_value, raw_values, text_value
from channels.mailbox.parameters import content_type, parameter
from models.vocabulary import MachineMail

OWN_HEADER = "x-huiyin-"
_MOST_HOPS = 50
_DAEMONS = re.compile(
    r"(?:mail(?:er|erdaemon|server|-?system)?[-_.]?daemon|mailer-daemon|postmaster|mailerdaemon|mail-?delivery|"
    r"mdaemon|maildelivery\w*|mail-?system|qmail|bounces?|double-bounce|maildaemon)(?:[-+=.].*)?"
)
_AUTO_HEADERS = (
    "X-Autoreply",
    "X-Autorespond",
    "X-Auto-Reply",
    "X-AutoReply-From",
    "X-Mail-Autoreply",
    "X-POST-MessageClass",
)
_AUTO_PRECEDENCE = {"auto_reply", "auto-reply", "bulk", "junk"}
_AUTO_SUBJECT = re.compile(
    r"\s*[【\[(（]?\s*(?:自动回复|自动答复|自動回覆|自動回復|外出自动回复|Auto(?:matic|mated)?[ -]?(?:reply|response)"
    r"|Out of (?:the )?Office(?: auto-?reply)?)\s*(?:[】\])）]|[:：]|$)",
    re.IGNORECASE,
)
_BOUNCE_SUBJECT = re.compile(
    r"\s*(?:系统退信|退信通知|【?退信】?\s*[:：]|邮件(?:投递|发送)失败|(?:来自.{1,40}的)?退信$"
    r"|Undeliver(?:ed|able)\b|Returned mail\b|failure notice|Undelivered Mail Returned|Mail System Error"
    r"|Delivery (?:Status Notification|failure|has failed|reports? about)"
    r"|Mail delivery (?:failed|failure|problem)|Nondeliverable mail"
    r"|Message (?:not delivered|status - undeliverable)|Warning: (?:message|could not send))",
    re.IGNORECASE,
)
_BOUNCE_TEXT = re.compile(
    r"could not be delivered|was not delivered|not be delivered|undeliverable|delivery (?:has )?failed"
    r"|permanent (?:fatal )?errors?|user unknown|unknown user|no such user|mailbox (?:is )?(?:full|unavailable)"
    r"|address(?:es)? (?:had|failed)|无法投递|无法送达|投递失败|被退回|收件人(?:地址)?不存在|用户不存在",
    re.IGNORECASE,
)
_TEXT_HEAD = 4000


def machine_kind(message: Message, sender: str | None, text: str, own: frozenset[str]) -> MachineMail | None:
    """What kind of machine mail this is; None for a person's. `own` are our addresses in lower case."""
    if _is_loop(message, sender, own):
        return MachineMail.LOOP
    if _is_bounce(message, sender, text):
        return MachineMail.BOUNCE
    return MachineMail.AUTO_REPLY if _is_automatic(message) else None


def _is_loop(message: Message, sender: str | None, own: frozenset[str]) -> bool:
    """A reply to our receipt refers to our Message-ID too: that is no loop. Our own header or address is."""
    if any(name.lower().startswith(OWN_HEADER) for name, _ in message.raw_items()):
        return True
    return (sender is not None and sender in own) or len(raw_values(message, "Received")) > _MOST_HOPS


def _is_bounce(message: Message, sender: str | None, text: str) -> bool:
    if raw_value(message, "Return-Path").replace(" ", "") == "<>" or raw_value(message, "X-Failed-Recipients"):
        return not _is_automatic_answer(message)
    if content_type(message) == "multipart/report":
        return (parameter(message, "Content-Type", "report-type") or "delivery-status").lower() == "delivery-status"
    local = (sender or raw_value(message, "From")).partition("@")[0].strip(' "<').lower()
    if _DAEMONS.fullmatch(local):
        return True
    subject = text_value(message, "Subject") or ""
    return bool(_BOUNCE_SUBJECT.match(subject) and _BOUNCE_TEXT.search(text[:_TEXT_HEAD]))


def _is_automatic(message: Message) -> bool:
    if content_type(message) == "multipart/report":
        return True  # a read receipt or an abuse report
    return _is_automatic_answer(message) or raw_value(message, "Precedence").lower() in _AUTO_PRECEDENCE


def _is_automatic_answer(message: Message) -> bool:
    """RFC 3834, and what clients did before it."""
    submitted = raw_value(message, "Auto-Submitted").partition(";")[0].strip().lower()
    if submitted not in ("", "no"):
        return True
    if any(raw_value(message, name) for name in _AUTO_HEADERS):
        return True
    return bool(_AUTO_SUBJECT.match(text_value(message, "Subject") or ""))
