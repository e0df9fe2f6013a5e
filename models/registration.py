"""What the worker hands to registration: a message, what was found in it, and what is to become of it."""

from dataclasses import dataclass, field
from typing import Any

from models.payload import Envelope
from models.reckoning import Reckoner
from models.vocabulary import CaseType, OrderStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What becomes of a message: where it goes, or why a person must look first (`triage_reasons`)."""

    domain: str
    kind: str
    procedure: str
    urgency: str
    status: OrderStatus
    case_type: CaseType = CaseType.ORDER
    region: str | None = None
    lead: str | None = None
    co_units: tuple[str, ...] = ()
    informed: tuple[str, ...] = ()
    rule: str = ""
    presumed: bool = False
    triage_reasons: tuple[str, ...] = ()
    sealed: bool = False
    rings: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """One message; machine mail has no plan. `joins`: the order that an answer or a repeat call belongs to."""

    envelope: Envelope
    plan: Plan | None
    findings: dict[str, Any] = field(default_factory=dict)
    model_version: str | None = None
    tokens: str = ""
    signature: bytes | None = None
    joins: int | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """What a batch made: new messages and orders, and repeats of the inbox key."""

    messages: int
    orders: int
    triage: int
    duplicates: int


@dataclass(frozen=True, slots=True)
class Office:
    """What registration needs to know of this installation."""

    reckoner: Reckoner
    secret: bytes
    citizen_ways: frozenset[str] = frozenset()  # what can carry word to citizens here: mailto, sms
