"""Many waiting entries approved or refused at once, each in its own transaction: an import brings hundreds.

Four eyes hold for each row: what somebody wrote or imported themselves is named as not done, like every other fault.
The page after it is had by GET (console/web/outcomes.py).
"""

from functools import partial
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.web import outcomes
from console.web.context import back, house_of, must_be
from console.web.outcomes import carried, one_by_one
from console.web.pages.knowledge import CENTRE
from flows import knowledge
from flows.house import House
from models.actions import knowledge as acts
from models.actors import Actor
from models.database import writing
from models.errors import BadInput
from models.queries.knowledge import PAGE

router = APIRouter(prefix=CENTRE)
Rows = Annotated[list[str], Form(max_length=PAGE)]
Verb = Literal["approve", "refuse"]


@router.post("/bulk")
def bulk(
    request: Request, act: Annotated[Verb, Form()], rows: Rows = [],  # noqa: B006
    why: Annotated[str, Form(max_length=1000)] = "",
) -> Response:  # fmt: skip
    person, house = must_be(request, *acts.CENTRE), house_of(request)
    if not rows:
        raise BadInput("还没有选择条目：请先勾选要审核的行，再点按钮。")
    if act == "refuse" and not why.strip():
        raise BadInput("退回须写明理由，请填写后再退回。")
    chosen = dict(_chosen(row) for row in rows)
    steps = {
        str(entry): partial(_decide, house, act, entry, version, why, person.actor) for entry, version in chosen.items()
    }
    outcome = one_by_one(act, steps)
    said = {"show": "waiting", outcomes.NAME: carried(house, person.login, outcome)}
    return back(f"{CENTRE}?{urlencode(said)}")


def _decide(house: House, act: Verb, entry: int, version: int, why: str, actor: Actor) -> None:
    if act == "approve":
        knowledge.approve(house, entry, version, actor, house.now())
        return
    with writing(house.engine) as session:
        acts.refuse_entry(session, entry, version, why, actor, house.now())


def _chosen(row: str) -> tuple[int, int]:
    """A row names the version that the person has read: a later one is somebody's to read first."""
    entry, _, version = row.partition(":")
    if not (entry.isdecimal() and version.isdecimal()):
        raise BadInput(f"“{row[:40]}”不是问答条目，请刷新后重新勾选。")
    return int(entry), int(version)
