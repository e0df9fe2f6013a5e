"""辖区配置: the whole profile as the house reads it, and what an edited file would change before it is taken."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response

from console.web.context import house_of, must_be, pages
from console.web.menu import allowed
from flows.profile_trials import MAX_BYTES, try_profile
from models.errors import BadInput
from models.profile import Profile
from models.profile_changes import LABELS, WRITTEN, Words

router = APIRouter(prefix="/console/admin/profile")
_ROOM = "/console/admin"
_SHOWN = 200
_SECTIONS: Final = (
    "opinion", "edition", "security", "follow_up", "callback_retry", "lines", "limits", "office_hours", "calendar",
)  # fmt: skip
_PLAIN: Final = (
    "name", "code", "number_prefix", "document_prefix", "document_prefixes", "publisher", "jurisdiction", "sources",
    "packs", "centre", "supervisor", "recusal_unit", "opinion_coordinator", "opinion_liaison", "upper_unit", "domains",
    "dispatch", "accept_precision", "retention_years",
)  # fmt: skip


@router.get("")
def shown(request: Request) -> Response:
    must_be(request, *allowed(_ROOM))
    return pages(request).show(request, "profile.html", _values(house_of(request).profile))


@router.post("")
def preview(
    request: Request, file: Annotated[UploadFile | None, File()] = None,
    text: Annotated[str, Form(max_length=MAX_BYTES)] = "",
) -> Response:  # fmt: skip
    """What the file would change. It is taken by putting it in the profile's place and starting again."""
    must_be(request, *allowed(_ROOM))
    house = house_of(request)
    name, content = "粘贴的内容.yaml", text.replace("\r\n", "\n").encode()
    if file is not None and file.filename:
        name, content = file.filename, file.file.read(MAX_BYTES + 1)
    if not content.strip():
        raise BadInput("请选择辖区配置文件（YAML），或把内容粘贴在下面。")
    tried = try_profile(house, name, content, house.now())
    return pages(request).show(request, "profile_preview.html", {"tried": tried, "name": name, "shown": _SHOWN})


def _values(profile: Profile) -> dict[str, Any]:
    words = Words(profile, profile)
    sections = [(name, LABELS[name], words.values(getattr(profile, name))) for name in _SECTIONS]
    plain = [(LABELS[name], words.say(name, getattr(profile, name)), name in WRITTEN) for name in _PLAIN]
    return {"plain": plain, "sections": sections, "columns": words.say("hotline_columns", profile.hotline_columns)}
