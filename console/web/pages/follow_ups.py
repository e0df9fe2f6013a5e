"""回访: the centre's call list, what citizens said, and the draws. No unit opens any of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.web.context import Line, back, house_of, must_be, pages
from console.web.menu import allowed
from flows.apart import sift
from models.actions import follow_ups
from models.actions.follow_ups import Answer
from models.calling_words import AttemptResult, Discontent, FollowUpStatus
from models.database import reading, writing
from models.errors import BadInput
from models.queries.follow_ups import follow_up_counts, list_draws, list_follow_ups
from models.queries.people import names
from models.vocabulary import Role, Satisfaction

router = APIRouter()
_ROOM = "/console/follow-ups"
_YesNo = Annotated[str, Form(max_length=3)]
_SAID = {"yes": True, "no": False}


@router.get(_ROOM)
def listed(request: Request, status: str = FollowUpStatus.DUE.value, unit: str = "") -> Response:
    person = must_be(request, *allowed(_ROOM))
    house = house_of(request)
    with reading(house.engine) as session:
        lines = list_follow_ups(session, house.reckoner, person.actor, status, house.now(), unit=unit or None)
        values = {"lines": lines, "status": status, "unit": unit, "counts": follow_up_counts(session, person.actor),
                  "names": names(session), "rules": house.profile.follow_up}  # fmt: skip
    return pages(request).show(request, "follow_ups.html", values)


@router.get(_ROOM + "/draws")
def draws(request: Request) -> Response:
    person = must_be(request, *allowed(_ROOM), Role.AUDITOR)
    with reading(house_of(request).engine) as session:
        # A draw's span ends before `until`, a midnight: its last day is that of the instant before.
        values = {"lines": list_draws(session, person.actor), "instant": timedelta.resolution}
        return pages(request).show(request, "follow_up_draws.html", values)


@router.post(_ROOM + "/{follow_up}/calls")
def call(
    request: Request, follow_up: int, result: Annotated[AttemptResult, Form()], contacted: _YesNo = "",
    resolved: _YesNo = "", satisfaction: Annotated[str, Form(max_length=20)] = "",
    reasons: Annotated[list[str], Form()] = [], words: Line = "", note: Line = "",  # noqa: B006  (read only)
) -> Response:  # fmt: skip
    person, house = must_be(request, *allowed(_ROOM)), house_of(request)
    said = answer_of(contacted, resolved, satisfaction, reasons, words)
    with reading(house.engine) as session:
        order = follow_ups.order_asked_about(session, follow_up)
    heard, kept = (sift(house, order, each, "回访", house.now(), agent=person.login) for each in (words, note))
    with writing(house.engine) as session:
        row = follow_ups.record_call(
            session, house.reckoner, follow_up, result, replace(said, words=heard.said or ""), kept.said or "",
            person.actor, house.now(),
        )  # fmt: skip
        again = row.next_at.astimezone(house.settings.zone) if row.next_at else None
    then = f"，下次请于 {again:%m月%d日 %H:%M} 前后再拨" if again else ""
    apart = "所记内容已另行登记，由专人办理。" if heard.code or kept.code else ""
    return back(_ROOM, f"已记录：{result.label}{then}。{apart}")


@router.post(_ROOM + "/{follow_up}/mail")
def mail(request: Request, follow_up: int) -> Response:
    person, house = must_be(request, *allowed(_ROOM)), house_of(request)
    with writing(house.engine) as session:
        follow_ups.mail(session, house.reckoner, follow_up, person.actor, house.now())
    return back(_ROOM, "已寄发回访问卷。")


@router.post(_ROOM + "/{follow_up}/give-up")
def give_up(request: Request, follow_up: int, reason: Line) -> Response:
    person, house = must_be(request, *allowed(_ROOM)), house_of(request)
    with writing(house.engine) as session:
        follow_ups.give_up(session, house.reckoner, follow_up, reason, person.actor, house.now())
    return back(_ROOM, "已登记为未能回访。")


def answer_of(contacted: str, resolved: str, satisfaction: str, reasons: Sequence[str], words: str) -> Answer:
    """What a form says; BadInput for a word that it does not have."""
    try:
        return Answer(
            contacted=_SAID.get(contacted), resolved=_SAID.get(resolved), words=words,
            satisfaction=Satisfaction(satisfaction) if satisfaction else None,
            reasons=[Discontent(reason) for reason in reasons],
        )  # fmt: skip
    except ValueError:
        raise BadInput("回访结果填写有误，请返回重新选择。") from None
