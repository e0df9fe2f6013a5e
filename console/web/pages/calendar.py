"""工作日历: a year's notice is read, what it would move is shown, and only then it is taken."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response

from console.web.context import back, house_of, must_be, pages
from console.web.menu import allowed
from flows.calendars import import_days, recompute
from models.calendar_files import MAX_BYTES
from models.errors import BadInput

router = APIRouter(prefix="/console/admin/calendar")
_ROOM = "/console/admin"
_SHOWN = 500
_Text = Annotated[str, Form(max_length=200_000)]
_Name = Annotated[str, Form(max_length=100)]


@router.get("")
def listed(request: Request) -> Response:
    """What the profile's present limits and hours would move; nothing is changed by looking."""
    must_be(request, *allowed(_ROOM))
    house = house_of(request)
    values = {
        "found": recompute(house, house.now(), dry_run=True),
        "until": house.calendar.known_until,
        "shown": _SHOWN,
    }
    return pages(request).show(request, "calendar.html", values)


@router.post("")
def preview(request: Request, file: Annotated[UploadFile | None, File()] = None, text: _Text = "") -> Response:
    """A file, or what was typed; nothing is taken over yet."""
    must_be(request, *allowed(_ROOM))
    name, content = "手工录入.csv", text.replace("\r\n", "\n").encode()
    if file is not None and file.filename:
        name, content = Path(file.filename.replace("\\", "/")).name[:100], file.file.read(MAX_BYTES + 1)
    if not content.strip():
        raise BadInput("请选择日历文件，或直接录入、粘贴放假和上班的日子。")
    values = {"name": name, "found": _read(request, name, content, dry_run=True), "shown": _SHOWN}
    return pages(request).show(request, "calendar_preview.html", values)


@router.post("/take")
def take(request: Request, text: _Text, name: _Name) -> Response:
    must_be(request, *allowed(_ROOM))
    done = _read(request, Path(name).name or "日历.csv", text.encode(), dry_run=False)
    house_of(request).forget_calendar()
    moved = len(done["changes"])
    said = f"已导入放假 {done['off']} 天、上班 {done['work']} 天，改变时限 {moved} 项；请重启 work 和 scheduler。"
    return back("/console/admin/calendar", said)


@router.post("/recompute")
def recomputed(request: Request) -> Response:
    must_be(request, *allowed(_ROOM))
    house = house_of(request)
    done = recompute(house, house.now(), dry_run=False)
    return back("/console/admin/calendar", f"已按现行配置重算，改变时限 {len(done['changes'])} 项。")


def _read(request: Request, name: str, content: bytes, *, dry_run: bool) -> dict[str, Any]:
    person, house = must_be(request, *allowed(_ROOM)), house_of(request)
    with TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(content)
        return import_days(house, file, house.now(), dry_run=dry_run, actor=person.actor)
