"""The rooms of the web: one small module each."""

from fastapi import APIRouter

from console.web.pages import (
    admin,
    annual,
    appeals,
    audit,
    call_register,
    callbacks,
    chat_people,
    door,
    editions,
    entry,
    figures,
    follow_ups,
    keeping,
    knowledge,
    ledger,
    ledger_steps,
    more_time,
    opinion,
    opinion_lines,
    opinion_unit,
    order_actions,
    orders,
    overview,
    papers,
    phone_lines,
    plans,
    policies,
    public,
    public_knowledge,
    public_promises,
    retention,
    routing,
    signed,
    signed_requests,
    solicitations,
    supervision,
    tell_again,
    triage,
    unit,
    unit_ledger,
    unit_people,
    unit_requests,
    webhooks,
)


def routers() -> list[APIRouter]:
    rooms = (
        public, signed, signed_requests, chat_people, door, overview, triage, orders, order_actions, callbacks,
        call_register, follow_ups, figures, phone_lines, plans, ledger, ledger_steps, unit_ledger,
        public_promises, editions,
        keeping, audit, retention,
        admin, unit, unit_people, unit_requests, more_time, supervision, entry, appeals,
        routing, tell_again, knowledge, public_knowledge, solicitations, annual, papers,
        opinion, opinion_lines, opinion_unit, policies, webhooks,
    )  # fmt: skip
    return [room.router for room in rooms]
