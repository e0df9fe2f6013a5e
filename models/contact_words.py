"""Why a sender's contacts are looked at, and where a request for many of them stands.

Only the decisions are stored; what has run out is computed.
"""

from datetime import datetime

from models.tables.contacts import ContactRequest
from models.vocabulary import Word


class LookReason(Word):
    """Why somebody of the office looks at who wrote; `paper`: a paper that names the sender was made."""

    VERIFY = "verify", "联系来电人核实"
    CALL_BACK = "call_back", "回电"
    FOLLOW_UP = "follow_up", "回访"
    SEND = "send", "寄送答复"
    OTHER = "other", "其他"
    PAPER = "paper", "打印文书"


class ContactState(Word):
    WAITING = "waiting", "待审批"
    UNDECIDED = "undecided", "逾期未审批"
    REFUSED = "refused", "未批准"
    READY = "ready", "待下载"
    UNTAKEN = "untaken", "逾期未下载"
    TAKEN = "taken", "已下载"


def state_of(row: ContactRequest, now: datetime) -> ContactState:
    if row.agreed is None:
        return ContactState.UNDECIDED if now > row.decide_by else ContactState.WAITING
    if not row.agreed:
        return ContactState.REFUSED
    if row.taken_at is not None:
        return ContactState.TAKEN
    return ContactState.UNTAKEN if row.take_by is None or now > row.take_by else ContactState.READY
