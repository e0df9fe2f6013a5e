"""模型: which versions there are, how each did class by class, which is live; promote one, or go one back."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.web.context import back, house_of, must_be, pages
from console.web.menu import allowed
from flows.house import House
from flows.retraining import FEWEST_CORRECTIONS, promote_recorded, rollback, versions
from models.database import reading
from models.queries.model_figures import class_figures
from models.vocabulary import Role

router = APIRouter()
_ROOM = "/console/models"
_DAYS = 90
_SHOWN = 3  # as many as are kept ready; older ones are folded


@router.get(_ROOM)
def listed(request: Request) -> Response:
    must_be(request, *allowed(_ROOM))
    house = house_of(request)
    known = [v | {"made": datetime.fromisoformat(v["created_at"])} for v in versions(house)]
    known.sort(key=lambda v: not v["live"])  # stable: the live one, then the newest
    live = _live(house, known)
    values: dict[str, Any] = {
        "versions": known, "live": live, "shipped": live not in {v["version"] for v in known}, "days": _DAYS,
        "shown": _SHOWN,
        "fixed": bool(house.settings.model), "fewest": FEWEST_CORRECTIONS,
        "restart": "judgement" in vars(house) and house.judgement.model_version != live,
    }  # fmt: skip
    with reading(house.engine) as session:
        values["classes"] = class_figures(session, live, house.now() - timedelta(days=_DAYS))
    return pages(request).show(request, "models.html", values)


@router.post(_ROOM + "/rollback")
def go_back(request: Request, seen: Annotated[str | None, Form(max_length=100)] = None) -> Response:
    person = must_be(request, Role.OPERATOR)
    house = house_of(request)
    live = rollback(house, house.now(), person.actor, seen)
    return back(_ROOM, f"已退回 {live or '随产品附带的模型'}。")


@router.post(_ROOM + "/{version}/promote")
def promote(request: Request, version: str) -> Response:
    """Of the record alone: a page names no folder of this machine."""
    person = must_be(request, Role.OPERATOR)
    house = house_of(request)
    live = promote_recorded(house, version, house.now(), person.actor)
    return back(_ROOM, f"已启用 {live}。")


@router.get(_ROOM + "/{version}")
def one(request: Request, version: str) -> Response:
    """One version's figures, by class."""
    must_be(request, *allowed(_ROOM))
    house = house_of(request)
    found = next((v for v in versions(house) if v["version"] == version), None)
    with reading(house.engine) as session:
        classes = class_figures(session, version, house.now() - timedelta(days=_DAYS))
    values = {"version": version, "found": found, "classes": classes, "days": _DAYS}
    return pages(request).show(request, "model.html", values)


def _live(house: House, known: list[dict[str, Any]]) -> str:
    """What a worker that starts now would judge by; the settings come before the record."""
    recorded = next((str(v["version"]) for v in known if v["live"]), None)
    if recorded and not house.settings.model:
        return recorded
    return str(house.judgement_of(house.model_path).model_version)
