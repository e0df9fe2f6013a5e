"""What becomes of a message: the unit that the profile names, or a person's desk with the reasons why.

Machines suggest: what DOMAIN calls «never automatic» always waits for a person.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from models.avoiding import stays_apart, units_concerned
from models.inbound import InboundMessage
from models.profile import Profile, Routing
from models.registration import Plan
from models.vocabulary import (
    CaseType,
    Channel,
    OrderStatus,
    Procedure,
    Urgency,
)


class Judged(Protocol):
    """What the judgement found in a text (classifiers.judgement.Findings)."""

    @property
    def domain(self) -> str: ...
    @property
    def accepted(self) -> bool: ...
    @property
    def confidence(self) -> float: ...
    @property
    def kind(self) -> str: ...
    @property
    def procedure(self) -> str: ...
    @property
    def urgency(self) -> str: ...
    @property
    def places(self) -> Sequence[str]: ...
    @property
    def never_automatic(self) -> Sequence[str]: ...
    @property
    def accusation(self) -> str: ...


def plan(message: InboundMessage, judged: Judged, profile: Profile, routing: Routing, *, answered: bool) -> Plan:
    """Where the message goes, by its route. `answered`: a call that was answered on the spot."""
    sealed = judged.procedure == Procedure.ACCUSATION
    own = routing.lead == message.taken_by
    reasons = list(judged.never_automatic) if own else triage_reasons(judged, profile, routing)
    status = _status(sealed=sealed, answered=answered, reasons=reasons)
    goes = status is OrderStatus.DISPATCHED
    return Plan(
        domain=judged.domain,
        kind=str(judged.kind),
        procedure=str(judged.procedure),
        urgency=str(judged.urgency),
        case_type=_case_type(message),
        status=status,
        region=judged.places[0] if judged.places else None,
        lead=routing.lead if goes else None,
        co_units=routing.co_units if goes else (),
        informed=_informed(routing) if goes else (),
        rule=_rule(routing),
        presumed=routing.presumed,
        triage_reasons=() if goes else tuple(reasons),
        sealed=sealed,
        rings=judged.urgency == Urgency.EMERGENCY and not sealed,
    )


def route(message: InboundMessage, judged: Judged, profile: Profile, avoiding: Sequence[str]) -> Routing:
    """The profile's row, avoiding units that the message is about (回避): its concerned_units.

    A call to a unit's own line stays with that unit, which owes the caller the answer (C 二(三)17).
    """
    if message.taken_by is not None and message.taken_by not in avoiding:
        return Routing(lead=profile.unit(message.taken_by).code, source="本单位来电登记，由接听单位答复")
    said = f"{message.title or ''}\n{message.text}"
    return profile.route(judged.domain, judged.places, judged.kind, _case_type(message), text=said, avoiding=avoiding)


def _case_type(message: InboundMessage) -> CaseType:
    return CaseType.OPINION if message.channel is Channel.OPINION else CaseType.ORDER


def _rule(routing: Routing) -> str:
    """The basis, then how it led there; a reason that ends with the same basis needn't name it again."""
    named = f"，依据：{routing.source}"
    return "；".join((routing.source, *(reason.partition(named)[0] for reason in routing.reasons)))


def suggestion(judged: Judged, routing: Routing, concerned: Sequence[str] = ()) -> dict[str, Any]:
    """What a moderator may take over with one key; nothing at all for an accusation, one behind a danger too.

    Nor for what may be one and names units that it is `concerned` with: who shall know of it is for a person to say.
    """
    if stays_apart(judged) or (judged.accusation and concerned):
        return {}
    return {
        "lead": routing.lead,
        "co_units": list(routing.co_units),
        "informed": list(_informed(routing)),
        "rule": routing.source,
        "reasons": list(routing.reasons),
        "presumed": routing.presumed,
        "reported_to": routing.reported_to,
    }


def triage_reasons(judged: Judged, profile: Profile, routing: Routing) -> list[str]:
    """Why a person must look; empty only for a sure, ordinary matter where the profile dispatches by rule."""
    reasons = list(judged.never_automatic)
    if not judged.accepted:
        reasons.append(f"领域把握未达自动采信标准（{judged.confidence:.1%}）")
    if routing.presumed:
        reasons.append("派单规则为推定，待本地确认")
    if profile.dispatch == "confirm":
        reasons.append("按本地设置，派单须人工确认")
    return reasons


def concerned_units(message: InboundMessage, judged: Judged, profile: Profile) -> list[str]:
    """Units that a complaint about conduct names: it must not land on their own desk."""
    return units_concerned(profile, judged, [message.title, message.text])


def _status(*, sealed: bool, answered: bool, reasons: Sequence[str]) -> OrderStatus:
    if sealed:
        return OrderStatus.TRIAGE
    if answered:
        return OrderStatus.REPLIED
    return OrderStatus.TRIAGE if reasons else OrderStatus.DISPATCHED


def _informed(routing: Routing) -> tuple[str, ...]:
    coordinator = () if routing.coordinator in {None, routing.lead} else (routing.coordinator,)
    return tuple(dict.fromkeys((*routing.informed, *(c for c in coordinator if c))))
