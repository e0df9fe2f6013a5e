"""派单建议 as it stands now: the one that came with the message, or a new one after its domain was corrected."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flows.route_trials import known_of, told_of
from models.errors import NotFound
from models.profile import Profile
from models.tables.messages import Message
from models.tables.orders import WorkOrder
from models.vocabulary import Channel
from responders.dispatching import concerned_units, route, suggestion

_EMPTY: dict[str, Any] = {"lead": "", "co_units": [], "informed": [], "rule": "", "presumed": False, "reasons": []}


def suggested(profile: Profile, order: WorkOrder, message: Message | None) -> dict[str, Any]:
    """Where the house would send it; empty where a machine may not even suggest.

    A unit's own line keeps its call whatever it is about.
    """
    if message is None:
        return _EMPTY
    stored = message.findings.get("suggestion") or {}
    found = message.findings.get("domain")
    if not stored or found in {None, order.domain} or message.channel == Channel.REGISTER:
        return {**_EMPTY, **stored}
    try:
        known = known_of(message, order)
        inbound = told_of(message)
        concerned = concerned_units(inbound, known, profile)
        return {**_EMPTY, **suggestion(known, route(inbound, known, profile, concerned), concerned)}
    except NotFound:
        return _EMPTY


def likely_units(profile: Profile, order: WorkOrder, message: Message | None) -> Iterator[str]:
    """Units that its candidate domains would name, the suggested one first: what a hand reaches for next."""
    offered = suggested(profile, order, message)
    if not offered["lead"] or message is None:
        return
    yield offered["lead"]
    yield from offered["co_units"]
    inbound, known = told_of(message), known_of(message, order)
    for domain, _ in message.findings.get("candidates") or ():
        try:
            as_if = replace(known, domain=domain)
            yield route(inbound, as_if, profile, concerned_units(inbound, as_if, profile)).lead
        except NotFound:
            continue
