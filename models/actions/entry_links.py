"""Signed links to what is no order: an entry of the ledger, a 督办文书. Its holder reports, or answers, once."""

from datetime import datetime

from sqlmodel import Session

from models.actions.notice_rows import Telling, tell
from models.actions.promise_progress import must_share
from models.actors import Actor
from models.errors import HuiyinError
from models.links import Link, LinkEnded, Purpose, digest
from models.profile import Profile
from models.tables.ledger import Promise
from models.tables.orders import WorkOrder
from models.tables.supervision import Instruction
from models.vocabulary import Role

ENTRIES = {Purpose.PROMISE: "promise", Purpose.PAPER: "instruct"}


def purpose_of(ref: str) -> tuple[Purpose, int] | None:
    """What a notice's `ref` (promise:12, instruct:5) is opened by; None for what belongs to an order's own link."""
    subject, _, number = ref.partition(":")
    found = next((purpose for purpose, name in ENTRIES.items() if name == subject), None)
    return (found, int(number)) if found and number.isdecimal() else None


def entry_of(session: Session, link: Link) -> Promise | Instruction:
    """The entry or paper while it is the holder's; LinkEnded otherwise, and for whatever belongs to a sealed order."""
    row: Promise | Instruction | None = None
    if link.purpose is Purpose.PROMISE:
        row = session.get(Promise, link.part)
    elif link.purpose is Purpose.PAPER:
        row = session.get(Instruction, link.part)
    if row is None or not _holds(session, row, link.holder):
        raise LinkEnded("这件事项已不由贵单位办理，这个链接随之失效。")
    if row.order_id is not None and session.get_one(WorkOrder, row.order_id).sealed:
        raise LinkEnded
    return row


def _holds(session: Session, row: Promise | Instruction, holder: str) -> bool:
    if isinstance(row, Instruction):
        return row.unit == holder and row.signed_at is not None
    try:
        must_share(session, row, Actor(f"link:{holder}", Role.UNIT, holder))
    except HuiyinError:
        return False
    return True


def send_entry_again(session: Session, profile: Profile, token: str, link: Link, now: datetime) -> None:
    """A new link for one that was used, to where the unit is known to be."""
    row = entry_of(session, link)
    ref = f"{ENTRIES[link.purpose]}:{row.id}"
    document = {"document": row.number} if isinstance(row, Instruction) else {}
    telling = Telling(
        kind="link", unit=link.holder, subject=ref, order_id=row.order_id, cycle=1, trigger=digest(token)[:24],
        facts={"number": None, "domain": None, "ref": ref, **document},
    )  # fmt: skip
    tell(session, profile, telling, now)
