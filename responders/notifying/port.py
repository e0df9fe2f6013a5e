"""The outward port of notices: a letter goes out with its key, a receipt or a named failure comes back."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from models.errors import HuiyinError, Unavailable


class TransportFailed(Unavailable):
    """通知暂时发送不出，稍后再试。"""


class TransportRefused(TransportFailed):
    """通知无法送达，再试也不会成功。"""

    permanent = True


class LetterMoot(HuiyinError):
    """这封通知已不需要发送。"""


class NotNow(HuiyinError):
    """免打扰时段，稍后发送。"""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until


@dataclass(frozen=True, slots=True)
class Item:
    """One matter of a letter; `link` is where its reader acts on it, `button` by what he acts in the letter itself."""

    heading: str
    text: str
    link: str | None = None
    button: str | None = None  # signed; for transports whose letters have buttons


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is sent to one target. `key` stays the same however often it is tried: its receiver can see a repeat.

    `again`: an earlier try may have arrived; `since`: when the letter was first meant to go out.
    """

    key: uuid.UUID
    target: str
    title: str
    salutation: str
    items: tuple[Item, ...]
    closing: str
    since: datetime
    again: bool = False

    @property
    def address(self) -> str:
        """The target without its scheme: a@b of mailto:a@b."""
        return self.target.partition(":")[2]

    @property
    def text(self) -> str:
        """The letter as plain text."""
        parts = ["\n".join(filter(None, (item.heading, item.text, item.link))) for item in self.items]
        return "\n\n".join(filter(None, (self.salutation, *parts, self.closing))) + "\n"


class Notifier(Protocol):
    """One transport."""

    def send(self, letter: Letter) -> str:
        """Send, and return the receiver's receipt. Raises TransportFailed, or TransportRefused for good."""
        ...
