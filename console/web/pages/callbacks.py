"""Calls owed, as the centre sees them: all units', with a form for the calls that the centre makes itself."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.web.context import Line, back, house_of, must_be, pages
from console.web.menu import allowed
from flows.apart import noted, sift
from models.actions.callbacks import give_up, record_attempt
from models.actors import Actor
from models.calling_words import AttemptResult, CallbackStatus
from models.database import reading, writing
from models.queries.callbacks import callback_counts, find_callback, list_callbacks
from models.queries.people import names
from models.vocabulary import Role, Satisfaction

router = APIRouter()


@router.get("/console/callbacks")
def listed(request: Request, status: str = CallbackStatus.DUE.value, overdue: str = "") -> Response:
    person = must_be(request, *allowed("/console/callbacks"))
    house = house_of(request)
    with reading(house.engine) as session:
        lines = list_callbacks(
            session, house.reckoner, person.actor, status=status, now=house.now(), overdue=bool(overdue)
        )
        counts, known = callback_counts(session, person.actor), names(session)
    values = {"lines": lines, "counts": counts, "status": status, "overdue": overdue, "names": known}
    return pages(request).show(request, "callbacks.html", values)


@router.post("/console/callbacks/{callback}/attempts")
def attempt(
    request: Request, callback: int, result: Annotated[AttemptResult, Form()],
    note: Line = "", opinion: Annotated[str, Form(max_length=20)] = "",
) -> Response:  # fmt: skip
    person = must_be(request, Role.MODERATOR)
    return back("/console/callbacks", record(request, person.actor, callback, result, note, opinion))


@router.post("/console/callbacks/{callback}/give-up")
def closed(request: Request, callback: int, reason: Line) -> Response:
    person = must_be(request, Role.MODERATOR)
    return back("/console/callbacks", end(request, person.actor, callback, reason))


def record(request: Request, actor: Actor, callback: int, result: AttemptResult, note: str, opinion: str) -> str:
    """One try of this person's; what to say about it."""
    house = house_of(request)
    said = Satisfaction(opinion) if opinion in set(Satisfaction) else None
    with reading(house.engine) as session:
        order = find_callback(session, actor, callback).order_id
    words = sift(house, order, note, "回电", house.now(), agent=actor.login)
    with writing(house.engine) as session:
        kept = noted(result, words)
        done = record_attempt(session, house.reckoner, callback, result, kept, actor, house.now(), opinion=said)
        again = done.next_at.astimezone(house.settings.zone) if done.next_at else None
    then = f"，下次请于 {again:%m月%d日 %H:%M} 前后再拨" if again else ""
    apart = "所记内容已另行登记，由专人办理。" if words.code else ""
    return f"已记录：{result.label}，{CallbackStatus(done.status).label}{then}。{apart}"


def end(request: Request, actor: Actor, callback: int, reason: str) -> str:
    """Given up with a reason, as far as the retry plan allows."""
    house = house_of(request)
    with reading(house.engine) as session:
        find_callback(session, actor, callback)
    with writing(house.engine) as session:
        give_up(session, house.reckoner, callback, reason, actor, house.now())
    return "已按多次未接通结束，理由已记录。"
