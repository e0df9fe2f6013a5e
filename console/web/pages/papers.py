"""Papers to print: an order's, a 督办文书, registers, ledgers, reports; and the templates that they are filled from."""

from typing import Annotated

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import Response

from console.web.context import back, house_of, must_be, pages
from console.web.downloads import download
from console.web.menu import allowed
from flows import paper_templates, papers
from flows.paper_periods import between, parse_period
from flows.papers import Printed
from models.vocabulary import Role
from responders.papers import making
from responders.papers.catalogue import PAPERS, paper_of
from responders.papers.checking import MOST_BYTES, Template

router = APIRouter()
_ROOM = "/console/papers"
_TEMPLATES = "/console/admin/papers"
_KINDS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@router.get(_ROOM)
def room(request: Request) -> Response:
    """What there is for a period: ledgers, the call register, reports."""
    person = must_be(request, *allowed(_ROOM))
    house = house_of(request)
    today = house.today()
    mine = {code: PAPERS[code] for code in (*papers.ROLLS, *papers.REPORTS) if person.role in papers.MAY_PRINT[code]}
    latest = {code: parse_period(code, "", today).label for code in papers.REPORTS}
    values = {"papers": mine, "rolls": papers.ROLLS, "latest": latest, "year": today.replace(month=1, day=1)}
    return pages(request).show(request, "papers.html", values)


@router.get(_ROOM + "/rolls/{code}")
def roll(request: Request, code: str, kind: str = "xlsx", first: str = "", last: str = "", unit: str = "") -> Response:
    person = must_be(request, *allowed(_ROOM), Role.UNIT)
    house = house_of(request)
    now = house.now()
    period = between(first, last, house.day_of(now))
    if unit:
        house.profile.unit(unit)
    return _file(papers.print_roll(house, person.actor, code, kind, period, now, unit=unit or None))


@router.get(_ROOM + "/reports/{code}")
def report(request: Request, code: str, kind: str = "docx", period: str = "") -> Response:
    person = must_be(request, *allowed(_ROOM))
    house = house_of(request)
    now = house.now()
    asked = parse_period(paper_of(code).code, period, house.day_of(now))
    return _file(papers.print_report(house, person.actor, code, kind, asked, now))


@router.get("/console/orders/{number}/papers/{code}")
def of_order(request: Request, number: str, code: str, row: int | None = None) -> Response:
    return _of_order(request, number, code, row, *allowed("/console/orders"))


@router.get("/unit/orders/{number}/papers/{code}")
def of_units_order(request: Request, number: str, code: str, row: int | None = None) -> Response:
    return _of_order(request, number, code, row, Role.UNIT)


def _of_order(request: Request, number: str, code: str, row: int | None, *roles: Role) -> Response:
    person = must_be(request, *roles)
    house = house_of(request)
    return _file(papers.print_order(house, person.actor, number, code, house.now(), row=row))


@router.get("/console/supervision/{instruction}/paper.docx")
def of_instruction(request: Request, instruction: int) -> Response:
    person = must_be(request, *allowed("/console/supervision"), Role.UNIT)
    house = house_of(request)
    return _file(papers.print_instruction(house, person.actor, instruction, house.now()))


@router.get(_TEMPLATES)
def templates(request: Request) -> Response:
    must_be(request, *allowed("/console/admin"))
    standing = paper_templates.standing(house_of(request))
    return pages(request).show(request, "paper_templates.html", {"lines": standing, "most": MOST_BYTES // 1_000_000})


@router.get(_TEMPLATES + "/{code}/{kind}")
def template(request: Request, code: str, kind: str, shipped: str = "") -> Response:
    """The one in use, or the shipped one to begin from."""
    must_be(request, *allowed("/console/admin"))
    paper = paper_of(code)
    form = making.must_come_as(paper, kind)
    found = making.shipped(paper, form) if shipped else paper_templates.template_for(house_of(request), paper, form)
    return _file(Printed(making.file_name(paper, form), found.content))


@router.post(_TEMPLATES + "/{code}/{kind}")
def put_template(request: Request, code: str, kind: str, file: Annotated[UploadFile, File()]) -> Response:
    person = must_be(request, *allowed("/console/admin"))
    house = house_of(request)
    paper = paper_of(code)
    form = making.must_come_as(paper, kind)
    # One byte more than is allowed tells that there is more.
    given = Template((file.filename or making.file_name(paper, form))[:100], file.file.read(MOST_BYTES + 1))
    paper_templates.put_template(house, paper, form, given, person.actor, house.now())
    return back(_TEMPLATES, f"《{paper.name}》已改用本单位模板 {given.name}。")


@router.post(_TEMPLATES + "/{code}/{kind}/drop")
def drop_template(request: Request, code: str, kind: str) -> Response:
    person = must_be(request, *allowed("/console/admin"))
    house = house_of(request)
    paper = paper_of(code)
    paper_templates.drop_template(house, paper, making.must_come_as(paper, kind), person.actor, house.now())
    return back(_TEMPLATES, f"《{paper.name}》已恢复自带模板。")


def _file(printed: Printed) -> Response:
    answer = download(printed.content, printed.name)
    answer.headers["content-type"] = _KINDS[printed.name.rpartition(".")[2]]
    return answer
