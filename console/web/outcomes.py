"""What was done with many rows, carried in the address of the page after it: signed, readable by who did it.

So the page is had by GET: reloading it, or coming back to it, tells the same again and does nothing. Numbers and
this program's own sentences stand in it; nothing of what a citizen wrote.
"""

from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass
from typing import Final

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.exc import DBAPIError

from flows.house import House
from models.database import collided
from models.errors import HuiyinError, Simultaneous

NAME: Final = "did"  # the address's field
_NUMBER: Final = "\0"  # stands for a row's own number in its reason: a hundred alike are packed into one


@dataclass(frozen=True, slots=True)
class Outcome:
    """`act`: the code of what was asked; the numbers that it was done with; the others, each with the reason."""

    act: str
    done: list[str]
    faults: dict[str, str]


def one_by_one(act: str, steps: Mapping[str, Callable[[], object]]) -> Outcome:
    """Each row by itself, in a transaction of its own: what failed is named with its reason, the rest is done."""
    outcome = Outcome(act, [], {})
    for number, step in steps.items():
        try:
            step()
        except HuiyinError as fault:
            outcome.faults[number] = str(fault)
        except DBAPIError as fault:
            if not collided(fault):
                raise
            outcome.faults[number] = str(Simultaneous())
        else:
            outcome.done.append(number)
    return outcome


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
