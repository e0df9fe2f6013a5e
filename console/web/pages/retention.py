"""到期清除: what has outlived its 保管期限 is proposed by one person and approved by another; receipts stay."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from console.web.context import actor_of, back, house_of, must_be, pages
from console.web.menu import allowed
from flows.retention import cutoff_of
from models.actions import erasing
from models.database import reading, writing
from models.queries.erasures import count_to_erase, list_erasures
from models.queries.people import names

router = APIRouter(prefix="/console/retention")
_ROOM = "/console/retention"


@router.get("")
def overview(request: Request) -> Response:
    person = must_be(request, *allowed(_ROOM))
    house = house_of(request)
    cutoff = cutoff_of(house, house.now())
    with reading(house.engine) as session:
        erasures = list_erasures(session)
        values = {
            "cutoff": cutoff, "due": count_to_erase(session, cutoff), "years": house.profile.retention_years,
            "erasures": erasures, "names": names(session), "login": person.login,
            "waiting": any(each.done_at is None for each in erasures),
        }  # fmt: skip
    return pages(request).show(request, "retention.html", values)


@router.post("/propose")
def propose(request: Request) -> Response:
    actor = actor_of(request, *allowed(_ROOM))
    house = house_of(request)
    now = house.now()
    with writing(house.engine) as session:
        erasing.propose(session, cutoff_of(house, now), actor, now)
    return back(_ROOM, "已提出，等待另一人批准")


@router.post("/{erasure_id}/approve")
def approve(request: Request, erasure_id: int) -> Response:
    actor = actor_of(request, *allowed(_ROOM))
    house = house_of(request)
    with writing(house.engine) as session:
        erasing.approve(session, erasure_id, actor, house.now())
    return back(_ROOM, "已批准，今夜清除")
