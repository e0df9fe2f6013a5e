"""对外接口: who follows the house's events, and what did not arrive."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from console.web.context import back, house_of, must_be, pages
from console.web.menu import allowed
from flows.webhooks import hosts_of, secret_of
from models.actions import webhooks
from models.database import reading, writing
from models.queries.webhooks import failed_deliveries, followers
from models.tables.webhooks import Webhook

router = APIRouter(prefix="/console/admin/webhooks")
_ROOM = "/console/admin/webhooks"
_ADMIN = "/console/admin"


@router.get("")
def listed(request: Request) -> Response:
    return _page(request)


@router.post("")
def subscribe(
    request: Request,
    name: Annotated[str, Form(max_length=60)],
    url: Annotated[str, Form(max_length=500)],
    subjects: Annotated[list[str], Form()] = [],  # noqa: B006  (FastAPI copies it)
) -> Response:
    person, house = must_be(request, *allowed(_ADMIN)), house_of(request)
    with writing(house.engine) as session:
        made = webhooks.subscribe(session, name, url, subjects, hosts_of(house), person.actor, house.now())
    return _page(request, shown=made)


@router.post("/{webhook}/secret")
def renew(request: Request, webhook: int) -> Response:
    person, house = must_be(request, *allowed(_ADMIN)), house_of(request)
    with writing(house.engine) as session:
        renewed = webhooks.renew_secret(session, webhook, person.actor, house.now())
    return _page(request, shown=renewed)


@router.post("/{webhook}/active")
def active(request: Request, webhook: int, active: Annotated[bool, Form()]) -> Response:
    person, house = must_be(request, *allowed(_ADMIN)), house_of(request)
    with writing(house.engine) as session:
        found = webhooks.set_active(session, webhook, active, person.actor, house.now())
    return back(_ROOM, f"{found.name} 已{'恢复推送' if active else '暂停推送，期间的事件留待恢复后推送'}。")


@router.post("/failed/{delivery}")
def again(request: Request, delivery: int) -> Response:
    person, house = must_be(request, *allowed(_ADMIN)), house_of(request)
    with writing(house.engine) as session:
        webhooks.send_again(session, delivery, person.actor, house.now())
    return back(_ROOM, "已排入重推，事件编号不变。")


def _page(request: Request, shown: Webhook | None = None) -> Response:
    """A secret is shown once, in the answer to the form that made it."""
    must_be(request, *allowed(_ADMIN))
    house = house_of(request)
    with reading(house.engine) as session:
        values: dict[str, Any] = {"followers": followers(session), "failed": failed_deliveries(session)}
    secret = (shown.name, secret_of(house, shown)) if shown else None
    values |= {"secret": secret, "hosts": sorted(hosts_of(house)), "subjects": webhooks.SUBJECTS}
    answer = pages(request).show(request, "webhooks.html", values)
    answer.headers["cache-control"] = "no-store"
    return answer
