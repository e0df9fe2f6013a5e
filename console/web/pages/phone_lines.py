"""对外联系电话: the register, the day's call list, what is to be mended; a unit's own lines."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response

from console.web.context import Line, back, house_of, must_be, pages
from console.web.menu import allowed
from flows.phone_lines import import_lines, plan_line_checks
from models.actions import phone_lines
from models.actions.phone_lines import LineFacts
from models.calling_words import LineResult
from models.database import reading, writing
from models.errors import BadInput
from models.queries.people import names
from models.queries.phone_lines import call_list, line_figures, list_lines, made_checks, open_faults
from models.vocabulary import Role

router = APIRouter()
_ROOM, _OWN = "/console/lines", "/unit/lines"
_DAYS = 30
_MOST_BYTES = 5 * 1024 * 1024
_Short = Annotated[str, Form(max_length=100)]


@router.get(_ROOM)
@router.get(_ROOM + "/{fault}")
def listed(request: Request, unit: str = "") -> Response:
    person = must_be(request, *allowed("/console/supervision"))
    house = house_of(request)
    since = house.now() - timedelta(days=_DAYS)
    with reading(house.engine) as session:
        values = {
            "calls": call_list(session, person.actor), "faults": open_faults(session, person.actor),
            "lines": list_lines(session, person.actor, unit=unit or None), "figures": line_figures(session, since),
            "made": made_checks(session, person.actor, since)[:20], "names": names(session), "days": _DAYS,
            "rules": house.profile.lines, "unit_code": unit,
        }  # fmt: skip
    return pages(request).show(request, "phone_lines.html", values)


@router.post(_ROOM)
def enter(
    request: Request, number: _Short, unit: _Short, purpose: _Short = "", hours: _Short = "",
    answered_by: _Short = "", published_at: Annotated[str, Form(max_length=200)] = "",
) -> Response:  # fmt: skip
    person, house = must_be(request, Role.SUPERVISOR), house_of(request)
    facts = LineFacts(number=number, unit=unit, purpose=purpose, hours=hours, answered_by=answered_by,
                      published_at=published_at)  # fmt: skip
    with writing(house.engine) as session:
        done = phone_lines.enter_line(session, house.reckoner, facts, person.actor, house.now())
    return back(_ROOM, {"added": "已登记。", "changed": "已更新。", "same": "与已登记的相同。"}[done])


@router.post(_ROOM + "/import")
def imported(request: Request, file: Annotated[UploadFile, File()]) -> Response:
    """What could not be entered is named on the page; the rest is in."""
    person, house = must_be(request, Role.SUPERVISOR), house_of(request)
    content = file.file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise BadInput("表格超过 5 MB，请只保留电话登记所需的各列。")
    with TemporaryDirectory() as folder:
        source = Path(folder) / (Path(file.filename or "").name or "电话表")
        source.write_bytes(content)
        result = import_lines(house, source, person.actor, house.now())
    return pages(request).show(request, "phone_lines_imported.html", {"result": result})


@router.post(_ROOM + "/plan")
def plan(request: Request) -> Response:
    must_be(request, Role.SUPERVISOR)
    house = house_of(request)
    done = plan_line_checks(house, house.now())
    return back(_ROOM, f"今天新安排拨测 {done['planned']} 个号码。")


@router.post(_ROOM + "/{line}/checks")
def check(request: Request, line: int, result: Annotated[LineResult, Form()], note: Line = "") -> Response:
    person, house = must_be(request, Role.SUPERVISOR), house_of(request)
    with writing(house.engine) as session:
        fault = phone_lines.record_check(session, house.reckoner, line, result, note, person.actor, house.now())
        said = f"，已转整改，限 {fault.due_at.astimezone(house.settings.zone):%m月%d日} 前" if fault else ""
    return back(_ROOM, f"已记录：{result.label}{said}。")


@router.post(_ROOM + "/{line}/retire")
def retire(request: Request, line: int) -> Response:
    person, house = must_be(request, Role.SUPERVISOR), house_of(request)
    with writing(house.engine) as session:
        phone_lines.retire_line(session, line, person.actor, house.now())
    return back(_ROOM, "已停用，不再拨测。")


@router.get(_OWN)
@router.get(_OWN + "/{fault}")
def own(request: Request) -> Response:
    person = must_be(request, Role.UNIT)
    house = house_of(request)
    with reading(house.engine) as session:
        values = {
            "lines": list_lines(session, person.actor), "faults": open_faults(session, person.actor),
            "made": made_checks(session, person.actor, house.now() - timedelta(days=_DAYS)),
        }  # fmt: skip
    return pages(request).show(request, "unit_lines.html", values)


@router.post(_OWN + "/{fault}/report")
def report(request: Request, fault: int, text: Line) -> Response:
    person, house = must_be(request, Role.UNIT), house_of(request)
    with writing(house.engine) as session:
        phone_lines.report_fix(session, fault, text, person.actor, house.now())
    return back(_OWN, "已反馈，等待复拨核实。")
