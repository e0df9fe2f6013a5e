"""The identities of pieces of work. They may NEVER change: rows in every running installation rest on them."""

import hmac
import uuid

from models.vocabulary import Channel

_INBOX = uuid.UUID("8c0c3b0e-6f0f-5a55-9f5c-0d6b1a0f7a01")
_NOTICE = uuid.UUID("8c0c3b0e-6f0f-5a55-9f5c-0d6b1a0f7a02")
_EVENT = uuid.UUID("8c0c3b0e-6f0f-5a55-9f5c-0d6b1a0f7a03")
_REVISION = uuid.UUID("8c0c3b0e-6f0f-5a55-9f5c-0d6b1a0f7a04")
_DELIVERY = uuid.UUID("8c0c3b0e-6f0f-5a55-9f5c-0d6b1a0f7a05")

_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that is misread aloud: no 0/O, 1/I/L
_CODE_LENGTH = 12


def inbox_id(channel: Channel, external_id: str) -> uuid.UUID:
    """The inbox key: one source item, one id, however often it is read."""
    return uuid.uuid5(_INBOX, f"{channel.value}\x1f{external_id}")


def revision_id(intake: uuid.UUID, digest: str) -> uuid.UUID:
    """A changed content under a known key."""
    return uuid.uuid5(_REVISION, f"{intake}\x1f{digest}")


def notice_id(kind: str, unit: str, subject: str, cycle: int, trigger: str) -> uuid.UUID:
    """The reminder key: (kind, unit, order, clock generation, triggering event)."""
    return uuid.uuid5(_NOTICE, "\x1f".join((kind, unit, subject, str(cycle), trigger)))


def delivery_id(target: str, notices: list[uuid.UUID]) -> uuid.UUID:
    """What a transport shows to its receiver so that a re-send is recognised."""
    return uuid.uuid5(_DELIVERY, target + "\x1f" + "\x1f".join(sorted(n.hex for n in notices)))


def event_id(subject: str, action: str, cycle: int, trigger: str) -> uuid.UUID:
    return uuid.uuid5(_EVENT, "\x1f".join((subject, action, str(cycle), trigger)))


def keyed_hash(secret: bytes, text: str) -> str:
    """HMAC of a sender: the queue's key and «the same person», without the person."""
    return hmac.digest(secret, text.strip().lower().encode(), "sha256").hex()[:32]


def query_code(secret: bytes, intake: uuid.UUID) -> str:
    """What a citizen keeps to look an answer up: not guessable, the same for the same message."""
    number = int.from_bytes(hmac.digest(secret, intake.bytes, "sha256")[:16], "big")
    letters = []
    for _ in range(_CODE_LENGTH):
        number, index = divmod(number, len(_CODE_ALPHABET))
        letters.append(_CODE_ALPHABET[index])
    return "".join(letters)
