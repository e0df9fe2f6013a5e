"""导出联系方式: asked for from the list of orders, granted by somebody else, taken once by who asked (DESIGN §4)."""

from typing import Annotated, Literal
from urllib.parse import parse_qsl

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.accounts import SignedIn
from console.web.context import back, house_of, must_be, pages
from console.web.downloads import download
from console.web.menu import allowed
from console.web.pages.orders import order_filter
from flows.contact_files import KINDS, take_file
from models.actions.contacts import ASKERS, DECIDERS, AlreadyAsked, ask, decide
from models.contact_words import state_of
from models.database import reading, writing
from models.queries.contacts import all_contact_requests, own_contact_requests
from models.queries.order_lists import PAGE, order_numbers
from models.queries.people import active_in, names
from models.vocabulary import Role

router = APIRouter(prefix="/console/contacts")
_ROOM = "/console/contacts"
Why = Annotated[str, Form(max_length=500)]
Kind = Annotated[Literal["xlsx", "csv"], Form()]


@router.get("")
def room(request: Request) -> Response:
    return shown(request, must_be(request, *allowed(_ROOM)), _ROOM)


def shown(request: Request, person: SignedIn, base: str) -> Response:
    """One's own requests; for those who decide everybody's."""
    house = house_of(request)
    decides = person.role in DECIDERS
    with reading(house.engine) as session:
        rows = all_contact_requests(session) if decides else own_contact_requests(session, person.actor)
        values = {
            "rows": [(row, state_of(row, house.now())) for row in rows], "names": names(session), "base": base,
            "decides": decides, "deciders": active_in(session, DECIDERS),
            "asks": person.role in ASKERS, "rules": house.profile.security,
        }  # fmt: skip
    return pages(request).show(request, "contacts.html", values)


@router.post("")
def propose(
    request: Request, of: Annotated[Literal["rows", "list"], Form()], why: Why,
    rows: Annotated[list[str], Form(max_length=PAGE)] = [],  # noqa: B006
    chosen: Annotated[str, Form(max_length=1000)] = "",
) -> Response:  # fmt: skip
    """Of the rows that were ticked, or of the whole list as it was filtered (`chosen`: its query)."""
    person = must_be(request, Role.MODERATOR, Role.SUPERVISOR)
    house = house_of(request)
    now = house.now()
    try:
        with writing(house.engine) as session:
            numbers = list(dict.fromkeys(rows))
            if of == "list":
                wanted = order_filter(house, session, dict(parse_qsl(chosen)))
                numbers = order_numbers(session, person.actor, wanted, now, house.profile.security.contacts_most)
            row = ask(session, house.reckoner, numbers, why, person.actor, now)
            said = f"已申请 {row.rows} 条联系方式（{len(row.numbers)} 件工单），须由另一位督办员或审计员批准。"
    except AlreadyAsked as first:
        said = str(first)
    return back(_ROOM, said)


@router.post("/{asked}")
def settle(request: Request, asked: int, agreed: Annotated[bool, Form()], note: Why = "") -> Response:
    person = must_be(request, *DECIDERS)
    house = house_of(request)
    with writing(house.engine) as session:
        decide(session, house.reckoner, asked, agreed, note, person.actor, house.now())
    return back(_ROOM, "已批准，由申请人下载一次。" if agreed else "没有批准，意见已记录。")


@router.post("/{asked}/file")
def file(request: Request, asked: int, kind: Kind) -> Response:
    """A form, not a link: what may be taken once is not taken by a browser that looks ahead."""
    return taken(request, must_be(request, Role.MODERATOR, Role.SUPERVISOR), asked, kind)


def taken(request: Request, person: SignedIn, asked: int, kind: str) -> Response:
    house = house_of(request)
    answer = download(take_file(house, asked, kind, person.actor, house.now()), f"联系方式-{asked}.{kind}")
    answer.headers["content-type"] = KINDS[kind]
    return answer
