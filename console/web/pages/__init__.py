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
    keeping,
    ledger,
    more_time,
    order_actions,
    orders,
    overview,
    public,
    routing,
    signed,
    supervision,
    tell_again,
    triage,
    unit,
    unit_people,
    unit_requests,
)


def routers() -> list[APIRouter]:
    rooms = (
        public, signed, chat_people, door, overview, triage, orders, order_actions, callbacks, call_register,
        ledger, editions,
        keeping, audit,
        admin, unit, unit_people, unit_requests, more_time, supervision, entry, appeals,
        routing, tell_again,
    )  # fmt: skip
    return [room.router for room in rooms]
