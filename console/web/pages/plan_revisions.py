"""A plan that came in again with other words: both texts side by side, and a person decides task by task."""

from difflib import SequenceMatcher
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.web.context import Line, back, house_of, must_be, pages
from console.web.marking import marked
from console.web.menu import allowed
from console.web.pages.ledger import need_day
from models.actions import plan_revisions as acts
from models.database import reading, writing
from models.queries.people import names
from models.queries.plan_revisions import revision_lines
from models.vocabulary import Role

router = APIRouter(prefix="/console/ledger/plans/revisions")
_ROOM = "/console/ledger/plans/revisions"
_DECIDERS = (Role.MODERATOR, Role.SUPERVISOR)


@router.get("")
def listed(request: Request) -> Response:
    person = must_be(request, *allowed("/console/ledger"))
    with reading(house_of(request).engine) as session:
        waiting, decided = (revision_lines(session, waiting=each) for each in (True, False))
        known = names(session)
    values = {
        "waiting": [(line, *_side_by_side(line.row.old_text, line.row.text)) for line in waiting],
        "decided": decided, "names": known, "decides": person.role in _DECIDERS,
    }  # fmt: skip
    return pages(request).show(request, "plan_revisions.html", values)


@router.post("/{revision:int}")
def decide(
    request: Request, revision: int, act: Annotated[Literal["take", "keep"], Form()], reason: Line,
    due: Annotated[str, Form(max_length=10)] = "",
) -> Response:  # fmt: skip
    actor, house = must_be(request, *_DECIDERS).actor, house_of(request)
    day = need_day(due) if due.strip() else None
    with writing(house.engine) as session:
        if act == "keep":
            acts.keep_old(session, revision, reason, actor, house.now())
            return back(_ROOM, "已保留原文，新文留在记录中。")
        row = acts.take_revision(session, house.reckoner, revision, day, reason, actor, house.now())
        asked = row.change_id is not None
    return back(_ROOM, "已提出变更，等待另一人审批。" if asked else "已采用新文，请在台账中逐项确认。")


def _side_by_side(old: str, new: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """Both texts with what differs marked."""
    steps = [step for step in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if step[0] != "equal"]
    return marked(old, [(a, b) for _, a, b, _, _ in steps]), marked(new, [(a, b) for _, _, _, a, b in steps])
