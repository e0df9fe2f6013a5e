"""What was done with many rows, carried in the address of the page after it: signed, readable by who did it.

So the page is had by GET: reloading it, or coming back to it, tells the same again and does nothing. Numbers and
this program's own sentences stand in it; nothing of what a citizen wrote.
"""

from dataclasses import astuple, dataclass
from typing import Final

from itsdangerous import BadData, URLSafeSerializer

from flows.house import House

NAME: Final = "did"  # the address's field
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
    said: str = _seal(house, login).dumps(astuple(Outcome(outcome.act, outcome.done, reasons)))
    return said


def carried_in(house: House, login: str, said: str) -> Outcome | None:
    """None for what is not ours, or another person's."""
    try:
        act, done, reasons = _seal(house, login).loads(said)
    except BadData:
        return None
    return Outcome(act, done, {number: why.replace(_NUMBER, number) for number, why in reasons.items()})


def _seal(house: House, login: str) -> URLSafeSerializer:
    return URLSafeSerializer(house.secret, salt=f"outcome:{login}")
