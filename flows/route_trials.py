"""规则试算: where the last messages would go under another matrix, and what is wrong with it. Writes nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flows.house import House
from models.database import reading
from models.errors import Conflict, NotFound
from models.inbound import InboundMessage
from models.matrix import shadowed
from models.profile import Profile, Routing
from models.profile_parts import ANY, Route
from models.queries.routed import recent_routed
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.vocabulary import Channel, Kind
from responders.dispatching import concerned_units, plan, route

if TYPE_CHECKING:
    from classifiers.judgement import Findings
    from models.registration import Plan

MOST = 10_000


@dataclass(frozen=True, slots=True)
class Stored:
    """What is known of a message by now: a moderator's correction goes before the machine's finding."""

    domain: str
    kind: str
    procedure: str
    urgency: str
    places: Sequence[str]
    accepted: bool = True
    confidence: float = 1.0
    never_automatic: Sequence[str] = ()
    accusation: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A message that would go elsewhere. Units by code; `then` is None where no unit could be found, `why` says it."""

    order: WorkOrder
    now: str | None
    then: str | None
    co_now: tuple[str, ...]
    co_then: tuple[str, ...]
    why: str


@dataclass(slots=True)
class Trial:
    """`by_unit`: unit → (orders led under the present rules, under the candidate's)."""

    messages: int = 0
    changes: list[Change] = field(default_factory=list)
    by_unit: dict[str, tuple[int, int]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def try_matrix(house: House, candidate: Profile, last: int) -> Trial:
    """Route the last messages by both. Sealed orders, machine mail and calls to a unit's own line are left out."""
    trial = Trial(notes=notes_on(candidate))
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    with reading(house.engine) as session:
        for message, order in recent_routed(session, min(last, MOST)):
            inbound, known = told_of(message), known_of(message, order)
            here, there = _routed(inbound, known, house.profile), _routed(inbound, known, candidate)
            trial.messages += 1
            before.update([here.lead] if isinstance(here, Routing) else [])
            after.update([there.lead] if isinstance(there, Routing) else [])
            if change := _changed(order, here, there):
                trial.changes.append(change)
    units = sorted(before | after, key=lambda unit: (-abs(after[unit] - before[unit]), unit))
    trial.by_unit = {unit: (before[unit], after[unit]) for unit in units}
    return trial


def try_message(house: House, title: str, text: str, region: str) -> "tuple[Findings, Routing, Plan]":
    """What would become of a message that says this, if it came in now: what is found, where it goes, what holds it."""
    from classifiers.text import Text

    message = InboundMessage(
        channel=Channel.WEB, external_id="trial", received_at=house.now(), title=title or None, text=text,
        region_hint=region or None,
    )  # fmt: skip
    asked = Text(id="trial", title=message.title, text=text, time=message.received_at, region_hint=message.region_hint)
    (found,) = house.judgement.findings([asked], kept=False)
    routing = route(message, found, house.profile, concerned_units(message, found, house.profile))
    return found, routing, plan(message, found, house.profile, routing, answered=False)


def notes_on(profile: Profile) -> list[str]:
    """What is no error but surely not meant: rows that no message reaches, each with the rows in its way."""
    notes = []
    for n, ahead in shadowed(profile):
        row = profile.routing[n]
        by = "、".join(f"第{m + 1}条" for m in ahead[:5]) or "没有适用的来件"
        more = "等" if len(ahead) > 5 else ""  # noqa: PLR2004  (as many as are named)
        notes.append(f"第{n + 1}条（{_row(profile, row)}）永远用不上，总是先用{by}{more}")
    return notes


def _row(profile: Profile, row: Route) -> str:
    domain = "不限领域" if row.domain == ANY else profile.domain_labels[row.domain]
    region = "不限地区" if row.region == ANY else profile.regions_by_code[row.region].name
    kind = "" if row.kind == ANY else f"·{Kind(row.kind).label}"
    kind += f"·提到{'、'.join(row.words)}" if row.words else ""
    return f"{domain}·{region}{kind} → {profile.units_by_code[row.lead].name}"


def told_of(message: Message) -> InboundMessage:
    """A registered message as it came in, as far as routing asks."""
    return InboundMessage(
        channel=Channel(message.channel), external_id=message.external_id, received_at=message.received_at,
        text=message.text or "", title=message.title,
    )  # fmt: skip


def known_of(message: Message, order: WorkOrder) -> Stored:
    places: Any = message.findings.get("places") or ()
    accusation = str(message.findings.get("accusation") or "")
    return Stored(order.domain, order.kind, order.procedure, order.urgency, places, accusation=accusation)


def _routed(message: InboundMessage, known: Stored, profile: Profile) -> Routing | str:
    """The route, or why there is none."""
    try:
        return route(message, known, profile, concerned_units(message, known, profile))
    except (NotFound, Conflict) as error:
        return str(error)


def _changed(order: WorkOrder, here: Routing | str, there: Routing | str) -> Change | None:
    now, co_now = (here.lead, here.co_units) if isinstance(here, Routing) else (None, ())
    then, co_then = (there.lead, there.co_units) if isinstance(there, Routing) else (None, ())
    if (now, set(co_now)) == (then, set(co_then)):
        return None
    why = there if isinstance(there, str) else "；".join(there.reasons)
    return Change(order, now, then, co_now, co_then, why)
