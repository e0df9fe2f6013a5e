"""Where an order stands here that another system had: its unit and state as given, unless a red line forbids it."""

from models.errors import BadInput
from models.past_orders import PastOrder
from models.profile import Profile
from models.registration import Plan
from models.vocabulary import CaseType, Channel, Kind, OrderStatus, Procedure
from models.workflow import OPEN
from responders.dispatching import Judged, concerned_units

_RULE = "原系统的派单"


class UnknownUnit(BadInput):
    """单位不在辖区配置里。"""


def past_plan(past: PastOrder, judged: Judged, profile: Profile) -> Plan:
    """An accusation is sealed and has no unit; what is about a unit is not kept with that unit (回避).

    Raises UnknownUnit where the profile has no unit of that name.
    """
    sealed = judged.procedure == Procedure.ACCUSATION
    avoiding = set(concerned_units(past.message, judged, profile))
    lead = None if past.unit is None else _unit(profile, past.unit)
    helping = [_unit(profile, name) for name in past.co_units]
    status = past.status or _state(past, lead)
    reasons = _reasons(judged, profile, status, lead, avoiding, sealed=sealed)
    if reasons:
        status = OrderStatus.TRIAGE
    kept = None if sealed or status is OrderStatus.TRIAGE or lead in avoiding else lead
    return Plan(
        domain=_code(profile.domain_labels, past.domain) or judged.domain,
        kind=_code({kind.value: kind.label for kind in Kind}, past.kind) or judged.kind,
        procedure=judged.procedure,
        urgency=judged.urgency,
        case_type=CaseType.OPINION if past.message.channel is Channel.OPINION else CaseType.ORDER,
        status=status,
        region=judged.places[0] if judged.places else None,
        lead=kept,
        co_units=tuple(dict.fromkeys(u for u in helping if u != kept and u not in avoiding)) if kept else (),
        rule=_RULE if kept else "",
        triage_reasons=tuple(reasons or (["由原系统导入，尚未派单"] if status is OrderStatus.TRIAGE else [])),
        sealed=sealed,
    )


def _state(past: PastOrder, lead: str | None) -> OrderStatus:
    """What the dates and the answer show where the sheet has no column of states."""
    if past.closed_at is not None:
        return OrderStatus.CLOSED
    if past.replied_at is not None or past.reply is not None:
        return OrderStatus.REPLIED
    return OrderStatus.TRIAGE if lead is None else OrderStatus.HANDLING


def _reasons(
    judged: Judged, profile: Profile, status: OrderStatus, lead: str | None, avoiding: set[str], *, sealed: bool
) -> list[str]:
    """Why an open order must be looked at by a person first; an ended one stays as it ended."""
    if status not in OPEN:
        return []
    if sealed:
        return list(judged.never_automatic) or ["涉嫌检举控告"]
    if lead in avoiding:
        return [f"来件涉及{profile.unit(str(lead)).name}自身，按回避规定须另行派单"]
    if lead is None and status is not OrderStatus.TRIAGE:
        return [f"原系统为“{status.label}”，但没有写承办单位"]
    return []


def _unit(profile: Profile, name: str) -> str:
    for unit in profile.units:
        if name in {unit.code, unit.name, *unit.aliases}:
            return unit.code
    raise UnknownUnit(f"单位“{name}”不在辖区配置里，请改成现在的单位名称，或在 units 中补上它的别名（aliases）")


def _code(labels: dict[str, str], said: str | None) -> str | None:
    """A word of ours by code or label; what the other system called by its own words is judged anew."""
    return next((code for code, label in labels.items() if said in {code, label}), None) if said else None
