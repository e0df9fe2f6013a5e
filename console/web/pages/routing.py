"""The routing matrix: where would a message go and why, what would another matrix change, and which were in use."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session

from console.web.context import house_of, must_be, pages
from console.web.downloads import download
from console.web.menu import allowed
from flows.route_trials import notes_on, try_matrix, try_message
from models.actions.matrix_versions import versions
from models.database import reading
from models.errors import BadProfile, Conflict, NotFound
from models.matrix import matrix_rows
from models.profile_changes import route_changes
from models.profile_checks import with_matrix
from models.tables.record import RoutingVersion
from models.vocabulary import CaseType, Kind

router = APIRouter()
_ROOM = "/console/admin"
_SHOWN = 200


@router.get("/console/admin/routing")
def routing(
    request: Request, domain: str = "", region: str = "", kind: str = "", case_type: str = "order", said: str = ""
) -> Response:
    """The matrix, and one message tried on it."""
    must_be(request, *allowed(_ROOM))
    asked = {"domain": domain, "region": region, "kind": kind, "case_type": case_type, "said": said}
    values: dict[str, Any] = {"asked": asked, "found": None, "fault": ""}
    if domain:
        try:
            values["found"] = house_of(request).profile.route(
                domain, region or None, kind or Kind.REQUEST.value, CaseType(case_type).value, text=said
            )
        except (NotFound, ValueError) as fault:
            values["fault"] = str(fault)
    profile = house_of(request).profile
    with reading(house_of(request).engine) as session:
        values |= {"versions": versions(session), "notes": notes_on(profile), "text": profile.matrix[0], "last": 1000,
                   "given": {"title": "", "text": "", "region": ""}}  # fmt: skip
    return pages(request).show(request, "routing.html", values)


@router.post("/console/admin/routing/message")
def message(
    request: Request, text: Annotated[str, Form(max_length=20_000)],
    title: Annotated[str, Form(max_length=200)] = "", region: Annotated[str, Form(max_length=100)] = "",
) -> Response:  # fmt: skip
    """A message that somebody types: what would be found in it, where it would go, and why. Nothing is kept."""
    must_be(request, *allowed(_ROOM))
    given = {"title": title.strip(), "text": text.strip(), "region": region.strip()}
    values: dict[str, Any] = {"given": given, "fault": "", "found": None}
    try:
        values["found"], values["routing"], values["plan"] = try_message(house_of(request), **given)
    except (NotFound, Conflict) as fault:
        values["fault"] = str(fault)
    return pages(request).show(request, "routing_message.html", values)


@router.post("/console/admin/routing/try")
def trial(
    request: Request, matrix: Annotated[str, Form(max_length=500_000)],
    last: Annotated[int, Form(ge=1, le=10_000)] = 1000,
) -> Response:  # fmt: skip
    """规则试算 of a matrix that was typed; nothing is taken over, and what was typed is given back."""
    must_be(request, *allowed(_ROOM))
    house = house_of(request)
    values: dict[str, Any] = {"text": matrix, "last": last, "trial": None, "faults": []}
    try:
        values["trial"] = try_matrix(house, with_matrix(house.profile, matrix), last)
    except BadProfile as fault:
        values["faults"] = str(fault).splitlines()
    values["shown"] = _SHOWN
    return pages(request).show(request, "routing_trial.html", values, status=422 if values["faults"] else 200)


@router.get("/console/routing/{version}")
def version(request: Request, version: int, against: int = 0) -> Response:
    """A matrix as it stood when an order was routed by it, and what it says otherwise than the one before."""
    must_be(request, *allowed("/console/orders"))
    house = house_of(request)
    with reading(house.engine) as session:
        found, known = _version(session, version), versions(session)
    earlier = next((v for v in known if v.id == against and v.id != found.id), None)
    earlier = earlier or next((v for v in known if (v.id or 0) < version), None)
    matrix = matrix_rows(found.matrix)
    differs = route_changes(house.profile, matrix_rows(earlier.matrix), matrix) if earlier else []
    values = {"version": found, "matrix": matrix, "others": [v for v in known if v.id != found.id], "earlier": earlier,
              "changes": differs}  # fmt: skip
    return pages(request).show(request, "routing_version.html", values)


@router.get("/console/routing/{version}/matrix.yaml")
def text(request: Request, version: int) -> Response:
    """As it may stand under `routing:` in a profile."""
    must_be(request, *allowed("/console/orders"))
    with reading(house_of(request).engine) as session:
        found = _version(session, version)
    return download(found.matrix.encode(), f"派单规则 第{found.id}版 {found.digest}.yaml")


def _version(session: Session, version: int) -> RoutingVersion:
    found = session.get(RoutingVersion, version)
    if found is None:
        raise NotFound("没有这个版本的派单规则。")
    return found
