"""Calls owed, as the centre sees them: all units', with a form for the calls that the centre makes itself."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.web.context import back, house_of, must_be, pages
from console.web.menu import allowed
from models.actions.callbacks import record_attempt
from models.actors import Actor
from models.database import reading, writing
from models.queries.callbacks import (
    callback_counts,
    find_callback,
    list_callbacks,
)
from models.queries.people import names
from models.vocabulary import AttemptResult, CallbackStatus, Role

router = APIRouter()


@router.get("/console/callbacks")
def listed(request: Request, status: str = CallbackStatus.DUE.value, overdue: str = "") -> Response:
    person = must_be(request, *allowed("/console/callbacks"))
    house = house_of(request)
    with reading(house.engine) as session:
        lines = list_callbacks(session, person.actor, status=status, now=house.now(), overdue=bool(overdue))
        counts, known = callback_counts(session, person.actor), names(session)
    values = {"lines": lines, "counts": counts, "status": status, "overdue": overdue, "names": known}
    return pages(request).show(request, "callbacks.html", values)


@router.post("/console/callbacks/{callback}/attempts")
def attempt(
    request: Request, callback: int, result: Annotated[AttemptResult, Form()],
    note: Annotated[str, Form(max_length=2000)] = "",
) -> Response:  # fmt: skip
    person = must_be(request, Role.MODERATOR)
    return back("/console/callbacks", record(request, person.actor, callback, result, note))


def record(request: Request, actor: Actor, callback: int, result: AttemptResult, note: str) -> str:
    """One try of this person's; what to say about it."""
    house = house_of(request)
    with reading(house.engine) as session:
        find_callback(session, actor, callback)
    with writing(house.engine) as session:
        done = record_attempt(session, house.reckoner, callback, result, note.strip() or None, actor, house.now())
    return f"已记录：{result.label}，{CallbackStatus(done.status).label}。"
