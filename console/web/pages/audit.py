"""The auditor's room: the history, filtered, and the check of its chain."""

from datetime import datetime, tzinfo

from fastapi import APIRouter, Request
from fastapi.responses import Response

from console.web.context import house_of, must_be, pages
from console.web.menu import allowed
from models.actions.sealing import verify
from models.database import reading
from models.queries.history import PAGE, HistoryFilter, list_history
from models.queries.people import names

router = APIRouter()


@router.get("/console/audit")
def audit(
    request: Request, subject: str = "", actor: str = "", action: str = "", number: str = "", since: str = "",
    before: str = "",
) -> Response:  # fmt: skip
    must_be(request, *allowed("/console/audit"))
    house = house_of(request)
    asked = {"subject": subject, "actor": actor.strip(), "action": action, "number": number.strip().upper()}
    wanted = HistoryFilter(
        **asked, since=_day(since, house.settings.zone), before=int(before) if before.isdecimal() else None
    )
    with reading(house.engine) as session:
        lines = list_history(session, wanted)
        known = names(session)
    values = {"lines": lines, "asked": {**asked, "since": since}, "names": known, "report": None,
              "more": lines[-1].row.id if len(lines) == PAGE else None}  # fmt: skip
    return pages(request).show(request, "audit.html", values)


@router.get("/console/audit/chain")
def chain(request: Request) -> Response:
    """Walks the whole chain: a minute for millions of rows, so it has an address of its own."""
    must_be(request, *allowed("/console/audit"))
    with reading(house_of(request).engine) as session:
        report = verify(session)
    return pages(request).show(request, "audit_chain.html", {"report": report})


def _day(text: str, zone: tzinfo) -> datetime | None:
    try:
        day = datetime.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None
    return day.replace(tzinfo=zone) if day else None
