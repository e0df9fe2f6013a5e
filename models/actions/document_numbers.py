"""文号 渝高新督〔2026〕7号: given at signing, apart from the order's number; one series for a 机关代字 and a year."""

from datetime import datetime

from sqlmodel import Session

from models.actions.numbers import take_block
from models.reckoning import Reckoner
from models.vocabulary import InstructionKind


def give_number(session: Session, reckoner: Reckoner, kind: InstructionKind, now: datetime) -> str:
    """The next of its series, in the signing's own transaction: a signature that fails leaves no gap.

    The year is the office's, not UTC's. A kind with 代字 of its own in the profile has a series of its own.
    """
    prefix = reckoner.profile.document_prefixes.get(kind, reckoner.profile.document_prefix)
    year = now.astimezone(reckoner.zone).year
    return document_number(prefix, year, take_block(session, f"document:{year}:{prefix}", 1))


def document_number(prefix: str, year: int, serial: int) -> str:
    """GB/T 9704—2012 7.2.5: six-angle brackets, no 第, no leading zero."""
    return f"{prefix}〔{year}〕{serial}号"
