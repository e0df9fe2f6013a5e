"""A person's own filters of a list: kept under a name, and dropped."""

from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.web.context import back, house_of, must_be
from console.web.menu import allowed
from console.web.pages.triage import ASKED
from models.actions.filters import drop_filter, save_filter
from models.database import writing
from models.errors import NotFound
from models.tables.filters import SavedFilter

router = APIRouter(prefix="/console/filters")
_FIELDS = {"triage": ASKED, "orders": ("q", "status", "domain", "unit", "overdue")}


@router.post("/{room}")
def save(
    request: Request, room: str, name: Annotated[str, Form(max_length=100)],
    chosen: Annotated[str, Form(max_length=1000)] = "",
) -> Response:  # fmt: skip
    """`chosen`: the list's query, of which its own fields are kept."""
    if room not in _FIELDS:
        raise NotFound("没有这个列表。")
    person = must_be(request, *allowed(f"/console/{room}"))
    house = house_of(request)
    kept = {key: value for key, value in parse_qsl(chosen) if key in _FIELDS[room]}
    with writing(house.engine) as session:
        save_filter(session, room, name, kept, person.actor, house.now())
    return back(f"/console/{room}?{urlencode(kept)}", f"已保存筛选“{name.strip()}”。")


@router.post("/{number}/drop")
def drop(request: Request, number: int) -> Response:
    person = must_be(request, *allowed("/console/orders"))
    with writing(house_of(request).engine) as session:
        found = session.get(SavedFilter, number)
        room = found.room if found and found.owner == person.login else "orders"
        drop_filter(session, number, person.actor)
    return back(f"/console/{room}", "筛选已删除。")
