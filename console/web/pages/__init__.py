"""The rooms of the web: one small module each."""

from fastapi import APIRouter

from console.web.pages import (
    admin,
    appeals,
    audit,
    call_register,
    callbacks,
    chat_people,
    door,
    editions,
    entry,
    follow_ups,
    keeping,
    knowledge,
    ledger,
    more_time,
    order_actions,
    orders,
    overview,
    papers,
    public,
    public_knowledge,
    routing,
    signed,
    signed_requests,
    supervision,
    tell_again,
    triage,
    unit,
    unit_people,
    unit_requests,
)


def routers() -> list[APIRouter]:
    rooms = (
        public, signed, signed_requests, chat_people, door, overview, triage, orders, order_actions, callbacks,
        call_register, follow_ups, ledger, editions,
        keeping, audit,
        admin, unit, unit_people, unit_requests, more_time, supervision, entry, appeals,
        routing, tell_again, knowledge, public_knowledge, papers,
    )  # fmt: skip
    return [room.router for room in rooms]
