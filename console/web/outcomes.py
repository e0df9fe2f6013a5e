"""What was done with many rows, carried in the address of the page after it: signed, readable by who did it.

So the page is had by GET: reloading it, or coming back to it, tells the same again and does nothing. Order numbers and
this program's own sentences stand in it; nothing of what a citizen wrote.
"""

import base64
import hmac
import json
import zlib
from dataclasses import dataclass
from typing import Final

from flows.house import House

NAME: Final = "did"  # the address's field
_SEAL: Final = 18  # bytes
_NUMBER: Final = "\0"  # stands for a row's own number in its reason: a hundred alike are packed into one


@dataclass(frozen=True, slots=True)
class Outcome:
    """`act`: the code of what was asked; the numbers that it was done with; the others, each with the reason."""

    act: str
    done: list[str]
    faults: dict[str, str]


def carried(house: House, login: str, outcome: Outcome) -> str:
    """Short enough for any proxy's addresses: under a kilobyte and a half for a hundred rows."""
    reasons = {number: why.replace(number, _NUMBER) for number, why in outcome.faults.items()}
    packed = zlib.compress(json.dumps([outcome.act, outcome.done, reasons], ensure_ascii=False).encode(), 9)
    return base64.urlsafe_b64encode(_seal(house, login, packed) + packed).decode().rstrip("=")


def carried_in(house: House, login: str, said: str) -> Outcome | None:
    """None for what is not ours, or another person's."""
    try:
        content = base64.urlsafe_b64decode(said + "=" * (-len(said) % 4))
    except ValueError:
        return None
    seal, packed = content[:_SEAL], content[_SEAL:]
    if not hmac.compare_digest(seal, _seal(house, login, packed)):
        return None
    act, done, reasons = json.loads(zlib.decompress(packed))
    return Outcome(act, done, {number: why.replace(_NUMBER, number) for number, why in reasons.items()})


def _seal(house: House, login: str, packed: bytes) -> bytes:
    return hmac.digest(house.secret, f"outcome:{login}:".encode() + packed, "sha256")[:_SEAL]
