"""征集意见 (S 19): the rooms where results are written, and the public's page of them."""

import uuid
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session

from console.web.context import Seen, Text, back, house_of, must_be, pages
from console.web.menu import allowed
from flows.edition_words import Words
from flows.solicitations import publish
from models.actions import solicitations as acts
from models.actions.as_seen import last_step
from models.actions.solicited import assign_message, write_down
from models.actors import Actor
from models.asked import BadAsked, day_asked
from models.database import reading, writing
from models.errors import BadInput
from models.queries import solicitations as asked
from models.queries.people import names
from models.queries.solicited import HeardLine, messages_of, waiting_messages
from models.solicited import code_of
from models.vocabulary import Adoption, Role

router = APIRouter()
CENTRE, UNIT = "/console/solicitations", "/unit/solicitations"
_Act = Callable[[Session, Actor, datetime], object]
_Short = Annotated[str, Form(max_length=200)]


def _room(request: Request) -> str:
    return UNIT if request.url.path.startswith("/unit/") else CENTRE


def _do(request: Request, to: str, act: _Act, done: str) -> Response:
    room = _room(request)
    person = must_be(request, *(acts.CENTRE if room == CENTRE else (Role.UNIT,)))
    house = house_of(request)
    with writing(house.engine) as session:
        act(session, person.actor, house.now())
    return back(to, done)


@router.get(CENTRE)
@router.get(UNIT)
def listed(request: Request) -> Response:
    room = _room(request)
    person = must_be(request, *allowed(room))
    with reading(house_of(request).engine) as session:
        results = asked.all_solicitations(session, person.actor)
        waiting = waiting_messages(session) if room == CENTRE else []
    values = {"results": results, "room": room, "waiting": _readable(request, waiting), "code_of": code_of}
    return pages(request).show(request, "solicitations.html", values)


@router.post(CENTRE)
@router.post(UNIT)
def opened(
    request: Request, title: _Short, about: Text, opens_on: _Short, closes_on: _Short, unit: _Short = ""
) -> Response:
    person = must_be(request, *allowed(_room(request)))
    chosen = person.actor.unit or unit
    if chosen not in house_of(request).profile.units_by_code:
        raise BadInput("责任单位不在本地单位名录中，请重新选择。")
    first, last = _day(opens_on, "opens_on", "开始日期"), _day(closes_on, "closes_on", "截止日期")
    return _do(request, _room(request), lambda session, actor, now: acts.open_solicitation(
        session, title, chosen, about, first, last, actor, now), "已登记。")  # fmt: skip


@router.get(f"{CENTRE}/{{number}}")
@router.get(f"{UNIT}/{{number}}")
def one(request: Request, number: int) -> Response:
    room = _room(request)
    person = must_be(request, *allowed(room))
    with reading(house_of(request).engine) as session:
        result = asked.one_solicitation(session, person.actor, number)
        values = {"result": result, "room": room, "names": names(session), "code_of": code_of,
                  "heard": _readable(request, messages_of(session, number)),
                  "step": last_step(session, "solicitation", number)}  # fmt: skip
    values["writes"] = result.row.published_at is None and person.role in (*acts.CENTRE, Role.UNIT)
    return pages(request).show(request, "solicitation.html", values)


@router.post(f"{CENTRE}/{{number}}/opinions")
@router.post(f"{UNIT}/{{number}}/opinions")
def opinion(request: Request, number: int, opinion: Text, heard: Annotated[int, Form(ge=1, le=10_000_000)]) -> Response:
    return _do(request, f"{_room(request)}/{number}", lambda session, actor, now: acts.add_opinion(
        session, number, opinion, heard, actor, now), "已录入。")  # fmt: skip


@router.post(f"{CENTRE}/{{number}}/opinions/{{said}}")
@router.post(f"{UNIT}/{{number}}/opinions/{{said}}")
def decide(
    request: Request, number: int, said: int, adoption: Annotated[Adoption, Form()], reason: Text = ""
) -> Response:
    return _do(request, f"{_room(request)}/{number}", lambda session, actor, now: acts.decide_opinion(
        session, number, said, adoption, reason, actor, now), "已保存。")  # fmt: skip


@router.post(f"{CENTRE}/{{number}}/overall")
@router.post(f"{UNIT}/{{number}}/overall")
def overall(request: Request, number: int, overall: Text) -> Response:
    return _do(request, f"{_room(request)}/{number}", lambda session, actor, now: acts.sum_up(
        session, number, overall, actor, now), "已保存。")  # fmt: skip


@router.post(f"{CENTRE}/{{number}}/publish")
def published(request: Request, number: int, seen: Seen = None) -> Response:
    person = must_be(request, *acts.CENTRE)
    house = house_of(request)
    publish(house, number, person.actor, house.now(), seen=seen)
    return back(f"{CENTRE}/{number}", "结果已公开。")


@router.post(f"{CENTRE}/messages/{{message}}")
def assign(request: Request, message: uuid.UUID, to: Annotated[str, Form(max_length=10)]) -> Response:
    """Which solicitation a message answers; an empty choice would be none by mistake, so none has its own word."""
    if not (to == "none" or to.isdecimal()):
        raise BadInput("请选择归入哪一次征集，或选“不属于征集”。")
    number = None if to == "none" else int(to)
    return _do(request, CENTRE, lambda session, actor, now: assign_message(
        session, message, number, actor, now), "已归入。" if number else "已记为不属于征集。")  # fmt: skip


@router.post(f"{CENTRE}/{{number}}/messages/{{message}}")
@router.post(f"{UNIT}/{{number}}/messages/{{message}}")
def written_down(
    request: Request,
    number: int,
    message: uuid.UUID,
    opinion: Text = "",
    like: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    same = int(like) if like.isdecimal() else None
    return _do(request, f"{_room(request)}/{number}", lambda session, actor, now: write_down(
        session, number, message, opinion, same, actor, now), "已录为意见。")  # fmt: skip


def _readable(request: Request, lines: Sequence[HeardLine]) -> list[tuple[HeardLine, str]]:
    """Each with what was said; who said it is no matter of a solicitation, and personal data is hidden."""
    words = Words(house_of(request))
    return [(each, words.hide(f"{each.message.title or ''}\n{each.message.text or ''}".strip(), "citizen")[0])
            for each in lines]  # fmt: skip


@router.get("/solicitations")
def public(request: Request) -> Response:
    with reading(house_of(request).engine) as session:
        running, results = asked.public_solicitations(session, house_of(request).today())
    return pages(request).show(
        request, "solicitations_public.html", {"running": running, "results": results, "code_of": code_of}
    )


@router.get("/solicitations/{number}")
def result(request: Request, number: int) -> Response:
    with reading(house_of(request).engine) as session:
        found = asked.published_result(session, number)
    return pages(request).show(request, "solicitation_public.html", {"result": found})


def _day(text: str, field: str, name: str) -> date:
    found = day_asked(text, field, name)
    if found is None:
        raise BadAsked(field, f"请填写{name}，如 2026-03-31。")
    return found
